/** `checkpoints`: the notes that are kept, one a day and one for the end of each segment. */
import { joinNotes } from '../proof/checkpoint.js';
import { readIfThere, replaceWhole, type Files } from './files.js';
import { CHECKPOINTS, MAX_SMALL_FILE_BYTES } from './place.js';

/** Adds a note; one that is there already is not added again. `folder`: of the chain. */
export async function keepNote(files: Files, folder: string, note: string): Promise<void> {
  const path = `${folder}/${CHECKPOINTS}`;
  const kept = (await readIfThere(files, path, MAX_SMALL_FILE_BYTES))?.toString() ?? '';
  if (kept.includes(note)) return;
  await replaceWhole(files, path, Buffer.from(kept === '' ? note : joinNotes([kept, note])));
}
