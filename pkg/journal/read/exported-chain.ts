/** What somebody needs to check an exported chain without our code: where its records begin, and what its checkpoint signs. */
import { readIfThere, realFiles, type Files } from '../chain/files.js';
import { CHECKPOINT, MANIFEST, MAX_SMALL_FILE_BYTES } from '../chain/place.js';
import { parseCheckpoint } from '../proof/checkpoint.js';
import { parseVerifierKey, type VerifierKey } from '../proof/key.js';
import { parseManifest, type Manifest, type SegmentEntry } from '../proof/manifest.js';
import { judgeSignature } from '../proof/note.js';
import { NO_HASH } from '../record/record.js';

export interface ExportedChain {
  chain: string;
  /** Below the export. */
  folder: string;
  /** In order. */
  segments: ExportedSegment[];
  /** `seq` of its first record. */
  first: number;
  /** Hash of the record before that. */
  previousHash: string;
  /** Right edge of the tree before that: hexadecimal hashes, the largest subtree first. */
  edge: string[];
  keys: VerifierKey[];
  /** The key that signed the checkpoint that was exported along, and how many records that covers. */
  signedBy?: { vkey: string; size: number };
}

/** A file, its records, and when they were written: RFC 3339. */
export type ExportedSegment = Pick<SegmentEntry, 'file' | 'first' | 'last' | 'from' | 'until'>;

/** Undefined where the folder is no exported chain. Throws what the file system throws. */
export async function exportedChain(
  root: string,
  chain: string,
  files: Files = realFiles,
): Promise<ExportedChain | undefined> {
  const read = async (name: string): Promise<string | undefined> =>
    (await readIfThere(files, `${root}/${chain}/${name}`, MAX_SMALL_FILE_BYTES))?.toString();
  const manifest = parseManifest((await read(MANIFEST)) ?? '');
  const first = manifest?.segments[0]?.first;
  return manifest === undefined || first === undefined
    ? undefined
    : describe({ manifest, first, folder: chain, note: (await read(CHECKPOINT)) ?? '' });
}

interface Read {
  manifest: Manifest;
  first: number;
  folder: string;
  note: string;
}

function describe({ manifest, first, folder, note }: Read): ExportedChain {
  const before = manifest.removed.at(-1);
  const keys = manifest.keys.flatMap((vkey) => parseVerifierKey(vkey) ?? []);
  const signedBy = signedByOf(note, keys);
  return {
    ...{ chain: manifest.chain, folder, first, keys },
    segments: manifest.segments.map(({ file, first, last, from, until }) => ({ file, first, last, from, until })),
    previousHash: before?.hash ?? NO_HASH,
    edge: (before?.edge ?? []).map((hash) => Buffer.from(hash, 'base64').toString('hex')),
    ...(signedBy !== undefined && { signedBy }),
  };
}

function signedByOf(note: string, keys: readonly VerifierKey[]): ExportedChain['signedBy'] {
  const checkpoint = parseCheckpoint(note);
  const key = keys.findLast((each) => checkpoint && judgeSignature(checkpoint.note, each) === 'signed');
  return checkpoint && key && { vkey: key.vkey, size: checkpoint.size };
}
