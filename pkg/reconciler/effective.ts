/**
 * What is known of the rules that are in force on governed repositories, after a pass. Status, conditions, report, metrics and events all
 * take it from here. Pure. Hazard: what nobody knows is null, and never counts as ineffective.
 */
import { durationMs, type EffectiveStatus, type LiveRuleset, type PolicySpec } from '../api/index.js';
import { isProduction } from '../governance/index.js';
import type { VerdictCache } from './memory/verdict-cache.js';
import type { Effective, PassObservation } from './types.js';

/** Ids of the repositories in production that the ruleset targets, whether it protects them or not. */
export const governedProduction = ({ findings }: Pick<PassObservation, 'findings'>, live: LiveRuleset): number[] =>
  findings.filter((finding) => isProduction(finding) && live.members.has(finding.id)).map(({ id }) => id);

/** After the check, or from what earlier passes learned. */
export function effectiveOf(
  { ruleset: { verify } }: PolicySpec,
  seen: Pick<PassObservation, 'findings'>,
  live: LiveRuleset,
  verdicts: Pick<VerdictCache, 'rules'>,
): Effective {
  const isOff = durationMs(verify.interval) === 0 || live.rules === 0;
  const states = new Map<number, boolean | null>();
  let lastCheckMs: number | undefined;
  for (const id of governedProduction(seen, live)) {
    const known = isOff ? undefined : verdicts.rules(id, live.id);
    states.set(id, known === undefined || known.sight === 'unknown' ? null : known.sight === 'inForce');
    if (known !== undefined) lastCheckMs = Math.max(known.atMs, lastCheckMs ?? 0);
  }
  return { states, ...(lastCheckMs !== undefined && { lastCheckMs }) };
}

/** Undefined where GitHub was never asked. */
export function effectiveStatus({ states, lastCheckMs }: Effective): EffectiveStatus | undefined {
  if (lastCheckMs === undefined) return undefined;
  const answers = [...states.values()].filter((state) => state !== null);
  const ineffective = answers.filter((isInForce) => !isInForce).length;
  return { checked: answers.length, ineffective, lastCheckTime: new Date(lastCheckMs).toISOString() };
}

/** Names of the repositories on whose default branch no rule is in force, sorted. */
export function ineffectiveNames({ states }: Effective, { findings }: Pick<PassObservation, 'findings'>): string[] {
  return findings
    .filter(({ id }) => states.get(id) === false)
    .map(({ name }) => name)
    .sort();
}
