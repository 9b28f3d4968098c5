import { expect } from 'chai';
import { membersHash } from '../../pkg/base/index.js';
import { Replay, type Entry } from '../../pkg/journal/index.js';
import { CONTEXT, intended, proved, snapshotOf } from './stage.js';

const HASH = `sha256:${'1a'.repeat(32)}`;
const OWN = { name: 'plus1_enforcement', purpose: 'Template', sha256: HASH };

const creation = (enter?: readonly number[]): Entry => ({
  kind: 'CreateIntended',
  data: {
    ...{ ...OWN, ruleset: {}, members: [...(enter ?? [7])] },
    ...(enter && { enter: enter.map((id) => ({ id, name: `svc-${id}` })) }),
  },
});
const made: Entry = { kind: 'CreateProved', data: { ...OWN, id: 77 } };
const refused: Entry = { kind: 'CreateRefused', data: { ...OWN, error: 'so' } };

/** Members after these records, and what cannot be true of them. */
function replayed(entries: readonly Entry[]): { members: number[]; doubts: string[]; replay: Replay } {
  const replay = new Replay({ isChecked: true });
  const started = { ...snapshotOf([1, 2]), tool: '1', after: null };
  const all: Entry[] = [{ kind: 'ChainStarted', data: started }, ...entries];
  const doubts = all.flatMap((entry, at) => {
    const record = { ...entry, ...CONTEXT, v: 1, chain: 'c', seq: at + 1, lastSeq: at + 1, prev: HASH, actor: 'a' };
    return replay.apply({ ...record, time: '2026-11-28T04:00:00.000Z' }) ?? [];
  });
  return { members: [...replay.members.keys()], doubts, replay };
}

describe('journal: a ruleset that was made', () => {
  it('has those who enter with it, and nobody of the one before', () => {
    const { members, doubts, replay } = replayed([
      creation([2, 3]),
      made,
      intended([2, 3], [4], []),
      proved([2, 3, 4]),
    ]);
    expect([members, doubts]).to.deep.equal([[2, 3, 4], []]);
    expect(replay.members.get(3)?.because).to.deep.equal({ kind: 'CreateProved', chain: 'c', sequence: 3 });
    expect(replay.names.get(3)).to.equal('svc-3');
    expect(replay.snapshot().members).to.deep.equal([2, 3, 4]);
    expect(membersHash(members)).to.equal(membersHash([2, 3, 4]));
  });

  const unchanged: { title: string; entries: Entry[] }[] = [
    { title: 'has nobody before its outcome is known', entries: [creation([3])] },
    { title: 'has nobody where it was refused', entries: [creation([3]), refused, made] },
    { title: 'of another purpose changes nothing of the governed membership', entries: [creation(), made] },
    { title: 'without its intent changes nothing', entries: [made] },
  ];
  for (const { title, entries } of unchanged) {
    it(title, () => expect(replayed(entries).members).to.deep.equal([1, 2]));
  }
});
