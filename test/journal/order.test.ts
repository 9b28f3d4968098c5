/** Chains of several writers whose clocks differ: their records stand in the order in which one took over from the other. */
import { expect } from 'chai';
import { membersAt, policyFolders, readRecords, type WholeRecord } from '../../pkg/journal/index.js';
import { inOrder } from '../../pkg/journal/read/in-order.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { CONTEXT, event, intended, proved, signal, snapshotOf, Stage } from './stage.js';

after(removeTemporaryFolders);

const MINUTE = 60_000;

describe('Records of several writers', () => {
  const records = async (stage: Stage): Promise<WholeRecord[]> =>
    (await readRecords(await policyFolders([stage.root], { namespace: 'platform', name: 'acme' }))).records;

  it('follow each other as one took over from the other, whatever their clocks say', async () => {
    const stage = new Stage();
    const first = await stage.writer();
    await first.append([intended([1, 2], [3], [])], CONTEXT, signal);
    await first.append([proved([1, 2, 3])], CONTEXT, signal);
    const known = first.head;
    // Its clock is four minutes behind that of the first.
    stage.nowMs -= 4 * MINUTE;
    stage.options = { writer: 'plus1-1' };
    const second = await stage.writer({ known, snapshot: () => snapshotOf([1, 2, 3]) });
    await second.append([intended([1, 2, 3], [], [1])], CONTEXT, signal);
    await second.append([proved([2, 3])], CONTEXT, signal);
    stage.nowMs += 4 * MINUTE + 1_000;
    stage.options = {};
    const back = await stage.writer({ known: second.head, snapshot: () => snapshotOf([2, 3]) });
    await back.append([event('back')], CONTEXT, signal);

    const found = await records(stage);
    expect(found.map(({ chain, kind }) => [chain.split('/').at(-1)?.slice(0, 7), kind])).to.deep.equal([
      ...['ChainStarted', 'WriteIntended', 'WriteProved'].map((kind) => ['plus1-0', kind]),
      ...['ChainStarted', 'WriteIntended', 'WriteProved'].map((kind) => ['plus1-1', kind]),
      ...['SegmentStarted', 'SecurityEvent'].map((kind) => ['plus1-0', kind]),
    ]);
    const members = (time: string): number[] | undefined => {
      const at = membersAt(time, found);
      return at.ok ? at.members.map(({ id }) => id) : undefined;
    };
    expect(members('2100-01-01T00:00:00.000Z')).to.deep.equal([2, 3]);
    expect(members(new Date(stage.nowMs - 2 * MINUTE).toISOString()), 'by the clock that was behind').to.deep.equal([
      2, 3,
    ]);
  });

  it('of a policy that was deleted and made again follow those of the earlier one, though the clock was set back', async () => {
    const stage = new Stage();
    await stage.writer();
    stage.nowMs -= 45 * 60 * MINUTE;
    const again = { ...CONTEXT, policy: { ...CONTEXT.policy, uid: '0badcafe-1111-4222-8333-444455556666' } };
    const begun = await stage.writer({ ...again, snapshot: () => snapshotOf([2]) });
    const members = [1, 2, 3].map((id) => id + 10);
    // A policy whose name only begins alike is another one.
    const other = {
      ...again,
      policy: { ...again.policy, name: 'acme.eu', uid: '1badcafe-1111-4222-8333-444455556666' },
    };
    await stage.writer({ ...other, snapshot: () => snapshotOf(members) });
    stage.nowMs += 60 * 60 * MINUTE;
    await begun.append([intended([2], [3], []), proved([2, 3])], again, signal);

    const found = await records(stage);
    expect(found.map(({ policy, kind }) => [policy.uid.slice(0, 8), kind])).to.deep.equal([
      ['3f9a1c07', 'ChainStarted'],
      ...['ChainStarted', 'WriteIntended', 'WriteProved'].map((kind) => ['0badcafe', kind]),
    ]);
    const at = membersAt(new Date(stage.nowMs).toISOString(), found);
    expect(at.ok && at.members.map(({ id }) => id)).to.deep.equal([2, 3]);
    expect(found[1]?.data['after']).to.include({ chain: found[0]?.chain, sequence: 1 });
  });

  const record = (chain: string, seq: number, minute: number, after?: [string, number]): WholeRecord => ({
    ...{ v: 1, chain, seq, lastSeq: seq, prev: '', actor: '', pass: null, policy: CONTEXT.policy },
    time: new Date(Date.parse('2026-11-28T04:00:00.000Z') + minute * MINUTE).toISOString(),
    kind: after === undefined && seq > 1 ? 'SecurityEvent' : seq > 1 ? 'SegmentStarted' : 'ChainStarted',
    data: {
      ...snapshotOf([1]),
      tool: '0.2.0',
      after: after === undefined ? null : { chain: after[0], sequence: after[1], hash: `sha256:${'0'.repeat(64)}` },
    },
  });
  const named = (found: readonly WholeRecord[]): string => found.map(({ chain, seq }) => `${chain}${seq}`).join(' ');

  it('stand by time where no chain names another, as those of two policies of one name', () => {
    const one = [record('a', 1, 0), record('a', 2, 5), record('a', 3, 9)];
    const other = [record('b', 1, 2), record('b', 2, 7)];
    expect(named(inOrder([one, other]))).to.equal('a1 b1 a2 b2 a3');
    expect(named(inOrder([other, one]))).to.equal('a1 b1 a2 b2 a3');
  });

  it('follow what the writer before wrote without anybody knowing', () => {
    const one = [record('a', 1, 10), record('a', 2, 11), record('a', 3, 12)];
    expect(named(inOrder([[record('b', 1, 0, ['a', 2]), record('b', 2, 1)], one]))).to.equal('a1 a2 a3 b1 b2');
  });

  it('of a chain that is not there, and of chains that name each other in a circle, stand by time', () => {
    expect(named(inOrder([[record('b', 1, 5, ['lost', 7])], [record('a', 1, 0)]]))).to.equal('a1 b1');
    const circle = [[record('a', 1, 1, ['b', 1])], [record('b', 1, 0, ['a', 1])]];
    expect(named(inOrder(circle))).to.equal('b1 a1');
  });
});
