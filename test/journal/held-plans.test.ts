/** The plans of a hold, and the approvals that were used for it, as the records of a chain name them. */
import { expect } from 'chai';
import { holdRecords, type Entry } from '../../pkg/journal/index.js';
import type { ChainWriter } from '../../pkg/journal/chain/writer.js';
import { CONTEXT, signal, snapshotOf, Stage } from './stage.js';

const HOUR_MS = 3_600_000;
const EARLY = '2026-01-01T00:00:00Z';
const LATE = '2100-01-01T00:00:00Z';

const member = (id: number): { id: number; name: string; status: string } => ({
  id,
  name: `svc-${id}`,
  status: 'gone',
});

function record(kind: 'PlanHeld' | 'PlanReleased' | 'HoldExpired', plan: string, more: object = {}): Entry {
  const data = { planHash: plan, reason: 'TooManyLeaving', leave: [member(1)], enter: [], approvals: [], ...more };
  return { kind, data };
}
const mode = (word: string, generation: number): Entry => ({
  kind: 'PolicyChanged',
  data: { generation, before: null, after: { mode: word } },
});
const by = (uid: string): object => ({
  approvals: [{ approver: 'ann', groups: [], kind: 'Normal', reason: 'Retired', time: EARLY, verified: false, uid }],
});

describe('The records of a hold', () => {
  let stage: Stage;
  let writer: ChainWriter;
  let passes = 0;
  beforeEach(async () => {
    stage = new Stage();
    writer = await stage.writer();
  });

  /** One flush, of a pass of its own. */
  async function write(...entries: Entry[]): Promise<void> {
    stage.nowMs += HOUR_MS;
    passes += 1;
    await writer.append(entries, { ...CONTEXT, pass: `pass-${passes}` }, signal);
  }
  const now = (): string => new Date(stage.nowMs).toISOString();
  async function read(since = LATE): Promise<{ plans: string[]; used: string[] }> {
    const { plans, used } = await holdRecords(stage.disk, writer.folder, since);
    return { plans: [...plans.keys()], used: [...used] };
  }

  it('are all plans that it had, though it expired or was released in part meanwhile', async () => {
    await write(record('PlanHeld', 'a'));
    await write(record('PlanHeld', 'b'));
    await write(record('HoldExpired', 'b'), record('PlanHeld', 'b'));
    await write(record('PlanReleased', 'b', by('u-1')), record('PlanHeld', 'c'));
    expect(await read()).to.deep.equal({ plans: ['a', 'b', 'c'], used: ['u-1'] });
  });

  for (const [reason, ending] of [
    ['a pass in which nothing was held', [record('PlanReleased', 'a', by('u-1'))]],
    ['a policy that only observes', [mode('Observe', 2)]],
  ] satisfies [string, Entry[]][]) {
    it(`begin again after ${reason}`, async () => {
      await write(record('PlanHeld', 'a'));
      await write(...ending);
      await write(mode('Enforce', 3));
      await write(record('PlanHeld', 'b'));
      expect(await read()).to.deep.equal({ plans: ['b'], used: [] });
    });
  }

  it('are not those of before another writer led, but for what was recorded while the hold ran for certain', async () => {
    await write(record('PlanHeld', 'a'));
    const since = now();
    await write(record('PlanHeld', 'b'));
    const other = { chain: `${writer.chain}9`, sequence: 7, hash: `sha256:${'a'.repeat(64)}` };
    await writer.join(other, snapshotOf([1, 2]), CONTEXT, signal);
    await write(record('PlanHeld', 'c'));
    expect((await read()).plans).to.deep.equal(['c']);
    expect((await read(since)).plans).to.deep.equal(['a', 'b', 'c']);
  });

  it('go back over closed segments, as far as the hold does', async () => {
    await write(record('PlanHeld', 'old'));
    await write(record('PlanReleased', 'old'));
    await write(record('PlanHeld', 'a'));
    // A month later, and again: the file before is closed, and compressed at the next opening.
    for (const plan of ['b', 'c']) {
      stage.nowMs += 32 * 24 * HOUR_MS;
      await write(record('PlanHeld', plan));
    }
    writer = await stage.writer();
    expect([...stage.contents(writer.folder).keys()].filter((name) => name.endsWith('.gz'))).to.have.length(2);
    expect((await read()).plans).to.deep.equal(['a', 'b', 'c']);
  });

  it('have every repository of a plan that takes many lines', async () => {
    const leave = Array.from({ length: 2_000 }, (_, at) => member(at + 1));
    await write(record('PlanHeld', 'a', { leave }));
    const { plans } = await holdRecords(stage.disk, writer.folder, LATE);
    expect(plans.get('a')?.leave).to.deep.equal(leave);
  });

  it('are none of a chain that is not there', async () => {
    expect(await holdRecords(stage.disk, stage.folder('none'), LATE)).to.deep.equal({
      plans: new Map(),
      used: new Set(),
    });
  });
});
