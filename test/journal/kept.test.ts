/**
 * The checkpoints that are kept: one that is missing, moved or there twice is found, whichever it is. And what is right all the same: what
 * a crash leaves, a copy of a running journal, what earlier versions wrote.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ChainWriter } from '../../pkg/journal/chain/writer.js';
import { exportChain } from '../../pkg/journal/read/export.js';
import { joinNotes, originOf, parseCheckpoint, splitNotes } from '../../pkg/journal/proof/checkpoint.js';
import { signingKey } from '../../pkg/journal/proof/key.js';
import { signNote } from '../../pkg/journal/proof/note.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { sampleOf } from '../sample.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { codes, contentsOf, journal, judge, NOTHING, type Contents } from './small-journal.js';
import { CONTEXT, event, signal, Stage, writeContents } from './stage.js';

after(removeTemporaryFolders);

const KEPT = 'checkpoints';
const NEWEST = 'checkpoint';

const notesIn = (contents: Contents, chain: string, file = KEPT): string[] =>
  splitNotes(contents.get(`/${chain}/${file}`)?.toString() ?? '').map((note) => note?.text ?? expect.fail('no note'));

/** `notes`: none for a file that is not there. */
const withKept = (contents: Contents, chain: string, notes: readonly string[]): Contents => {
  const copy = new Map(contents);
  if (notes.length === 0) copy.delete(`/${chain}/${KEPT}`);
  else copy.set(`/${chain}/${KEPT}`, Buffer.from(joinNotes(notes)));
  return copy;
};

/** One pass at that time, of a process that starts for it where none is given. */
async function pass(stage: Stage, time: string, running?: ChainWriter): Promise<void> {
  stage.nowMs = Date.parse(time);
  const writer = running ?? (await stage.writer());
  await writer.append([event(time)], CONTEXT, signal);
  await writer.checkpoint(signal);
}

