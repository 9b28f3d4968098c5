import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { version } from '../../cmd/plus1/version.js';
import { policyFolders, readRecords } from '../../pkg/journal/index.js';
import type { StoredPolicy } from '../../pkg/policies/index.js';
import { memberNames, names, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { spawnPlus1, temporaryFolder } from '../integration/cli.js';
import { kstatusFaults } from '../kstatus.js';
import { Receiver, TOKEN as SINK_TOKEN } from '../siem/fakes/receiver.js';
import { Daemon, type Ended } from './daemon.js';

describe('The controller as a process', function () {
  let github: GitHubSimulator;
  let acme: Organization;
  let policies: string;
  let state: string;
  const daemons: Daemon[] = [];

  beforeEach(async () => {
    acme = town({ members: 5, promoted: 1 });
    github = await startGitHub({ organizations: [acme] });
    policies = temporaryFolder();
    state = temporaryFolder();
    const spec = `{organization: acme, github: {apiURL: "${github.apiURL}"}, schedule: {interval: 1h}}`;
    writeFileSync(
      join(policies, 'acme.yaml'),
      `{apiVersion: plus1.dev/v1alpha1, kind: Plus1Policy, metadata: {name: acme}, spec: ${spec}}`,
    );
  });
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.kill();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  function start(args: readonly string[] = [], env: Record<string, string> = {}): Daemon {
    const daemon = new Daemon({ github, policies, state, args, env });
    daemons.push(daemon);
    return daemon;
  }

  const object = (): StoredPolicy =>
    JSON.parse(readFileSync(join(state, 'default', 'acme.json'), 'utf8')) as StoredPolicy;

  it('says what readiness waits for, converges, and ends with 0 at SIGTERM', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    github.beforeRequest(({ operation }) => (operation === 'orgs/get' ? gate : undefined));
    const daemon = start();
    await daemon.until(() => github.requests.length > 0, 'the pass began');
    expect(await daemon.get('health', '/healthz')).to.include({ status: 200 });
    const waiting = await daemon.get('health', '/readyz?verbose');
    expect(waiting.status).to.equal(500);
    expect(waiting.text).to.include('0 of 1 policies looked at');
    open();
    await daemon.ready();
    expect(memberNames(acme)).to.deep.equal([...names('member', 5), 'promoted-001']);
    expect(await daemon.kill('SIGTERM')).to.deep.equal({ code: 0, signal: null });
    expect(daemon.lines[0]).to.include({
      msg: 'Starting',
      version: version(),
      node: process.version,
      policies,
      leaderElect: false,
      concurrent: 4,
      minInterval: '0s',
    });
    expect(daemon.lines.at(-1)?.msg).to.equal('Stopped');
    expect(kstatusFaults(object())).to.deep.equal([]);
  });

  it('puts reconcileID on every line of a pass, and no secret on any', async () => {
    acme.ruleset('plus1_enforcement').setMembers([]);
    const daemon = start(['--log-level', 'debug']);
    await daemon.ready();
    await daemon.kill('SIGTERM');
    const ofPass = daemon.lines.filter(
      ({ msg, server }) => !['Starting', 'Stopped'].includes(msg) && server === undefined,
    );
    expect(ofPass.map(({ msg }) => msg)).to.include.members(['GitHub request', 'Event', 'Pass ended']);
    for (const line of ofPass) expect(line, line.msg).to.have.property('reconcileID');
    expect(JSON.stringify(daemon.lines)).to.not.match(/ghp_/);
  });

  it('sends every record of its journal to the sinks of --siem, the last ones at SIGTERM', async () => {
    const receiver = await new Receiver('HTTP').listen();
    const credentials = temporaryFolder();
    writeFileSync(join(credentials, 'token'), SINK_TOKEN);
    const file = join(credentials, 'siem.yaml');
    const sink = `{name: intake, type: HTTP, url: "${receiver.url}", insecure: true, credentials: ${credentials}, batch: {wait: 60s}}`;
    writeFileSync(file, `sinks: [${sink}]`);
    const daemon = start(['--siem', file]);
    await daemon.ready();
    await daemon.kill('SIGTERM');
    await receiver.close();
    const records = await readRecords(
      await policyFolders([join(state, '.journal')], { namespace: undefined, name: 'acme' }),
    );
    expect(receiver.events.map((event) => event['message'])).to.include(
      'acme: the ruleset was changed, and that was proved',
    );
    expect(receiver.keys).to.deep.equal(records.records.map(({ chain, seq }) => `${chain}/${seq}`));
  });

  it('lets a pass end that is nearly done, at SIGTERM', async () => {
    const daemon = start();
    let ended: Promise<Ended> | undefined;
    // While it writes: a pass that only reads is given three seconds, which a busy machine may need for a question.
    github.beforeRequest(({ operation }) => {
      if (operation === 'repos/update-org-ruleset') ended = daemon.kill('SIGTERM');
    });
    await daemon.until(() => ended !== undefined, 'the pass writes');
    expect(await ended).to.deep.equal({ code: 0, signal: null });
    expect(memberNames(acme)).to.include('promoted-001');
    expect(object().status?.lastPass?.result).to.equal('Succeeded');
  });

  it('abandons a pass that reads and does not end, soon, with 0, and says so', async () => {
    const daemon = start();
    github.faults.when(() => true, { kind: 'timeout' }, Infinity);
    await daemon.until(() => github.requests.length > 0, 'the pass began');
    // No answer comes to any request, so that the pass would never end by itself.
    expect(await daemon.kill('SIGTERM')).to.deep.equal({ code: 0, signal: null });
    expect(object().status?.conditions?.find(({ type }) => type === 'Ready')?.message).to.match(
      /PLUS1_(INTERRUPTED|GITHUB_UNAVAILABLE)/,
    );
    expect(kstatusFaults(object())).to.deep.equal([]);
  });

  it('ends at once at a second signal', async () => {
    const daemon = start();
    github.faults.when(() => true, { kind: 'timeout' }, Infinity);
    await daemon.until(() => github.requests.length > 0, 'the pass began');
    daemon.process.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The end that the first signal began would come with 0.
    expect(await daemon.kill('SIGINT')).to.deep.equal({ code: 1, signal: null });
  });

  it('looks at every policy at SIGHUP', async () => {
    const daemon = start();
    await daemon.ready();
    github.reset();
    daemon.process.kill('SIGHUP');
    await daemon.until(() => github.requests.some(({ operation }) => operation === 'list'), 'it looked again');
    await daemon.kill('SIGTERM');
  });

  const wrong: { reason: string; args: () => string[]; says: RegExp }[] = [
    {
      reason: 'a folder of policies that is not there',
      args: () => ['--policies', join(policies, 'none')],
      says: /PLUS1_FILE_UNREADABLE/,
    },
    { reason: 'a state inside the policies', args: () => ['--state', join(policies, 'state')], says: /--state/ },
    {
      reason: 'a state inside the policies by a symbolic link',
      args: () => {
        const link = join(temporaryFolder(), 'link');
        symlinkSync(policies, link);
        return ['--state', join(link, 'new', 'state')];
      },
      says: /--state/,
    },
    { reason: 'a number of passes that is none', args: () => ['--concurrent', '0'], says: /--concurrent/ },
    { reason: 'an address that is none', args: () => ['--metrics-address', 'here'], says: /--metrics-address/ },
  ];
  for (const { reason, args, says } of wrong) {
    it(`refuses ${reason}, in one line, with 2`, async () => {
      const ran = await spawnPlus1(['controller', '--policies', policies, '--state', state, ...args()], { github })
        .ended;
      expect(ran.code).to.equal(2);
      expect(ran.stderr.trim().split('\n')).to.have.length(1);
      expect(ran.stderr).to.match(says);
    });
  }
});
