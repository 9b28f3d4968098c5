/** The records of a period, as reports read them: in the same order as all of them at once, and from a first record on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  PolicyPeriod,
  policyFolders,
  readRecords,
  realFiles,
  Replay,
  type Files,
  type WholeRecord,
} from '../../pkg/journal/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { CONTEXT, event, intended, proved, signal, snapshotOf, Stage, writeContents } from './stage.js';
import { temporaryFolder } from '../temporary-folder.js';

after(removeTemporaryFolders);

const DAY = 86_400_000;
const EARLIEST = '0000';

const folders = (...roots: string[]): ReturnType<typeof policyFolders> =>
  policyFolders(roots, { namespace: 'platform', name: 'acme' });

async function period(since: string, ...roots: string[]): Promise<WholeRecord[]> {
  const read: WholeRecord[] = [];
  const opened = await PolicyPeriod.open({ folders: await folders(...roots), since });
  for await (const record of opened.records()) read.push(record);
  expect(opened.unreadable).to.deep.equal([]);
  return read;
}

/** One chain over four months, each in a segment of its own, all but the last compressed. */
async function months(stage: Stage): Promise<void> {
  const members = [1, 2];
  const writer = await stage.writer();
  for (let month = 0; month < 4; month += 1) {
    const id = 10 + month;
    await writer.append([intended(members, [id], [])], CONTEXT, signal);
    members.push(id);
    await writer.append([proved(members), event(`month ${month}`)], CONTEXT, signal);
    await writer.checkpoint(signal);
    stage.nowMs += 31 * DAY;
  }
  await writer.append([event('end')], CONTEXT, signal);
  await writer.checkpoint(signal);
}

describe('the records of a period', () => {
  it('are all records where it begins before them', async () => {
    const stage = new Stage();
    await months(stage);
    expect(await period(EARLIEST, stage.root)).to.deep.equal((await readRecords(await folders(stage.root))).records);
  });

  it('begin with the last first record before it, and replay to the same membership', async () => {
    const stage = new Stage();
    await months(stage);
    const all = (await readRecords(await folders(stage.root))).records;
    for (const { time } of all) {
      const some = await period(time, stage.root);
      expect(some[0]?.kind).to.match(/^(Chain|Segment)Started$/);
      expect(some).to.deep.equal(all.slice(-some.length));
      const membersOf = (records: readonly WholeRecord[]): number[] => {
        const replay = new Replay();
        for (const record of records) if (record.time <= time) replay.apply(record);
        return [...replay.members.keys()].sort();
      };
      expect(membersOf(some)).to.deep.equal(membersOf(all));
    }
    expect(all.length - (await period(all.at(-1)?.time ?? '', stage.root)).length).to.be.greaterThan(6);
  });

  it('stand as one writer took over from another, whatever their clocks say', async () => {
    const stage = new Stage();
    let known = (await stage.writer()).head;
    for (let turn = 1; turn < 6; turn += 1) {
      stage.nowMs += turn % 2 === 0 ? 300_000 : -60_000;
      stage.options = { writer: `plus1-${turn % 2}` };
      const writer = await stage.writer({ known, snapshot: () => snapshotOf([1, 2]) });
      await writer.append([event(`turn ${turn}`)], CONTEXT, signal);
      known = writer.head;
    }
    const all = (await readRecords(await folders(stage.root))).records;
    expect(await period(EARLIEST, stage.root)).to.deep.equal(all);
    const turns = all.filter(({ kind }) => kind === 'SecurityEvent').map(({ data }) => data['message']);
    expect(turns).to.deep.equal([1, 2, 3, 4, 5].map((turn) => `turn ${turn}`));
  });

  it('are there once where a volume and an older copy of it are given', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.append([event('one')], CONTEXT, signal);
    await writer.checkpoint(signal);
    const copy = temporaryFolder();
    writeContents(copy, stage.contents());
    await writer.append([event('two')], CONTEXT, signal);
    await writer.checkpoint(signal);
    const all = (await readRecords(await folders(stage.root))).records;
    expect(await period(EARLIEST, stage.root, copy)).to.deep.equal(all);
    expect(await period(EARLIEST, copy, stage.root)).to.deep.equal(all);
  });

  it('of one kind are read without the others', async () => {
    const stage = new Stage();
    await months(stage);
    const opened = await PolicyPeriod.open({ folders: await folders(stage.root), since: EARLIEST });
    const found: unknown[] = [];
    for await (const { data } of opened.ofKind('SecurityEvent', ({ data }) => data['message'] === 'month 3'))
      found.push(data['message']);
    expect(found).to.deep.equal(['month 0', 'month 1', 'month 2']);
  });

  it('are covered by the oldest checkpoint that does, now and later', async () => {
    const stage = new Stage();
    await months(stage);
    const all = (await readRecords(await folders(stage.root))).records;
    const opened = await PolicyPeriod.open({ folders: await folders(stage.root), since: EARLIEST });
    const [first] = all;
    const { chain = '', seq = 0 } = all.find(({ data }) => data['message'] === 'month 1') ?? {};
    const note = await opened.checkpointFor(chain, seq);
    expect(note?.size).to.be.at.least(seq);
    expect((await opened.checkpointFor(chain, first?.seq ?? 0))?.size).to.be.at.most(note?.size ?? 0);
    expect(await opened.checkpointFor(chain, (all.at(-1)?.seq ?? 0) + 1)).to.equal(undefined);
    expect(await opened.checkpointFor('platform/acme.3f9a1c07/other.00000000', 1)).to.equal(undefined);
  });
});

