/** Finds the one organization ruleset of a name. The list holds no conditions, so that it is read by id afterwards. */
import * as v from 'valibot';
import { Plus1Error } from '../../errors/index.js';
import { foreignLine } from '../../text/index.js';
import type { Requester, Route } from '../requester/requester.js';

/** An organization has at most 75 rulesets; a list that never ends is a fault, not a long list. */
const MAX_PAGES = 20;
/** Names of others in a message; GitHub lets one be 100 characters long. */
const MAX_NAMES = 10;
const MAX_NAME = 100;

const itemsSchema = v.array(
  v.looseObject({
    id: v.pipe(v.number(), v.safeInteger()),
    name: v.string(),
    source_type: v.optional(v.string(), 'Organization'),
  }),
);

/**
 * The id of the organization's own ruleset of exactly that name; one of the enterprise is not the organization's to change.
 * Own paging: Octokit's takes a 409 for an empty list, and with it a ruleset for missing.
 */
export async function findRulesetID(
  requester: Requester,
  organization: string,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const ids = new Set<number>();
  const others = new Set<string>();
  let route: Route | undefined = 'GET /orgs/{org}/rulesets';
  let parameters: Record<string, unknown> = { org: organization, per_page: 100 };
  const seen = new Set<number>();
  for (let page = 0; route !== undefined; page += 1) {
    const before = seen.size;
    if (page >= MAX_PAGES) throw noEnd(organization);
    const answer = await requester.rest(route, parameters, { chain: 'reads', signal });
    const items = v.parse(itemsSchema, answer.data);
    for (const item of items) {
      seen.add(item.id);
      if (item.source_type !== 'Organization') continue;
      if (item.name === name) ids.add(item.id);
      else others.add(item.name);
    }
    const next = nextPage(answer.headers['link']);
    // The same rows again, whatever the address of the next page: what was not found until now is not proved missing.
    if (next !== undefined && items.length > 0 && seen.size === before) {
      if (ids.size === 0) throw noEnd(organization);
      break;
    }
    route = next === undefined ? undefined : `GET ${next}`;
    parameters = {};
  }
  if (ids.size === 0) throw notFound(organization, name, [...others]);
  return theOne([...ids], organization, name);
}

const noEnd = (organization: string): Plus1Error =>
  new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot list the rulesets of ${organization}: the list has no end`);

function nextPage(link: string | undefined): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
}

/** A misspelt name is seen beside the ones that exist; the enterprise's are left out, since they are no choice. */
function notFound(organization: string, name: string, others: readonly string[]): Plus1Error {
  const shown = [...others]
    .sort()
    .slice(0, MAX_NAMES)
    .map((other) => JSON.stringify(foreignLine(other, MAX_NAME)));
  const more = others.length > shown.length ? ` and ${others.length - shown.length} more` : '';
  const there = shown.length === 0 ? 'it has none of its own' : `it has ${shown.join(', ')}${more}`;
  return new Plus1Error('PLUS1_RULESET_NOT_FOUND', `${organization} has no ruleset named ${name}; ${there}`);
}

function theOne(ids: readonly number[], organization: string, name: string): number {
  const [only = 0, second] = ids;
  if (second !== undefined) {
    throw new Plus1Error(
      'PLUS1_RULESET_AMBIGUOUS',
      `${organization} has ${ids.length} rulesets named ${name}: ${ids.join(' and ')}`,
    );
  }
  return only;
}
