/** What somebody needs to check an exported chain without our code: where its records begin, and what its checkpoint signs. */
import { readIfThere, realFiles, type Files } from '../chain/files.js';
import { CHECKPOINT, MANIFEST, MAX_SMALL_FILE_BYTES } from '../chain/place.js';
import { parseCheckpoint } from '../proof/checkpoint.js';
import { parseVerifierKey, type VerifierKey } from '../proof/key.js';
import { parseManifest, type Manifest } from '../proof/manifest.js';
import { judgeSignature } from '../proof/note.js';
import { NO_HASH } from '../record/record.js';

export interface ExportedChain {
  chain: string;
  /** Below the export. */
  folder: string;
  /** Of its segments, in order. */
  files: string[];
  /** `seq` of its first record. */
  first: number;
  /** Hash of the record before that. */
  previousHash: string;
  /** Right edge of the tree before that: hexadecimal hashes, the largest subtree first. */
  edge: string[];
  keys: VerifierKey[];
  /** Of the checkpoint that was exported along, where one of the keys signed it: base64 of 64 bytes, and of the public key in DER. */
  signature?: { base64: string; publicKey: string };
}

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
  const signature = signatureOf(note, keys);
  return {
    ...{ chain: manifest.chain, folder, files: manifest.segments.map(({ file }) => file), first, keys },
    previousHash: before?.hash ?? NO_HASH,
    edge: (before?.edge ?? []).map((hash) => Buffer.from(hash, 'base64').toString('hex')),
    ...(signature !== undefined && { signature }),
  };
}

function signatureOf(note: string, keys: readonly VerifierKey[]): ExportedChain['signature'] {
  const checkpoint = parseCheckpoint(note);
  const key = keys.findLast((each) => checkpoint && judgeSignature(checkpoint.note, each) === 'signed');
  const own = checkpoint?.note.signatures.find(({ name, keyID }) => name === key?.name && keyID === key.keyID);
  if (key === undefined || own === undefined) return undefined;
  return { base64: own.signature.toString('base64'), publicKey: key.publicKey };
}
