/**
 * All custom properties of all repositories of an organization, with their definitions: 100 repositories a request.
 * https://docs.github.com/en/rest/orgs/custom-properties
 */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import type { Answer, PropertiesSeen } from '../../baseline/index.js';
import type { MapContext } from '../map-context.js';
import { rootOf } from '../map-error.js';
import type { Requester, Route } from '../requester/requester.js';
import { notAnswered, refused } from './missing.js';

const WHAT = 'custom properties';
const PAGE_SIZE = 100;
/** A list that never ends is a fault, not a long list. */
const MAX_PAGES = 10_000;
/** A list that changed while it was read is taken again. */
const MAX_READINGS = 3;

const definitionsSchema = v.array(v.looseObject({ property_name: v.string(), default_value: v.optional(v.unknown()) }));
const pageSchema = v.array(
  v.looseObject({
    repository_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    properties: v.array(v.looseObject({ property_name: v.string(), value: v.unknown() })),
  }),
);

export interface PropertiesOptions {
  requester: Requester;
  context: MapContext;
}

type Definitions = Pick<PropertiesSeen, 'defaults' | 'defined'>;

/** Never throws. */
export async function readProperties(
  options: PropertiesOptions,
  organization: string,
): Promise<Answer<ReadonlyMap<number, PropertiesSeen>>> {
  try {
    const definitions = await definitionsOf(options, organization);
    for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
      const values = await valuesOf(options, organization, definitions);
      if (values !== undefined) return { seen: values };
    }
    return { unknown: `${WHAT} changed each time while they were read` };
  } catch (error) {
    return missing(error);
  }
}

function missing(error: unknown): Answer<never> {
  const root = rootOf(error);
  if (!(root instanceof RequestError) || root.response === undefined) return notAnswered(WHAT);
  if (root.status === 403) return refused('properties', WHAT);
  const { fix = '' } = refused('properties', WHAT);
  return root.status === 404 ? { unknown: `GitHub answered 404 about ${WHAT}`, fix } : notAnswered(WHAT);
}

async function definitionsOf({ requester, context }: PropertiesOptions, org: string): Promise<Definitions> {
  const call = { chain: 'reads', signal: context.signal } as const;
  const answer = await requester.rest('GET /orgs/{org}/properties/schema', { org }, call);
  const rows = v.parse(definitionsSchema, answer.data);
  const defaults = rows.map(({ property_name: name, default_value: value }) => [name, textOf(value)] as const);
  return {
    defaults: new Map(defaults.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    defined: new Set(rows.map(({ property_name: name }) => name)),
  };
}

/** Undefined where rows moved between its pages: one may have been missed. */
async function valuesOf(
  { requester, context }: PropertiesOptions,
  org: string,
  definitions: Definitions,
): Promise<Map<number, PropertiesSeen> | undefined> {
  const values = new Map<number, PropertiesSeen>();
  let route: Route | undefined = 'GET /orgs/{org}/properties/values';
  let parameters: Record<string, unknown> = { org, per_page: PAGE_SIZE };
  let rows = 0;
  for (let page = 1; route !== undefined; page += 1) {
    if (page > MAX_PAGES) return undefined;
    const answer = await requester.rest(route, parameters, { chain: 'reads', signal: context.signal });
    const items = v.parse(pageSchema, answer.data);
    for (const { repository_id: id, properties } of items) {
      const texts = properties.map(({ property_name: name, value }) => [name, textOf(value)] as const);
      const own = new Map(texts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
      values.set(id, { ...definitions, values: own });
    }
    rows += items.length;
    const next = /<([^<>]+)>;\s*rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
    if (next !== undefined && items.length !== PAGE_SIZE) return undefined;
    route = next === undefined ? undefined : `GET ${next}`;
    parameters = {};
  }
  return values.size === rows ? values : undefined;
}

/** Undefined where it is not set. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : undefined;
}
