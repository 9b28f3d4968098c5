/**
 * A push as git does it, or the button of a pull request, and what active rulesets refuse of it: the rules that say which refs may be made,
 * moved and deleted. Written from GitHub's documentation and apart from the product.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
 */
import type { Repository } from './repository.js';
import { isAimedAt } from './rules-in-force.js';
import type { BypassActor, Ruleset } from './ruleset.js';

export interface Pusher {
  login: string;
  /** Slugs of teams. */
  teams?: string[];
  /** Id of an App. */
  appID?: number;
}

export interface PushSpec {
  /** `refs/heads/…` or `refs/tags/…`. */
  ref: string;
  by?: Pusher;
  /** `delete` the ref; `force`: the new commit does not follow the old one. */
  how?: 'push' | 'delete' | 'force';
}

export type Pushed = { ok: true; oid?: string } | { ok: false; ruleset: string; rule: string };

const ADA: Pusher = { login: 'ada' };

/** Does it, where no rule refuses it. */
export function push(repository: Repository, { ref, by = ADA, how = 'push' }: PushSpec): Pushed {
  const { target, name } = placeOf(ref);
  const refs = target === 'tag' ? repository.tags : repository.branches;
  const types = how === 'delete' ? ['deletion'] : refs.has(name) ? movedBy(how) : ['creation'];
  const refused = refusal(repository, { ref, target, by, types });
  if (refused !== undefined) return refused;
  if (target === 'tag') return how === 'delete' ? untag(repository, name) : tag(repository, name);
  if (how !== 'delete')
    return { ok: true, oid: repository.commit('pushed.txt', `${by.login}\n`, identity(by), name).oid };
  repository.deleteBranch(name);
  return { ok: true };
}

function placeOf(ref: string): { target: 'branch' | 'tag'; name: string } {
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  return { target: kind === 'tags' ? 'tag' : 'branch', name };
}

const identity = ({ login }: Pusher): { name: string; login: string } => ({ name: login, login });

/** What refuses to make or move a branch so; undefined where nothing does. */
export function refusedPush(
  repository: Repository,
  { branch, by, how = 'push' }: { branch: string; by: Pusher; how?: 'push' | 'force' },
): Pushed | undefined {
  const types = repository.branches.has(branch) ? movedBy(how) : ['creation'];
  return refusal(repository, { ref: `refs/heads/${branch}`, target: 'branch', by, types });
}

function tag({ head, name: repository, tags }: Repository, name: string): Pushed {
  if (head === undefined) throw new Error(`${repository} has no commit to tag`);
  tags.set(name, head);
  return { ok: true, oid: head.oid };
}

function untag({ tags }: Repository, name: string): Pushed {
  tags.delete(name);
  return { ok: true };
}

interface Attempt {
  ref: string;
  target: 'branch' | 'tag';
  by: Pusher;
  /** Rules that forbid it. */
  types: readonly string[];
}

function refusal(repository: Repository, { ref, target, by, types }: Attempt): Pushed | undefined {
  const forbidding = repository.organization.rulesets.filter(
    (ruleset) =>
      ruleset.enforcement === 'active' &&
      ruleset.target === target &&
      isAimedAt(ruleset.conditions, repository) &&
      holds(ruleset, ref, repository) &&
      !ruleset.bypassActors.some((actor) => isActor(actor, by, repository)),
  );
  for (const { name, rules } of forbidding) {
    const rule = rules.find(({ type }) => types.includes(type));
    if (rule !== undefined) return { ok: false, ruleset: name, rule: rule.type };
  }
  return undefined;
}

const movedBy = (how: PushSpec['how']): string[] => (how === 'force' ? ['update', 'non_fast_forward'] : ['update']);

function holds({ conditions }: Ruleset, ref: string, { defaultBranch }: Repository): boolean {
  const fits = (pattern: string): boolean =>
    pattern === '~ALL' || pattern === ref || (pattern === '~DEFAULT_BRANCH' && ref === `refs/heads/${defaultBranch}`);
  const { include = [], exclude = [] } = conditions.ref_name ?? {};
  return include.some(fits) && !exclude.some(fits);
}

function isActor(actor: BypassActor, { teams = [], appID }: Pusher, { organization }: Repository): boolean {
  if (actor.bypass_mode === 'pull_request') return false;
  if (actor.actor_type === 'Integration') return actor.actor_id === appID;
  return actor.actor_type === 'Team' && teams.some((slug) => organization.teams.get(slug) === actor.actor_id);
}
