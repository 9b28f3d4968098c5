/** Kind of fault: the first records of a large organization are whole in memory, or in one stretch of work, when a pass opens its chain. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Groups } from '../../pkg/journal/record/group.js';
import type { Entry, JournalRecord } from '../../pkg/journal/record/record.js';
import { Replay } from '../../pkg/journal/record/replay.js';
import { replayedParts } from '../../pkg/journal/record/replayed-part.js';
import { split } from '../../pkg/journal/record/split.js';
import { sha256 } from '../../pkg/base/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { isWhole } from './read-chain.js';
import { CONTEXT, signal, snapshotOf, Stage } from './stage.js';

after(removeTemporaryFolders);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const REPOSITORIES = 8_000;
/** Enough for three writes. */
const SOME = 2_500;
const SEGMENT = '00000001.jsonl';
/** Of each repository, while the parts of a record are put together and after that. With parts that are kept whole it is 510 and 196. */
const MOST_INSIDE = 300;
const MOST_AFTER = 185;
/** Between two turns of others: a part of the file, and the line that goes beyond it. */
const MOST_STRETCH = 300_000;

const ids = Array.from({ length: REPOSITORIES }, (_, at) => at + 1);

/** As the first pass over an organization writes it. */
const found = (count: number): Entry => ({
  kind: 'FindingsChanged',
  data: {
    repositories: ids.slice(0, count).map((id) => ({
      ...{ id, name: `svc-${id}`, from: null, to: 'valid_production', codes: [], owner: `team-${id % 20}` },
      ...{ path: 'entity.datadog.yaml', line: id % 30, commit: sha256(`head ${id}`).slice(0, 40) },
      ...{ author: `author-${id % 20}`, pullRequest: null },
    })),
  },
});

const usedBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

describe('A chain that names each repository of a large organization', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let path = '';

  before(async () => {
    const writer = await stage.writer({ snapshot: () => snapshotOf(ids) });
    await writer.append([found(REPOSITORIES)], CONTEXT, signal);
    path = join(stage.folder(writer.chain), SEGMENT);
    expect(statSync(path).size, 'bytes of the segment').to.be.above(2_000_000);
  });

  /** Opens it; `at` is asked after each line. */
  async function open(at: (bytes: number) => void): ReturnType<Stage['open']> {
    const { disk } = stage;
    const [read, readLines] = [disk.read.bind(disk), disk.readLines.bind(disk)];
    disk.read = async (asked, maxBytes) => {
      expect(asked, 'a file that is read whole').to.not.equal(path);
      return read(asked, maxBytes);
    };
    let bytes = 0;
    disk.readLines = async (asked, maxBytes, take) =>
      readLines(asked, maxBytes, async (line, isEnded) => {
        await take(line, isEnded);
        bytes += line.length + 1;
        at(bytes);
      });
    try {
      return await stage.open();
    } finally {
      for (const name of ['read', 'readLines'] as const) Reflect.deleteProperty(disk, name);
    }
  }

  it('is read a part at a time, with a turn for others between two of them', async () => {
    let [before, longest, isOpen] = [0, 0, false];
    let now = 0;
    const round = (): void => {
      longest = Math.max(longest, now - before);
      before = now;
      if (!isOpen) setImmediate(round);
    };
    round();
    const { writer } = await open((bytes) => (now = bytes));
    isOpen = true;
    expect(writer.recorded.repositories.size).to.equal(REPOSITORIES);
    expect(longest, 'bytes in one stretch').to.be.within(100_000, MOST_STRETCH);
  });

  it('holds of each what the replay needs, while its parts are put together and after that', async () => {
    const { size } = statSync(path);
    const measure = async (): Promise<[inside: number, after: number]> => {
      const before = usedBytes();
      let inside = 0;
      const opened = await open((bytes) => {
        if (inside === 0 && bytes > 0.95 * size) inside = usedBytes() - before;
      });
      const after = usedBytes() - before;
      expect(opened.writer.recorded.members.size).to.equal(REPOSITORIES);
      return [inside / REPOSITORIES, after / REPOSITORIES];
    };
    // What is compiled for it, and what is made once, is not counted.
    for (let warm = 0; warm < 2; warm += 1) await measure();
    const [inside, after] = await measure();
    expect(inside, 'bytes of each before the last part').to.be.within(100, MOST_INSIDE);
    expect(after, 'bytes of each').to.be.within(100, MOST_AFTER);
  });
});

