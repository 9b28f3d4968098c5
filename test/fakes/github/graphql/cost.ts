/**
 * What a query costs, by GitHub's published sum: the requests that all connections would need, divided by 100, at least 1.
 * It also refuses what GitHub refuses before it runs anything: pages without bounds, over 100, over 500,000 nodes, over 100 ids.
 */
import type { GraphQLCompositeType, GraphQLNamedType, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { getArgumentValues, getNamedType, isCompositeType, isInterfaceType, isObjectType, Kind } from 'graphql';
import type { Prepared } from './prepare.js';
import { fieldsOf } from './prepare.js';
import { publishedSchema } from './schema.js';

const MAX_PAGE = 100;
const MAX_NODES = 500_000;
const MAX_IDS = 100;

export interface PlainError {
  type?: string;
  path?: (string | number)[];
  locations?: readonly { line: number; column: number }[];
  extensions?: Record<string, unknown>;
  message: string;
}

export interface Price {
  cost: number;
  nodeCount: number;
  error?: PlainError;
}

interface Tally {
  requests: number;
  nodes: number;
  error?: PlainError;
}

export function price(prepared: Prepared, variables: Record<string, unknown>): Price {
  const schema = publishedSchema();
  const tally: Tally = { requests: 0, nodes: 0 };
  for (const node of prepared.document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const root = schema.getRootType(node.operation);
    if (root)
      walk({ prepared, variables: withDefaults(node, variables), tally }, node.selectionSet, {
        type: root,
        multiplier: 1,
        path: [],
      });
  }
  if (!tally.error && tally.nodes > MAX_NODES) {
    const message = `This query requests up to ${tally.nodes} possible nodes which exceeds the maximum limit of ${MAX_NODES}.`;
    tally.error = { type: 'MAX_NODE_LIMIT_EXCEEDED', message };
  }
  return {
    cost: Math.max(1, Math.round(tally.requests / 100)),
    nodeCount: tally.nodes,
    ...(tally.error ? { error: tally.error } : {}),
  };
}

function withDefaults(operation: OperationDefinitionNode, variables: Record<string, unknown>): Record<string, unknown> {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
  );
  return { ...(Object.fromEntries(defaults) as Record<string, unknown>), ...variables };
}

interface Walk {
  prepared: Prepared;
  variables: Record<string, unknown>;
  tally: Tally;
}

interface At {
  type: GraphQLCompositeType;
  multiplier: number;
  path: string[];
}

function walk(state: Walk, set: SelectionSetNode | undefined, { type, multiplier, path }: At): void {
  for (const { field, on } of fieldsOf(set, state.prepared.fragments)) {
    const parent = on === undefined ? type : publishedSchema().getType(on);
    const definition =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
    if (!definition) continue;
    const args = argumentsOf(definition, field, state.variables);
    const here = [...path, field.alias?.value ?? field.name.value];
    const inner = getNamedType(definition.type);
    const factor = factorOf(state, { inner, args, name: field.name.value, path: here, multiplier });
    if (isCompositeType(inner))
      walk(state, field.selectionSet, { type: inner, multiplier: multiplier * factor, path: here });
  }
}

function argumentsOf(...given: Parameters<typeof getArgumentValues>): Record<string, unknown> {
  try {
    return getArgumentValues(...given);
  } catch {
    return {}; // The execution reports it with a better message.
  }
}

interface Pricing {
  inner: GraphQLNamedType;
  args: Record<string, unknown>;
  name: string;
  path: string[];
  multiplier: number;
}

/** How often everything below the field is asked for. */
function factorOf({ tally }: Walk, { inner, args, name, path, multiplier }: Pricing): number {
  if (name === 'nodes' && Array.isArray(args['ids'])) {
    const { length } = args['ids'];
    if (length > MAX_IDS)
      tally.error ??= {
        type: 'ARGUMENT_LIMIT',
        path,
        message: `You may not provide more than ${MAX_IDS} node ids; you provided ${length}.`,
      };
    tally.nodes += length;
    return Math.max(1, length);
  }
  return inner.name.endsWith('Connection') ? pageFactor(tally, { args, name, path, multiplier }) : 1;
}

function pageFactor(tally: Tally, { args, name, path, multiplier }: Omit<Pricing, 'inner'>): number {
  const size = args['first'] ?? args['last'];
  const bound = args['first'] === undefined || args['first'] === null ? 'last' : 'first';
  if (typeof size !== 'number') {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    tally.error ??= { type: 'MISSING_PAGINATION_BOUNDARIES', path, message };
    return 1;
  }
  if (size > MAX_PAGE) {
    const message = `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${MAX_PAGE} records.`;
    tally.error ??= { type: 'EXCESSIVE_PAGINATION', path, message };
  }
  if (size < 0)
    tally.error ??= {
      type: 'INVALID_PAGINATION',
      path,
      message: `\`${bound}\` on the \`${name}\` connection cannot be less than zero.`,
    };
  tally.requests += multiplier;
  tally.nodes += multiplier * size;
  return Math.max(1, size);
}
