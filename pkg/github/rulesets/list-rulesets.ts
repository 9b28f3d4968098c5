/** All rulesets of an organization itself. The list holds no conditions. */
import * as v from 'valibot';
import { Plus1Error } from '../../errors/index.js';
import type { Requester, Route } from '../requester/requester.js';

/** An organization has at most 75 rulesets; a list that never ends is a fault, not a long list. */
const MAX_PAGES = 20;

const itemsSchema = v.array(
  v.looseObject({
    id: v.pipe(v.number(), v.safeInteger()),
    name: v.string(),
    source_type: v.optional(v.string(), 'Organization'),
  }),
);

export interface ListedRuleset {
  id: number;
  name: string;
}

/**
 * By id, over all pages; those of the enterprise are not the organization's to change. Own paging: Octokit's takes a 409 for an empty list,
 * and with it a ruleset for missing. Throws PLUS1_GITHUB_UNAVAILABLE where the list has no end: `mayEnd` says of what was found so far
 * whether that is enough all the same.
 */
export async function listRulesets(
  requester: Requester,
  organization: string,
  signal: AbortSignal,
  mayEnd: (found: ReadonlyMap<number, ListedRuleset>) => boolean = () => false,
): Promise<ReadonlyMap<number, ListedRuleset>> {
  const own = new Map<number, ListedRuleset>();
  const seen = new Set<number>();
  let route: Route | undefined = 'GET /orgs/{org}/rulesets';
  let parameters: Record<string, unknown> = { org: organization, per_page: 100 };
  for (let page = 0; route !== undefined; page += 1) {
    const before = seen.size;
    if (page >= MAX_PAGES) throw noEnd(organization);
    const answer = await requester.rest(route, parameters, { chain: 'reads', signal });
    const items = v.parse(itemsSchema, answer.data);
    for (const { id, name, source_type: source } of items) {
      seen.add(id);
      if (source === 'Organization') own.set(id, { id, name });
    }
    const next = nextPage(answer.headers['link']);
    // The same rows again, whatever the address of the next page: what was not found until now is not proved missing.
    if (next !== undefined && items.length > 0 && seen.size === before) {
      if (!mayEnd(own)) throw noEnd(organization);
      break;
    }
    route = next === undefined ? undefined : `GET ${next}`;
    parameters = {};
  }
  return own;
}

const noEnd = (organization: string): Plus1Error =>
  new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot list the rulesets of ${organization}: the list has no end`);

function nextPage(link: string | undefined): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
}
