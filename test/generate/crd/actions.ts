/** What each action of a valibot pipe says in OpenAPI and CEL. An action without words here ends the generator. */
import type { CelRule, ClusterHints, ClusterOnly } from '../../../pkg/api/rule.js';
import { plainSource } from '../../../pkg/api/rule.js';
import { assertAnchored, assertPortable, patternsOf } from './pattern.js';
import type { OpenApi } from './open-api.js';
import type { Part } from './unwrap.js';

/** What an action adds to its node; rules are gathered, everything else is set once. */
export interface Said {
  keywords?: OpenApi;
  rules?: readonly CelRule[];
  requiredInCluster?: true;
}

type Reader = (action: Part, node: OpenApi) => Said;

const shared: Reader = (action) => {
  const hints = action['cluster'] as ClusterHints | undefined;
  if (hints === undefined) throw new Error('a check without its CEL rule: use the helpers of pkg/api/rule.ts');
  return { keywords: hints.keywords ?? {}, rules: hints.rules ?? [] };
};

/** Lengths of texts are counted in UTF-16 units by valibot and in characters by API servers: `text()` of pkg/api. */
const itemsOnly =
  (keyword: 'minItems' | 'maxItems'): Reader =>
  (action, node) => {
    if (node.type !== 'array') throw new Error(`${action.type} of valibot is for lists only: use text()`);
    const requirement = action['requirement'] as number;
    return requirement === 0 ? {} : { keywords: { [keyword]: requirement } };
  };

const READERS: Readonly<Record<string, Reader>> = {
  check: shared,
  raw_check: shared,
  integer: () => ({ keywords: { type: 'integer', format: 'int64' } }),
  min_value: (action) => ({ keywords: { minimum: action['requirement'] as number } }),
  max_value: (action) => ({ keywords: { maximum: action['requirement'] as number } }),
  min_length: itemsOnly('minItems'),
  max_length: itemsOnly('maxItems'),
  regex: (action) => {
    const { source, flags } = action['requirement'] as RegExp;
    if (flags !== '') throw new Error(`a pattern with the flags ${flags}`);
    return { keywords: { pattern: plainSource(source) } };
  },
  // What the program makes of a value that both have accepted; an API server keeps what was written.
  transform: () => ({}),
  description: (action) => ({ keywords: { description: action['description'] as string } }),
  metadata: (action) => {
    const { clusterOnly } = action['metadata'] as ClusterOnly;
    return {
      rules: clusterOnly.rules ?? [],
      ...(clusterOnly.required === undefined ? {} : { requiredInCluster: true }),
    };
  },
};

/** The action in words of the CRD; throws where there are none. */
export function read(action: Part, node: OpenApi): Said {
  const reader = READERS[action.type];
  if (reader === undefined) throw new Error(`no words for the action ${action.type}`);
  const said = reader(action, node);
  if (said.keywords?.pattern !== undefined) assertAnchored(said.keywords.pattern);
  for (const { rule } of said.rules ?? []) patternsOf(rule).forEach(assertPortable);
  return said;
}
