/**
 * What `verify` finds: everything. Each byte and each line of a small journal is changed, taken away, repeated, moved and cut;
 * of the bytes, `make test` plays a sample.
 */
import { gunzipSync } from 'node:zlib';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseCheckpoint } from '../../pkg/journal/proof/checkpoint.js';
import { generateKey, parseVerifierKey } from '../../pkg/journal/proof/key.js';
import { hashOf } from '../../pkg/journal/record/line.js';
import type { ChainVerdict } from '../../pkg/journal/verify/fault.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { SAMPLE_NAME, sampleOf } from '../sample.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { memoryFiles } from './memory-files.js';
import { codes, FIRST_SEGMENT, journal, judge, NOTHING, type Contents } from './small-journal.js';
import { CONTEXT, event, intended, proved, signal, Stage } from './stage.js';

after(removeTemporaryFolders);

/** Of each file that many, in a sample. */
const BYTES = 24;

/** Files that are text, in which each byte is also taken away, repeated and changed with its neighbour. */
const TEXTS = ['00000002.jsonl', 'checkpoint', 'checkpoints', 'manifest.json'];

describe('verify', function () {
  this.timeout(240_000);
  let chain: string;
  let contents: Contents;
  let path: (file: string) => string;
  const changed = (file: string, bytes: Buffer | undefined): Contents => {
    const copy = new Map(contents);
    if (bytes === undefined) copy.delete(path(file));
    else copy.set(path(file), bytes);
    return copy;
  };
  const expectFound = async (copy: Contents, what: string): Promise<ChainVerdict> => {
    const verdict = await judge(chain, copy);
    expect(codes(verdict), what).not.to.deep.equal([]);
    return verdict;
  };

  before(async () => {
    ({ chain, contents } = await journal());
    path = (file) => `/${chain}/${file}`;
  });

  let tried = 0;
  /** Where something is done to a file. */
  const places = (bytes: Buffer, name: string, step = 1): readonly number[] => {
    const all = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => index * step);
    const chosen = sampleOf(all, BYTES, name);
    tried += chosen.length;
    return chosen;
  };

  const FILES = ['00000001.jsonl.gz', '00000002.jsonl', 'checkpoint', 'checkpoints', 'manifest.json'];

  it('finds no fault in a journal that nobody touched, and says what it went by', async () => {
    const verdict = await judge(chain, contents);
    expect(
      [...contents.keys()].map((each) => each.slice(chain.length + 2)).filter((each) => !each.startsWith('att')),
    ).to.have.members(FILES);
    expect(verdict).to.deep.include({
      chain,
      first: 1,
      last: 9,
      faults: [],
      keySource: 'journal',
      after: null,
    });
    expect(verdict.notes).to.deep.equal(['key taken from the journal itself']);
    expect(parseCheckpoint(contents.get(path('checkpoint'))?.toString() ?? '')).to.include({
      size: 9,
      root: verdict.root,
    });
    const given = parseVerifierKey(verdict.key ?? '');
    if (given === undefined) return expect.fail('no key');
    expect(await judge(chain, contents, { keys: [given] })).to.deep.include({
      keySource: 'given',
      notes: [],
      faults: [],
    });
  });

  after(() => console.log(`    ${tried} bytes (${SAMPLE_NAME})`));

  it('finds every changed byte of every file', async () => {
    for (const [file, bytes] of contents) {
      for (const at of places(bytes, `change ${file.slice(chain.length)}`, file.includes('attachments') ? 997 : 1)) {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ 1;
        await expectFound(new Map(contents).set(file, copy), `${file}, byte ${at}`);
      }
    }
  });

  for (const file of TEXTS)
    it(`finds every byte of ${file} that is missing, repeated, or changed with its neighbour`, async () => {
      const bytes = contents.get(path(file)) ?? Buffer.alloc(0);
      for (const at of places(bytes, `move ${file}`)) {
        const [before, one, two, rest] = [
          bytes.subarray(0, at),
          bytes.subarray(at, at + 1),
          bytes.subarray(at + 1, at + 2),
          bytes.subarray(at + 2),
        ];
        await expectFound(changed(file, Buffer.concat([before, two, rest])), `without byte ${at}`);
        await expectFound(changed(file, Buffer.concat([before, one, one, two, rest])), `byte ${at} twice`);
        if (!one.equals(two) && two.length > 0)
          await expectFound(
            changed(file, Buffer.concat([before, two, one, rest])),
            `bytes ${at} and ${at + 1} changed about`,
          );
      }
    });

  it('finds every file that is missing or was cut, wherever it was cut', async () => {
    for (const file of FILES) {
      const bytes = contents.get(path(file)) ?? Buffer.alloc(0);
      await expectFound(changed(file, undefined), `without ${file}`);
      for (const size of places(bytes, `cut ${file}`))
        await expectFound(changed(file, bytes.subarray(0, size)), `${file}, ${size} bytes`);
    }
  });

  describe('of lines', () => {
    let lines: Buffer[];
    const withLines = (all: readonly Buffer[]): Contents => {
      const copy = changed('00000001.jsonl.gz', undefined);
      const [first, second] = [all.slice(0, FIRST_SEGMENT), all.slice(FIRST_SEGMENT)];
      copy.set(path('00000001.jsonl'), Buffer.concat(first));
      return copy.set(path('00000002.jsonl'), Buffer.concat(second));
    };
    before(() => {
      const both = [
        gunzipSync(contents.get(path('00000001.jsonl.gz')) ?? ''),
        contents.get(path('00000002.jsonl')) ?? Buffer.alloc(0),
      ];
      lines = both
        .flatMap((bytes) => bytes.toString().split('\n').slice(0, -1))
        .map((line) => Buffer.from(`${line}\n`));
    });

    it('finds none of them changed where a segment is not compressed any more', async () => {
      expect(lines).to.have.length(9);
      expect(codes(await judge(chain, withLines(lines)))).to.deep.equal([]);
    });

    it('finds each that is missing, and says which', async () => {
      for (let at = 0; at < lines.length; at += 1) {
        const verdict = await expectFound(withLines(lines.filter((_, each) => each !== at)), `without line ${at}`);
        if (at < lines.length - 1)
          expect(verdict.faults[0]).to.include({
            code: 'line-missing',
            sequence: at + 1,
          });
        else expect(codes(verdict)).to.deep.equal(['tail-cut']);
      }
    });

    it('finds each that is repeated, wherever', async () => {
      for (let at = 0; at < lines.length; at += 1) {
        for (let to = at + 1; to <= lines.length; to += 1) {
          const verdict = await expectFound(
            withLines(lines.toSpliced(to, 0, lines[at] ?? Buffer.alloc(0))),
            `line ${at} again at ${to}`,
          );
          expect(codes(verdict)).to.deep.equal(['line-repeated']);
        }
      }
    });

    it('finds each that was moved, wherever', async () => {
      for (let at = 0; at < lines.length; at += 1) {
        for (let to = 0; to < lines.length; to += 1) {
          if (to === at) continue;
          const moved = lines.toSpliced(at, 1).toSpliced(to, 0, lines[at] ?? Buffer.alloc(0));
          const verdict = await expectFound(withLines(moved), `line ${at} moved to ${to}`);
          expect(codes(verdict), `line ${at} moved to ${to}`).to.include('line-moved').and.not.include('line-missing');
        }
      }
    });

    it('names the line whose words were changed, with one fault', async () => {
      for (const [at, line] of lines.slice(0, -1).entries()) {
        const text = line.toString();
        for (const other of [
          text.replace('"pass":"6', '"pass":"7'),
          text.replace(`"seq":${at + 1},`, `"seq":${at + 5},`),
          text.replace('"prev":"sha256:', '"prev":"sha256:0').replace(/(?<="prev":"sha256:[0-9a-f]{64})[0-9a-f]/, ''),
        ]) {
          if (other === text) continue;
          const verdict = await judge(chain, withLines(lines.with(at, Buffer.from(other))));
          expect(verdict.faults, other).to.have.length(1);
          expect(verdict.faults[0], other).to.include({
            code: 'line-changed',
            line: at < FIRST_SEGMENT ? at + 1 : at + 1 - FIRST_SEGMENT,
          });
        }
      }
    });

    it('names the last line where only the root shows that it was changed', async () => {
      const last = lines.at(-1)?.toString().replace('"end"', '"END"') ?? '';
      const verdict = await judge(chain, withLines(lines.with(-1, Buffer.from(last))));
      expect(codes(verdict)).to.deep.equal(['root-differs']);
    });

    it('says that a line has another form, though it means the same', async () => {
      const spaced = Buffer.from(lines[1]?.toString().replace('{', '{ ') ?? '');
      expect(codes(await judge(chain, withLines(lines.with(1, spaced))))).to.deep.equal(['not-canonical']);
    });

    it('reports bytes after the last line end, and calls them no fault: a running writer looks the same', async () => {
      const verdict = await judge(chain, withLines([...lines, Buffer.from('{"half"')]));
      expect(verdict.faults).to.deep.equal([]);
      expect(verdict.notes.join()).to.match(/unfinished-line: 00000002\.jsonl ends with 7 bytes/);
    });
  });

  it('names the attachment that was changed', async () => {
    const [file] = [...contents.keys()].filter((each) => each.includes('attachments'));
    const verdict = await judge(chain, new Map(contents).set(file ?? '', Buffer.from('{}')));
    expect(codes(verdict)).to.deep.equal(['attachment-wrong']);
  });

  it('names a segment that is missing', async () => {
    const verdict = await judge(chain, changed('00000001.jsonl.gz', undefined));
    expect(verdict.faults[0]).to.include({
      code: 'segment-missing',
      file: '00000001.jsonl',
    });
    // By the newest checkpoint, and by the one of the pass that began this segment.
    expect(codes(await judge(chain, changed('00000002.jsonl', undefined)))).to.deep.equal(['tail-cut', 'tail-cut']);
  });

  it('finds that the whole end was cut, by the status of the policy, a later chain, or a checkpoint that was kept', async () => {
    const stage = new Stage();
    const old = await journal(stage);
    const writer = await stage.writer();
    await writer.append([event('later')], CONTEXT, signal);
    const kept = await writer.checkpoint(signal);
    const head = {
      ...(writer.head ?? expect.fail('no head')),
      from: 'the status',
    };
    expect(codes(await judge(old.chain, old.contents))).to.deep.equal([]);
    expect(codes(await judge(old.chain, old.contents, { heads: [head] }))).to.deep.equal(['tail-cut']);
    const checkpoint = parseCheckpoint(kept ?? '') ?? expect.fail('no checkpoint');
    expect(
      codes(
        await judge(old.chain, old.contents, {
          checkpoints: [{ checkpoint, file: 'kept' }],
        }),
      ),
    ).to.deep.equal(['tail-cut']);

    stage.options = { writer: 'plus1-1' };
    const other = await stage.writer({ known: writer.head });
    await other.checkpoint(signal);
    const files = new Map([...stage.contents()].map(([each, bytes]): [string, Buffer] => [`/${each}`, bytes]));
    const isOld = (each: string): boolean => each.startsWith(`/${old.chain}/`);
    const both = new Map([...[...files].filter(([each]) => !isOld(each)), ...old.contents]);
    const { chains } = await verify({
      folders: [`/${old.chain}`, `/${other.chain}`],
      files: memoryFiles(both),
      ...NOTHING,
    });
    expect(chains.map((each) => [each.chain, codes(each)])).to.deep.equal([
      [old.chain, ['tail-cut']],
      [other.chain, []],
    ]);
    rmSync(stage.root, { recursive: true });
  });

  it('finds that nothing of a chain is left, by a checkpoint that was kept', async () => {
    const other = await journal(Object.assign(new Stage(), { options: { writer: 'gone' } }));
    const checkpoint = parseCheckpoint(other.checkpoint) ?? expect.fail('no checkpoint');
    const { chains } = await verify({
      folders: [`/${chain}`],
      files: memoryFiles(contents),
      ...NOTHING,
      checkpoints: [{ checkpoint, file: 'kept' }],
    });
    expect(chains.map(codes)).to.deep.equal([[], ['tail-cut']]);
  });

  it('finds a past that was rewritten with the key itself, against a checkpoint that was kept', async () => {
    const honest = new Stage();
    const before = await journal(honest);
    const forger = new Stage();
    forger.keys = honest.keys;
    forger.nowMs -= 1_000;
    const after = await journal(forger, 'another');
    expect(after.chain).to.equal(before.chain);
    expect(codes(await judge(after.chain, after.contents))).to.deep.equal([]);
    const checkpoint = parseCheckpoint(before.checkpoint) ?? expect.fail('no checkpoint');
    expect(
      codes(
        await judge(after.chain, after.contents, {
          checkpoints: [{ checkpoint, file: 'kept' }],
        }),
      ),
    ).to.deep.equal(['history-rewritten']);
    expect(
      codes(
        await judge(before.chain, before.contents, {
          checkpoints: [{ checkpoint, file: 'kept' }],
        }),
      ),
    ).to.deep.equal([]);
  });

  it('believes no other key than the one that was given', async () => {
    const other = await journal(Object.assign(new Stage(), { keys: [generateKey()] }));
    const { key } = await judge(other.chain, other.contents);
    const given = parseVerifierKey(key ?? '') ?? expect.fail('no key');
    expect(codes(await judge(chain, contents, { keys: [given] }))).to.include('signature-wrong');
  });

  it('calls a chain without a checkpoint whole: it was killed in its first pass', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    const { chains } = await verify({ folders: [stage.root], ...NOTHING });
    expect(chains[0]).to.deep.include({
      chain: writer.chain,
      faults: [],
      key: null,
      keySource: null,
    });
    expect(chains[0]?.notes.join()).to.match(/no checkpoint/);
  });

  it('finds that the checkpoints of its days are empty: no crash leaves that', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.append([event('something')], CONTEXT, signal);
    await writer.checkpoint(signal);
    writeFileSync(join(writer.folder, 'checkpoints'), '');
    const { chains } = await verify({ folders: [stage.root], ...NOTHING });
    expect(chains[0]?.faults.map(({ file, message }) => [file, message])).to.deep.equal([
      ['checkpoints', 'it is empty'],
    ]);
  });

  it('finds a membership that does not follow from the records before, though all is signed', async () => {
    for (const wrong of [[intended([1], [3], [])], [intended([1, 2], [3], []), proved([1, 2, 4])]]) {
      const stage = new Stage();
      const writer = await stage.writer();
      await writer.append(wrong, CONTEXT, signal);
      await writer.checkpoint(signal);
      const { chains } = await verify({ folders: [stage.root], ...NOTHING });
      expect(chains.map(codes)).to.deep.equal([['membership-differs']]);
      expect(chains[0]?.faults[0]?.sequence).to.equal(wrong.length + 1);
    }
  });

  it('accepts kinds and fields of a later version', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    const later = {
      kind: 'SomethingNew',
      data: { any: ['thing'] },
    } as unknown as ReturnType<typeof event>;
    const more = {
      ...event('x'),
      data: { ...event('x').data, more: true },
    } as ReturnType<typeof event>;
    await writer.append([later, more, intended([1, 2], [3], []), proved([1, 2, 3])], CONTEXT, signal);
    await writer.checkpoint(signal);
    const { whole, chains } = await verify({
      folders: [stage.root],
      ...NOTHING,
    });
    expect([whole, chains[0]?.last]).to.deep.equal([true, 5]);
    expect((await stage.writer()).snapshot().members).to.deep.equal([1, 2, 3]);
  });

  it('has the hash of the last line as its head', async () => {
    const last = contents.get(path('00000002.jsonl'))?.toString().trimEnd().split('\n').at(-1) ?? '';
    expect((await judge(chain, contents)).head).to.equal(hashOf(last));
  });
});
