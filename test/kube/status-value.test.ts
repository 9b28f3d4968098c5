/** Kind: what was applied compared with what came back, where the API server has another form of the same. */
import { expect } from 'chai';
import fc from 'fast-check';
import { asKept, isSameStatus, removalPatch } from '../../pkg/kube/status-value.js';
import { WIDGET_STATUS } from './support/objects.js';

const { lists } = WIDGET_STATUS;

type JSONObject = Record<string, unknown>;

/** As a server applies it: https://www.rfc-editor.org/rfc/rfc7386#section-2 */
function apply(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isMap = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: JSONObject = isMap ? { ...(target as JSONObject) } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = apply(result[key], value);
  }
  return result;
}

const part = (id: number, more: object = {}): object => ({ id, name: `repo-${id}`, since: 'x', ...more });

describe('the status as an API server keeps it', () => {
  const rows: { of: string; status: object; kept: object }[] = [
    { of: 'a list without parts', status: { parts: [] }, kept: {} },
    { of: 'no finding at all', status: { findings: [], orderID: 1 }, kept: { orderID: 1 } },
    { of: 'no condition', status: { conditions: [] }, kept: {} },
    { of: 'a map of nothing', status: { compliance: {}, window: { left: 1 } }, kept: { window: { left: 1 } } },
    { of: 'a map of empty lists', status: { journal: { chains: [] } }, kept: {} },
    {
      of: 'a stop without names, which the schema requires',
      status: { stop: { count: 0, machines: [] } },
      kept: { stop: { count: 0, machines: [] } },
    },
    {
      of: 'what is not known',
      status: { orderID: undefined, parts: [part(1)] },
      kept: { parts: [part(1)] },
    },
    {
      of: 'half a surrogate pair in the name of an author',
      status: { parts: [part(1, { author: 'a\ud800b😀' })] },
      kept: { parts: [part(1, { author: 'a\ufffdb😀' })] },
    },
  ];
  for (const { of, status, kept } of rows) {
    it(`${of}: it comes back as it was applied`, () => {
      expect(asKept(status, lists)).to.deep.equal(kept);
      expect(isSameStatus(status, kept, lists)).to.equal(true);
    });
  }

  it('differs where a value or the order of a list does', () => {
    expect(isSameStatus({ orderID: 1 }, { orderID: 2 }, lists)).to.equal(false);
    expect(isSameStatus({ parts: [part(1)] }, {}, lists)).to.equal(false);
    expect(isSameStatus({ parts: [part(1), part(2)] }, { parts: [part(2), part(1)] }, lists)).to.equal(false);
  });
});

describe('the patch that only removes', () => {
  const scalar = fc.oneof(fc.string(), fc.integer({ min: 0 }), fc.boolean());
  const entry = fc.record(
    { id: fc.integer({ min: 1, max: 5 }), name: scalar, commit: scalar },
    { requiredKeys: ['id', 'name'], noNullPrototype: true },
  );
  const list = fc.uniqueArray(entry, { selector: ({ id }) => id, maxLength: 4, minLength: 1 });
  const map = fc.dictionary(fc.constantFrom('a', 'b', 'c'), scalar, { noNullPrototype: true });
  const status = fc.record({ parts: list, window: map, orderID: scalar }, { requiredKeys: [], noNullPrototype: true });

  it('takes out everything that is not wanted, and changes and adds nothing', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        const result = apply(from, removalPatch(from, to, lists)) as JSONObject;
        expect(unwanted(result, to)).to.deep.equal([]);
        expect(unwanted(result, from), 'nothing is there that was not there before').to.deep.equal([]);
        expect(hasEmptyList(removalPatch(from, to, lists)), 'an empty list would have an owner').to.equal(false);
      }),
    );
  });

  it('takes entries out of a list inside of a field, and not of another one of that name', () => {
    const nested = { keys: { 'timeline.due': 'phase' } };
    const [first, second] = [{ phase: 'isolate' }, { phase: 'release' }];
    expect(removalPatch({ timeline: { due: [first, second] } }, { timeline: { due: [second] } }, nested)).to.deep.equal(
      {
        timeline: { due: [second] },
      },
    );
    expect(removalPatch({ due: [first, second] }, { due: [second] }, nested)).to.deep.equal({});
  });

  it('is empty where nothing is to be taken out', () => {
    fc.assert(
      fc.property(status, (same) => {
        expect(removalPatch(same, structuredClone(same), lists)).to.deep.equal({});
        expect(removalPatch({}, same, lists)).to.deep.equal({});
      }),
    );
  });

  /** A text may be `[]`: what is looked for is a list. */
  function hasEmptyList(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    return (Array.isArray(value) && value.length === 0) || Object.values(value).some(hasEmptyList);
  }

  /** The paths of `value` that `other` does not have; entries of the list go by their id. */
  function unwanted(value: unknown, other: unknown, path = ''): string[] {
    if (Array.isArray(value)) {
      const others = new Map((other as { id: number }[]).map((each) => [each.id, each]));
      return (value as { id: number }[]).flatMap((each) => unwanted(each, others.get(each.id), `${path}/${each.id}`));
    }
    if (other === undefined) return [path];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) =>
      unwanted(inner, (other as JSONObject)[key], `${path}/${key}`),
    );
  }
});
