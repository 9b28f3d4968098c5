/** The files of reports of one policy: which there are, and one of them. Nothing outside of its folder is ever read. */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sha256 } from '../base/index.js';
import type { PolicyKey } from '../policies/index.js';

export interface ReportFile {
  /** `daily`, `weekly` or `certification`. */
  kind: string;
  file: string;
  /** Below the folder of the policy. */
  path: string;
  bytes: number;
}

const KINDS = ['daily', 'weekly', 'certification'];
/** A certification is a folder of files, and may have folders of its own. */
const MAX_DEPTH = 4;
const MAX_FILES = 2_000;
/** As the controller names them: no step upwards, nothing hidden. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
};

const folderOf = (root: string, { namespace, name }: PolicyKey): string => join(root, namespace, name);

/** The newest first, by kind. What cannot be read is not there. */
export async function reportFiles(root: string, key: PolicyKey): Promise<ReportFile[]> {
  const found: ReportFile[] = [];
  for (const kind of KINDS) {
    const files = await below(join(folderOf(root, key), kind), kind, MAX_DEPTH);
    found.push(...files.sort((a, b) => (a.path < b.path ? 1 : -1)));
  }
  return found.slice(0, MAX_FILES);

  async function below(folder: string, path: string, depth: number): Promise<ReportFile[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const files: ReportFile[] = [];
    for (const entry of entries) {
      if (!SAFE.test(entry.name)) continue;
      const own = { file: entry.name, path: `${path}/${entry.name}`, kind: path.split('/')[0] ?? '' };
      if (entry.isFile()) {
        const bytes = await lstat(join(folder, entry.name)).then(
          ({ size }) => size,
          () => 0,
        );
        files.push({ ...own, bytes });
      } else if (entry.isDirectory() && depth > 0)
        files.push(...(await below(join(folder, entry.name), own.path, depth - 1)));
    }
    return files;
  }
}

/** A file that is sent piece by piece: a hundred readers who are slow hold no hundred copies of it. */
export interface OpenReport {
  /** Closes the file at its end, or when it is destroyed. */
  stream: Readable;
  type: string;
  bytes: number;
  /** Changes with every change of the file. */
  etag: string;
}

/** Undefined where there is no such file. Links are not followed. */
export async function openReport(root: string, key: PolicyKey, path: string): Promise<OpenReport | undefined> {
  const at = await placeOf(root, key, path);
  if (at === undefined) return undefined;
  const type = TYPES[at.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  const file = await open(at, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return undefined;
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    return undefined;
  }
  const etag = `"${sha256(`${stat.ino} ${stat.size} ${stat.mtimeMs}`).slice(0, 32)}"`;
  // No more than was there: what a writer adds meanwhile would not fit the length that was told.
  const end = Math.max(0, stat.size - 1);
  const stream = stat.size === 0 ? Readable.from([]) : file.createReadStream({ end });
  if (stat.size === 0) await file.close();
  return { stream, type, bytes: stat.size, etag };
}

/** Of a file that may be handed out; undefined where it may not, or is not there. */
async function placeOf(root: string, key: PolicyKey, path: string): Promise<string | undefined> {
  const parts = path.split('/');
  if (!KINDS.includes(parts[0] ?? '') || !parts.every((part) => SAFE.test(part))) return undefined;
  let at = folderOf(root, key);
  for (const part of parts) {
    at = join(at, part);
    const entry = await lstat(at).catch(() => undefined);
    if (entry === undefined || entry.isSymbolicLink()) return undefined;
  }
  return at;
}
