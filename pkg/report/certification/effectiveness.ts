/** How the process worked: passes, writes, drift and its repair, holds and approvals. */
import { isRecordOf, type WholeRecord } from '../../journal/index.js';
import type { Change } from '../history/changes.js';
import type { History } from '../history/history.js';
import type { Hold, TrackedHold } from '../history/holds.js';
import { datesOf } from '../history/period.js';
import { decisionsOf, type Decisions } from './decisions.js';
import { settingsOf } from './settings.js';
import { passesOf, type Passes } from '../period/figures.js';

export interface ProcessEffectiveness extends Decisions {
  passes: Passes;
  /** Sent to GitHub, by what became of them. */
  writes: { proved: number; unproved: number; refused: number };
  drift: {
    /** Repositories that somebody else put in or took out. */
    seen: number;
    /** Of them, what Plus1 set right again. */
    repaired: number;
    repair_seconds: { median: number | null; max: number | null };
  };
  holds: (Hold & Pick<TrackedHold, 'approvers' | 'ended_by'>)[];
  approvals: { given: number; rejected: number; used: number; emergency: number };
  /** Of the policy at the end, by path; values as JSON. */
  settings: Record<string, string>;
}

export function processEffectiveness(history: History): ProcessEffectiveness {
  const { period, days, notable, holds } = history;
  const of = (kind: string): WholeRecord[] => notable.filter((record) => record.kind === kind);
  return {
    passes: passesOf(datesOf(period).map((date) => days.get(date))),
    writes: {
      proved: of('WriteProved').length,
      unproved: of('WriteUnproved').length,
      refused: of('WriteRefused').length,
    },
    drift: driftOf(history.changes),
    holds: holds.map(({ since, until, reason, plan_hash, count, ended, ended_by, approvers }) => ({
      ...{ since, until, reason, plan_hash, count, ended, ended_by, approvers },
    })),
    approvals: approvalsOf(notable),
    ...decisionsOf(history),
    settings: Object.fromEntries(settingsOf(history.end.spec)),
  };
}

function driftOf(changes: readonly Change[]): ProcessEffectiveness['drift'] {
  const seen = changes.filter(({ outcome }) => outcome === 'seen');
  const seconds = seen.flatMap(({ id, action, time }) => {
    const back = action === 'leave' ? 'enter' : 'leave';
    const repair = changes.find(
      (change) => change.id === id && change.action === back && change.outcome === 'proved' && change.time >= time,
    );
    return repair === undefined ? [] : [(Date.parse(repair.time) - Date.parse(time)) / 1_000];
  });
  seconds.sort((a, b) => a - b);
  return {
    ...{ seen: seen.length, repaired: seconds.length },
    repair_seconds: { median: medianOf(seconds), max: seconds.at(-1) ?? null },
  };
}

/** Of sorted numbers; of an even number of them the mean of both in the middle. */
function medianOf(sorted: readonly number[]): number | null {
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function approvalsOf(records: readonly WholeRecord[]): ProcessEffectiveness['approvals'] {
  const counts = { given: 0, rejected: 0, used: 0, emergency: 0 };
  for (const record of records) {
    if (isRecordOf('ApprovalGiven', record)) {
      counts.given += 1;
      if (record.data.kind === 'Emergency') counts.emergency += 1;
    }
    if (isRecordOf('ApprovalRejected', record)) counts.rejected += 1;
    if (isRecordOf('PlanReleased', record)) counts.used += record.data.approvals.length;
  }
  return counts;
}
