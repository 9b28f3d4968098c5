/** What a pass did about issues for repository owners, for reports and the terminal. */
import { grouped } from '../text/index.js';
import type { PassOutcome } from '../reconciler/index.js';

export interface ReportedIssues {
  open: number;
  opened: number;
  closed: number;
  snoozed: number;
  /** Findings that wait for their issue. */
  waiting: number;
  /** Repositories where GitHub takes none, each told once. */
  notes: { repository: string; why: string }[];
  /** Why the pass went on with none of them. */
  stopped?: string;
}

/** Absent where the policy opens none, and of a pass that did not look. */
export const reportedIssues = ({ issues }: PassOutcome): { issues?: ReportedIssues } => (issues ? { issues } : {});

/** Lines for a terminal; others escape them. */
export function issueLines(issues: ReportedIssues | undefined): string[] {
  if (issues === undefined) return [];
  const { open, snoozed, waiting, notes, stopped } = issues;
  const more = [
    ...(snoozed > 0 ? [`${grouped(snoozed)} snoozed`] : []),
    ...(waiting > 0 ? [`${grouped(waiting)} wait for a later pass`] : []),
  ];
  return [
    `Issues: ${[`${grouped(open)} open`, ...more].join(', ')}.`,
    ...notes.map(({ repository, why }) => `  no issue in ${repository}: ${why}`),
    ...(stopped === undefined ? [] : [`Warning: no further issues in this pass: ${stopped}.`]),
  ];
}
