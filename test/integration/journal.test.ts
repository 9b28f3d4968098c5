/** The journal of `sync`: what stands in it after each run, held against the simulator's ruleset. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import type { WholeRecord } from '../../pkg/journal/index.js';
import {
  startGitHub,
  type GitHubSimulator,
  type LoggedRequest,
  type Organization,
  type Repository,
} from '../fakes/github/index.js';
import { kept, PATH, say, town } from '../builders.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { plus1, spawnPlus1, temporaryFolder, TOKEN, type Ran } from './cli.js';

const FAR = '2100-01-01T00:00:00Z';

/** One state folder against one organization. */
class Desk {
  readonly state = temporaryFolder();
  readonly organization: Organization;
  readonly github: GitHubSimulator;

  constructor(organization: Organization, github: GitHubSimulator) {
    this.organization = organization;
    this.github = github;
  }

  sync(...args: string[]): Promise<Ran> {
    const own = ['sync', '--org', 'acme', '--state', this.state, '--grace-period', '0s'];
    return plus1([...own, ...args], { github: this.github });
  }

  async records(kind?: string): Promise<WholeRecord[]> {
    const only = kind === undefined ? [] : ['--kind', kind];
    const ran = await plus1(['journal', 'show', 'acme', '--state', this.state, '-o', 'json', ...only]);
    return (JSON.parse(ran.stdout) as { items: WholeRecord[] }).items;
  }

  async kinds(): Promise<string[]> {
    return (await this.records()).map(({ kind }) => kind);
  }

  /** Who is governed by the journal alone. */
  async members(): Promise<number[]> {
    const { stdout, stderr } = await plus1(['journal', 'at', FAR, 'acme', '--state', this.state, '-o', 'json']);
    expect(stderr).to.equal('');
    return (JSON.parse(stdout) as { members: { id: number }[] }).members.map(({ id }) => id);
  }

  async expectSame(when: string): Promise<void> {
    expect(await this.members(), when).to.deep.equal([...kept(this.organization).members].sort((a, b) => a - b));
  }

  async expectWhole(): Promise<void> {
    const { code, stdout } = await plus1(['journal', 'verify', join(this.state, '.journal')]);
    expect(code, stdout).to.equal(0);
  }

