import type { Targeting } from './policy.js';

/** What of a repository a ruleset is about. */
export const RULESET_TARGETS = ['branch', 'tag', 'push', 'repository'] as const;

/** `enforcement` of a ruleset, as GitHub has it. */
export const RULESET_ENFORCEMENTS = ['active', 'evaluate', 'disabled'] as const;
export type RulesetEnforcement = (typeof RULESET_ENFORCEMENTS)[number];

/** The live ruleset as far as Plus1 looks at it. Rules, bypass actors and name belong to their owners. */
export interface LiveRuleset {
  id: number;
  name: string;
  target: (typeof RULESET_TARGETS)[number];
  enforcement: RulesetEnforcement;
  /** How many rules it has: one without any protects nobody, however active. An answer that tells none counts as none. */
  rules: number;
  /** Patterns as GitHub keeps them (`~DEFAULT_BRANCH`, `~ALL`, fnmatch of full refs). Absent for push rulesets. */
  refName?: { include: readonly string[]; exclude: readonly string[] };
  /** How it names its members. */
  targeting: Targeting;
  /** The repository ids that it targets. */
  members: ReadonlySet<number>;
  /** Who cannot be made a member, by id, and why: ends a sentence. Absent where nothing keeps anybody out. */
  barred?: ReadonlyMap<number, string>;
  /** `conditions` whole and untouched, for the write: only its members are ever replaced. */
  conditions: Readonly<Record<string, unknown>>;
  updatedAt?: string;
  /** What Plus1 never sends, for the record of what others change. */
  others?: RulesetOthers;
}

/** Parts of a ruleset that belong to its owners, as GitHub answered them. */
export interface RulesetOthers {
  rules: readonly unknown[];
  /** GitHub leaves them out of its answer where the credential may not see them: then nobody knows. */
  bypassActors: readonly unknown[] | 'unknown';
}
