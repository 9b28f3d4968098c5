/** Kind: what was applied compared with what came back, where the API server has another form of the same. */
import { expect } from 'chai';
import fc from 'fast-check';
import { asKept, isSameStatus, LIST_KEYS, removalPatch, REQUIRED_LISTS } from '../../pkg/kube/status-value.js';
import type { OpenApi } from '../generate/crd/open-api.js';
import { policySchema } from '../generate/crd/resource.js';

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

const clock = (id: number, more: object = {}): object => ({ id, name: `repo-${id}`, since: 'x', ...more });

describe('the status as an API server keeps it', () => {
  const rows: { of: string; status: object; kept: object }[] = [
    { of: 'a list without clocks', status: { leaving: [] }, kept: {} },
    { of: 'no finding at all', status: { findings: [], organizationID: 1 }, kept: { organizationID: 1 } },
    { of: 'no condition', status: { conditions: [] }, kept: {} },
    { of: 'a map of nothing', status: { compliance: {}, window: { left: 1 } }, kept: { window: { left: 1 } } },
    { of: 'a map of empty lists', status: { journal: { chains: [] } }, kept: {} },
    {
      of: 'a hold without names, which the schema requires',
      status: { hold: { count: 0, repositories: [] } },
      kept: { hold: { count: 0, repositories: [] } },
    },
    {
      of: 'what is not known',
      status: { organizationID: undefined, leaving: [clock(1)] },
      kept: { leaving: [clock(1)] },
    },
    {
      of: 'half a surrogate pair in the name of an author',
      status: { leaving: [clock(1, { author: 'a\ud800b😀' })] },
      kept: { leaving: [clock(1, { author: 'a\ufffdb😀' })] },
    },
  ];
  for (const { of, status, kept } of rows) {
    it(`${of}: it comes back as it was applied`, () => {
      expect(asKept(status)).to.deep.equal(kept);
      expect(isSameStatus(status, kept)).to.equal(true);
    });
  }

  it('differs where a value or the order of a list does', () => {
    expect(isSameStatus({ organizationID: 1 }, { organizationID: 2 })).to.equal(false);
    expect(isSameStatus({ leaving: [clock(1)] }, {})).to.equal(false);
    expect(isSameStatus({ leaving: [clock(1), clock(2)] }, { leaving: [clock(2), clock(1)] })).to.equal(false);
  });

  it('knows every list of the schema: the key of its entries, or that it is required', () => {
    const keys: Record<string, string> = {};
    const required: string[] = [];
    const walk = (node: OpenApi, path: readonly string[]): void => {
      for (const [name, inner] of Object.entries(node.properties ?? {})) {
        const own = [...path, name];
        const [key] = inner['x-kubernetes-list-map-keys'] ?? [];
        if (key !== undefined) keys[own.join('.')] = key;
        if (inner.type === 'array' && node.required?.includes(name) === true) required.push(own.join('.'));
        walk(inner.items ?? inner, own);
      }
    };
    walk(policySchema().properties?.['status'] ?? {}, []);
    expect(keys).to.deep.equal({ ...LIST_KEYS });
    expect(required).to.have.members([...REQUIRED_LISTS]);
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
  const status = fc.record(
    { leaving: list, window: map, organizationID: scalar },
    { requiredKeys: [], noNullPrototype: true },
  );

  it('takes out everything that is not wanted, and changes and adds nothing', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        const result = apply(from, removalPatch(from, to)) as JSONObject;
        expect(unwanted(result, to)).to.deep.equal([]);
        expect(unwanted(result, from), 'nothing is there that was not there before').to.deep.equal([]);
        expect(JSON.stringify(removalPatch(from, to)), 'an empty list would have an owner').not.to.contain('[]');
      }),
    );
  });

  it('is empty where nothing is to be taken out', () => {
    fc.assert(
      fc.property(status, (same) => {
        expect(removalPatch(same, structuredClone(same))).to.deep.equal({});
        expect(removalPatch({}, same)).to.deep.equal({});
      }),
    );
  });

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
