/**
 * The journal of a policy of the same name that was deleted before. Hazard: it has another uid, so that no status names it. A clock that
 * was set back between the two lives would put the records of the new one before those of the old one, and `at` would tell the
 * membership that the old one left behind. What keeps them in order is `after`, as between two writers.
 */
import { join } from 'node:path';
import type { Head } from '../record/fields.js';
import { hashOf, parseLine } from '../record/line.js';
import type { PolicyIdentity } from '../record/record.js';
import { foldersBelow } from './chain-folders.js';
import { segmentBytes } from './closed.js';
import { isAbsent, listIfThere, type Files } from './files.js';
import { splitLines } from './lines.js';
import { inChain, isOfPolicy, MAX_SEGMENT_BYTES, policyFolder, segmentsOf } from './place.js';

/** The last head of all chains of earlier policies of this name, by its time; undefined where there are none. Throws what the disk throws. */
export async function headOfEarlierLife(
  { root, files }: { root: string; files: Files },
  policy: PolicyIdentity,
): Promise<Head | undefined> {
  const [space = '', own = ''] = policyFolder(policy).split('/');
  let last: { head: Head; time: string } | undefined;
  for (const name of await listIfThere(files, inChain(root, space, ''))) {
    if (name === own || !isOfPolicy(name, policy)) continue;
    for (const folder of await foldersBelow(files, inChain(root, space, name))) {
      const found = await lastOf(files, folder);
      if (found !== undefined && (last === undefined || found.time > last.time)) last = found;
    }
  }
  return last?.head;
}

/** Of one chain. What cannot be read as a record says nothing; `verify` reports it. */
async function lastOf(files: Files, folder: string): Promise<{ head: Head; time: string } | undefined> {
  const last = segmentsOf(await listIfThere(files, folder)).at(-1);
  if (last === undefined) return undefined;
  const bytes = await files.read(join(folder, last.file), MAX_SEGMENT_BYTES).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  const line = bytes && splitLines(await segmentBytes(bytes, last.isCompressed)).lines.at(-1);
  const record = line && parseLine(line);
  if (line === undefined || record === undefined) return undefined;
  return { head: { chain: record.chain, sequence: record.seq, hash: hashOf(line) }, time: record.time };
}
