/**
 * Check rules: asks GitHub after a full pass whether the rules are in force on the default branches of governed repositories. Membership
 * is not protection: what counts is what GitHub applies. Nothing is decided by the answer, so that no failure of it fails the pass.
 */
import { durationMs, type PolicySpec, type Repository } from '../../api/index.js';
import { boundSignal, ownTurn } from '../../base/index.js';
import { governedProduction } from '../effective.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import type { ActResult, PassObservation } from '../types.js';
import type { PassDependencies } from './pass-dependencies.js';
import { isTrusted } from './trusted-time.js';

/** How long the pass waits for the answers, ms: its status waits as well. Whom it does not come to is asked about by the next one. */
const MAX_WAIT_MS = 60_000;

/** After an answer that is not certain it is asked again before the interval is over. */
const UNKNOWN_AGAIN_MS = 3_600_000;

/**
 * So many are asked about in the first check where the pass wrote: one question. What became of a write is to be kept soon, and a first
 * pass over a large organization has asked enough.
 */
const MOST_AFTER_FIRST_WRITE = 50;

export interface CheckRulesRequest {
  spec: PolicySpec;
  seen: PassObservation;
  acted: ActResult;
  /** As this pass observed them. */
  repositories: readonly Repository[];
  /** A person asked for this look. */
  isAsked: boolean;
}

export interface CheckRulesDependencies extends Pick<PassDependencies, 'reader' | 'timers'> {
  verdicts: Pick<VerdictCache, 'rules' | 'learnRules'>;
}

/** Never throws. What GitHub said is in the verdicts after it. */
export async function checkRules(
  request: CheckRulesRequest,
  { reader, timers, verdicts }: CheckRulesDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { seen, acted } = request;
  await ownTurn();
  if (!mayCheck(request) || !isTrusted(reader.time)) return;
  const due = dueOf(request, verdicts, reader.time.now());
  const isFirst = due.every(({ id }) => verdicts.rules(id, acted.live.id) === undefined);
  if (due.length === 0 || (acted.written && isFirst && due.length > MOST_AFTER_FIRST_WRITE)) return;
  const bound = boundSignal(timers, MAX_WAIT_MS, { outer: signal });
  const ask = (repositories: readonly Repository[]): ReturnType<typeof reader.readRules> =>
    reader.readRules({ organization: seen.organization.login, rulesetID: acted.live.id, repositories }, bound.signal);
  try {
    const sights = new Map(await ask(due));
    const again = justEntered(acted, due).filter(({ id }) => sights.get(id) === 'notInForce');
    if (again.length > 0) {
      // GitHub answers from copies, and theirs may not show yet what was written a moment ago.
      await reader.pause(0, bound.signal).catch(() => undefined);
      const second = await ask(again);
      for (const { id } of again) sights.set(id, second.get(id) ?? 'unknown');
    }
    const atMs = reader.time.now();
    for (const [id, sight] of sights) verdicts.learnRules(id, { rulesetID: acted.live.id, sight, atMs });
  } finally {
    bound.release();
  }
}

/** A quick pass asks for what changed, and this changes elsewhere. A ruleset without rules has none that could be in force. */
function mayCheck({ spec, seen, acted }: CheckRulesRequest): boolean {
  const isOff = durationMs(spec.ruleset.verify.interval) === 0;
  return !isOff && seen.isQuick !== true && acted.error === undefined && !acted.pending && acted.live.rules > 0;
}

/** Those whose turn it is, who waited longest first. */
function dueOf(
  { spec, seen, acted, repositories, isAsked }: CheckRulesRequest,
  verdicts: Pick<VerdictCache, 'rules'>,
  nowMs: number,
): Repository[] {
  const intervalMs = durationMs(spec.ruleset.verify.interval);
  const governed = new Set(governedProduction(seen, acted.live));
  const checkedMs = new Map(repositories.map(({ id }) => [id, verdicts.rules(id, acted.live.id)?.atMs ?? -Infinity]));
  const isDue = ({ id }: Repository): boolean => {
    const known = verdicts.rules(id, acted.live.id);
    // What was not in force is asked about until it is: who corrects it wants to see that.
    if (isAsked || known === undefined || known.sight === 'notInForce') return true;
    const ageMs = nowMs - known.atMs;
    const againMs = known.sight === 'unknown' ? Math.min(UNKNOWN_AGAIN_MS, intervalMs) : intervalMs;
    return ageMs < 0 || ageMs >= againMs;
  };
  const at = ({ id }: Repository): number => checkedMs.get(id) ?? -Infinity;
  const byAge = (a: Repository, b: Repository): number => (at(a) === at(b) ? a.id - b.id : at(a) - at(b));
  return repositories.filter((repository) => governed.has(repository.id) && isDue(repository)).sort(byAge);
}

function justEntered({ written, decision }: ActResult, repositories: readonly Repository[]): Repository[] {
  const entered = new Set(written ? decision.toEnter.map(({ id }) => id) : []);
  return repositories.filter(({ id }) => entered.has(id));
}
