/** All rulesets of an organization itself. The list holds no conditions. */
import * as v from 'valibot';
import { Plus1Error } from '../../errors/index.js';
import type { Call, Requester, RESTAnswer } from '../requester/requester.js';

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

/** The question that the list begins with. */
export const firstPage = (requester: Requester, organization: string, call: Call): Promise<RESTAnswer> =>
  requester.rest('GET /orgs/{org}/rulesets', { org: organization, per_page: 100 }, call);

export interface ListOptions {
  /** Says of what was found so far whether that is enough where the list has no end. */
  mayEnd?: (found: ReadonlyMap<number, ListedRuleset>) => boolean;
  /** The answer about the first page, where it was asked for already. */
  first?: RESTAnswer | undefined;
}

/**
 * By id, over all pages; those of the enterprise are not the organization's to change. Own paging: Octokit's takes a 409 for an empty list,
 * and with it a ruleset for missing. Throws PLUS1_GITHUB_UNAVAILABLE where the list has no end.
 */
export async function listRulesets(
  requester: Requester,
  organization: string,
  signal: AbortSignal,
  { mayEnd = () => false, first }: ListOptions = {},
): Promise<ReadonlyMap<number, ListedRuleset>> {
  const own = new Map<number, ListedRuleset>();
  const seen = new Set<number>();
  const call = { chain: 'reads', signal } as const;
  let answer = first ?? (await firstPage(requester, organization, call));
  for (let pages = 1; ; pages += 1) {
    const isRepeated = !takePage(answer, own, seen);
    const next = nextPage(answer.headers['link']);
    if (next === undefined) return own;
    // What was not found until now is not proved missing.
    if (isRepeated && mayEnd(own)) return own;
    if (isRepeated || pages === MAX_PAGES) throw noEnd(organization);
    answer = await requester.rest(`GET ${next}`, {}, call);
  }
}

/** False where the page has rows, and all of them were on earlier ones: the same again, whatever the address of the next page. */
function takePage({ data }: RESTAnswer, own: Map<number, ListedRuleset>, seen: Set<number>): boolean {
  const before = seen.size;
  const items = v.parse(itemsSchema, data);
  for (const { id, name, source_type: source } of items) {
    seen.add(id);
    if (source === 'Organization') own.set(id, { id, name });
  }
  return items.length === 0 || seen.size > before;
}

const noEnd = (organization: string): Plus1Error =>
  new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot list the rulesets of ${organization}: the list has no end`);

function nextPage(link: string | undefined): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
}
