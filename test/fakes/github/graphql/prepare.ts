/** Parses, validates and classifies each distinct query once. */
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLError,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { GraphQLError as GraphQLErrorClass, Kind, OperationTypeNode, parse, validate } from 'graphql';
import { publishedSchema } from './schema.js';

export interface Prepared {
  document: DocumentNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  errors: readonly GraphQLError[];
  /** What the request is for, in one word. */
  operation: string;
  isMutation: boolean;
  readsFiles: boolean;
}

/** Clients that write ids into the query text would fill memory otherwise. */
const KEPT = 200;
const cache = new Map<string, Prepared>();

export function prepare(query: string): Prepared {
  const found = cache.get(query);
  if (found) return found;
  const made = make(query);
  if (cache.size >= KEPT) cache.delete(cache.keys().next().value ?? '');
  cache.set(query, made);
  return made;
}

function make(query: string): Prepared {
  const none = {
    fragments: new Map<string, FragmentDefinitionNode>(),
    operation: 'invalid',
    isMutation: false,
    readsFiles: false,
  };
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    const errors = error instanceof GraphQLErrorClass ? [error] : [];
    return { ...none, document: { kind: Kind.DOCUMENT, definitions: [] }, errors };
  }
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const errors = validate(publishedSchema(), document);
  const operations = document.definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const names = new Set<string>();
  for (const operation of operations) collect(operation.selectionSet, fragments, names);
  const readsFiles = ['file', 'object', 'text', 'byteSize'].some((name) => names.has(name));
  return {
    document,
    fragments,
    errors,
    operation: classify(names, readsFiles, operations[0]?.operation),
    isMutation: operations.some((node) => node.operation === OperationTypeNode.MUTATION),
    readsFiles,
  };
}

function collect(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  names: Set<string>,
): void {
  for (const node of set.selections) {
    const inner = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value)?.selectionSet : node.selectionSet;
    if (node.kind === Kind.FIELD) names.add(node.name.value);
    if (inner) collect(inner, fragments, names);
  }
}

function classify(names: ReadonlySet<string>, readsFiles: boolean, kind: OperationTypeNode | undefined): string {
  if (kind === OperationTypeNode.MUTATION) return 'mutation';
  if (names.has('codeowners') || names.has('branchProtectionRule')) return 'baseline';
  if (names.has('repositories')) return readsFiles ? 'list-with-files' : 'list';
  if (readsFiles) return 'files';
  if (names.has('history')) return 'history';
  if (names.has('repositoryRuleset')) return 'rules';
  return (
    ['nodes', 'node', 'ruleset', 'rulesets', 'repository', 'organization', 'viewer'].find((name) => names.has(name)) ??
    'rate-limit'
  );
}

/** The fields of a selection, through fragments. */
export function fieldsOf(
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): { field: FieldNode; on?: string }[] {
  return (set?.selections ?? []).flatMap((node): { field: FieldNode; on?: string }[] => {
    if (node.kind === Kind.FIELD) return [{ field: node }];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    const on = fragment?.typeCondition?.name.value;
    return fieldsOf(fragment?.selectionSet, fragments).map((inner) => ({
      ...(on === undefined ? {} : { on }),
      ...inner,
    }));
  });
}
