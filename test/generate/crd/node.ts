/** One node of the CRD's schema from one valibot schema: structural, typed and bounded, or an error that names it. */
import type * as v from 'valibot';
import type { CelRule } from '../../../pkg/api/rule.js';
import { read } from './actions.js';
import { ordered, type OpenApi } from './open-api.js';
import { unwrap, type Part } from './unwrap.js';

interface Field {
  node: OpenApi;
  required: boolean;
}

/** The node of a schema; `path` is for errors. */
export function nodeOf(schema: v.GenericSchema | Part, path: string): OpenApi {
  return fieldOf(schema, path).node;
}

function fieldOf(schema: v.GenericSchema | Part, path: string): Field {
  const unwrapped = unwrap(schema);
  let node = coreOf(unwrapped.core, path);
  const rules: CelRule[] = [];
  let required = !unwrapped.optional;
  for (const action of unwrapped.actions) {
    const said = within(path, () => read(action, node));
    node = { ...node, ...said.keywords };
    rules.push(...(said.rules ?? []));
    required ||= said.requiredInCluster ?? false;
  }
  if (rules.length > 0) node['x-kubernetes-validations'] = rules;
  if (unwrapped.default !== undefined) node.default = unwrapped.default;
  assertBounded(node, path);
  return { node: ordered(node, path), required };
}

const CORES: Readonly<Record<string, (core: Part, path: string) => OpenApi>> = {
  string: () => ({ type: 'string' }),
  boolean: () => ({ type: 'boolean' }),
  // Only whole numbers: the action `integer` gives the type.
  number: () => ({}),
  picklist: (core) => ({ type: 'string', enum: core['options'] as string[] }),
  array: (core, path) => ({ type: 'array', items: nodeOf(core['item'] as Part, `${path}[]`) }),
  strict_object: objectOf,
  // Of what is GitHub's own: an API server keeps what it does not know.
  loose_object: (core, path) => ({ ...objectOf(core, path), 'x-kubernetes-preserve-unknown-fields': true }),
  union: (core, path) => {
    const types = (core['options'] as Part[]).map((option) => unwrap(option).core.type).sort();
    if (types.join() !== 'number,string') throw new Error(`${path}: a union of ${types.join(', ')}`);
    return { 'x-kubernetes-int-or-string': true };
  },
};

function coreOf(core: Part, path: string): OpenApi {
  const make = CORES[core.type];
  if (make === undefined) throw new Error(`${path}: no words for the schema ${core.type}`);
  return make(core, path);
}

function objectOf(core: Part, path: string): OpenApi {
  const fields = Object.entries(core['entries'] as Record<string, Part>).map(
    ([name, schema]) => [name, fieldOf(schema, `${path}.${name}`)] as const,
  );
  const untold = fields.find(([, { node }]) => node.description === undefined);
  if (untold !== undefined) throw new Error(`${path}.${untold[0]}: a field without a sentence`);
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(fields.map(([name, { node }]) => [name, node])),
  };
}

/** An unbounded text or list makes every CEL rule over it too dear to install, and an object too large to store. */
function assertBounded(node: OpenApi, path: string): void {
  const kind = node['x-kubernetes-int-or-string'] === true ? 'int-or-string' : node.type;
  if (kind === undefined) throw new Error(`${path}: no type`);
  if (BOUNDS[kind]?.some((keyword) => node[keyword] === undefined) && node.enum === undefined) {
    throw new Error(`${path}: without bounds`);
  }
}

const BOUNDS: Readonly<Partial<Record<string, readonly (keyof OpenApi)[]>>> = {
  string: ['maxLength'],
  array: ['maxItems'],
  integer: ['minimum', 'maximum'],
  'int-or-string': ['x-kubernetes-validations'],
};

function within<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
