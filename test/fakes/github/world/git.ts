/**
 * Git as far as GitHub shows it: files with modes, blobs with their oid and text, paths into trees.
 * Hazard: `text` is what GraphQL answers, so it is cut at 512,000 bytes and lossy for invalid UTF-8; `bytes` never is.
 */
import { createHash } from 'node:crypto';

/** GitHub cuts `Blob.text` at exactly this many bytes (sveltia/sveltia-cms#950). */
export const MAX_TEXT_BYTES = 512_000;

export type FileMode = '100644' | '100755' | '120000' | '160000' | '040000';

export interface GitFile {
  readonly content: string | Buffer;
  readonly mode: FileMode;
}

export type Files = ReadonlyMap<string, GitFile>;

/** What stands at a path of a tree. */
export type Entry =
  | { kind: 'blob'; path: string; mode: FileMode; blob: BlobFacts }
  | { kind: 'tree'; path: string; mode: '040000'; oid: string }
  | { kind: 'submodule'; path: string; mode: '160000'; oid: string };

export interface BlobFacts {
  oid: string;
  bytes: Buffer;
  byteSize: number;
  isBinary: boolean;
  isTruncated: boolean;
  /** Null for binary content. */
  text: string | null;
}

const known = new WeakMap<GitFile, BlobFacts>();

export function sha1(...parts: (string | Buffer)[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Computed once a file: seeds hold ten thousand of them. */
export function blobOf(file: GitFile): BlobFacts {
  const found = known.get(file);
  if (found) return found;
  const bytes = typeof file.content === 'string' ? Buffer.from(file.content, 'utf8') : file.content;
  const isBinary = bytes.includes(0);
  const isTruncated = bytes.length > MAX_TEXT_BYTES;
  const facts: BlobFacts = {
    oid: sha1(`blob ${bytes.length}\0`, bytes),
    bytes,
    byteSize: bytes.length,
    isBinary,
    isTruncated,
    text: isBinary ? null : bytes.subarray(0, MAX_TEXT_BYTES).toString('utf8'),
  };
  known.set(file, facts);
  return facts;
}

const trim = (path: string): string => path.replace(/^\/+|\/+$/g, '');

/** Undefined where the tree has nothing at that path. Symlinks are not followed: git does not either. */
export function entryAt(files: Files, rawPath: string): Entry | undefined {
  const path = trim(rawPath);
  const file = files.get(path);
  if (file?.mode === '160000')
    return { kind: 'submodule', path, mode: '160000', oid: sha1('commit', blobOf(file).bytes) };
  if (file && file.mode !== '040000') return { kind: 'blob', path, mode: file.mode, blob: blobOf(file) };
  const prefix = path === '' ? '' : `${path}/`;
  const isTree = file !== undefined || path === '' || [...files.keys()].some((key) => key.startsWith(prefix));
  if (!isTree) return undefined;
  return {
    ...{ kind: 'tree', path, mode: '040000' },
    // Hashes all that lies below, so that it is made only where it is asked for.
    get oid() {
      return treeOid(files, prefix);
    },
  };
}

/** Another one for other names, modes or contents below a folder. */
export function treeOid(files: Files, prefix = ''): string {
  const below = [...files].filter(([path]) => path.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = below.map(([path, file]) => `${file.mode} ${blobOf(file).oid} ${path.slice(prefix.length)}`);
  return sha1('tree', lines.join('\n'));
}

/** The direct children of a directory, sorted as git sorts them. */
export function childrenOf(files: Files, rawPath: string): Entry[] {
  const path = trim(rawPath);
  const prefix = path === '' ? '' : `${path}/`;
  const names = new Set<string>();
  for (const key of files.keys()) {
    if (key.startsWith(prefix) && key !== path) names.add(key.slice(prefix.length).split('/')[0] ?? key);
  }
  return [...names].sort().flatMap((name) => entryAt(files, prefix + name) ?? []);
}