describe('The records of a first pass over a large organization', function () {
  this.timeout(60_000);
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });

  it('are made with turns for others, and written from one place in memory, a part at a time', async () => {
    const writer = await stage.writer();
    const { disk } = stage;
    let [rounds, isWritten, longest] = [0, false, 0];
    const round = (): void => {
      rounds += 1;
      if (!isWritten) setImmediate(round);
    };
    // Nothing waits for the disk before the file is opened.
    disk.fault = (call) => {
      isWritten ||= call === 'open';
      return undefined;
    };
    const open = disk.open.bind(disk);
    disk.open = async (path) => {
      const file = await open(path);
      const write: typeof file.write = (bytes, offset) => {
        longest = Math.max(longest, bytes.length);
        return file.write(bytes, offset);
      };
      return { ...file, write };
    };
    setImmediate(round);
    await writer.append([found(REPOSITORIES)], CONTEXT, signal);
    Reflect.deleteProperty(disk, 'open');
    expect(rounds).to.be.above(20);
    expect(longest, 'bytes of one write').to.be.within(500_000, 1_048_576);
    await isWhole(stage);
  });

  for (const fault of ['ENOSPC', 7] as const)
    it(`are taken back where the disk takes a part of them (${fault}), and written by the next try`, async () => {
      const writer = await stage.writer();
      const before = readFileSync(join(stage.folder(writer.chain), SEGMENT));
      let writes = 0;
      stage.disk.fault = (call) => {
        if (call === 'write') writes += 1;
        if (call === 'sync' && fault === 7 && writes > 2) return 'EIO';
        return call === 'write' && writes === 3 ? fault : undefined;
      };
      const thrown: unknown = await writer.append([found(SOME)], CONTEXT, signal).catch((error: unknown) => error);
      expect(thrown).to.have.property('code', 'PLUS1_JOURNAL_UNAVAILABLE');
      stage.disk.fault = () => undefined;
      await writer.append([], CONTEXT, signal);
      expect(readFileSync(join(stage.folder(writer.chain), SEGMENT)).equals(before)).to.equal(true);
      await writer.append([found(SOME)], CONTEXT, signal);
      expect((await stage.writer()).recorded.repositories.size).to.equal(SOME);
      await isWhole(stage);
    });
});

describe('What of a part of a record is kept for the replay', () => {
  const recordsOf = ({ kind, data }: Pick<JournalRecord, 'kind' | 'data'>): JournalRecord[] => {
    const { parts } = split(data, 3_000);
    expect(parts.length).to.be.above(3);
    return parts.map((part, at) => ({
      ...{ v: 1, chain: 'a/b/c', seq: at + 1, prev: `sha256:${'0'.repeat(64)}`, time: '2026-11-28T04:00:00.000Z' },
      ...{ kind, actor: 'plus1/0.2.0', ...CONTEXT, part: [at + 1, parts.length], data: part },
    }));
  };
  const replayOf = (records: readonly JournalRecord[], groups: Groups): unknown => {
    const replay = new Replay();
    for (const record of records) {
      const whole = groups.push(record);
      if (whole !== undefined) replay.apply(whole);
    }
    return [replay.snapshot(), replay.names, replay.members];
  };
  const start = { kind: 'ChainStarted', data: { ...snapshotOf(ids.slice(0, 300)), tool: '0.2.0', after: null } };
  const rowsOf = ({ data }: Pick<JournalRecord, 'data'>): unknown[] => data['repositories'] as unknown[];
  const wrong = (rows: unknown[], row: unknown): JournalRecord['data'] => ({ repositories: [...rows, row] });

  for (const [what, record] of [
    ['the first record of a chain', start],
    [
      'a row with more than it knows',
      { ...start, data: { ...start.data, ...wrong(rowsOf(start), [9_999, 'x', 'y', 'z', 'more']) } },
    ],
    ['a row that is none', { ...start, data: { ...start.data, ...wrong(rowsOf(start), [9_999, 'x']) } }],
    ['findings', found(300)],
    ['findings with one that is none', { kind: 'FindingsChanged', data: wrong(rowsOf(found(300)), { id: 'x' }) }],
    [
      'findings that name one twice',
      { kind: 'FindingsChanged', data: wrong(rowsOf(found(300)), { id: 1, name: 'y', from: 'a', to: null, more: 1 }) },
    ],
  ] as [string, Pick<JournalRecord, 'kind' | 'data'>][])
    it(`says the same: ${what}`, () => {
      const records = recordsOf(record);
      const told = structuredClone(records);
      expect(replayOf(records, new Groups(replayedParts()))).to.deep.equal(replayOf(told, new Groups()));
      expect(records).to.deep.equal(told);
    });
});
