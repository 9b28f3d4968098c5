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
const definitionsSchema = v.array(v.looseObject({ property_name: v.string(), default_value: v.optional(v.unknown()) }));
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

/** Undefined where it is not set. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : undefined;
}
