/**
 * The rulesets that close repositories off: one over all branches and one over all tags, since GitHub has none over both. Nobody passes but the
 * teams that are named. https://docs.github.com/en/rest/orgs/rules#create-an-organization-repository-ruleset
 */

/** What GitHub is sent, in its own names. */
export interface IsolationBody {
  name: string;
  target: 'branch' | 'tag';
  enforcement: 'active';
  conditions: {
    ref_name: { include: readonly string[]; exclude: readonly string[] };
    repository_id: { repository_ids: readonly number[] };
  };
  rules: readonly { type: string }[];
  bypass_actors: readonly { actor_id: number; actor_type: 'Team'; bypass_mode: 'always' }[];
}

export const ISOLATION_TARGETS = ['branch', 'tag'] as const;
export type IsolationTarget = (typeof ISOLATION_TARGETS)[number];

/** No ref is made, moved or deleted. */
const RULES = ['update', 'creation', 'deletion', 'non_fast_forward'] as const;

/** Of the name of each ruleset of an incident; no policy may name one that begins so. */
export const ISOLATION_PREFIX = 'plus1-incident-';

/** By the first 8 digits of the uid of the incident. */
export function isolationName(uid: string, target: IsolationTarget): string {
  const name = `${ISOLATION_PREFIX}${uid.replaceAll('-', '').slice(0, 8)}`;
  return target === 'branch' ? name : `${name}-tags`;
}

export function isolationBody(
  uid: string,
  target: IsolationTarget,
  { repositories, teams }: { repositories: readonly number[]; teams: readonly number[] },
): IsolationBody {
  return {
    ...{ name: isolationName(uid, target), target, enforcement: 'active' },
    conditions: {
      ref_name: { include: ['~ALL'], exclude: [] },
      repository_id: { repository_ids: [...new Set(repositories)].sort((a, b) => a - b) },
    },
    rules: RULES.map((type) => ({ type })),
    bypass_actors: [...new Set(teams)]
      .sort((a, b) => a - b)
      .map((id) => ({ actor_id: id, actor_type: 'Team', bypass_mode: 'always' })),
  };
}

/** A ruleset as it was read back. */
export interface ShownRuleset {
  target: string;
  enforcement: string;
  members?: ReadonlySet<number> | undefined;
  refName?: { include: readonly string[]; exclude: readonly string[] } | undefined;
  others: { rules: readonly unknown[]; bypassActors: readonly unknown[] | 'unknown' };
}

/**
 * Why a ruleset does not close off those whom it should; undefined where it does. Members more than asked for close off more, and are no fault here.
 * Somebody who may pass and was not named is.
 */
export function isolationFault(
  shown: ShownRuleset,
  {
    target,
    repositories,
    teams,
  }: { target: IsolationTarget; repositories: readonly number[]; teams: readonly number[] },
): string | undefined {
  if (shown.target !== target) return `targets ${shown.target} in place of ${target}`;
  if (shown.enforcement !== 'active') return `is ${shown.enforcement} in place of active`;
  if (shown.refName?.include.includes('~ALL') !== true || shown.refName.exclude.length > 0)
    return 'does not cover all refs';
  const types = new Set(shown.others.rules.map(typeOf));
  const lacking = RULES.filter((type) => !types.has(type));
  if (lacking.length > 0) return `lacks the rules ${lacking.join(', ')}`;
  if (shown.others.rules.some(letsFetch)) return 'lets branches be updated from upstream';
  const missing = repositories.filter((id) => shown.members?.has(id) !== true);
  if (missing.length > 0) return `leaves out ${missing.length} of ${repositories.length} repositories`;
  return bypassFault(shown.others.bypassActors, teams);
}

function bypassFault(actors: readonly unknown[] | 'unknown', teams: readonly number[]): string | undefined {
  if (actors === 'unknown') return undefined;
  const strangers = actors.filter((actor) => !isTeam(actor, teams));
  return strangers.length === 0 ? undefined : `lets ${strangers.length} pass who are no responders`;
}

/** https://docs.github.com/en/rest/orgs/rules: "Branch can pull changes from its upstream repository". */
function letsFetch(rule: unknown): boolean {
  const { parameters } = (rule ?? {}) as { parameters?: { update_allows_fetch_and_merge?: unknown } | null };
  return typeOf(rule) === 'update' && parameters?.update_allows_fetch_and_merge === true;
}

const typeOf = (rule: unknown): unknown => (rule as { type?: unknown } | null)?.type;

function isTeam(actor: unknown, teams: readonly number[]): boolean {
  const { actor_type: type, actor_id: id } = (actor ?? {}) as { actor_type?: unknown; actor_id?: unknown };
  return type === 'Team' && typeof id === 'number' && teams.includes(id);
}
