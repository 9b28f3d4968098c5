/** A list in a file that is longer than memory: handed over line by line, and written again while the old file is read. */
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { CacheFolder, PackedItems, type ListRewrite } from '../../pkg/policies/index.js';
import { temporaryFolder } from '../temporary-folder.js';

const NEVER = new AbortController().signal;
const KEY = { namespace: 'default', name: 'acme' };
const HEAD = { version: 1, rules: 'ä' };
const LIST = 'repositories';

interface Item {
  id: number;
  text: string;
}

const itemsOf = (from: number, to: number): Item[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: from + index, text: `"ä"\n\u2028 ${'x'.repeat(2_000)}` }));

const packed = (items: readonly Item[]): PackedItems => {
  const all = new PackedItems();
  for (const item of items) all.add(item);
  return all;
};

describe('A list that is written again', () => {
  let folder: string;
  let cache: CacheFolder;
  let path: string;
  beforeEach(() => {
    folder = temporaryFolder();
    cache = new CacheFolder(folder);
    path = join(folder, '.cache', 'default', 'acme.json');
  });

  const rewrite = (stay: readonly number[], fresh: readonly Item[], more: Partial<ListRewrite> = {}): Promise<void> => {
    const kept = (item: unknown): object | undefined => (stay.includes((item as Item).id) ? (item as Item) : undefined);
    return cache.rewrite(
      KEY,
      { head: HEAD, list: LIST, stay: stay.length, kept, fresh: packed(fresh), ...more },
      NEVER,
    );
  };

  const scanned = async (): Promise<{ head: unknown; items: Item[]; most: number }> => {
    const items: Item[] = [];
    let most = 0;
    const take = (some: readonly unknown[]): void => {
      most = Math.max(most, some.length);
      items.push(...(some as Item[]));
    };
    return { head: await cache.scan(KEY, LIST, take, NEVER), items, most };
  };

  it('has what stays and what is new, a few items a line', async () => {
    await rewrite([], itemsOf(0, 1_500));
    const first = await scanned();
    expect(first.head).to.deep.equal({ ...HEAD, [LIST]: [] });
    expect(first.items).to.deep.equal(itemsOf(0, 1_500));
    expect(first.most).to.be.at.most(70);
    await rewrite([3, 1_400], itemsOf(2_000, 2_003));
    const ids = (await scanned()).items.map(({ id }) => id);
    expect(ids).to.deep.equal([3, 1_400, 2_000, 2_001, 2_002]);
    await rewrite([3, 2_000], [], {
      stay: 1,
      kept: (item) => ((item as Item).id === 2_000 ? { id: 2_000, text: 'other' } : undefined),
    });
    expect((await scanned()).items).to.deep.equal([{ id: 2_000, text: 'other' }]);
    await rewrite([], []);
    expect(await scanned()).to.deep.equal({ head: { ...HEAD, [LIST]: [] }, items: [], most: 0 });
    expect(await cache.load(KEY, NEVER)).to.deep.equal({ ...HEAD, [LIST]: [] });
  });

  it('takes over what earlier versions wrote, long or short, and is what they read', async () => {
    for (const size of [3, 2_500]) {
      await cache.save(KEY, { ...HEAD, [LIST]: itemsOf(0, size) }, NEVER);
      expect((await scanned()).items).to.deep.equal(itemsOf(0, size));
      await rewrite([1, size - 1], itemsOf(size, size + 1));
      const all = [...itemsOf(1, 2), ...itemsOf(size - 1, size + 1)];
      expect((await scanned()).items).to.deep.equal(all);
      expect(await cache.load(KEY, NEVER)).to.deep.equal({ ...HEAD, [LIST]: all });
    }
  });

  it('leaves the old file, and nothing beside it, whatever becomes of the new one', async () => {
    await rewrite([], itemsOf(0, 500));
    const before = readFileSync(path, 'utf8');
    const stop = new AbortController();
    const faults: [string, () => Promise<void>][] = [
      ['an item that is there no more', () => rewrite([1, 777], [])],
      [
        'an item that breaks off',
        () =>
          rewrite([], [], {
            stay: 500,
            kept: () => {
              throw new Error('killed');
            },
          }),
      ],
      [
        'a signal half way',
        () =>
          cache.rewrite(
            KEY,
            {
              ...{ head: HEAD, list: LIST, stay: 500, fresh: packed([]) },
              kept: (item) => {
                if ((item as Item).id === 250) stop.abort(new Error('stopped'));
                return item as Item;
              },
            },
            stop.signal,
          ),
      ],
      [
        'a process that may write no more',
        () =>
          new CacheFolder(folder, () => {
            throw new Error('lost');
          }).rewrite(KEY, { head: HEAD, list: LIST, stay: 0, kept: () => undefined, fresh: packed([]) }, NEVER),
      ],
    ];
    for (const [what, fail] of faults) {
      const failed = await fail().then(
        () => false,
        () => true,
      );
      expect(failed, what).to.equal(true);
      expect(readFileSync(path, 'utf8'), what).to.equal(before);
      expect(readdirSync(join(folder, '.cache', 'default')), what).to.deep.equal(['acme.json']);
    }
  });

  it('is none where the file is damaged, and is written from what is new', async () => {
    await rewrite([], itemsOf(0, 500));
    const whole = readFileSync(path, 'utf8');
    const lines = whole.split('\n');
    const damages: [string, () => void][] = [
      ['cut', () => truncateSync(path, whole.length - 10)],
      ['without a line', () => writeFileSync(path, [lines[0], ...lines.slice(2)].join('\n'))],
      ['with a line more', () => writeFileSync(path, `${whole}\n[]`)],
      ['of bytes', () => writeFileSync(path, Buffer.alloc(1_000, 0xff))],
      ['empty', () => writeFileSync(path, '')],
    ];
    for (const [what, damage] of damages) {
      damage();
      expect((await scanned()).head, what).to.equal(undefined);
      await rewrite([], itemsOf(0, 500));
      expect((await scanned()).items, what).to.deep.equal(itemsOf(0, 500));
    }
  });

  it('is not kept where it is larger than it may be, or there is no room', async () => {
    const small = new CacheFolder(folder, undefined, '.cache', 10_000);
    const index = { head: HEAD, list: LIST, stay: 0, kept: () => undefined, fresh: packed(itemsOf(0, 10)) };
    await small.rewrite(KEY, index, NEVER);
    await cache.askForRoom((_, bytes) => Promise.resolve(bytes < 20_000)).rewrite(KEY, index, NEVER);
    mkdirSync(join(folder, '.cache', 'default'), { recursive: true });
    expect(readdirSync(join(folder, '.cache', 'default'))).to.deep.equal([]);
  });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const buffersHeld = (): number => {
  collect();
  return process.memoryUsage().arrayBuffers;
};

describe('Items that wait to be written', () => {
  it('are the same again, in their order, and take a small part of their room', () => {
    const items = itemsOf(0, 2_000);
    const before = buffersHeld();
    const all = packed(items);
    expect(buffersHeld() - before, 'bytes of buffers').to.be.at.most(all.bytes / 20);
    expect(all.count).to.equal(2_000);
    expect(all.bytes).to.be.within(2_000 * 2_000, 2_000 * 2_100);
    expect([...all.lines()].flatMap((line) => JSON.parse(Buffer.from(line).toString()) as Item[])).to.deep.equal(items);
    expect([...new PackedItems().lines()]).to.deep.equal([]);
  });
});
