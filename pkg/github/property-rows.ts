/**
 * The values of the custom properties of every repository of an organization, 100 repositories a request.
 * https://docs.github.com/en/rest/orgs/custom-properties#list-custom-property-values-for-organization-repositories
 */
import * as v from 'valibot';
import type { ReadChain } from './requester/chains.js';
import type { Requester, Route } from './requester/requester.js';

const PAGE_SIZE = 100;
/** A list that never ends is a fault, not a long list. */
const MAX_PAGES = 10_000;
/** A list that changed while it was read is taken again. */
const MAX_READINGS = 3;

const pageSchema = v.array(
  v.looseObject({
    repository_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    repository_name: v.string(),
    properties: v.array(v.looseObject({ property_name: v.string(), value: v.unknown() })),
  }),
);

/** What the list tells of one repository. */
export type PropertyRow = v.InferOutput<typeof pageSchema>[number];

export interface PropertyRowsMeans {
  requester: Requester;
  /** Login. */
  organization: string;
  chain: ReadChain;
  signal: AbortSignal;
}

/**
 * What `pick` makes of each row, by repository id. Undefined where the list changed each time while it was read: a repository that it lacks
 * would seem to have no value. Rejects as a request does, and where an answer has another shape.
 */
export async function readPropertyRows<T>(
  means: PropertyRowsMeans,
  pick: (row: PropertyRow) => T,
): Promise<Map<number, T> | undefined> {
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const values = await readOnce(means, pick);
    if (values !== undefined) return values;
  }
  return undefined;
}

/** Undefined where rows moved between its pages: one may have been missed. */
async function readOnce<T>(
  { requester, organization: org, chain, signal }: PropertyRowsMeans,
  pick: (row: PropertyRow) => T,
): Promise<Map<number, T> | undefined> {
  const values = new Map<number, T>();
  let route: Route | undefined = 'GET /orgs/{org}/properties/values';
  let parameters: Record<string, unknown> = { org, per_page: PAGE_SIZE };
  let rows = 0;
  for (let page = 1; route !== undefined; page += 1) {
    if (page > MAX_PAGES) return undefined;
    const answer = await requester.rest(route, parameters, { chain, signal });
    const items = v.parse(pageSchema, answer.data);
    for (const row of items) values.set(row.repository_id, pick(row));
    rows += items.length;
    const next = /<([^<>]+)>;\s*rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
    if (next !== undefined && items.length !== PAGE_SIZE) return undefined;
    route = next === undefined ? undefined : `GET ${next}`;
    parameters = {};
  }
  return values.size === rows ? values : undefined;
}
