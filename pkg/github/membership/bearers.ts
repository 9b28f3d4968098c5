/**
 * Who bears some names, by a question of another kind than the list of property values. That list says as well who is called what, and
 * may lag behind a rename: a PATCH by a name that it still shows would then reach the repository that bears the name now. One answer
 * alone is no evidence for taking protection away.
 */
import * as v from 'valibot';
import type { GraphQLAnswer } from '../requester/graphql-answer.js';
import type { Requester } from '../requester/requester.js';
import type { ReadMeans } from './membership.js';

const bearerSchema = v.looseObject({
  databaseId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  name: v.string(),
});
const dataSchema = v.record(v.string(), v.unknown());

/** Names in lower case, as GitHub compares them, with the id of the repository; without those of which GitHub said nothing certain. */
export async function readBearers(
  requester: Requester,
  names: readonly string[],
  { organization, chain, signal }: ReadMeans,
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const variables = Object.fromEntries(names.map((name, index) => [`n${index}`, name]));
  const call = { chain, signal };
  return bearersOf(await requester.graphql(queryFor(names.length), { org: organization, ...variables }, call), names);
}

/** A name that was given up leads to the repository that had it last: what it is called now is asked for too. */
function queryFor(count: number): string {
  const each = Array.from({ length: count }, (_, index) => index);
  const fields = each.map((index) => `r${index}: repository(owner: $org, name: $n${index}) { databaseId name }`);
  return `query(${['$org: String!', ...each.map((index) => `$n${index}: String!`)].join(', ')}) { ${fields.join(' ')} }`;
}

function bearersOf({ data, errors }: GraphQLAnswer, names: readonly string[]): Map<string, number> {
  const parsed = v.safeParse(dataSchema, data);
  const faulty = errors.map(({ path }) => path?.[0]);
  // An error that names no part of the answer is about the whole of it.
  if (!parsed.success || faulty.includes(undefined)) return new Map();
  const bearers = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const bearer = v.safeParse(bearerSchema, parsed.output[`r${index}`]);
    const isNamed = bearer.success && bearer.output.name.toLowerCase() === name.toLowerCase();
    if (isNamed && !faulty.includes(`r${index}`)) bearers.set(name.toLowerCase(), bearer.output.databaseId);
  }
  return bearers;
}
