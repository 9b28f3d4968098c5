/**
 * All custom properties of all repositories of an organization, with their definitions.
 * https://docs.github.com/en/rest/orgs/custom-properties
 */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import type { Answer, PropertiesSeen } from '../../baseline/index.js';
import type { MapContext } from '../map-context.js';
import { rootOf } from '../map-error.js';
import { readPropertyRows, type PropertyRow } from '../property-rows.js';
import type { Requester } from '../requester/requester.js';
import { notAnswered, refused } from './missing.js';

const WHAT = 'custom properties';
const valueSchema = v.nullable(v.union([v.string(), v.array(v.string())]));
/** A required property has a default: one that is not shown would make each value one of the repository's own. */
const definitionSchema = v.pipe(
  v.looseObject({
    property_name: v.string(),
    required: v.optional(v.boolean(), false),
    default_value: v.optional(valueSchema, null),
  }),
  v.check(({ required, default_value: value }) => !required || value !== null),
);
const definitionsSchema = v.array(definitionSchema);
export interface PropertiesOptions {
  requester: Requester;
  context: MapContext;
}

type Definitions = Pick<PropertiesSeen, 'defaults' | 'defined'>;

/** Never throws. */
export async function readProperties(
  { requester, context }: PropertiesOptions,
  organization: string,
): Promise<Answer<ReadonlyMap<number, PropertiesSeen>>> {
  try {
    const { defaults, defined } = await definitionsOf({ requester, context }, organization);
    const values = await readPropertyRows(
      { requester, organization, chain: 'reads', signal: context.signal },
      ({ properties }): PropertiesSeen => ({ defaults, defined, values: textsOf(properties) }),
    );
    return values === undefined ? { unknown: `${WHAT} changed each time while they were read` } : { seen: values };
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

/** Those that are set, by name. */
function textsOf(properties: PropertyRow['properties']): Map<string, string> {
  const texts = properties.map(({ property_name: name, value }) => [name, textOf(value)] as const);
  return new Map(texts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Undefined where it is not set. Throws where it has no shape of a value: nobody knows then whether it is. */
function textOf(value: unknown): string | undefined {
  const parsed = v.parse(valueSchema, value);
  if (parsed === null || parsed.length === 0) return undefined;
  return typeof parsed === 'string' ? parsed : parsed.join(', ');
}
