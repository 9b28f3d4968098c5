/** The tables of a certification, as CSV. */
import { overlapMs } from '../history/exposures.js';
import { earlierLook } from '../history/looks.js';
import type { History } from '../history/history.js';
import { repositoriesCSV } from '../render/daily.js';
import { csv, type Cell } from '../render/csv.js';

/** By the name of the file. */
export function certificationTables(history: History): Map<string, string> {
  return new Map([
    ['population.csv', repositoriesCSV(history)],
    ['changes.csv', changes(history)],
    ['findings.csv', findings(history)],
    ['exemptions.csv', exemptions(history)],
    ['exposure.csv', exposures(history)],
  ]);
}

function changes({ changes }: History): string {
  const head = [
    ...['time', 'action', 'repository', 'id', 'status', 'why', 'commit', 'author', 'pull_request'],
    ...['plan_hash', 'approvals', 'proved', 'outcome', 'chain', 'record'],
  ];
  const rows = changes.map((row): Cell[] => [
    ...[row.time, row.action, row.name, row.id, row.status, row.why, row.commit, row.author, row.pull_request],
    ...[row.plan_hash, row.approvals.map(({ approver }) => approver).join('; ')],
    ...[row.outcome === 'proved' ? 'yes' : 'no', row.outcome, row.chain, row.sequence],
  ]);
  return csv(head, rows);
}

function findings({ findings }: History): string {
  const head = [
    ...[
      'repository',
      'id',
      'status',
      'since',
      'until',
      'closed_as',
      'codes',
      'owner',
      'path',
      'line',
      'commit',
      'author',
    ],
  ];
  const rows = findings.map((row): Cell[] => [
    ...[row.name, row.id, row.status, row.since, row.until, row.closed, row.codes.join('; ')],
    ...[row.owner, row.path, row.line, row.commit, row.author],
  ]);
  return csv(head, rows);
}

function exemptions({ exemptions }: History): string {
  const head = ['repository', 'effect', 'reason', 'owner', 'expires_at', 'since', 'until', 'ended'];
  const rows = exemptions.map((row): Cell[] => [
    ...[row.repository, row.effect, row.reason, row.owner, row.expires_at, row.since, row.until, row.ended],
  ]);
  return csv(head, rows);
}

/** `seconds`: of those that lie in the month. `unseen_seconds`: before it was found, at most. */
function exposures({ exposures, period, days }: History): string {
  const [fromMs, untilMs] = [Date.parse(period.since), Date.parse(period.until)];
  const head = [
    ...['repository', 'id', 'since', 'until', 'seconds', 'cause', 'ended', 'looked_before', 'unseen_seconds', 'error'],
  ];
  const rows = exposures.map((row): Cell[] => {
    const { looked_before, unseen_seconds } = earlierLook(row.since, days);
    return [
      ...[row.name, row.id, row.since, row.until, overlapMs(row, fromMs, untilMs) / 1_000, row.cause, row.ended],
      ...[looked_before, unseen_seconds, row.error],
    ];
  });
  return csv(head, rows);
}
