/** The file of a cache with long lists: written in parts, read line by line, and the same value again. */
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { CacheFolder } from '../../pkg/policies/index.js';
import { LineReader, linesOf } from '../../pkg/policies/line-file.js';
import { runsOf } from '../sample.js';
import { temporaryFolder } from '../temporary-folder.js';

const never = new AbortController().signal;
const KEY = { namespace: 'default', name: 'acme' };

const textOf = (value: object): string => {
  const { parts } = linesOf(value);
  return typeof parts === 'string' ? parts : [...parts].join('');
};

const read = (text: string): unknown => {
  const reader = new LineReader();
  for (const line of text.split('\n')) reader.take(Buffer.from(line));
  return reader.end();
};

const long = (size: number): object[] =>
  Array.from({ length: size }, (_, id) => ({ id, name: `ä "quoted"\n\u2028 ${id}`, row: [String(id), null] }));

describe('A cache in lines', () => {
  it('is one line of JSON where its lists are short', () => {
    const value = { version: 1, repositories: long(1_000) };
    expect(textOf(value)).to.equal(JSON.stringify(value));
  });

  it('is the same value again, however long its lists are', () => {
    const size = fc.integer({ min: 0, max: 3_000 });
    fc.assert(
      fc.property(size, size, (repositories, members) => {
        const value = {
          version: 1,
          repositories: long(repositories),
          text: 'x',
          members: long(members).map((_, id) => id),
        };
        expect(read(textOf(value))).to.deep.equal(value);
      }),
      runsOf(200, 10),
    );
  });

  it('is read with the wanted items of one list alone, whether that has lines of its own or not', async () => {
    const cache = new CacheFolder(temporaryFolder());
    for (const size of [3, 2_500]) {
      await cache.save(KEY, { version: 1, repositories: long(size), members: long(size) }, never);
      const isWanted = (item: unknown): boolean => (item as { id: number }).id === size - 1;
      expect(await cache.load(KEY, never, { list: 'repositories', isWanted })).to.deep.equal({
        ...{ version: 1, repositories: long(size).slice(-1), members: long(size) },
      });
    }
  });

  it('has no line that is long, and about as many bytes as it says', () => {
    const value = { version: 1, repositories: long(20_000) };
    const { bytes, parts } = linesOf(value);
    const lines = [...parts];
    expect(Math.max(...lines.map((line) => line.length))).to.be.below(60_000);
    expect(bytes / Buffer.byteLength(lines.join(''))).to.be.within(0.9, 1.1);
  });

  it('is no cache where a line is missing, too much or torn', async () => {
    const folder = temporaryFolder();
    const cache = new CacheFolder(folder);
    const value = { version: 1, repositories: long(2_500) };
    const path = join(folder, '.cache', 'default', 'acme.json');
    await cache.save(KEY, value, never);
    expect(await cache.load(KEY, never)).to.deep.equal(value);
    const text = textOf(value);
    const lines = text.split('\n');
    expect(lines).to.have.length(6);
    for (const broken of [
      lines.slice(0, -1).join('\n'),
      [...lines, '[]'].join('\n'),
      [lines[0], ...lines.slice(2)].join('\n'),
      text.slice(0, -1),
      lines.slice(1).join('\n'),
    ]) {
      writeFileSync(path, broken);
      expect(await cache.load(KEY, never)).to.equal(undefined);
    }
    await cache.save(KEY, value, never);
    truncateSync(path, statSync(path).size - 100_000);
    expect(await cache.load(KEY, never)).to.equal(undefined);
  });
});
