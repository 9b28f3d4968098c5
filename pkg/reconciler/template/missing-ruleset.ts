/**
 * A ruleset that the policy names and that is not there, while the policy has a template for it. A listing that lacks it is no proof: GitHub
 * answers from copies. So the first such listing is only noted, as today, and the next one that lacks it too lets the pass go on with an
 * empty ruleset in its place, to see who enters.
 */
import type { LiveRuleset, PolicySpec, PolicyStatus } from '../../api/index.js';
import { hasCode, Plus1Error } from '../../errors/index.js';

/** So soon the rulesets are listed again, ms. */
const AGAIN_AFTER_MS = 30_000;

/** The id of no ruleset: GitHub counts from 1. */
const NO_ID = 0;

export interface MissingTerms {
  spec: PolicySpec;
  status: PolicyStatus;
  /** Nothing is written: what would be made is shown at once. */
  dryRun: boolean;
  /** The run keeps what it makes, so that it is known again. */
  keeps: boolean;
  /** By the time of the pass, Unix ms. */
  nowMs: number;
}

/** The ruleset in whose place the pass goes on. Throws where it does not: `thrown`, or the same with what comes next. */
export function inPlaceOf(thrown: unknown, { spec, status, dryRun, keeps, nowMs }: MissingTerms): LiveRuleset {
  const { template } = spec.ruleset;
  const isMade = template?.create === true && spec.mode !== 'Observe' && !spec.suspend;
  if (!isMade || !hasCode(thrown, 'PLUS1_RULESET_NOT_FOUND')) throw thrown;
  if (dryRun) return emptyRuleset(spec);
  if (!keeps)
    throw new Plus1Error(thrown.code, `${thrown.message}; ruleset.template makes none in a run without a memory`, {
      fix: 'give the run a state folder with --state DIR, or create the ruleset',
    });
  if (status.rulesetMissingTime !== undefined) return emptyRuleset(spec);
  throw new Plus1Error(
    thrown.code,
    `${thrown.message}; ruleset.template makes it where the next listing lacks it too`,
    {
      retryAt: nowMs + AGAIN_AFTER_MS,
      fix: 'nothing to do: the next pass looks again. Where another name was meant, correct ruleset.name',
    },
  );
}

/** Nobody is in it. */
function emptyRuleset({ ruleset: { name, targeting, template } }: PolicySpec): LiveRuleset {
  return {
    ...{ id: NO_ID, name, target: 'branch', targeting, members: new Set<number>(), conditions: {} },
    enforcement: template?.enforcement === 'Active' ? 'active' : 'evaluate',
    rules: template?.rules.length ?? 0,
    ...(template && { refName: template.refName }),
  };
}

/** True of one that stands in the place of a ruleset that is not there. */
export const isInPlace = ({ id }: Pick<LiveRuleset, 'id'>): boolean => id === NO_ID;

/** True where a listing lacked the ruleset and its template waits for the next one. */
export function missingSince(
  before: string | undefined,
  { spec, error, isFound, endMs }: { spec: PolicySpec; error: Plus1Error | undefined; isFound: boolean; endMs: number },
): string | undefined {
  if (spec.ruleset.template === undefined || isFound) return undefined;
  return hasCode(error, 'PLUS1_RULESET_NOT_FOUND') ? (before ?? new Date(endMs).toISOString()) : before;
}
