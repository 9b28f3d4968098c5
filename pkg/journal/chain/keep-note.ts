/**
 * `checkpoints`: the notes that are kept, one a day, one for the end of each segment, and one for the pass that began it. A note is kept
 * when the next one takes its place: first it is added here, then the next one, which names what is here by then, is put into `checkpoint`.
 * So at any moment, and after a crash at any moment, these are the notes that `checkpoint` names, or those and the one in `checkpoint`.
 */
import { joinNotes, splitNotes, type Checkpoint } from '../proof/checkpoint.js';
import { keptOf, type Kept } from '../proof/kept.js';
import { readIfThere, replaceWhole, type Files } from './files.js';
import { CHECKPOINTS, MAX_SMALL_FILE_BYTES } from './place.js';

/** What a writer knows of them. */
export interface KeptNotes {
  /** What the next checkpoint names. */
  kept: Kept;
  last?: Checkpoint;
}

export const NO_NOTES: KeptNotes = { kept: keptOf('') };

/**
 * Where they are not those that the newest checkpoint names, it goes on naming the same: what is missing then stays missing, and is not
 * forgotten because somebody signed again. `folder`: of the chain.
 */
export async function readKept(files: Files, folder: string, newest: Checkpoint | undefined): Promise<KeptNotes> {
  const text = await textOf(files, folder);
  const notes = notesOf(text);
  return newest === undefined || isAsNamed(text, newest) ? notes : { ...notes, kept: newest.kept ?? notes.kept };
}

/** Whether these are the notes that a checkpoint names, with or without itself; true for one of an earlier version, which names none. */
export function isAsNamed(text: string, { kept, text: note }: Checkpoint): boolean {
  if (kept === undefined) return true;
  const is = (other: string | undefined): boolean =>
    other !== undefined && Buffer.byteLength(other) === kept.bytes && keptOf(other).hash === kept.hash;
  return is(text) || is(without(text, note));
}

/** Undefined where it does not end with this note. */
function without(text: string, note: string): string | undefined {
  if (text === note) return '';
  return text.endsWith(`\n\n${note}`) ? text.slice(0, -note.length - 1) : undefined;
}

/** Adds a note; one that is there already is not added again. */
export async function keepNote(files: Files, folder: string, note: string): Promise<KeptNotes> {
  const before = await textOf(files, folder);
  if (before.includes(note)) return notesOf(before);
  const text = before === '' ? note : joinNotes([before, note]);
  await replaceWhole(files, `${folder}/${CHECKPOINTS}`, Buffer.from(text));
  return notesOf(text);
}

const textOf = async (files: Files, folder: string): Promise<string> =>
  (await readIfThere(files, `${folder}/${CHECKPOINTS}`, MAX_SMALL_FILE_BYTES))?.toString() ?? '';

function notesOf(text: string): KeptNotes {
  const last = splitNotes(text).findLast((note) => note !== undefined);
  return { kept: keptOf(text), ...(last !== undefined && { last }) };
}