  repository(name: string): Repository {
    const found = this.organization.repository(name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  get puts(): number {
    return this.github.requests.filter(({ method }) => method === 'PUT').length;
  }

  /** Every file below the journal with its bytes. */
  files(): Map<string, string> {
    const root = join(this.state, '.journal');
    const names = existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : [];
    const paths = names.filter((name) => statSync(join(root, name)).isFile());
    return new Map(paths.map((name) => [name, readFileSync(join(root, name), 'latin1')]));
  }

  get status(): Record<string, unknown> {
    const text = readFileSync(join(this.state, 'default', 'acme.json'), 'utf8');
    return (JSON.parse(text) as { status: Record<string, unknown> }).status;
  }
}

describe('The journal of sync', function () {
  this.timeout(60_000);
  let desk: Desk;
  beforeEach(async () => {
    const organization = town({ members: 4, promoted: 1, others: 3 });
    desk = new Desk(organization, await startGitHub({ organizations: [organization] }));
  });
  afterEach(async () => {
    expect(desk.github.contractViolations).to.deep.equal([]);
    await desk.github.close();
  });
  after(removeTemporaryFolders);

  it('tells a story that equals the ruleset after every write', async () => {
    expect((await desk.sync()).code).to.equal(0);
    await desk.expectSame('after the first run');
    expect(await desk.kinds()).to.deep.equal([
      ...['ChainStarted', 'PolicyChanged', 'FindingsChanged', 'ExposureStarted'],
      ...['WriteIntended', 'WriteProved', 'ExposureEnded'],
    ]);
    const [first] = await desk.records('FindingsChanged');
    expect((first?.data['repositories'] as { from: unknown }[]).map(({ from }) => from)).to.deep.equal(
      Array.from({ length: 8 }, () => null),
    );

    say(desk.repository('member-002'), 'deprecated');
    expect((await desk.sync()).code).to.equal(0);
    await desk.expectSame('after a demotion');
    const changes = (await desk.records('FindingsChanged')).at(-1)?.data['repositories'];
    expect(changes).to.have.length(1);
    expect((changes as object[])[0]).to.include({
      name: 'member-002',
      from: 'valid_production',
      to: 'valid_non_production',
      path: PATH,
      line: 6,
    });

    const ruleset = kept(desk.organization);
    const other = desk.repository('other-001').id;
    ruleset.setMembers([other, ...ruleset.members.slice(1)]);
    expect((await desk.sync()).code).to.equal(0);
    await desk.expectSame('after drift was repaired');
    const drift = (await desk.records('DriftSeen')).at(-1)?.data;
    expect((drift?.['added'] as { id: number }[]).map(({ id }) => id)).to.deep.equal([other]);

    ruleset.edit({ enforcement: 'disabled' });
    await desk.sync();
    const changed = (await desk.records('RulesetChanged')).at(-1)?.data as Record<string, Record<string, unknown>>;
    expect([changed['before']?.['enforcement'], changed['after']?.['enforcement']]).to.deep.equal([
      'active',
      'disabled',
    ]);
    const exposed = (await desk.records('ExposureStarted')).at(-1)?.data['repositories'];
    expect(exposed, 'nobody is protected by a ruleset that is off').to.have.length(4);
    await desk.expectWhole();
  });

  it('is not touched by a run in which nothing changed, and the status says where it stands', async () => {
    await desk.sync();
    const before = desk.files();
    const { code } = await desk.sync();
    expect(code).to.equal(0);
    expect([...desk.files()]).to.deep.equal([...before]);
    const last = (await desk.records()).at(-1);
    expect(desk.status['journal']).to.include({ chain: last?.chain, sequence: last?.seq });
  });

  it('is not written by a dry run, nor by a run without memory', async () => {
    expect((await desk.sync('--dry-run')).code).to.equal(0);
    expect(existsSync(join(desk.state, '.journal'))).to.equal(false);
    const bare = await plus1(['sync', '--org', 'acme', '--journal', join(desk.state, 'j')], { github: desk.github });
    expect([bare.code, desk.puts]).to.deep.equal([2, 0]);
    expect(bare.stderr).to.match(/^PLUS1_USAGE: --journal: /);
  });

  it('records all but writes and holds where the policy only observes', async () => {
    const file = join(desk.state, 'acme.yaml');
    const spec = { organization: 'acme', mode: 'Observe', github: { apiURL: desk.github.apiURL } };
    writeFileSync(
      file,
      stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
    );
    const { code, stderr } = await plus1(['sync', '-f', file, '--state', desk.state], { github: desk.github });
    expect(code, stderr).to.equal(0);
    expect(await desk.kinds()).to.deep.equal(['ChainStarted', 'PolicyChanged', 'FindingsChanged', 'ExposureStarted']);
    await desk.expectSame('nothing was written');
  });

  it('keeps a suspended policy down to its generation', async () => {
    const file = join(desk.state, 'acme.yaml');
    const spec = { organization: 'acme', suspend: true, github: { apiURL: desk.github.apiURL } };
    writeFileSync(
      file,
      stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
    );
    for (let run = 1; run <= 2; run += 1) {
      const { code, stderr } = await plus1(['sync', '-f', file, '--state', desk.state], { github: desk.github });
      expect(code, stderr).to.equal(0);
      expect(await desk.kinds(), `run ${run}`).to.deep.equal(['ChainStarted', 'PolicyChanged']);
    }
    expect(desk.github.requests).to.have.length(0);
    await desk.expectWhole();
  });

  it('that cannot be written keeps every write from GitHub, entering included, and recovers by itself', async () => {
    const root = join(desk.state, '.journal');
    // The rights of files do not bind root, as whom this may run.
    writeFileSync(root, 'no folder');
    const { code, stderr } = await desk.sync();
    expect([code, desk.puts]).to.deep.equal([1, 0]);
    expect(stderr).to.match(/^PLUS1_JOURNAL_UNAVAILABLE: /);
    const ready = (desk.status['conditions'] as { type: string }[]).find(({ type }) => type === 'Ready');
    expect(ready).to.include({ status: 'False', reason: 'JournalUnavailable' });
    expect(desk.status['compliance'], 'passes go on observing').to.include({ ungoverned: 1 });
    rmSync(root);
    expect((await desk.sync()).code).to.equal(0);
    expect(desk.puts).to.equal(1);
    await desk.expectSame('after the recovery');
    await desk.expectWhole();
  });

  it('that was damaged keeps every write from GitHub, until a person gives it up', async () => {
    await desk.sync();
    say(desk.repository('other-001'), 'production');
    const [first] = await desk.records();
    const segment = join(desk.state, '.journal', first?.chain ?? '', '00000001.jsonl');
    writeFileSync(segment, readFileSync(segment, 'utf8').replace('promoted-001', 'promoted-002'));
    expect(desk.puts).to.equal(1);
    const refused = await desk.sync();
    expect([refused.code, desk.puts]).to.deep.equal([1, 1]);
    expect(refused.stderr).to.match(/^PLUS1_JOURNAL_DAMAGED: /);
    const given = ['journal', 'accept-loss', 'acme', '--reason', 'an editor changed a record', '--state', desk.state];
    expect((await plus1(given)).code).to.equal(0);
    expect((await desk.sync()).code).to.equal(0);
    expect(desk.puts).to.equal(2);
    await desk.expectSame('after a new chain');
    const starts = await desk.records('ChainStarted');
    expect(starts.at(-1)?.data).to.include({ reason: 'an editor changed a record' });
  });

  for (const { when, isApplied, outcome } of [
    { when: 'before GitHub applied it', isApplied: false, outcome: 'WriteUnproved' },
    { when: 'after GitHub applied it', isApplied: true, outcome: 'WriteProved' },
  ]) {
    it(`holds the intent of a write whose process was killed ${when}; the next run closes it by what it reads`, async () => {
      const { github } = desk;
      const args = ['sync', '--org', 'acme', '--state', desk.state];
      const child = spawnPlus1(args, { github });
      github.beforeRequest(({ method }) => {
        if (method !== 'PUT') return;
        child.process.kill('SIGKILL');
        return isApplied ? undefined : new Promise<never>(() => undefined);
      });
      await child.ended;
      github.reset();
      expect((await desk.kinds()).at(-1)).to.equal('WriteIntended');
      const next = await plus1(args, { github });
      expect(next.code, next.stderr).to.equal(0);
      const writes = (await desk.kinds()).filter((kind) => kind.startsWith('Write'));
      const more = isApplied ? [] : ['WriteIntended', 'WriteProved'];
      expect(writes).to.deep.equal(['WriteIntended', outcome, ...more]);
      expect(await desk.records('DriftSeen'), 'nobody else wrote').to.deep.equal([]);
      await desk.expectSame('after the next run');
      await desk.expectWhole();
    });
  }

  it('of a lost volume starts a new chain, after what the status knew, and says so', async () => {
    await desk.sync();
    const lost = desk.status['journal'] as { chain: string; sequence: number; headHash: string };
    // With the name of its writer: the status knows that it was there.
    rmSync(join(desk.state, '.journal'), { recursive: true });
    const { code, stderr } = await desk.sync();
    expect(code).to.equal(0);
    expect(stderr).to.include(`The journal ${lost.chain} is not there any more`);
    const [start, event] = await desk.records();
    expect(start?.data['after']).to.deep.equal({ chain: lost.chain, sequence: lost.sequence, hash: lost.headHash });
    expect([event?.kind, event?.data['code']]).to.deep.equal(['SecurityEvent', 'JournalLost']);
    await desk.expectSame('after the loss');
    await desk.expectWhole();
  });

  it('records a refused credential once, before anything was ever seen, and then what is seen', async () => {
    desk.github.world.tokens.acceptAny = false;
    const revoked = { github: desk.github, env: { GITHUB_TOKEN: 'ghp_revoked' } };
    const args = ['sync', '--org', 'acme', '--state', desk.state];
    for (let run = 1; run <= 2; run += 1) expect((await plus1(args, revoked)).code).to.equal(1);
    const events = await desk.records('SecurityEvent');
    expect(events.map(({ data }) => [data['event'], data['code']])).to.deep.equal([
      ['FailedAuthentication', 'PLUS1_TOKEN_REJECTED'],
    ]);
    desk.github.world.tokens.acceptAny = true;
    expect((await desk.sync()).code).to.equal(0);
    await desk.expectSame('after the first sight');
    await desk.expectWhole();
    expect((await desk.kinds()).filter((kind) => kind === 'DriftSeen')).to.deep.equal([]);
  });

  for (const { what, status, isTarget } of [
    { what: 'REST refuses', status: 403, isTarget: ({ operation }: LoggedRequest) => operation === 'orgs/get' },
    { what: 'GraphQL refuses', status: 200, isTarget: ({ path }: LoggedRequest) => path.endsWith('/graphql') },
  ] as const) {
    it(`records a secondary limit as suspicious where ${what}, waited for or not, and an hourly one never`, async () => {
      const told = async (): Promise<unknown[]> =>
        (await desk.records('SecurityEvent')).map(({ data }) => [data['event'], data['code']]);
      const limit = (retryAfter: number): unknown =>
        desk.github.faults.when(isTarget, { kind: 'secondary', status, retryAfter }, 1);
      limit(1);
      expect((await desk.sync()).code, 'waited for').to.equal(0);
      expect(await told()).to.deep.equal([['SuspiciousActivity', null]]);
      limit(600);
      expect((await desk.sync()).code, 'too long to wait for').to.equal(1);
      expect(await told()).to.deep.equal([
        ['SuspiciousActivity', null],
        ['SuspiciousActivity', 'PLUS1_RATE_LIMITED'],
      ]);
      expect((await desk.sync()).code).to.equal(0);
      desk.github.faults.when(isTarget, { kind: 'primary', status: 403, resetInS: 1 }, 1);
      expect((await desk.sync()).code).to.equal(0);
      expect(await told(), 'an hourly limit is no event').to.have.length(2);
      await desk.expectWhole();
    });
  }

  it('holds no secret, wherever one was planted', async () => {
    const planted = 'ghp_PLANTED0123456789abcdefghijklmnopqrstu';
    const { organization } = desk;
    say(desk.repository('member-001'), planted);
    organization.createRepository({ name: planted, files: { [PATH]: `${planted}: [` } });
    await desk.sync();
    await desk.sync();
    for (const [name, text] of desk.files()) {
      expect(text, name).not.to.include(TOKEN);
      expect(text, name).not.to.include(planted);
    }
    await desk.expectWhole();
  });
});
