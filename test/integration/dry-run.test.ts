/** A dry run cannot write: not to GitHub, not to its own memory. Observing writes its memory and nothing else. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { memberNames, say, town } from '../builders.js';
import { plus1, reportOf, temporaryFolder, type Ran } from './cli.js';

describe('A run that only looks', () => {
  let github: GitHubSimulator;
  let organization: Organization;
  let state: string;
  let before: string[];

  beforeEach(async () => {
    organization = town({ members: 9, demoted: 1, promoted: 2, others: 3 });
    github = await startGitHub({ organizations: [organization] });
    state = temporaryFolder();
    before = memberNames(organization);
  });
  afterEach(() => github.close());

  /** Nothing but GET, GraphQL queries and the minting of an App's token. */
  const onlyReads = (): void => {
    const sent = github.requests.map(({ method, kind, operation, body }) => {
      if (operation === 'apps/create-installation-access-token') return 'mint';
      if (kind === 'rest') return method;
      return /^\s*(query|\{)/.test((body as { query: string }).query) ? 'query' : 'other';
    });
    expect([...new Set(sent)].filter((word) => !['GET', 'query', 'mint'].includes(word))).to.deep.equal([]);
    expect(sent.length).to.be.greaterThan(4);
    expect(memberNames(organization)).to.deep.equal(before);
  };

  const policyFile = (spec: object): string => {
    const file = join(temporaryFolder(), 'policy.json');
    const object = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } };
    writeFileSync(file, JSON.stringify({ ...object, spec: { organization: 'acme', github: {}, ...spec } }));
    return file;
  };
  const contents = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path, readFileSync(path, 'utf8')]),
    );

  for (const args of [['sync', '--dry-run'], ['plan']]) {
    it(`plus1 ${args.join(' ')} sends no write, and tells the plan that a run would apply`, async () => {
      const dry = await plus1([...args, '--org', 'acme', '--format', 'json'], { github });
      expect(dry.code, dry.stderr).to.equal(0);
      onlyReads();
      expect(reportOf(dry)).to.deep.include({
        dry_run: true,
        changes_applied: { repositories_added: 0, repositories_removed: 0, total_modifications: 0 },
      });
      expect(reportOf(dry).compliance_status).to.include({ governed_repositories: 9, ungoverned_repositories: 2 });
      const real = reportOf(await plus1(['sync', '--org', 'acme', '--format', 'json'], { github }));
      expect(reportOf(dry).plan).to.deep.equal(real.plan);
      expect(real.changes_applied).to.include({ repositories_added: 2, repositories_removed: 1 });
    });
  }

  it('a dry run makes no state and no cache', async () => {
    const dry = await plus1(['plan', '--org', 'acme', '--state', state], { github });
    expect(dry.code, dry.stderr).to.equal(0);
    expect(readdirSync(state)).to.deep.equal([]);
  });

  it('a dry run leaves state and cache of earlier runs as they are, and plans with them', async () => {
    await plus1(['sync', '--org', 'acme', '--state', state], { github });
    const kept = contents(state);
    expect(Object.keys(kept).length).to.be.greaterThan(1);
    before = memberNames(organization);
    say(organization.get('member-001'), 'deprecated');
    github.reset();
    const dry = await plus1(['plan', '--org', 'acme', '--state', state, '--format', 'json'], { github });
    onlyReads();
    expect(contents(state)).to.deep.equal(kept);
    expect(reportOf(dry).plan.retain.map(({ name }) => name)).to.deep.equal(['demoted-001', 'member-001']);
  });

  it('mode Observe sends no write, exits 0, and starts the clocks', async () => {
    const ran = await plus1(['sync', '-f', policyFile({ mode: 'Observe' }), '--state', state, '--format', 'json'], {
      github,
    });
    expect(ran.code, ran.stderr).to.equal(0);
    onlyReads();
    expect(reportOf(ran).changes_applied.total_modifications).to.equal(0);
    const { status } = JSON.parse(readFileSync(join(state, 'default', 'acme.json'), 'utf8'));
    expect(status.leaving.map(({ name }: { name: string }) => name)).to.deep.equal(['demoted-001']);
    expect(status.lastPass).to.include({ result: 'Observed' });
  });

  it('with an App: the only POST to REST is the minting of its token', async () => {
    const app = github.world.apps.add({ id: 12 });
    const installation = app.install(organization);
    const credentials = temporaryFolder();
    const secret = {
      githubAppID: '12',
      githubAppInstallationID: `${installation.id}`,
      githubAppPrivateKey: app.privateKey,
    };
    mkdirSync(join(credentials, 'key'));
    for (const [key, value] of Object.entries({ ...secret, githubAppBaseURL: github.apiURL }))
      writeFileSync(join(credentials, 'key', key), `${value}\n`);
    const file = policyFile({ github: { apiURL: github.apiURL, credentials: { secretRef: { name: 'key' } } } });
    const run = (...args: string[]): Promise<Ran> =>
      plus1(['sync', '-f', file, '--credentials', credentials, '--state', state, ...args]);
    const dry = await run('--dry-run');
    expect(dry.code, dry.stderr).to.equal(0);
    onlyReads();
    expect(github.counts()).to.include({ mints: 1, writes: 0 });
    const real = await run();
    expect(real.code, real.stderr).to.equal(0);
    expect(github.counts().writes).to.equal(1);
    expect(organization.ruleset('plus1_enforcement').history.at(-1)?.actor).to.deep.equal({
      id: 12,
      type: 'Integration',
    });
  });
});
