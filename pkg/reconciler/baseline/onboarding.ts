/** New repositories in production: since when, and what is told of them, once. Pure. */
import { isMet, type CheckResult } from '../../baseline/index.js';
import type { BaselineSurvey, KnownChecklist } from './baseline-index.js';

export interface Newness {
  /** The index is as old as the last pass: who is not in it is new. */
  isIndexed: boolean;
  /** It entered the ruleset in this pass. */
  hasEntered: boolean;
  isInProduction: boolean;
  nowMs: number;
}

/** When it was first seen in production, Unix ms; undefined of those that were there before anybody looked. */
export function sinceOf(
  before: KnownChecklist | undefined,
  { isIndexed, hasEntered, isInProduction, nowMs }: Newness,
): number | undefined {
  if (before?.sinceMs !== undefined || before?.told !== undefined) return before.sinceMs;
  if (!isInProduction || before?.isInProduction === true) return undefined;
  return isIndexed || hasEntered ? nowMs : undefined;
}

/** What is to be told of a new one now; undefined where nothing is. */
export function newsOf({
  checks,
  sinceMs,
  told,
  isInProduction,
}: Pick<KnownChecklist, 'checks' | 'sinceMs' | 'told' | 'isInProduction'>): 'incomplete' | 'onboarded' | undefined {
  if (sinceMs === undefined || !isInProduction || told === 'onboarded' || checks.length === 0) return undefined;
  if (isMet({ checks })) return 'onboarded';
  return told === undefined ? 'incomplete' : undefined;
}

/** What a checklist lacks, in a word a check. */
const missingOf = (checks: readonly CheckResult[]): string[] =>
  checks.flatMap(({ name, result }) =>
    result === 'fail' ? [name] : result === 'unknown' ? [`${name} (unknown)`] : [],
  );

/** News of all, as they are told. */
export function toldOf(
  news: readonly (readonly [KnownChecklist, 'incomplete' | 'onboarded' | undefined])[],
  nowMs: number,
): Pick<BaselineSurvey, 'incomplete' | 'onboarded'> {
  const of = (word: 'incomplete' | 'onboarded'): KnownChecklist[] =>
    news.filter(([, told]) => told === word).map(([entry]) => entry);
  return {
    incomplete: of('incomplete').map(({ name, checks }) => ({ name, missing: missingOf(checks) })),
    onboarded: of('onboarded').map(({ name, sinceMs = nowMs }) => ({
      name,
      seconds: Math.max(0, (nowMs - sinceMs) / 1_000),
    })),
  };
}
