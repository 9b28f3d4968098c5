/** The tables of a certification, as CSV. */
import { overlapMs } from '../history/exposures.js';
import { earlierLook } from '../history/looks.js';
import type { History } from '../history/history.js';
import { repositoriesCSV } from '../render/daily.js';
import { csvBy, type Columns } from '../render/csv.js';

/** By the name of the file. */
export function certificationTables(history: History): Map<string, string> {
  return new Map([
    ['population.csv', repositoriesCSV(history)],
    ['changes.csv', csvBy(CHANGES, history.changes)],
    ['findings.csv', csvBy(FINDINGS, history.findings)],
    ['exemptions.csv', csvBy(EXEMPTIONS, history.exemptions)],
    ['exposure.csv', csvBy(exposureColumns(history), history.exposures)],
  ]);
}

const CHANGES: Columns<History['changes'][number]> = {
  time: ({ time }) => time,
  action: ({ action }) => action,
  repository: ({ name }) => name,
  id: ({ id }) => id,
  status: ({ status }) => status,
  why: ({ why }) => why,
  commit: ({ commit }) => commit,
  author: ({ author }) => author,
  pull_request: (row) => row.pull_request,
  plan_hash: (row) => row.plan_hash,
  approvals: ({ approvals }) => approvals.map(({ approver }) => approver).join('; '),
  proved: ({ outcome }) => (outcome === 'proved' ? 'yes' : 'no'),
  outcome: ({ outcome }) => outcome,
  chain: ({ chain }) => chain,
  record: ({ sequence }) => sequence,
};

const FINDINGS: Columns<History['findings'][number]> = {
  repository: ({ name }) => name,
  id: ({ id }) => id,
  status: ({ status }) => status,
  since: ({ since }) => since,
  until: ({ until }) => until,
  closed_as: ({ closed }) => closed,
  codes: ({ codes }) => codes.join('; '),
  owner: ({ owner }) => owner,
  path: ({ path }) => path,
  line: ({ line }) => line,
  commit: ({ commit }) => commit,
  author: ({ author }) => author,
};

const EXEMPTIONS: Columns<History['exemptions'][number]> = {
  repository: ({ repository }) => repository,
  effect: ({ effect }) => effect,
  reason: ({ reason }) => reason,
  owner: ({ owner }) => owner,
  expires_at: (row) => row.expires_at,
  since: ({ since }) => since,
  until: ({ until }) => until,
  ended: ({ ended }) => ended,
};

/** `seconds`: of those that lie in the month. `unseen_seconds`: before it was found, at most. */
function exposureColumns({ period, days }: History): Columns<History['exposures'][number]> {
  const [fromMs, untilMs] = [Date.parse(period.since), Date.parse(period.until)];
  return {
    repository: ({ name }) => name,
    id: ({ id }) => id,
    since: ({ since }) => since,
    until: ({ until }) => until,
    seconds: (row) => overlapMs(row, fromMs, untilMs) / 1_000,
    cause: ({ cause }) => cause,
    ended: ({ ended }) => ended,
    looked_before: ({ since }) => earlierLook(since, days).looked_before,
    unseen_seconds: ({ since }) => earlierLook(since, days).unseen_seconds,
    error: ({ error }) => error,
  };
}
