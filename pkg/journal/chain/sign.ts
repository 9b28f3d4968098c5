/** The newest checkpoint of a chain: what it signs, and whether the one before it is kept. */
import { parseCheckpoint, signCheckpoint, type Checkpoint } from '../proof/checkpoint.js';
import type { SigningKey } from '../proof/key.js';
import { replaceWhole, type Files } from './files.js';
import { keepNote } from './keep-note.js';
import { CHECKPOINT } from './place.js';
import { dayOf, type ChainState } from './state.js';

/** Signs where the chain stands; the note, or undefined where there is no record yet. */
export async function sign(
  state: ChainState,
  { files, keys }: { files: Files; keys: readonly SigningKey[] },
): Promise<string | undefined> {
  const { chain, tree, position, checkpoint: before, folder, manifest } = state;
  if (position.seq === 0) return undefined;
  // A second key signs only where the chain had it before: one that no record names would look like a changed line.
  const isNamed = (vkey: string): boolean => manifest.keys.includes(vkey) || state.changedKeys.has(vkey);
  const named = keys.filter(({ verifier }, at) => at === 0 || isNamed(verifier.vkey));
  const isStill = before?.kept !== undefined && signCheckpoint(chain, tree, named, before.kept) === before.text;
  if (isStill) return before.text;
  const day = dayOf(position.time);
  if (before !== undefined && isToKeep(before, state, day)) state.notes = await keepNote(files, folder, before.text);
  const text = signCheckpoint(chain, tree, named, state.notes.kept);
  await replaceWhole(files, `${folder}/${CHECKPOINT}`, Buffer.from(text));
  const signed = parseCheckpoint(text);
  state.checkpoint = signed && { ...signed, day };
  return text;
}

/**
 * Whether the checkpoint that another one follows is kept. All of it can be read from the folder again, so that a process that was
 * stopped in between keeps the same ones.
 */
function isToKeep(
  before: Checkpoint & { day: string },
  { segment, position, notes: { last } }: ChainState,
  day: string,
): boolean {
  const first = segment.first?.seq ?? position.seq + 1;
  const isOfOtherDay = before.day !== day;
  const isEndOfSegment = before.size < first;
  // It signs the pass that began the segment and summed up the day before: what is handed out of a month ends with it.
  const isFirstOfSegment = segment.number > 1 && (last?.size ?? 0) < first;
  // It shows that the old key agrees to the new one.
  const isChangeOfKeys = before.note.signatures.length > 1 && signersOf(before) !== (last && signersOf(last));
  return isOfOtherDay || isEndOfSegment || isFirstOfSegment || isChangeOfKeys;
}

const signersOf = ({ note }: Checkpoint): string => note.signatures.map(({ keyID }) => keyID).join(' ');
