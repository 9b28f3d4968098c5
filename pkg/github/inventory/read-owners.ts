/**
 * Who owns some repositories, by a question of another kind than the look-up by id: GraphQL, which GitHub answers from other code.
 * One answer alone would let a member leave at once.
 */
import * as v from 'valibot';
import type { MapContext } from '../map-context.js';
import type { GraphQLAnswer } from '../requester/graphql-answer.js';
import type { Requester } from '../requester/requester.js';
import type { Owner } from '../types.js';
import { OWNERS_QUERY } from './queries.js';

/** As many nodes as GitHub takes in one question. */
const BATCH_SIZE = 100;

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const nodeSchema = v.looseObject({ databaseId: id, owner: v.looseObject({ login: v.string(), databaseId: id }) });
const dataSchema = v.looseObject({ nodes: v.array(v.unknown()) });

interface Asked {
  id: number;
  nodeID: string;
}

/** By id of the repository; without those of which GitHub said nothing certain. */
export async function readOwners(
  requester: Requester,
  repositories: readonly Asked[],
  { signal }: Pick<MapContext, 'signal'>,
): Promise<Map<number, Owner>> {
  const owners = new Map<number, Owner>();
  for (let start = 0; start < repositories.length; start += BATCH_SIZE) {
    const batch = repositories.slice(start, start + BATCH_SIZE);
    const ids = batch.map(({ nodeID }) => nodeID);
    const answer = await requester.graphql(OWNERS_QUERY, { ids }, { chain: 'reads', signal });
    for (const [of, owner] of ownersOf(answer, batch)) owners.set(of, owner);
  }
  return owners;
}

function ownersOf({ data, errors }: GraphQLAnswer, batch: readonly Asked[]): [number, Owner][] {
  const parsed = v.safeParse(dataSchema, data);
  if (!parsed.success || parsed.output.nodes.length !== batch.length) return [];
  const rows = errors.map(({ path }) => (path?.[0] === 'nodes' ? path[1] : undefined));
  const isTold = (row: number): boolean => rows.every((each) => typeof each === 'number' && each !== row);
  return batch.flatMap(({ id: of }, row): [number, Owner][] => {
    const node = v.safeParse(nodeSchema, parsed.output.nodes[row]);
    if (!node.success || node.output.databaseId !== of || !isTold(row)) return [];
    const { owner } = node.output;
    return [[of, { ownerID: owner.databaseId, owner: owner.login }]];
  });
}
