/** What can be done to the files of a journal: each byte, each line and each kept checkpoint of each, changed, taken away, repeated, moved. */
import { gunzipSync } from 'node:zlib';

export type Contents = ReadonlyMap<string, Buffer>;

/** What becomes of some files; null takes one away. */
export interface Change {
  title: string;
  made: () => Record<string, Buffer | null>;
}

/** Of a longer file each nth byte, from another one on in each run: our own tests try each. */
const MAX_BYTES = 250;

/** `seed`: a whole number. */
export function changesOf(contents: Contents, seed: number): Change[] {
  const changes: Change[] = [];
  for (const [file, bytes] of contents) {
    const one = (title: string, made: () => Buffer | null): void => {
      changes.push({ title: `${file}: ${title}`, made: () => ({ [file]: made() }) });
    };
    one('taken away', () => null);
    const step = Math.max(1, Math.ceil(bytes.length / MAX_BYTES));
    for (let at = seed % step; at < bytes.length; at += step) {
      for (const bit of [0x01, 0x20]) one(`bit ${bit} of byte ${at}`, () => flipped(bytes, at, bit));
      one(`without byte ${at}`, () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
      one(`byte ${at} twice`, () => Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]));
      one(`cut at byte ${at}`, () => bytes.subarray(0, at));
    }
    if (file.includes('.jsonl')) changes.push(...lineChanges(file, bytes));
    if (file.endsWith('/checkpoints')) changes.push(...noteChanges(file, bytes));
  }
  return changes;
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ bit;
  return copy;
}

/** Each kept checkpoint, as a whole. */
function noteChanges(file: string, bytes: Buffer): Change[] {
  const notes = bytes
    .toString()
    .split('\n\n')
    .reduce<string[]>(
      (all, part, at) => (at % 2 === 0 ? [...all, part] : all.with(-1, `${all.at(-1)}\n\n${part}`)),
      [],
    );
  const whole = notes.map((note) => note.replace(/\n$/, ''));
  const changes: Change[] = [];
  const add = (title: string, all: readonly string[]): void => {
    const made = all.length === 0 ? null : Buffer.from(`${all.join('\n\n')}\n`);
    changes.push({ title: `${file}: ${title}`, made: () => ({ [file]: made }) });
  };
  for (const [at, note] of whole.entries()) {
    add(`without checkpoint ${at + 1}`, whole.toSpliced(at, 1));
    for (let to = 0; to <= whole.length; to += 1) {
      add(`checkpoint ${at + 1} again at ${to + 1}`, whole.toSpliced(to, 0, note));
      if (to < whole.length && to !== at)
        add(`checkpoint ${at + 1} moved to ${to + 1}`, whole.toSpliced(at, 1).toSpliced(to, 0, note));
    }
  }
  return changes;
}

/** A compressed segment is put back as it was written: a forger has no reason to compress it. */
function lineChanges(file: string, bytes: Buffer): Change[] {
  const isCompressed = file.endsWith('.gz');
  const text = (isCompressed ? gunzipSync(bytes) : bytes).toString();
  const lines = text.split('\n').slice(0, -1);
  const plain = file.replace(/\.gz$/, '');
  const changes: Change[] = [];
  const add = (title: string, all: readonly string[]): void => {
    const made = Buffer.from(all.map((line) => `${line}\n`).join(''));
    changes.push({
      title: `${plain}: ${title}`,
      made: () => ({ ...(isCompressed && { [file]: null }), [plain]: made }),
    });
  };
  for (const [at, line] of lines.entries()) {
    add(`without line ${at + 1}`, lines.toSpliced(at, 1));
    for (let to = 0; to <= lines.length; to += 1) {
      add(`line ${at + 1} again at ${to + 1}`, lines.toSpliced(to, 0, line));
      if (to < lines.length && to !== at)
        add(`line ${at + 1} moved to ${to + 1}`, lines.toSpliced(at, 1).toSpliced(to, 0, line));
    }
  }
  return changes;
}
