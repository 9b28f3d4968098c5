/**
 * The value of one custom property of every repository of an organization, 100 a request.
 * https://docs.github.com/en/rest/orgs/custom-properties#list-custom-property-values-for-organization-repositories
 */
import * as v from 'valibot';
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import type { Requester, Route } from '../requester/requester.js';
import type { ReadMeans } from './membership.js';

const PAGE_SIZE = 100;
/** A list that never ends is a fault, not a long list. */
const MAX_PAGES = 10_000;
/** A list that changed while it was read is taken again. */
const MAX_READINGS = 3;

/** What the list tells of one repository. */
export interface PropertyValue {
  /** Without the organization. */
  name: string;
  /** Undefined where it is unset, or no text. */
  value: string | undefined;
}

/** By repository id. */
export type PropertyValues = ReadonlyMap<number, PropertyValue>;

const pageSchema = v.array(
  v.looseObject({
    repository_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    repository_name: v.string(),
    properties: v.array(v.looseObject({ property_name: v.string(), value: v.unknown() })),
  }),
);

export interface ValuesMeans extends ReadMeans {
  requester: Requester;
  /** Name of the property. */
  property: string;
  context: MapContext;
}

/** Throws Plus1Error, also where the list changes whenever it is read: a repository that it lacks would seem to have no value. */
export async function readValues(means: ValuesMeans): Promise<PropertyValues> {
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const values = await readOnce(means).catch((error: unknown) => {
      throw mapError(error, means.context);
    });
    if (values !== undefined) return values;
  }
  const { what } = means.context;
  throw new Plus1Error('PLUS1_GITHUB_LAGS', `cannot ${what}: the list changed each time while it was read`);
}

/** Undefined where rows moved between its pages: one may have been missed. */
async function readOnce(means: ValuesMeans): Promise<PropertyValues | undefined> {
  const { requester, organization: org, property, chain, signal } = means;
  const values = new Map<number, PropertyValue>();
  let route: Route | undefined = 'GET /orgs/{org}/properties/values';
  let parameters: Record<string, unknown> = { org, per_page: PAGE_SIZE };
  let rows = 0;
  for (let page = 1; route !== undefined; page += 1) {
    if (page > MAX_PAGES) return undefined;
    const answer = await requester.rest(route, parameters, { chain, signal });
    const items = v.parse(pageSchema, answer.data);
    for (const { repository_id: id, repository_name: name, properties } of items)
      values.set(id, { name, value: textOf(properties.find((each) => each.property_name === property)?.value) });
    rows += items.length;
    const next = /<([^<>]+)>;\s*rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
    if (next !== undefined && items.length !== PAGE_SIZE) return undefined;
    route = next === undefined ? undefined : `GET ${next}`;
    parameters = {};
  }
  return values.size === rows ? values : undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
