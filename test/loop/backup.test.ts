/** The backup credential of a policy: when it is used, when it is not, and what is told of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import { startGitHub, type Organization } from '../fakes/github/index.js';
import { plus1, temporaryFolder } from '../integration/cli.js';
import { Loop, MINUTE } from './loop.js';

const FIRST = 'ghp_first0000000000000000000000000000000';
const BACKUP = 'ghp_backup000000000000000000000000000000';

describe('The backup credential', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 3, promoted: 1 });
    loop = await Loop.open({ organizations: [acme] });
    const { tokens } = loop.github.world;
    tokens.acceptAny = false;
    for (const token of [FIRST, BACKUP]) tokens.add(token, { kind: 'classic', scopes: ['repo', 'admin:org'] });
    loop.secret('first', { token: FIRST, githubAppBaseURL: loop.github.apiURL });
    loop.secret('backup', { token: BACKUP, githubAppBaseURL: loop.github.apiURL });
  });
  afterEach(() => loop.close());

  const github = (credentials: object = {}): object => ({
    apiURL: loop.github.apiURL,
    credentials: { secretRef: { name: 'first' }, backupSecretRef: { name: 'backup' }, ...credentials },
  });
  const start = async (spec: object = {}): Promise<void> => {
    loop.put('acme.yaml', loop.policy('acme', { github: github(), ...spec }));
    await loop.start();
  };
  /** How many requests each credential sent. */
  const sent = (token: string): number =>
    loop.github.requests.filter(({ headers }) => headers['authorization'] === `Bearer ${token}`).length;
  const used = (): unknown => loop.status('acme').credentials;

  it('is not used while GitHub takes the first', async () => {
    await start();
    await loop.pass(25 * MINUTE);
    expect(used()).to.deep.equal({ kind: 'Token', secretName: 'first', visibility: 'Full' });
    expect(sent(BACKUP)).to.equal(0);
    expect(await loop.metric('plus1_backup_credential')).to.equal(0);
  });

  it('is used at once after a 401, which is told once, until GitHub takes the first again', async () => {
    loop.github.world.tokens.revoke(FIRST);
    await start();
    expect(loop.ready('acme')).to.equal('True Converged');
    expect(memberNames(acme)).to.deep.equal([...names('member', 3), 'promoted-001']);
    expect(used()).to.deep.equal({ kind: 'Token', secretName: 'backup', visibility: 'Full', backup: true });
    expect(await loop.metric('plus1_backup_credential')).to.equal(1);
    await loop.pass(35 * MINUTE);
    expect(sent(FIRST), 'one question of each full pass').to.equal(4);
    expect(loop.events('BackupCredential')).to.have.length(1);
    expect(loop.events('BackupCredential')[0]?.['message']).to.match(
      /PLUS1_TOKEN_REJECTED: .* 401\. The backup credential backup is used\. Repair or rotate the Secret first/,
    );
    expect(loop.events('AuthenticationFailed')).to.deep.equal([]);
    expect(await loop.metric('plus1_security_events_total', { event: 'FailedAuthentication' })).to.equal(1);
    loop.github.world.tokens.add(FIRST, { kind: 'classic', scopes: ['repo', 'admin:org'] });
    await loop.pass(11 * MINUTE);
    expect(used()).to.deep.equal({ kind: 'Token', secretName: 'first', visibility: 'Full' });
    expect(await loop.metric('plus1_backup_credential')).to.equal(0);
    loop.github.world.tokens.revoke(FIRST);
    await loop.pass(11 * MINUTE);
    expect(loop.events('BackupCredential'), 'another time').to.have.length(2);
  });

  it('is used after the installation of the first was suspended, or taken away', async () => {
    const app = loop.github.world.apps.add({ id: 7 });
    const installation = app.install(acme);
    loop.secret('app', {
      githubAppID: '7',
      githubAppInstallationID: String(installation.id),
      githubAppPrivateKey: app.privateKey,
      githubAppBaseURL: loop.github.apiURL,
    });
    await start({ github: github({ secretRef: { name: 'app' } }) });
    expect(used()).to.include({ kind: 'App', secretName: 'app' });
    installation.suspend();
    // Its token is good for an hour, but for a suspended installation.
    await loop.pass(61 * MINUTE);
    expect(used()).to.include({ kind: 'Token', secretName: 'backup', backup: true });
    installation.unsuspend();
    await loop.pass(11 * MINUTE);
    expect(used()).to.include({ kind: 'App', secretName: 'app' });
    app.uninstall(installation);
    await loop.pass(61 * MINUTE);
    expect(used()).to.include({ kind: 'Token', secretName: 'backup', backup: true });
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('is never used after a limit', async () => {
    await start();
    loop.github.rateLimit.set('core', { remaining: 0, resetInS: 1_800 });
    await loop.pass(11 * MINUTE);
    expect(loop.ready('acme')).to.equal('False RateLimited');
    for (const status of [403, 429])
      loop.github.faults.when(
        () => true,
        { kind: 'status', status, headers: { 'retry-after': '60' } } as never,
        Infinity,
      );
    await loop.pass(60 * MINUTE);
    expect(loop.ready('acme')).to.match(/^False/);
    expect(sent(BACKUP)).to.equal(0);
  });

  it('is tried once: where GitHub refuses it too, the policy says so and waits', async () => {
    for (const token of [FIRST, BACKUP]) loop.github.world.tokens.revoke(token);
    await start();
    expect(loop.ready('acme')).to.equal('False AuthenticationFailed');
    expect([sent(FIRST), sent(BACKUP)]).to.deep.equal([1, 1]);
    await loop.pass(11 * MINUTE);
    expect([sent(FIRST), sent(BACKUP)]).to.deep.equal([2, 2]);
  });

  it('names both where its Secret is not there', async () => {
    loop.github.world.tokens.revoke(FIRST);
    await start({ github: github({ backupSecretRef: { name: 'nowhere' } }) });
    expect(loop.ready('acme')).to.equal('False AuthenticationFailed');
    expect(loop.condition('acme', 'Ready')?.message).to.match(/401; and of the backup: there is no Secret nowhere/);
  });

  it('is used at once where the first ends between two full passes', async () => {
    await start({ schedule: { interval: '1h', quickInterval: '1m' } });
    loop.github.world.tokens.revoke(FIRST);
    say(acme.get('member-001'), 'deprecated');
    await loop.pass(70_000);
    expect(used()).to.include({ secretName: 'backup', backup: true });
    expect(loop.ready('acme')).to.equal('True Converged');
    const before = sent(FIRST);
    await loop.pass(10 * MINUTE);
    expect(sent(FIRST), 'quick passes go on with the backup').to.equal(before);
    expect(loop.ready('acme')).to.equal('True Converged');
  });
});

