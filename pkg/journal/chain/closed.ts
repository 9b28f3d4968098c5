/** What becomes of segments that are closed: they are compressed, and removed when their retention is over. */
import { gunzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { hashOf } from '../record/line.js';
import type { Data } from '../record/kinds.js';
import type { Manifest, SegmentEntry } from '../proof/manifest.js';
import { isAbsent, replaceWhole, type Files } from './files.js';
import { MAX_SEGMENT_BYTES } from './place.js';
import type { ChainState } from './state.js';

/** The lines of a segment, compressed or not. Throws what zlib throws. */
export async function segmentBytes(bytes: Buffer, isCompressed: boolean): Promise<Buffer> {
  if (!isCompressed) return bytes;
  return promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(bytes, { maxOutputLength: MAX_SEGMENT_BYTES });
}

interface Keeping {
  files: Files;
  /** Writes the manifest, and takes it for the one of the state. */
  keep: (manifest: Manifest) => Promise<void>;
}

/** Compresses each closed segment that is not yet. At any moment one of both forms is whole. */
export async function compressClosed(state: ChainState, { files, keep }: Keeping): Promise<void> {
  for (const entry of state.manifest.segments) {
    const plain = `${state.folder}/${entry.file.replace(/\.gz$/, '')}`;
    if (entry.file.endsWith('.gz')) {
      await removeIfThere(files, plain);
      continue;
    }
    const packed = await promisify<Buffer, { level: number }, Buffer>(gzip)(
      await files.read(plain, MAX_SEGMENT_BYTES),
      {
        level: 9,
      },
    );
    await replaceWhole(files, `${plain}.gz`, packed);
    const file = `${entry.file}.gz`;
    await keep(withEntry(state.manifest, entry, { ...entry, file, fileHash: hashOf(packed) }));
    await files.syncFolder(state.folder);
    await files.remove(plain);
  }
}

function withEntry(manifest: Manifest, before: SegmentEntry, after: SegmentEntry): Manifest {
  return { ...manifest, segments: manifest.segments.map((each) => (each === before ? after : each)) };
}

export interface Removing extends Keeping {
  /** RFC 3339. */
  olderThan: string;
  record: (removed: Data<'SegmentRemoved'>) => Promise<void>;
}

/** Oldest first, so that what is kept has no gap. The file goes last: a crash leaves it there for the next time. */
export async function removeExpired(state: ChainState, { files, keep, olderThan, record }: Removing): Promise<void> {
  for (const { file } of state.manifest.removed) await removeIfThere(files, `${state.folder}/${file}`);
  for (;;) {
    const { segments, removed } = state.manifest;
    const [oldest, ...rest] = segments;
    // The one that was closed last is described by the file after it, which may not be there yet.
    if (oldest === undefined || oldest.until >= olderThan || oldest.last === state.position.seq) return;
    // The hash of a file that is gone proves nothing, and no record could show that it was changed.
    const { fileHash: _hash, ...kept } = oldest;
    const { edge: _, ...described } = kept;
    await record(described);
    await keep({ ...state.manifest, segments: rest, removed: [...removed, kept] });
    await removeIfThere(files, `${state.folder}/${oldest.file}`);
  }
}

async function removeIfThere(files: Files, path: string): Promise<void> {
  await files.remove(path).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
}
