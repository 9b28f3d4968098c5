/** Values of JSON that are nearly what a parser expects: one of a corpus, changed in a few places. */
import fc from 'fast-check';
import { anyCharacter } from '../../characters.js';

/** In place of any value. Made by the parser, so that `__proto__` is a key like others. */
const ODD = JSON.parse(
  '[null,true,false,"",0,-1,1.5,1e21,9007199254740993,[],{},[null],{"__proto__":{"id":1}},{"constructor":1,"toString":2},[[[[[]]]]]]',
) as unknown[];
const TEXTS = [
  'production',
  'active',
  'NOT_FOUND',
  'FORBIDDEN',
  'nodes',
  'organization',
  'PUBLIC',
  '2026-11-02T10:00:00Z',
].concat([
  '2026-13-45T99:99:99Z',
  '0s',
  '100%',
  '1h',
  `sha256:${'0'.repeat(64)}`,
  '\u202e',
  '\ud800',
  'x\ny',
  '::error::x',
  '__proto__',
]);

type Parent = Record<string, unknown> | unknown[];

interface Change {
  kind: 'odd' | 'remove' | 'twice' | 'copy' | 'rename' | 'number' | 'wrap';
  at: number;
  from: number;
  value: unknown;
}

const odd = fc.oneof(
  fc.constantFrom(...ODD),
  fc.constantFrom(...TEXTS),
  fc.string({ unit: anyCharacter, maxLength: 20 }),
  fc.maxSafeInteger(),
);

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('odd', 'odd', 'remove', 'twice', 'copy', 'rename', 'number', 'wrap'),
  at: fc.nat(),
  from: fc.nat(),
  value: odd,
});

export function mutatedTree(seeds: readonly unknown[], most = 3): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: most }))
    .map(([seed, list]) => list.reduce(changed, structuredClone(seed)));
}

/** Every place of a value: its parent and its key there. */
function placesOf(root: unknown): [Parent, string | number][] {
  const places: [Parent, string | number][] = [];
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const parent = value as Parent;
    const keys = Array.isArray(parent) ? [...parent.keys()] : Object.keys(parent);
    for (const key of keys) {
      places.push([parent, key]);
      open.push((parent as Record<string | number, unknown>)[key]);
    }
  }
  return places;
}

function changed(root: unknown, { kind, at, from, value }: Change): unknown {
  const places = placesOf(root);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return structuredClone(value);
  const [parent, key] = place;
  const before = (parent as Record<string | number, unknown>)[key];
  const put = (after: unknown): void =>
    void Object.defineProperty(parent, key, { value: after, writable: true, enumerable: true, configurable: true });
  if (kind === 'odd') put(structuredClone(value));
  else if (kind === 'wrap') put([before]);
  else if (kind === 'number') put(typeof before === 'number' ? before + (from % 5) - 2 : JSON.stringify(before));
  else if (kind === 'copy') {
    const [other, name] = places[from % places.length] as [Parent, string | number];
    put(structuredClone((other as Record<string | number, unknown>)[name]));
  } else if (Array.isArray(parent))
    parent.splice(Number(key), 1, ...(kind === 'twice' ? [before, structuredClone(before)] : []));
  else {
    Reflect.deleteProperty(parent, key);
    if (kind === 'rename') parent[`${key}x`] = before;
  }
  return root;
}