describe('The backup credential of a single run', () => {
  it('is used where GitHub refuses the first, and the run says so', async () => {
    const acme = town({ members: 3, promoted: 1 });
    const github = await startGitHub({ organizations: [acme] });
    try {
      github.world.tokens.acceptAny = false;
      github.world.tokens.add(BACKUP, { kind: 'classic', scopes: ['repo', 'admin:org'] });
      const folder = temporaryFolder();
      for (const [name, token] of [
        ['first', FIRST],
        ['backup', BACKUP],
      ] as const) {
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, 'token'), token);
        writeFileSync(join(folder, name, 'githubAppBaseURL'), github.apiURL);
      }
      const credentials = { secretRef: { name: 'first' }, backupSecretRef: { name: 'backup' } };
      const policy = {
        ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } },
        spec: { organization: 'acme', github: { credentials } },
      };
      const file = join(folder, 'policy.yaml');
      writeFileSync(file, JSON.stringify(policy));
      const ran = await plus1(['sync', '-f', file, '--credentials', folder, '--state', join(folder, 'state')], {
        github,
      });
      expect(ran.code, ran.stderr).to.equal(0);
      expect(ran.stderr).to.include('The backup credential backup is used').and.not.include(FIRST);
      expect(memberNames(acme)).to.include('promoted-001');
      const kept = JSON.parse(readFileSync(join(folder, 'state', 'default', 'acme.json'), 'utf8')) as object;
      expect(kept).to.have.nested.property('status.credentials.backup', true);
    } finally {
      await github.close();
    }
  });
});
