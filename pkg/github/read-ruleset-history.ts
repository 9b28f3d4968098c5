/**
 * GitHub's own history of an organization's ruleset: who saved it and when, for 180 days.
 * https://docs.github.com/en/rest/orgs/rules#get-organization-ruleset-history
 */
import * as v from 'valibot';
import { Plus1Error } from '../errors/index.js';
import { publicClient, type PublicClient, type PublicOptions } from './public-client.js';

export interface RulesetHistoryRequest extends PublicOptions {
  /** Login. */
  organization: string;
  /** Name of the ruleset. */
  ruleset: string;
}

/** One version as it was saved. */
export interface SavedVersion {
  version: number;
  /** RFC 3339. */
  time: string;
  /** Kind and id, such as `Integration 12`; null where GitHub does not say. */
  actor: string | null;
}

const PER_PAGE = 100;
/** A version for each write of half a year, and more. */
const MAX_PAGES = 200;

const rulesetsSchema = v.array(
  v.looseObject({ id: v.number(), name: v.string(), source_type: v.optional(v.string(), 'Organization') }),
);
const versionsSchema = v.array(
  v.looseObject({
    version_id: v.number(),
    updated_at: v.string(),
    actor: v.optional(v.nullable(v.looseObject({ id: v.optional(v.number()), type: v.optional(v.string()) }))),
  }),
);

/** The newest first. Throws Plus1Error where it cannot be had whole: half of it would accuse somebody. */
export async function readRulesetHistory(request: RulesetHistoryRequest): Promise<SavedVersion[]> {
  const { organization, ruleset } = request;
  const client = publicClient(request);
  try {
    const path = `/orgs/${encodeURIComponent(organization)}/rulesets`;
    const rulesets = await pages(client, { path, what: `the rulesets of ${organization}` }, rulesetsSchema);
    const own = rulesets.filter(({ name, source_type: source }) => name === ruleset && source === 'Organization');
    const [found] = own;
    if (found === undefined)
      throw new Plus1Error('PLUS1_RULESET_NOT_FOUND', `${organization} has no ruleset named ${ruleset}`);
    const history = { path: `${path}/${found.id}/history`, what: `the history of the ruleset ${ruleset}` };
    return (await pages(client, history, versionsSchema)).map(({ version_id: version, updated_at: time, actor }) => ({
      ...{ version, time: new Date(time).toISOString() },
      actor: actor?.type === undefined ? null : `${actor.type} ${actor.id ?? ''}`.trim(),
    }));
  } finally {
    await client.close();
  }
}

async function pages<T>(
  client: PublicClient,
  { path, what }: { path: string; what: string },
  schema: v.GenericSchema<unknown, T[]>,
): Promise<T[]> {
  const rows: T[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { status, data } = await client.get(`GET ${path}`, { per_page: PER_PAGE, page });
    const parsed = v.safeParse(schema, data);
    if (status !== 200 || !parsed.success) throw unavailable(what, status);
    rows.push(...parsed.output);
    if (parsed.output.length < PER_PAGE) return rows;
  }
  throw unavailable(what, 200);
}

function unavailable(what: string, status: number | undefined): Plus1Error {
  if (status === 401) return new Plus1Error('PLUS1_TOKEN_REJECTED', `cannot read ${what}: GitHub answered 401`);
  if (status === 403 || status === 404) {
    const message = `cannot read ${what}: GitHub answered ${status}`;
    return new Plus1Error('PLUS1_PERMISSION_MISSING', message, {
      fix: 'use a token with organization Administration: write (admin:org); GitHub Enterprise Server has the history from 3.16 on',
    });
  }
  const why = status === undefined ? 'GitHub did not answer' : `GitHub answered ${status}, not as its API documents`;
  return new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot read ${what}: ${why}`);
}
