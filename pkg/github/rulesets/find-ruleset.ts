/** Finds the one organization ruleset of a name. The list holds no conditions, so that it is read by id afterwards. */
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
  let route: Route | undefined = 'GET /orgs/{org}/rulesets';
  let parameters: Record<string, unknown> = { org: organization, per_page: 100 };
  for (let page = 0; route !== undefined; page += 1) {
    if (page >= MAX_PAGES)
      throw new Plus1Error(
        'PLUS1_GITHUB_UNAVAILABLE',
        `cannot list the rulesets of ${organization}: the list has no end`,
      );
    const answer = await requester.rest(route, parameters, { chain: 'reads', signal });
    const items = v.parse(itemsSchema, answer.data);
    for (const item of items) if (item.name === name && item.source_type === 'Organization') ids.add(item.id);
    const next = nextPage(answer.headers['link']);
    route = next === undefined ? undefined : `GET ${next}`;
    parameters = {};
  }
  return theOne([...ids], organization, name);
}

function nextPage(link: string | undefined): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
}

function theOne(ids: readonly number[], organization: string, name: string): number {
  const [only, second] = ids;
  if (only === undefined)
    throw new Plus1Error('PLUS1_RULESET_NOT_FOUND', `${organization} has no ruleset named ${name}`);
  if (second !== undefined) {
    throw new Plus1Error(
      'PLUS1_RULESET_AMBIGUOUS',
      `${organization} has ${ids.length} rulesets named ${name}: ${ids.join(' and ')}`,
    );
  }
  return only;
}
