/** What nothing proves: records that nobody signed, and segments that are said to be removed though no record tells of it. */
import type { Manifest, SegmentEntry } from '../proof/manifest.js';
import { CHECKPOINT, MANIFEST } from '../chain/place.js';
import type { Found } from './checkpoints.js';
import type { Line, Segment } from './evidence.js';
import { fileFault, type Fault } from './fault.js';
import type { Trust } from './keys.js';

export interface Unproved {
  faults: Fault[];
  notes: string[];
}

/**
 * A chain is signed after each pass that wrote a record, so that one without a checkpoint is of a process that was killed in its first pass.
 * Where somebody brought a key, one that has more has lost its checkpoints.
 */
export function judgeUnsigned(lines: readonly Line[], found: readonly Found[], { source }: Trust): Unproved {
  const own = found.filter((each) => each.source !== 'given');
  const records = lines.flatMap(({ record }) => record ?? []);
  const last = records.at(-1)?.seq ?? 0;
  if (own.length === 0) {
    const isOfOnePass = new Set(records.map(({ pass }) => pass)).size <= 1;
    const why =
      'it is missing, though more than one pass left records: nothing of them is signed by the key that was given';
    return {
      faults: source === 'given' && !isOfOnePass ? [fileFault('signature-wrong', CHECKPOINT, why)] : [],
      notes: [],
    };
  }
  const signed = Math.max(...found.map(({ checkpoint }) => checkpoint.size));
  const first = Math.max(signed + 1, records[0]?.seq ?? 0);
  if (last <= signed) return { faults: [], notes: [] };
  const which = first === last ? `record ${last} stands` : `records ${first} to ${last} stand`;
  return { faults: [], notes: [`unsigned: ${which} behind the newest checkpoint: no signature is over that yet`] };
}

/**
 * Each removal is told before it, and its record may be removed itself years later: so those that no record tells of are the oldest ones. An
 * export lists as removed what it does not hold; it describes its last file as well, which a journal does not while that is written.
 */
export function judgeUntold(manifest: Manifest | undefined, segments: readonly Segment[]): Unproved {
  const removed = manifest?.removed ?? [];
  const told = new Set(
    segments
      .flatMap(({ lines }) => lines)
      .flatMap(({ record }) =>
        record?.kind === 'SegmentRemoved' ? [(record.data as Partial<SegmentEntry>).first] : [],
      ),
  );
  const newest = removed.at(-1);
  const since = removed.findIndex(({ first }) => told.has(first));
  const untold = removed.filter((entry, at) => !told.has(entry.first) && (since < 0 ? entry === newest : at > since));
  if (untold.length === 0) return { faults: [], notes: [] };
  const end = segments.at(-1)?.name.number;
  const isExport = manifest?.segments.some(({ file }) => Number.parseInt(file, 10) === end) === true;
  if (isExport && since < 0)
    return {
      faults: [],
      notes: [`records 1 to ${newest?.last} are not here, as in an export: no record says that they were removed`],
    };
  const message = `${MANIFEST} lists it as removed, and no record tells of that`;
  return {
    faults: untold.map(({ file, first }) => ({ ...fileFault('segment-missing', file, message), sequence: first })),
    notes: [],
  };
}
