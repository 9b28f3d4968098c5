/** What must hold of state and journal after a crash, wherever it came. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Head } from '../../pkg/journal/index.js';
import { splitLines } from '../../pkg/journal/chain/lines.js';
import { hashOf, parseLine } from '../../pkg/journal/record/line.js';
import type { JournalRecord } from '../../pkg/journal/record/record.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { realFiles } from '../../pkg/journal/chain/files.js';
import { chainFolders } from '../../pkg/journal/chain/chain-folders.js';
import type { Mark } from './operation.js';

export interface Found {
  records: { record: JournalRecord; hash: string }[];
  /** A tail that a crash cut, or one that was moved and that no record names yet. */
  isTorn: boolean;
}

/** Every record of a journal, by a reader of its own: nothing is repaired by it. */
export async function recordsIn(journal: string): Promise<Found> {
  const found: Found = { records: [], isTorn: false };
  if (!existsSync(journal)) return found;
  for (const folder of await chainFolders(realFiles, journal)) {
    const names = readdirSync(folder).sort();
    const segments = names.filter((name) => /^\d{8}\.jsonl$/.test(name) || isPackedAlone(name, names));
    for (const name of segments) {
      const file = readFileSync(join(folder, name));
      const { lines, rest } = splitLines(name.endsWith('.gz') ? gunzipSync(file) : file);
      if (rest.length > 0) found.isTorn = true;
      for (const line of lines) {
        const record = parseLine(line);
        if (record === undefined) throw new Error(`${name} has a line that is no record`);
        found.records.push({ record, hash: hashOf(line) });
      }
    }
    const named = found.records.flatMap(({ record: { kind, data } }) =>
      kind === 'TailRepaired' ? [data['sha256']] : [],
    );
    for (const name of names.filter((each) => each.endsWith('.torn')))
      if (!named.includes(hashOf(readFileSync(join(folder, name))))) found.isTorn = true;
  }
  return found;
}

const isPackedAlone = (name: string, names: readonly string[]): boolean =>
  /^\d{8}\.jsonl\.gz$/.test(name) && !names.includes(name.slice(0, -3));

/** What was promised before the crash and is not there; empty where all is. */
export function brokenPromises({ records }: Found, marks: readonly Mark[]): string[] {
  const hashes = new Set(records.map(({ record, hash }) => `${record.chain} ${record.seq} ${hash}`));
  const removed = records.filter(({ record }) => record.kind === 'SegmentRemoved').map(({ record }) => record);
  const isRemoved = (chain: string, seq: number): boolean =>
    removed.some((each) => each.chain === chain && seq <= Number(each.data['last']));
  const intents = new Set(
    records
      .filter(({ record }) => record.kind === 'WriteIntended')
      .map(({ record }) => String(record.data['hashAfter'])),
  );
  return marks.flatMap((mark) => {
    if (mark.seen === 'kept')
      return hashes.has(`${mark.chain} ${mark.sequence} ${mark.hash}`) || isRemoved(mark.chain, mark.sequence)
        ? []
        : [`record ${mark.sequence} was written, and is not there`];
    if (mark.seen === 'put' && !intents.has(mark.membersHash) && removed.length === 0)
      return [`a PUT of ${mark.members.join(',')} was sent, and its intent is not there`];
    return [];
  });
}

/** What it says of the checkpoints that are kept, before anything was repaired. */
export async function keptFaults(journal: string): Promise<string[]> {
  if (!existsSync(journal)) return [];
  const { chains } = await verify({ folders: [journal], keys: [], checkpoints: [], heads: [] });
  const faults = chains.flatMap((each) => each.faults).filter(({ file }) => file?.startsWith('checkpoint') === true);
  return faults.map(({ file, code, message }) => `before the start: ${file}: ${code}: ${message}`);
}

/** What the real verify says of the journal. */
export async function faultsOf(journal: string, known: Head | undefined): Promise<string[]> {
  const heads = known === undefined ? [] : [{ ...known, from: 'the state' }];
  const { chains } = await verify({ folders: [journal], keys: [], checkpoints: [], heads });
  return chains.flatMap(({ chain, faults }) => faults.map(({ code, message }) => `${chain}: ${code}: ${message}`));
}