describe('The checkpoints that are kept', function () {
  this.timeout(120_000);
  let chain: string;
  let contents: Contents;
  let notes: string[];
  before(async () => {
    ({ chain, contents } = await journal());
    notes = notesIn(contents, chain);
  });
  const expectFound = async (kept: readonly string[], what: string): Promise<void> => {
    const verdict = await judge(chain, withKept(contents, chain, kept));
    expect(verdict.faults, what).to.have.length(1);
    expect(verdict.faults[0], what).to.include({ code: 'signature-wrong', file: KEPT });
  };

  it('are those of days, of the end of a segment, and of the pass that began one', () => {
    expect(notes.map((note) => parseCheckpoint(note)?.size)).to.deep.equal([3, 4, 5, 8]);
  });

  it('are each found where one is missing, as where several or all are', async () => {
    for (let from = 0; from < notes.length; from += 1)
      for (let to = from + 1; to <= notes.length; to += 1)
        await expectFound(notes.toSpliced(from, to - from), `without ${from} to ${to}`);
  });

  it('are each found where one is there again, wherever', async () => {
    for (const [at, note] of notes.entries())
      for (let to = 0; to <= notes.length; to += 1)
        await expectFound(notes.toSpliced(to, 0, note), `${at} again at ${to}`);
  });

  it('are each found where one was moved, wherever', async () => {
    for (const [at, note] of notes.entries())
      for (let to = 0; to < notes.length; to += 1)
        if (to !== at) await expectFound(notes.toSpliced(at, 1).toSpliced(to, 0, note), `${at} moved to ${to}`);
  });

  it('are found where a line of one is missing, there again or moved, wherever', async () => {
    const lines = joinNotes(notes).split(/(?<=\n)/);
    const whole = lines.join('');
    for (const [at, line] of lines.entries()) {
      const tried = [lines.toSpliced(at, 1)];
      for (let to = 0; to <= lines.length; to += 1) {
        tried.push(lines.toSpliced(to, 0, line));
        if (to < lines.length) tried.push(lines.toSpliced(at, 1).toSpliced(to, 0, line));
      }
      for (const each of sampleOf(tried, 12, `line ${at}`)) {
        if (each.join('') === whole) continue;
        const copy = new Map(contents).set(`/${chain}/${KEPT}`, Buffer.from(each.join('')));
        expect(codes(await judge(chain, copy)), `line ${at}`).to.not.deep.equal([]);
      }
    }
  });

  const DAYS = ['2026-12-02T05:00:00Z', '2026-12-03T05:00:00Z', '2026-12-04T05:00:00Z', '2027-01-01T05:00:00Z'];
  for (const { title, left } of [
    { title: 'the first', left: (all: readonly string[]) => all.slice(1) },
    { title: 'the last', left: (all: readonly string[]) => all.slice(0, -1) },
  ])
    it(`are not whole again without ${title} because somebody signs afterwards, be it the same process or the next`, async () => {
      for (const days of [DAYS.slice(0, 1), DAYS.slice(1, 2), DAYS]) {
        for (const isSame of [true, false]) {
          const stage = new Stage();
          const made = await journal(stage);
          const writer = await stage.writer();
          const own = notesIn(made.contents, made.chain);
          writeFileSync(join(stage.folder(made.chain), KEPT), joinNotes(left(own)));
          for (const day of days) await pass(stage, day, isSame ? writer : undefined);
          const verdict = await judge(made.chain, contentsOf(stage, made.chain));
          expect(codes(verdict), `${days.join()}, ${isSame}`).to.deep.equal(['signature-wrong']);
        }
      }
    });

  it('are whole at each step of a pass that ends a day or a month, and the next process goes on from there', async () => {
    for (const time of ['2026-12-03T05:00:00Z', '2027-01-01T05:00:00Z']) {
      let steps = 0;
      for (let stop = 0; stop <= steps; stop += 1) {
        const stage = new Stage();
        const made = await journal(stage);
        let calls = 0;
        stage.disk.fault = (call) => (call === 'rename' && stop > 0 && (calls += 1) >= stop ? 'EIO' : undefined);
        if (stop === 0) stage.disk.fault = (call) => void (steps += call === 'rename' ? 1 : 0);
        await pass(stage, time).catch(() => undefined);
        stage.disk.fault = () => undefined;
        expect(codes(await judge(made.chain, contentsOf(stage, made.chain))), `${time}, ${stop}`).to.deep.equal([]);
        await pass(stage, '2027-02-01T05:00:00Z');
        await pass(stage, '2027-02-02T05:00:00Z');
        const after = contentsOf(stage, made.chain);
        expect(codes(await judge(made.chain, after)), `${time}, ${stop}, then`).to.deep.equal([]);
        const there = notesIn(after, made.chain);
        for (const at of there.keys())
          expect(codes(await judge(made.chain, withKept(after, made.chain, there.toSpliced(at, 1))))).to.have.length(1);
      }
      expect(steps).to.be.greaterThan(1);
    }
  });

  it('take no flush more than before: three for a write, four where a day ends', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    const flushes = async (time: string): Promise<number> => {
      stage.nowMs = Date.parse(time);
      stage.disk.calls.length = 0;
      await writer.append([event('intent')], CONTEXT, signal);
      await writer.append([event('outcome')], CONTEXT, signal);
      await writer.checkpoint(signal);
      return stage.disk.calls.filter((call) => call.startsWith('sync')).length;
    };
    await flushes('2026-11-28T05:00:00Z');
    expect(await flushes('2026-11-28T06:00:00Z')).to.equal(3);
    expect(await flushes('2026-11-29T05:00:00Z')).to.equal(4);
    expect(await flushes('2026-11-29T06:00:00Z')).to.equal(3);
  });

  it('are whole in a copy of a running journal whose checkpoints were copied first', async () => {
    const stage = new Stage();
    const made = await journal(stage);
    const early = contentsOf(stage, made.chain);
    await pass(stage, '2026-12-03T05:00:00Z');
    await pass(stage, '2026-12-04T05:00:00Z');
    const late = contentsOf(stage, made.chain);
    const of = (from: Contents, file: string): [string, Buffer] => {
      const path = `/${made.chain}/${file}`;
      return [path, from.get(path) ?? expect.fail(`no ${file}`)];
    };
    const copy = new Map([...late, of(early, NEWEST), of(early, KEPT)]);
    expect(codes(await judge(made.chain, copy))).to.deep.equal([]);
  });

  it('are named in an export as far as it goes, and it is the same when it is made again', async () => {
    const stage = new Stage();
    const made = await journal(stage);
    const last = { first: 1, last: 6 };
    const exported = async (): Promise<Contents> => {
      const folder = temporaryFolder();
      await exportChain(stage.folder(made.chain), folder, { records: last });
      const { whole } = await verify({ folders: [folder], ...NOTHING });
      expect(whole).to.equal(true);
      const found = new Map([...stage.contents(folder)].map(([path, bytes]): [string, Buffer] => [`/${path}`, bytes]));
      rmSync(folder, { recursive: true });
      return found;
    };
    const first = await exported();
    expect(notesIn(first, made.chain)).to.have.length(3);
    expect(notesIn(first, made.chain, NEWEST)).to.deep.equal(notesIn(made.contents, made.chain).slice(3));
    for (const day of ['2026-12-03T05:00:00Z', '2027-01-01T05:00:00Z']) await pass(stage, day);
    expect(await exported()).to.deep.equal(first);
    for (const at of [0, 1, 2]) {
      const left = notesIn(first, made.chain).toSpliced(at, 1);
      expect(codes(await judge(made.chain, withKept(first, made.chain, left)))).to.deep.equal(['signature-wrong']);
    }
  });

  it('are the same in an export before and after the checkpoint that it ends with is kept itself', async () => {
    const stage = new Stage();
    for (const day of ['2026-11-28T05:00:00Z', '2026-11-29T05:00:00Z', '2026-12-01T05:00:00Z']) await pass(stage, day);
    const { chain: own } = await stage.writer();
    const exported = async (): Promise<Contents> => {
      const folder = temporaryFolder();
      await exportChain(stage.folder(own), folder, { records: { first: 1, last: 5 } });
      return stage.contents(folder);
    };
    const before = await exported();
    await pass(stage, '2026-12-01T06:00:00Z');
    expect(notesIn(contentsOf(stage, own), own)).to.have.length(3);
    expect(await exported()).to.deep.equal(before);
  });

  describe('by an earlier version, which named none', () => {
    /** All notes as an earlier version signed them. */
    const asBefore = (stage: Stage, of: string, from: Contents): Contents => {
      const keys = stage.keys.map((pem) => signingKey(pem, originOf(of)));
      const old = (note: string): string =>
        signNote((parseCheckpoint(note)?.note.text ?? '').replace(/^kept .*\n/m, ''), keys);
      const [newest = ''] = notesIn(from, of, NEWEST);
      return withKept(from, of, notesIn(from, of).map(old)).set(`/${of}/${NEWEST}`, Buffer.from(old(newest)));
    };
    const put = (stage: Stage, files: Contents): void =>
      writeContents(stage.root, new Map([...files].map(([path, bytes]) => [path.slice(1), bytes])));

    it('are not missed where one is missing: nobody knows how many there were', async () => {
      const stage = new Stage();
      const made = await journal(stage);
      const old = asBefore(stage, made.chain, made.contents);
      expect(old.get(`/${made.chain}/${NEWEST}`)?.toString()).to.not.include('kept');
      for (const kept of [notesIn(old, made.chain), notesIn(old, made.chain).slice(1), []])
        expect(codes(await judge(made.chain, withKept(old, made.chain, kept)))).to.deep.equal([]);
    });

    it('are named from the first checkpoint of this version on, be it without a new record', async () => {
      for (const more of [0, 1]) {
        const stage = new Stage();
        const made = await journal(stage);
        put(stage, asBefore(stage, made.chain, made.contents));
        if (more > 0) await pass(stage, '2026-12-02T05:00:00Z');
        else await (await stage.writer()).checkpoint(signal);
        const now = contentsOf(stage, made.chain);
        expect(codes(await judge(made.chain, now))).to.deep.equal([]);
        const there = notesIn(now, made.chain);
        for (const at of there.keys())
          expect(
            codes(await judge(made.chain, withKept(now, made.chain, there.toSpliced(at, 1)))),
            `${at}`,
          ).to.deep.equal(['signature-wrong']);
      }
    });

    it('that goes on for a while are whole with it, and those that were named before are still missed', async () => {
      const stage = new Stage();
      const made = await journal(stage);
      await pass(stage, '2026-12-03T05:00:00Z');
      const named = notesIn(contentsOf(stage, made.chain), made.chain);
      // The earlier version keeps the checkpoint that it finds, and signs without naming.
      await pass(stage, '2026-12-04T05:00:00Z');
      const mixed = contentsOf(stage, made.chain);
      const [newest = ''] = notesIn(asBefore(stage, made.chain, mixed), made.chain, NEWEST);
      mixed.set(`/${made.chain}/${NEWEST}`, Buffer.from(newest));
      expect(codes(await judge(made.chain, mixed))).to.deep.equal([]);
      const left = notesIn(mixed, made.chain);
      expect(left).to.have.length(named.length + 1);
      for (const at of named.keys())
        expect(codes(await judge(made.chain, withKept(mixed, made.chain, left.toSpliced(at, 1))))).to.have.length(1);
      put(stage, mixed);
      await pass(stage, '2026-12-05T05:00:00Z');
      expect(codes(await judge(made.chain, contentsOf(stage, made.chain)))).to.deep.equal([]);
    });
  });
});
