/** Deliveries of webhooks in the whole loop: from a push on GitHub to the ruleset, and what forgeries leave. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { policyFolders, readRecords } from '../../pkg/journal/index.js';
import { kept, memberNames, PATH, RETIRED, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Hook, type Organization } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { executable } from '../program.js';
import { Daemon } from './daemon.js';
import { HOUR, Loop, MINUTE } from './loop.js';

const SECOND = 1_000;
const SECRET = 'It is a secret';

describe('A webhook', function () {
  let loop: Loop;
  let acme: Organization;
  let beta: Organization;
  let hook: Hook;

  beforeEach(async () => {
    acme = town({ members: 3, others: 12 });
    beta = town({ login: 'beta', members: 1, others: 1 });
    loop = await Loop.open({ organizations: [acme, beta], hasWebhooks: true });
    loop.secret('hook', { webhookSecret: SECRET });
    const github = { apiURL: loop.github.apiURL, webhook: { secretRef: { name: 'hook' } } };
    const schedule = { interval: '12h', quickInterval: '1h' };
    loop.put('acme.yaml', loop.policy('acme', { github, schedule }));
    loop.put('beta.yaml', loop.policy('beta', { schedule }));
    await loop.start();
    hook = loop.github.webhooks.add({ url: loop.webhookURL, secret: SECRET, of: acme });
    await loop.delivered();
    await loop.pass(5 * MINUTE);
    loop.github.requests.length = 0;
  });
  afterEach(() => loop.close());

  const counted = (event: string, result: string): Promise<number | undefined> =>
    loop.metric('plus1_webhook_deliveries_total', { event, result });
  const quickly = async (policy = 'acme'): Promise<number> =>
    (await loop.metric('plus1_passes_total', { policy: `default/${policy}`, kind: 'quick', result: 'succeeded' })) ?? 0;
  const securityEvents = async (name: string): Promise<string[]> => {
    const folders = await policyFolders([join(loop.state, '.journal')], { namespace: undefined, name });
    const { records } = await readRecords(folders);
    return records.flatMap(({ kind, data }) =>
      kind === 'SecurityEvent' ? [(data as { message: string }).message] : [],
    );
  };

  it('lets one enter that a push promoted, before any time goes by', async () => {
    say(acme.get('other-001'), 'production');
    await loop.delivered();
    expect(memberNames(acme)).to.include('other-001');
    expect(loop.status('acme').lastPass?.type).to.equal('Quick');
    expect(await counted('push', 'accepted')).to.equal(1);
    expect(await quickly('beta')).to.equal(0);
  });

  it('finds what somebody changed in the ruleset', async () => {
    kept(acme).setMembers([acme.get('member-001').id]);
    await loop.delivered();
    expect(memberNames(acme)).to.have.length(3);
    expect(loop.events('DriftRepaired')).to.have.length(1);
  });

  it('is ended by its own write: a repaired ruleset calls for one more pass, and that finds nothing', async () => {
    kept(acme).setMembers([acme.get('member-001').id]);
    await loop.delivered();
    await loop.pass(10 * SECOND);
    await loop.delivered();
    const passes = await quickly();
    await loop.pass(5 * MINUTE);
    expect(await quickly()).to.equal(passes);
  });

  it('ignores other branches, other events and other organizations', async () => {
    acme.get('other-001').commit(PATH, RETIRED, undefined, 'topic');
    loop.github.webhooks.emit(hook, 'issues', { action: 'opened', organization: { login: 'acme' } });
    loop.github.webhooks.emit(hook, 'member', { action: 'added', organization: { login: 'gamma' } });
    await loop.delivered();
    expect([await counted('push', 'ignored'), await counted('other', 'ignored')]).to.deep.equal([1, 2]);
    expect(loop.github.requests).to.deep.equal([]);
  });

  it('counts a delivery once that is sent again', async () => {
    say(acme.get('other-001'), 'production');
    await loop.delivered();
    await loop.pass(5 * MINUTE);
    loop.github.requests.length = 0;
    const push = loop.github.webhooks.deliveries.findLast(({ event }) => event === 'push');
    if (push === undefined) throw new Error('no push was delivered');
    for (let n = 0; n < 3; n += 1) loop.github.webhooks.redeliver(push);
    await loop.delivered();
    expect(await counted('push', 'duplicate')).to.equal(3);
    expect(loop.github.requests).to.deep.equal([]);
  });

  it('starts at most one pass in five seconds, by a thousand deliveries in a burst', async () => {
    const starts: number[] = [];
    loop.github.on('request', ({ operation, path }) => {
      const isFirst = operation === 'repos/list-for-org' && path.includes('sort=pushed');
      if (isFirst && path.includes('acme')) starts.push(loop.clock.monotonic());
    });
    say(acme.get('other-001'), 'production');
    await loop.delivered();
    for (let n = 0; n < 10; n += 1) {
      loop.github.webhooks.burst(100);
      await loop.delivered();
      say(acme.get(`other-0${String(n + 2).padStart(2, '0')}`), 'production');
      await loop.delivered();
      await loop.pass(2 * SECOND);
    }
    await loop.pass(5 * SECOND);
    expect(memberNames(acme)).to.have.length(14);
    expect(starts.length).to.be.within(4, 6);
    for (const [at, start] of starts.slice(1).entries()) expect(start - (starts[at] ?? 0)).to.be.at.least(5 * SECOND);
    // The last delivery is one of a push, or of the write that followed it.
    const accepted = [await counted('push', 'accepted'), await counted('repository_ruleset', 'accepted')];
    expect(accepted.reduce((sum, each) => (sum ?? 0) + (each ?? 0), 0)).to.be.at.least(1_000);
  });

  it('leaves one record an hour of forgeries, with their number, where a policy names the Secret', async () => {
    for (let n = 0; n < 40; n += 1) expect(await loop.github.webhooks.forge(hook)).to.equal(401);
    expect(await securityEvents('acme')).to.deep.equal([]);
    await loop.pass(5 * SECOND);
    const [first, ...none] = await securityEvents('acme');
    expect(first).to.match(/^40 webhook deliveries without a right signature since .*, from 127\.0\.0\.1$/);
    expect(none).to.deep.equal([]);
    for (let n = 0; n < 60; n += 1) {
      await loop.github.webhooks.forge(hook);
      await loop.pass(MINUTE - SECOND);
    }
    expect(await securityEvents('acme')).to.have.length(1);
    await loop.pass(2 * MINUTE);
    const [, second, ...others] = await securityEvents('acme');
    expect(second).to.match(/^60 webhook deliveries/);
    expect(others).to.deep.equal([]);
    await loop.pass(3 * HOUR);
    expect(await securityEvents('acme')).to.have.length(2);
    expect(await securityEvents('beta')).to.deep.equal([]);
    // Of those that came within one second of real time, some were too many.
    const refused = [await counted('push', 'rejected'), await counted('push', 'limited')];
    expect(refused.reduce((sum, each) => (sum ?? 0) + (each ?? 0), 0)).to.equal(100);
    expect(
      await loop.metric('plus1_security_events_total', { policy: 'default/acme', event: 'UnauthorizedAccess' }),
    ).to.equal(2);
    expect(loop.logged('Webhook deliveries rejected').map((line) => line['count'])).to.deep.equal([40, 60]);
  });

  it('takes a second secret while one is changed, and a new one within a minute', async () => {
    const sent = (): (number | undefined)[] => loop.github.webhooks.deliveries.slice(-1).map(({ status }) => status);
    const push = async (): Promise<number | undefined> => {
      acme.get('other-001').commit('README.md', String(Math.random()));
      await loop.delivered();
      return sent()[0];
    };
    loop.secret('hook', { webhookSecret: 'new', webhookSecretPrevious: SECRET });
    expect(await push()).to.equal(202);
    await loop.pass(MINUTE);
    expect(await push()).to.equal(202);
    hook.secret = 'new';
    expect(await push()).to.equal(202);
    loop.secret('hook', { webhookSecretPrevious: '' });
    await loop.pass(MINUTE);
    hook.secret = '';
    expect(await push()).to.equal(401);
    hook.secret = SECRET;
    expect(await push()).to.equal(401);
    hook.secret = 'new';
    expect(await push()).to.equal(202);
  });

  it('says why a Secret is of no use, once a minute', async () => {
    loop.secret('hook', { webhookSecret: '' });
    await loop.pass(2 * MINUTE);
    for (let n = 0; n < 5; n += 1) expect(await loop.github.webhooks.forge(hook)).to.equal(401);
    expect(loop.logged('Webhook Secret not usable').map((line) => line['secret'])).to.deep.equal(['default/hook']);
  });

  it('keeps its secrets out of log, status, journal and metrics', async () => {
    say(acme.get('other-001'), 'production');
    await loop.github.webhooks.forge(hook);
    await loop.delivered();
    await loop.pass(5 * SECOND);
    const all = [JSON.stringify(loop.lines), JSON.stringify(loop.object('acme')), ...(await securityEvents('acme'))];
    expect(all.join()).not.to.include(SECRET);
  });
});

describe('plus1 controller --webhook-address', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let daemon: Daemon | undefined;
  let folders: { policies: string; state: string; credentials: string };

  beforeEach(async () => {
    acme = town({ members: 2, others: 2 });
    github = await startGitHub({ organizations: [acme] });
    folders = { policies: temporaryFolder(), state: temporaryFolder(), credentials: temporaryFolder() };
    mkdirSync(join(folders.credentials, 'hook'));
    writeFileSync(join(folders.credentials, 'hook', 'webhookSecret'), `${SECRET}\n`);
    const spec = `organization: acme, github: {apiURL: "${github.apiURL}", webhook: {secretRef: {name: hook}}}`;
    const schedule = 'schedule: {interval: 1h, quickInterval: 0s}';
    writeFileSync(
      join(folders.policies, 'acme.yaml'),
      `apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\nmetadata: {name: acme}\nspec: {${spec}, ${schedule}}\n`,
    );
  });
  afterEach(async () => {
    await daemon?.kill();
    daemon = undefined;
    await github.close();
  });

  const start = (address: string): Daemon => {
    const args = ['--credentials', folders.credentials, '--webhook-address', address];
    return (daemon = new Daemon({ github, ...folders, args }));
  };

  it('listens on a port of its own, looks at what a delivery hints at, and ends with exit code 0', async () => {
    const running = start('127.0.0.1:0');
    await running.ready();
    const url = await running.address('webhook');
    expect([await running.address('metrics'), await running.address('health')]).not.to.include(url);
    const hook = github.webhooks.add({ url: `${url}/webhooks/github`, secret: SECRET, of: acme });
    await github.webhooks.idle();
    expect(github.webhooks.deliveries[0]?.status).to.equal(202);
    say(acme.get('other-001'), 'production');
    await running.until(() => memberNames(acme).includes('other-001'), 'it is governed');
    expect(await github.webhooks.forge(hook)).to.equal(401);
    expect((await fetch(`${url}/metrics`)).status).to.equal(404);
    const { text } = await running.get('metrics', '/metrics');
    expect(text).to.match(/plus1_webhook_deliveries_total\{event="push",result="rejected"\} 1\n/);
    running.process.kill('SIGTERM');
    expect(await running.ended).to.include({ code: 0 });
  });

  it('ends with exit code 2 where the address is none, or is taken', async () => {
    const taken = await startGitHub();
    for (const [address, fault] of [
      ['127.0.0.1:99999', 'is no address'],
      [new URL(taken.url).host, 'it is in use already'],
    ]) {
      const flags = ['--policies', folders.policies, '--state', folders.state, '--webhook-address', String(address)];
      const others = ['--metrics-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
      const { status, stderr } = spawnSync(process.execPath, [executable('plus1'), 'controller', ...flags, ...others], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: folders.state },
      });
      expect(status).to.equal(2);
      expect(stderr).to.include('--webhook-address').and.include(fault);
    }
    await taken.close();
  });
});
