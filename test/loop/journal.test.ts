/** The journal of the controller: one chain over passes and restarts, held against the simulator's ruleset after every write. */
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { expect } from 'chai';
import {
  membersAt,
  policyFolders,
  readRecords,
  verify,
  type JournalRecord,
  type WholeRecord,
} from '../../pkg/journal/index.js';
import { kept, PRODUCTION, say, town } from '../builders.js';
import type { GitHubSimulator, LoggedRequest, Organization } from '../fakes/github/index.js';
import { Disk } from '../journal/stage.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { DAY, Loop, MINUTE } from './loop.js';

const FAR = '2100-01-01T00:00:00.000Z';

describe('The journal of the controller', function () {
  this.timeout(120_000);
  let loop: Loop;
  let acme: Organization;
  let disk: Disk;

  beforeEach(async () => {
    acme = town({ members: 6, others: 4 });
    disk = new Disk();
    loop = await Loop.open({ organizations: [acme], files: disk });
    loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '30m' } }));
    await loop.start();
    expect(loop.ready('acme')).to.equal('True Converged');
  });
  afterEach(() => loop.close());
  after(removeTemporaryFolders);

  const root = (): string => join(loop.state, '.journal');
  const records = async (kind?: JournalRecord['kind']): Promise<WholeRecord[]> => {
    const all = (await readRecords(await policyFolders([root()], { namespace: undefined, name: 'acme' }))).records;
    return kind === undefined ? all : all.filter((record) => record.kind === kind);
  };
  const members = async (): Promise<number[]> => {
    const at = membersAt(FAR, await records());
    return at.ok ? at.members.map(({ id }) => id) : expect.fail('no record');
  };
  const isRight = async (when: string): Promise<void> => {
    const sorted = [...kept(acme).members].sort((a, b) => a - b);
    expect(await members(), when).to.deep.equal(sorted);
  };
  const isWhole = async (): Promise<void> => {
    const { chains } = await verify({ folders: [root()], keys: [], checkpoints: [], heads: [] });
    expect(chains.flatMap(({ faults }) => faults)).to.deep.equal([]);
  };
  const pass = (): Promise<void> => loop.pass(10.6 * MINUTE);
  const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';
  const puts = (github: GitHubSimulator = loop.github): number => github.requests.filter(isPut).length;

  it('equals the ruleset after a promotion, a demotion, drift and lost answers, and over restarts', async () => {
    say(acme.get('other-001'), 'production');
    await pass();
    await isRight('after a promotion');

    say(acme.get('member-001'), 'deprecated');
    await pass();
    await loop.restart();
    for (let passes = 0; passes < 4; passes += 1) await pass();
    await isRight('after a demotion');
    expect(kept(acme).members).not.to.include(acme.get('member-001').id);

    kept(acme).setMembers(kept(acme).members.slice(1));
    await pass();
    await isRight('after drift');

    acme.createRepository({ name: 'fresh', files: { 'entity.datadog.yaml': PRODUCTION } });
    loop.github.faults.when(isPut, { kind: 'put-applied-reset' });
    await pass();
    await isRight('after an answer that never came');

    acme.createRepository({ name: 'fresher', files: { 'entity.datadog.yaml': PRODUCTION } });
    loop.github.faults.when(isPut, { kind: 'put-ignored' });
    await pass();
    await pass();
    await isRight('after a write that was not applied');
    const outcomes = (await records()).map(({ kind }) => kind).filter((kind) => kind.startsWith('Write'));
    expect(outcomes.filter((kind) => kind === 'WriteIntended')).to.have.length(
      outcomes.filter((kind) => kind !== 'WriteIntended').length,
      'each intent has one outcome',
    );
    expect(outcomes).to.include('WriteUnproved');
    await isWhole();
    expect((await records('ChainStarted')).length, 'one chain').to.equal(1);
  });

  it('is not written by passes that change nothing, but for the summary of a day that is over', async () => {
    // A day of passes every ten minutes would say no more.
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '2h' }, exit: { gracePeriod: '30m' } }));
    await loop.touch('acme.yaml', 'acme');
    const before = (await records()).length;
    for (let passes = 0; passes < 3; passes += 1) await loop.lookNow();
    expect((await records()).length).to.equal(before);
    const logged = loop.logged('Checkpoint').length;
    await loop.pass(DAY);
    const more = (await records()).slice(before);
    expect(more.map(({ kind }) => kind)).to.deep.equal(['DaySummary']);
    expect(more[0]?.data['passes']).to.have.nested.property('full.Succeeded').that.is.greaterThan(3);
    expect(more[0]?.data).to.include({ members: 6, exposureSeconds: 0 });
    expect(loop.logged('Checkpoint').length).to.equal(logged + 1);
    expect(loop.logged('Checkpoint').at(-1)).to.include.keys('origin', 'size', 'root', 'note');
    expect(loop.logged('Journal opened')[0]).to.include.keys('vkey');
    await isWhole();
  });

  it('flushes three times for a pass with one write, and not at all for one that changes nothing', async () => {
    const flushes = (): number => disk.calls.filter((call) => call === 'sync' || call === 'syncFolder').length;
    const during = async (change: () => unknown): Promise<number> => {
      change();
      const before = flushes();
      await pass();
      return flushes() - before;
    };
    for (const name of ['other-001', 'other-002', 'other-003'])
      expect(await during(() => say(acme.get(name), 'production')), `${name} enters`).to.be.within(1, 3);
    expect(await during(() => undefined)).to.equal(0);
    expect(puts(), 'one a pass').to.equal(3);
    // Who demoted it is asked in the same pass, and its clock runs half an hour: it leaves by a later one.
    say(acme.get('member-001'), 'deprecated');
    for (let passes = 0; passes < 5; passes += 1) expect(await during(() => undefined)).to.be.within(0, 3);
    expect(puts(), 'and it left').to.equal(4);
    await isWhole();
  });

  it('is named by every status, and counted', async () => {
    say(acme.get('other-001'), 'production');
    await pass();
    const last = (await records()).at(-1);
    expect(loop.status('acme').journal).to.include({ chain: last?.chain, sequence: last?.seq });
    expect(await loop.metric('plus1_journal_sequence')).to.equal(last?.seq);
    expect(await loop.metric('plus1_journal_bytes')).to.be.greaterThan(1_000);
    expect(await loop.metric('plus1_journal_errors_total')).to.equal(0);
  });

  for (const [what, fault] of [
    ['takes no byte more', (call: string) => (call === 'write' ? 'ENOSPC' : undefined)],
    ['takes some bytes and says nothing', (call: string) => (call === 'write' ? 7 : undefined)],
    ['cannot be flushed', (call: string) => (call === 'sync' ? 'EIO' : undefined)],
    ['is read-only', (call: string) => (['open', 'create', 'rename'].includes(call) ? 'EROFS' : undefined)],
  ] as const) {
    it(`on a disk that ${what} keeps every write from GitHub, and recovers without a restart`, async () => {
      say(acme.get('other-001'), 'production');
      loop.github.reset();
      let isFull = false;
      disk.fault = (call, path) => {
        // A disk that takes seven bytes takes them once.
        if (typeof fault(call) === 'number' && isFull) return 'ENOSPC';
        if (call === 'write') isFull = true;
        return path.endsWith('.jsonl') || call === 'rename' ? fault(call) : undefined;
      };
      await pass();
      expect(puts(), 'entering included').to.equal(0);
      expect(loop.ready('acme')).to.equal('False JournalUnavailable');
      expect(loop.status('acme').compliance, 'passes go on observing').to.include({ ungoverned: 1 });
      expect(await loop.metric('plus1_journal_errors_total')).to.be.greaterThan(0);
      disk.fault = () => undefined;
      await pass();
      expect(loop.ready('acme')).to.equal('True Converged');
      await isRight('after the recovery');
      await isWhole();
    });
  }

  it('whose folder goes while it runs starts a new chain, after what was there, without a pass that fails', async () => {
    const lost = loop.status('acme').journal;
    rmSync(join(root(), 'default'), { recursive: true });
    say(acme.get('other-001'), 'production');
    await pass();
    expect(loop.ready('acme')).to.equal('True Converged');
    expect(loop.events('JournalLost')).to.have.length(1);
    const [start] = await records();
    expect(start?.data['after']).to.deep.equal({ chain: lost?.chain, sequence: lost?.sequence, hash: lost?.headHash });
    await isRight('after the loss');
    await isWhole();
    await pass();
    expect(loop.events('JournalLost'), 'once').to.have.length(1);
  });

  it('ends with the deletion of its policy, and stays', async () => {
    await loop.edit('acme.yaml', undefined, 'acme');
    await loop.until(() => loop.logged('Policy deleted').length > 0, 'the policy was deleted');
    await loop.settle();
    expect((await records()).at(-1)?.kind).to.equal('PolicyDeleted');
    await isWhole();
  });

  it('records a hold when it starts and when nothing is held any more', async () => {
    for (const name of ['member-001', 'member-002', 'member-003', 'member-004']) say(acme.get(name), 'deprecated');
    for (let passes = 0; passes < 5; passes += 1) await pass();
    expect(loop.ready('acme')).to.equal('False Held');
    const held = await records('PlanHeld');
    expect(held.map(({ data }) => [data['reason'], (data['leave'] as object[]).length])).to.deep.equal([
      ['TooManyLeaving', 4],
    ]);
    for (const name of ['member-001', 'member-002', 'member-003', 'member-004']) say(acme.get(name), 'production');
    await pass();
    expect((await records('PlanReleased')).map(({ data }) => data['leave'])).to.deep.equal([[]]);
    await isRight('nobody left');
  });

  it('counts who changes a policy, what is exposed and for how long', async () => {
    await loop.edit('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '1h' } }), 'acme');
    const [first, second] = await records('PolicyChanged');
    expect([first?.data['before'], first?.data['generation']]).to.deep.equal([null, 1]);
    expect(second?.data).to.have.nested.property('before.exit.gracePeriod', '30m');
    expect(second?.data).to.have.nested.property('after.exit.gracePeriod', '1h');

    kept(acme).edit({ enforcement: 'disabled' });
    await pass();
    kept(acme).edit({ enforcement: 'active' });
    await pass();
    const [ended] = await records('ExposureEnded');
    const exposed = ended?.data['repositories'] as { seconds: number }[];
    expect(exposed).to.have.length(6);
    for (const { seconds } of exposed) expect(seconds).to.be.within(500, 1_400);
    expect(await loop.metric('plus1_exposure_seconds_total')).to.be.within(6 * 500, 6 * 1_400);
    const changed = await records('RulesetChanged');
    expect(
      changed.map(({ data }) =>
        [data['before'], data['after']].map((each) => (each as { enforcement: string }).enforcement),
      ),
    ).to.deep.equal([
      ['active', 'disabled'],
      ['disabled', 'active'],
    ]);
  });
});
