/** Records of another assignment than the repositories under the ruleset: they share the chain, and change nothing of its membership. */
import { expect } from 'chai';
import { holdRecords, verify, type Entry } from '../../pkg/journal/index.js';
import type { ChainWriter } from '../../pkg/journal/chain/writer.js';
import { CONTEXT, intended, proved, signal, Stage } from './stage.js';

const TOY = { assignment: 'toy', target: 'uid-1' };
const EARLY = '2026-01-01T00:00:00Z';

const of = (entry: Entry, assigned: object = TOY): Entry =>
  ({ ...entry, data: { ...entry.data, ...assigned } }) as Entry;

const hold = (kind: 'PlanHeld' | 'PlanReleased', planHash: string): Entry => ({
  kind,
  data: {
    ...{ planHash, reason: 'ApprovalRequired', leave: [{ id: 9, name: 'svc-9', status: 'x' }], enter: [] },
    approvals: [{ approver: 'ann', groups: [], kind: 'Normal', reason: 'so', time: EARLY, verified: false, uid: 'u' }],
  },
});

describe('journal: records of another assignment', () => {
  let stage: Stage;
  let writer: ChainWriter;
  beforeEach(async () => {
    stage = new Stage();
    writer = await stage.writer();
  });
  const write = (...entries: Entry[]): Promise<unknown> => writer.append(entries, CONTEXT, signal);
  const now = (): string => new Date(stage.nowMs).toISOString();

  it('leave the membership as it is, and the journal whole', async () => {
    await write(of(intended([7, 8], [9], [7])), intended([1, 2], [3], []), proved([1, 2, 3]), of(proved([8, 9])));
    expect([...writer.recorded.members.keys()]).to.deep.equal([1, 2, 3]);
    expect(writer.recorded.openIntent).to.equal(undefined);
    await write(of(intended([8, 9], [7], [])));
    // An intent of the toy is none of the ruleset.
    expect(writer.recorded.openIntent).to.equal(undefined);
    const { chains } = await verify({ folders: [stage.root], files: stage.disk, heads: [], keys: [], checkpoints: [] });
    expect(chains.flatMap(({ faults }) => faults)).to.deep.equal([]);
  });

  it('have holds of their own, each by its target', async () => {
    const second = { ...TOY, target: 'uid-2' };
    await write(
      hold('PlanHeld', 'sha256:own'),
      of(hold('PlanHeld', 'sha256:toy')),
      of(hold('PlanHeld', 'sha256:two'), second),
    );
    const plans = async (about?: { assignment: string; target: string }): Promise<string[]> => [
      ...(await holdRecords(stage.disk, writer.folder, now(), about)).plans.keys(),
    ];
    expect(await plans()).to.deep.equal(['sha256:own']);
    expect(await plans(TOY)).to.deep.equal(['sha256:toy']);
    expect(writer.recorded.hold).to.deep.include({ planHash: 'sha256:own' });
    expect(writer.recorded.holdOf(TOY)).to.deep.include({ planHash: 'sha256:toy' });
    await write(of(hold('PlanReleased', 'sha256:two'), second));
    expect([writer.recorded.holdOf(second), (writer.recorded.hold as { planHash: string }).planHash]).to.deep.equal([
      null,
      'sha256:own',
    ]);
    expect(await plans(TOY)).to.deep.equal(['sha256:toy']);
  });
});
