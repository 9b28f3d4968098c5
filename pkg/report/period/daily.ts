/** The report of one day: the specification's object, and after it what tells how far it can be believed. */
import { exposureFigures, type ExposureFigures } from '../history/exposures.js';
import type { History } from '../history/history.js';
import type { Hold } from '../history/holds.js';
import {
  analysisSummary,
  changesApplied,
  complianceStatus,
  exemptedOn,
  passesOf,
  type AnalysisSummary,
  type ChangesApplied,
  type ComplianceStatus,
  type Passes,
} from './figures.js';
import { populationOf, type Population } from './population.js';

export interface DailyReport {
  /** End of the last complete pass of the day, else of its last record; UTC, in seconds. */
  timestamp: string;
  organization: string;
  ruleset_name: string;
  compliance_status: ComplianceStatus | null;
  analysis_summary: AnalysisSummary | null;
  changes_applied: ChangesApplied;
  period: { since: string; until: string };
  exempted: number;
  exposure: ExposureFigures;
  held: Hold[];
  passes: Passes;
  population: Population;
}

/** `history`: of one day. */
export function dailyReport(history: History): DailyReport {
  const { period, policy, days, changes, exposures, lastTime } = history;
  const { name: date, since, until } = period;
  const day = days.get(date);
  return {
    timestamp: inSeconds(day?.lastComplete ?? lastTime),
    organization: policy.organization,
    ruleset_name: policy.ruleset,
    compliance_status: complianceStatus(day),
    analysis_summary: analysisSummary(day),
    changes_applied: changesApplied(changes, since, until),
    period: { since: inSeconds(since), until: inSeconds(until) },
    exempted: exemptedOn(date, history),
    exposure: exposureFigures(exposures, Date.parse(since), Date.parse(until)),
    held: holdsOf(history),
    passes: passesOf([day]),
    population: populationOf(history),
  };
}

/** As in the specification's example. */
const inSeconds = (time: string): string => time.replace(/\.\d{3}Z$/, 'Z');

/** With nothing but the fields of the contract. */
const holdsOf = ({ holds }: Pick<History, 'holds'>): Hold[] =>
  holds.map(({ since, until, reason, plan_hash, count, ended }) => ({ since, until, reason, plan_hash, count, ended }));
