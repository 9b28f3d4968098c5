/** What an auditor must know before believing the figures: deviations, exceptions, changes by others, and what is not known. */
import { isMapping } from '../../base/index.js';
import { canonical, isRecordOf, type ChainVerdict, type WholeRecord } from '../../journal/index.js';
import type { ExemptionTime } from '../history/exemptions.js';
import { overlapMs, type Exposure } from '../history/exposures.js';
import { earlierLook, type EarlierLook } from '../history/looks.js';
import type { Gap } from '../history/gaps.js';
import type { History } from '../history/history.js';
import type { Reconciliation } from './reconciliation.js';

export interface RiskAssessment {
  exposures: (Exposure & EarlierLook & { seconds: number })[];
  exemptions: ExemptionTime[];
  /** Repositories that could not be read at the end of the month. */
  unobserved: string[];
  /** Somebody changed rules, bypass actors, enforcement, branches or the name of the ruleset. */
  ruleset_changes: { time: string; changed: string[]; chain: string; sequence: number }[];
  /** What it enforces, as of the last record: name, enforcement, branches, rules; null where no record tells. */
  ruleset: Record<string, unknown> | null;
  /** Who may bypass the ruleset, as of the last look; null where no record tells, or the credential may not see it. */
  bypass_actors: unknown[] | null;
  emergency_bypasses: { time: string; approver: string; reason: string; plan_hash: string; verified: boolean }[];
  security_events: { time: string; event: string; code: string | null; message: string }[];
  /** Candidates of rollouts and isolations of incidents: what of their protection ended, by whom. */
  ended_elsewhere: History['elsewhere'];
  gaps: Gap[];
  /** What `plus1 journal verify` says of the exported journal. */
  journal: { whole: boolean; faults: { chain: string; code: string; message: string }[] };
  /** Null where it was not asked for. */
  reconciliation: Reconciliation | null;
}

export interface RiskInput {
  history: History;
  verdicts: readonly ChainVerdict[];
  reconciliation: Reconciliation | undefined;
}

export function riskAssessment({ history, verdicts, reconciliation }: RiskInput): RiskAssessment {
  const { exposures, exemptions, end, notable, elsewhere, gaps, period, days } = history;
  const [fromMs, untilMs] = [Date.parse(period.since), Date.parse(period.until)];
  const unobserved = [...end.repositories.values()].filter(({ status }) => status === 'unobserved');
  return {
    exposures: exposures.map((each) => ({
      ...{ ...each, seconds: overlapMs(each, fromMs, untilMs) / 1_000 },
      ...earlierLook(each.since, days),
    })),
    exemptions,
    unobserved: unobserved.map(({ name }) => name).sort(),
    ruleset_changes: notable.flatMap(rulesetChange),
    ruleset: rulesetOf(end.ruleset),
    bypass_actors: bypassActors(end.ruleset),
    emergency_bypasses: notable.flatMap(bypass),
    security_events: notable.flatMap(securityEvent),
    ended_elsewhere: elsewhere,
    gaps,
    journal: {
      whole: verdicts.every(({ faults }) => faults.length === 0),
      faults: verdicts.flatMap(({ chain, faults }) => faults.map(({ code, message }) => ({ chain, code, message }))),
    },
    reconciliation: reconciliation ?? null,
  };
}

function rulesetChange(record: WholeRecord): RiskAssessment['ruleset_changes'] {
  if (!isRecordOf('RulesetChanged', record)) return [];
  const { before, after } = record.data;
  const of = (value: unknown, key: string): string =>
    isMapping(value) && key in value ? canonical(value[key] ?? null) : '';
  const keys = ['name', 'enforcement', 'refName', 'rules', 'bypassActors'];
  const changed = keys.filter((key) => of(before, key) !== of(after, key));
  return [{ time: record.time, changed, chain: record.chain, sequence: record.seq }];
}

function rulesetOf(ruleset: unknown): RiskAssessment['ruleset'] {
  if (!isMapping(ruleset)) return null;
  const keys = ['name', 'enforcement', 'refName', 'rules'].filter((key) => key in ruleset);
  return keys.length === 0 ? null : Object.fromEntries(keys.map((key) => [key, ruleset[key]]));
}

function bypassActors(ruleset: unknown): unknown[] | null {
  const actors = isMapping(ruleset) ? ruleset['bypassActors'] : undefined;
  return Array.isArray(actors) ? (actors as unknown[]) : null;
}

function bypass(record: WholeRecord): RiskAssessment['emergency_bypasses'] {
  if (!isRecordOf('ApprovalGiven', record) || record.data.kind !== 'Emergency') return [];
  const { approver, reason, planHash, verified } = record.data;
  return [{ time: record.time, approver, reason, plan_hash: planHash, verified }];
}

function securityEvent(record: WholeRecord): RiskAssessment['security_events'] {
  if (!isRecordOf('SecurityEvent', record)) return [];
  const { event, code = null, message } = record.data;
  return [{ time: record.time, event, code, message }];
}
