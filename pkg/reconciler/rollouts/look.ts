/**
 * A look at the rule suites of the stage that runs: one list an interval, and one request for each suite that failed, once. What it finds
 * is kept in the status, so that a restart asks for nothing twice.
 */
import {
  durationMs,
  type RuleEvaluation,
  type RolloutSpec,
  type RuleSuites,
  type SuitePeriod,
} from '../../api/index.js';
import type { GitHubReader } from '../../github/index.js';
import {
  tallyOf,
  unopened,
  type RolloutMemory,
  type SeenCandidate,
  type SuiteScope,
  type Tally,
} from '../../rollout/index.js';
import type { Analysis, OpenedResult } from './kept-state.js';

export interface LookRequest {
  /** Login. */
  organization: string;
  spec: RolloutSpec;
  memory: RolloutMemory;
  candidate: SeenCandidate;
  /** The look before it. */
  last?: Analysis | undefined;
  branchOf: (id: number) => string | undefined;
  nowMs: number;
}

/** What it found, and what was listed. */
export interface Look {
  analysis: Analysis;
  listed: RuleSuites;
}

/** When rule suites are listed next, Unix ms; undefined where nothing is to be learned of them. */
export function nextLookMs(spec: RolloutSpec, memory: RolloutMemory, last: Analysis | undefined): number | undefined {
  if (memory.stage === 0 || memory.end !== undefined) return undefined;
  const lastMs = Math.max(last?.lastMs ?? 0, memory.sinceMs ?? 0);
  return lastMs + durationMs(spec.analysis.interval);
}

/** Throws Plus1Error where they cannot be listed. */
export async function look(
  request: LookRequest,
  reader: Pick<GitHubReader, 'listRuleSuites' | 'openRuleSuites'>,
  signal: AbortSignal,
): Promise<Look> {
  const { organization, memory, candidate, last, nowMs } = request;
  const sinceMs = memory.sinceMs ?? nowMs;
  const listed = await reader.listRuleSuites(organization, periodOf(nowMs - sinceMs), signal);
  const scope = scopeOf(request, sinceMs);
  const ids = new Set(listed.suites.map(({ id }) => id));
  const known = new Map([...(last?.opened ?? [])].filter(([id]) => ids.has(id)));
  const before = openedOf(known, candidate.id);
  const opened = await reader.openRuleSuites(organization, unopened({ ...listed, opened: before }, scope), signal);
  for (const [id, evaluations] of opened) known.set(id, resultOf(evaluations, candidate.id));
  const tally = tallyOf({ ...listed, opened: openedOf(known, candidate.id) }, scope, candidate.id);
  return { listed, analysis: { lastMs: nowMs, opened: known, tally: worse(tally, last?.tally) } };
}

/** Suites older than a month are not listed any more; a stage may last longer, and what failed in it has failed. */
function worse(tally: Tally, last: Tally | undefined): Tally {
  if (last === undefined || last.failed <= tally.failed) return tally;
  const { failed, repositories } = last;
  return { ...tally, failed, repositories, pushes: tally.passed + failed + tally.bypassed };
}

const HOUR_MS = 3_600_000;

const PERIODS: readonly (readonly [SuitePeriod, number])[] = [
  ['hour', HOUR_MS],
  ['day', 24 * HOUR_MS],
  ['week', 7 * 24 * HOUR_MS],
];

/** The shortest that reaches back so far. A minute is left for the request itself. */
const periodOf = (ms: number): SuitePeriod => PERIODS.find(([, length]) => ms + 60_000 <= length)?.[0] ?? 'month';

function scopeOf({ spec, memory, candidate, branchOf }: LookRequest, sinceMs: number): SuiteScope {
  const stage = spec.stages[memory.stage - 1] ?? spec.stages.at(-1);
  const late = memory.candidate?.late;
  return {
    enforcement: stage?.enforcement ?? 'Active',
    members: new Map([...candidate.members].map((id) => [id, late?.get(id) ?? sinceMs])),
    branchOf,
  };
}

function resultOf(evaluations: readonly RuleEvaluation[], candidateID: number): OpenedResult {
  const own = evaluations.filter(({ rulesetID }) => rulesetID === candidateID);
  if (own.length === 0) return 'none';
  return own.some(({ result }) => result === 'fail') ? 'fail' : 'pass';
}

const openedOf = (
  known: ReadonlyMap<number, OpenedResult>,
  rulesetID: number,
): ReadonlyMap<number, readonly RuleEvaluation[]> =>
  new Map([...known].map(([id, result]) => [id, result === 'none' ? [] : [{ rulesetID, type: '', result }]]));
