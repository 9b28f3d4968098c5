/** Checkpoints: origin, size and root of a tree as a signed note. https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md */
import { keptIn, keptLine, type Kept } from './kept.js';
import type { SigningKey } from './key.js';
import { parseNote, signNote, type Note } from './note.js';
import type { Tree } from './tree.js';

export interface Checkpoint {
  origin: string;
  size: number;
  /** Base64. */
  root: string;
  /** Absent in one of an earlier version. */
  kept?: Kept;
  note: Note;
  /** The whole signed note. */
  text: string;
}

const ORIGIN = 'plus1.dev/';

/** The origin of a chain, and the name of its keys. */
export const originOf = (chain: string): string => `${ORIGIN}${chain}`;
/** Undefined where the origin is not of a journal of ours. */
export const chainOfOrigin = (origin: string): string | undefined =>
  origin.startsWith(ORIGIN) ? origin.slice(ORIGIN.length) : undefined;

/** The signed note over a tree. The first key is the one in use; an old one signs as well while keys change. */
export function signCheckpoint(chain: string, tree: Tree, keys: readonly SigningKey[], kept?: Kept): string {
  const more = kept === undefined ? '' : keptLine(kept);
  return signNote(`${originOf(chain)}\n${tree.size}\n${tree.root()}\n${more}`, keys);
}

/** Undefined where the text is no checkpoint, down to the last byte. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const note = parseNote(text);
  const [, origin, size, root, more] =
    /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n((?:[^\n]+\n)*)$/.exec(note?.text ?? '') ?? [];
  if (note === undefined || origin === undefined || size === undefined || root === undefined) return undefined;
  if (Buffer.from(root, 'base64').toString('base64') !== root) return undefined;
  const kept = keptIn(more ?? '');
  return { origin, size: Number(size), root, note, text, ...(kept !== undefined && { kept }) };
}

/** Notes in one file, an empty line between each two. */
export const joinNotes = (notes: readonly string[]): string => notes.join('\n');

/** One entry a note; undefined for what is none. No note of ours has an empty line within its text. */
export function splitNotes(text: string): (Checkpoint | undefined)[] {
  if (text === '') return [];
  const pieces = text.split('\n\n');
  const notes: (Checkpoint | undefined)[] = [];
  for (let at = 0; at < pieces.length; at += 2) {
    const isLast = at + 2 >= pieces.length;
    notes.push(parseCheckpoint(`${pieces[at]}\n\n${pieces[at + 1] ?? ''}${isLast ? '' : '\n'}`));
  }
  return notes;
}