describe('the records of a period of a large organization', () => {
  const rows = Array.from({ length: 6_000 }, (_, at) => ({
    id: at + 1,
    name: `svc-${at}-of-payments`,
    from: null,
    to: 'missing_file',
  }));

  /** What was asked of the file that is written: bytes of each read; nothing is read whole. */
  const watched = (asked: number[]): Files => ({
    ...realFiles,
    read: async (path, maxBytes) => {
      expect(path).to.not.match(/\.jsonl$/);
      return realFiles.read(path, maxBytes);
    },
    readFrom: async (path, offset, maxBytes) => {
      asked.push(maxBytes);
      return realFiles.readFrom(path, offset, maxBytes);
    },
  });

  const watchedPeriod = async (stage: Stage): Promise<{ opened: PolicyPeriod; asked: number[] }> => {
    const asked: number[] = [];
    const files = watched(asked);
    return { opened: await PolicyPeriod.open({ folders: await folders(stage.root), since: EARLIEST, files }), asked };
  };

  it('are read a part at a time, and are the same', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.append([{ kind: 'FindingsChanged', data: { repositories: rows } }, event('end')], CONTEXT, signal);
    await writer.checkpoint(signal);
    const { opened, asked } = await watchedPeriod(stage);
    const read: WholeRecord[] = [];
    for await (const record of opened.records()) read.push(record);
    expect(read).to.deep.equal((await readRecords(await folders(stage.root))).records);
    expect(asked.length).to.be.above(2);
    expect(Math.max(...asked)).to.be.at.most(262_144);
  });

  it('are read behind a line that is longer than any part, which is told', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.append([event('before')], CONTEXT, signal);
    await writer.checkpoint(signal);
    const path = join(stage.folder(writer.chain), '00000001.jsonl');
    const [first, ...others] = readFileSync(path, 'utf8').split(/(?<=\n)/);
    writeFileSync(path, `${first ?? ''}${'x'.repeat(900_000)}\n${others.join('')}`);
    const opened = await PolicyPeriod.open({ folders: await folders(stage.root), since: EARLIEST });
    const read: string[] = [];
    for await (const { kind } of opened.records()) read.push(kind);
    expect(read).to.deep.equal(['ChainStarted', 'SecurityEvent']);
    expect(opened.unreadable).to.have.length(1);
  });

  it('that ended before the journal began are told by its first lines alone', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.append([{ kind: 'FindingsChanged', data: { repositories: rows } }], CONTEXT, signal);
    await writer.checkpoint(signal);
    const { opened, asked } = await watchedPeriod(stage);
    const at = (ms: number): string => new Date(stage.nowMs + ms).toISOString();
    expect([await opened.beginsBefore(at(0)), await opened.beginsBefore(at(1))]).to.deep.equal([false, true]);
    expect(asked).to.deep.equal([30_001, 30_001]);
  });
});
