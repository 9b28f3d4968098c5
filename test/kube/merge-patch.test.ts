import { expect } from 'chai';
import fc from 'fast-check';
import { mergePatch } from '../../pkg/kube/merge-patch.js';

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

describe('mergePatch', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const { object } = fc.letrec<{ object: JSONObject; value: unknown }>((tie) => ({
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), {
      noNullPrototype: true,
    }),
    value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { maxLength: 3 }), tie('object')),
  }));

  it('makes the one of the other, whatever they hold', () => {
    fc.assert(
      fc.property(object, object, (from, to) => {
        expect(apply(from, mergePatch(from, to))).to.deep.equal(to);
      }),
    );
  });

  it('is empty where nothing differs', () => {
    fc.assert(
      fc.property(object, (same) => {
        expect(mergePatch(same, structuredClone(same))).to.deep.equal({});
      }),
    );
  });
});
