/** A journal in memory, for tests that read it thousands of times. */
import { realFiles, type Files } from '../../pkg/journal/chain/files.js';
import { splitLines } from '../../pkg/journal/chain/lines.js';

const absent = (path: string): Error => Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });

/** Reads alone; paths are those of the map. */
export const memoryFiles = (contents: ReadonlyMap<string, Buffer>): Files => ({
  ...realFiles,
  read: async (path) => {
    const bytes = contents.get(path);
    if (bytes === undefined) throw absent(path);
    return bytes;
  },
  readLines: async (path, _maxBytes, take) => {
    const bytes = contents.get(path);
    if (bytes === undefined) throw absent(path);
    const { lines, rest } = splitLines(bytes);
    for (const line of lines) await take(line, true);
    if (rest.length > 0) await take(rest, false);
  },
  readFrom: async (path, offset, maxBytes) => {
    const bytes = contents.get(path);
    if (bytes === undefined) throw absent(path);
    return bytes.subarray(offset, offset + maxBytes);
  },
  list: async (folder) => {
    const below = [...contents.keys()].filter((path) => path.startsWith(`${folder}/`));
    if (below.length === 0) throw absent(folder);
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].sort();
  },
});
