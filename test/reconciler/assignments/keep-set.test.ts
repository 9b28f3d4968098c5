/** A second assignment, of the test folder: guards, holds, approvals, journal and proof are those that there are. */
import { join } from 'node:path';
import { expect } from 'chai';
import { JOURNAL_DEFAULTS } from '../../../cmd/plus1/journal-flags.js';
import { openJournal } from '../../../cmd/plus1/journal-source.js';
import { silentLog } from '../../../pkg/base/index.js';
import type { ApprovalVerdict, GivenApproval } from '../../../pkg/governance/index.js';
import { policyFolders, readRecords, verify, type WholeRecord } from '../../../pkg/journal/index.js';
import { keepSet, type KeptSet } from '../../../pkg/reconciler/assignments/keep-set.js';
import type { SetMemory } from '../../../pkg/reconciler/assignments/plan-set.js';
import { journaled, NO_RECORD, type JournalKeeper } from '../../../pkg/reconciler/index.js';
import { VirtualClock } from '../../fakes/clock.js';
import { specOf } from '../../governance/builders.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { endpoint, ToySet, type Endpoint } from './toy.js';

const signal = new AbortController().signal;

describe('A second assignment', () => {
  let toy: ToySet;
  let clock: VirtualClock;
  let state: string;
  let keeper: JournalKeeper;
  let memory: SetMemory;
  let approvals: GivenApproval[];
  let kept: ApprovalVerdict[];
  let passes: number;
  beforeEach(() => {
    [toy, clock, state, memory, approvals, kept, passes] = [
      new ToySet(),
      new VirtualClock(),
      temporaryFolder(),
      {},
      [],
      [],
      0,
    ];
    keeper = openJournal({
      flags: { ...JOURNAL_DEFAULTS, journal: join(state, 'journal') },
      ...{ cwd: '/', state, program: 'plus1-controller', writer: 'plus1-0', clock, log: silentLog },
    });
  });

  interface Options {
    isWriting?: boolean;
    isSkewed?: boolean;
  }

  async function pass(
    wanted: readonly Endpoint[],
    { isWriting = true, isSkewed = false }: Options = {},
  ): Promise<KeptSet<Endpoint>> {
    await clock.advance(60_000);
    passes += 1;
    const spec = specOf();
    const about = { key: { namespace: 'default', name: 'acme' }, uid: '3f9a1c07-1111-4222-8333-444455556666', spec };
    const journal = keeper.pass({ ...about, status: {}, reconcileID: `pass ${passes}` });
    const record = journaled(
      {
        ...NO_RECORD,
        approvals: { list: async () => approvals, keep: async (verdicts) => void kept.push(...verdicts) },
      },
      journal,
    );
    const request = { wanted, guards: spec.guards, memory, approvals, nowMs: clock.now(), isSkewed };
    const outcome = await keepSet(toy, request, { record, isWriting }, signal);
    memory = outcome.memory;
    return outcome;
  }

  function approve({ held }: KeptSet<Endpoint>, approver = 'ann'): void {
    if (held === undefined) throw new Error('nothing is held');
    const time = new Date(clock.now()).toISOString();
    const by = { approver, groups: [], kind: 'Normal' as const, reason: 'looked at it', planHash: held.planHash };
    approvals = [...approvals, { name: approver, uid: `uid-${approver}`, time, verified: true, ...by }];
  }

  const records = async (): Promise<WholeRecord[]> =>
    (await readRecords(await policyFolders([join(state, 'journal')], { namespace: undefined, name: 'acme' }))).records;
  const told = async (): Promise<string[]> =>
    (await records())
      .filter(({ data }) => (data as { assignment?: string }).assignment === 'toy')
      .map(({ kind }) => kind);
  const ids = (): number[] => [...toy.inIt.keys()];

  it('lets go at once, and holds what enters until a person approved that very plan', async () => {
    toy.inIt.set(1, endpoint(1));
    const held = await pass([endpoint(2)]);
    expect([ids(), held.held?.reason, held.held?.count]).to.deep.equal([[], 'ApprovalRequired', 1]);
    expect(held.held?.expiryTime).to.be.a('string');
    approve(held);
    const { isWritten, verdicts, held: now } = await pass([endpoint(2)]);
    expect([ids(), isWritten, now]).to.deep.equal([[2], true, undefined]);
    expect(verdicts.map((verdict) => verdict.state)).to.deep.equal(['Used']);
    // Marked before its write was sent.
    expect(kept.map((verdict) => verdict.state)).to.deep.equal(['Used']);
    expect(await told()).to.deep.equal([
      ...['WriteIntended', 'WriteProved', 'PlanHeld'],
      ...['WriteIntended', 'WriteProved', 'PlanReleased'],
    ]);
    expect(memory.heldSince).to.equal(undefined);
  });

  it('is released item by item, also by an approval of an earlier plan of the hold, which the journal knows', async () => {
    approve(await pass([endpoint(2)]));
    const { held } = await pass([endpoint(2), endpoint(3)]);
    expect([ids(), held?.count]).to.deep.equal([[2], 1]);
    expect(await told()).to.deep.equal(['PlanHeld', 'WriteIntended', 'WriteProved', 'PlanReleased', 'PlanHeld']);
  });

  it('tells a held plan once', async () => {
    for (let n = 0; n < 3; n += 1) await pass([endpoint(2)]);
    expect([await told(), toy.writes]).to.deep.equal([['PlanHeld'], 0]);
  });

  it('keeps out what lacks evidence, and everything while the time is in doubt', async () => {
    const { retained, held } = await pass([endpoint(2, false)]);
    expect([retained.map(({ why }) => why), held]).to.deep.equal([['nobody asked for it'], undefined]);
    toy.inIt.set(1, endpoint(1));
    const skewed = await pass([endpoint(3)], { isSkewed: true });
    // What strengthens needs no time.
    expect([ids(), skewed.retained.length, skewed.held]).to.deep.equal([[], 1, undefined]);
  });

  it('writes nothing in a dry run, and shows the same plan', async () => {
    toy.inIt.set(1, endpoint(1));
    const dry = await pass([endpoint(2)], { isWriting: false });
    expect([ids(), toy.writes, await told()]).to.deep.equal([[1], 0, []]);
    expect(dry.decision.whole.hash).to.equal((await pass([endpoint(2)])).decision.whole.hash);
  });

  it('proves a write by a read: a lost answer is one, a refusal is none', async () => {
    toy.inIt.set(1, endpoint(1));
    toy.next = 'lost';
    expect(await pass([])).to.deep.include({ isWritten: true });
    toy.inIt.set(1, endpoint(1));
    toy.next = 'refused';
    const { isWritten, error } = await pass([]);
    expect([isWritten, error?.code, ids()]).to.deep.equal([false, 'PLUS1_WRITE_REFUSED', [1]]);
    expect(await told()).to.deep.equal(['WriteIntended', 'WriteProved', 'WriteIntended', 'WriteUnproved']);
    expect((await pass([])).isWritten).to.equal(true);
  });

  it('leaves the membership that the journal replays alone, and the journal whole', async () => {
    toy.inIt.set(1, endpoint(1));
    approve(await pass([endpoint(2)]));
    await pass([endpoint(2)]);
    const { chains } = await verify({ folders: [join(state, 'journal')], keys: [], checkpoints: [], heads: [] });
    expect(chains.flatMap(({ faults }) => faults)).to.deep.equal([]);
    expect((await records()).filter(({ kind }) => kind === 'WriteIntended')).to.have.length(2);
  });
});
