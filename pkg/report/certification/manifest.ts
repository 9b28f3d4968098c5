/** `manifest.json` of a certification: SHA-256, bytes and rows of each file, one file a line, so that a shell can read it. */
import { sha256Of } from './digest.js';

export interface ManifestFile {
  file: string;
  content: Buffer;
}

/** In the order of their names. Its last line is the hash of those before it, so that a change of the manifest itself is found, too. */
export function manifestText(files: readonly ManifestFile[]): string {
  const sorted = [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
  const lines = sorted.map(({ file, content }) =>
    JSON.stringify({ file, sha256: sha256Of(content), bytes: content.length, rows: rowsOf(file, content) }),
  );
  const text = `{\n"v":1,\n"files":[\n${lines.join(',\n')}\n],\n`;
  return `${text}"self":"${sha256Of(Buffer.from(text))}"}\n`;
}

/** Of tables without their heading, and of records; null of what has no rows. */
function rowsOf(file: string, content: Buffer): number | null {
  if (file.endsWith('.csv')) return count(content, '\r\n') - 1;
  return file.endsWith('.jsonl') ? count(content, '\n') : null;
}

/** Cells and records hold no line end of their own: they are written as escapes. */
function count(content: Buffer, end: string): number {
  let found = 0;
  for (let at = content.indexOf(end); at !== -1; at = content.indexOf(end, at + end.length)) found += 1;
  return found;
}
