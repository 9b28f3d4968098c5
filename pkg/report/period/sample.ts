/**
 * A sample that somebody else can draw again: rows sorted by the SHA-256 of the seed and the key of the row, the first of them. Who has
 * the population needs nothing of ours for it.
 */
import { sha256 } from '../../base/index.js';
import type { Change } from '../history/changes.js';
import type { History } from '../history/history.js';
import { datesOf } from '../history/period.js';
import { complianceStatus, exposureOn } from './figures.js';
import { populationOf, type Population } from './population.js';
import { repositoryRows } from './repositories.js';

export type PopulationKind = 'changes' | 'repositories' | 'days';

export type SampleRow = Record<string, string | number | null> & { key: string; sha256: string };

export interface Sample {
  organization: string;
  ruleset_name: string;
  period: { since: string; until: string };
  sampled: PopulationKind;
  seed: string;
  method: string;
  population_size: number;
  sample_size: number;
  rows: SampleRow[];
  population: Population;
}

const METHOD =
  'rows sorted by the SHA-256 (hexadecimal) of the seed, a line feed and the key of the row, in UTF-8; the first of them';

type Row = Record<string, string | number | null> & { key: string };

export function sampleOf(
  history: History,
  { sampled, seed, size }: { sampled: PopulationKind; seed: string; size: number },
): Sample {
  const { policy, period } = history;
  const rows = ROWS[sampled](history).map(({ key, ...row }) => ({ key, sha256: sha256(`${seed}\n${key}`), ...row }));
  rows.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  const chosen = rows.slice(0, size);
  return {
    ...{ organization: policy.organization, ruleset_name: policy.ruleset },
    period: { since: period.since, until: period.until },
    ...{ sampled, seed, method: METHOD, population_size: rows.length, sample_size: chosen.length, rows: chosen },
    population: populationOf(history),
  };
}

const ROWS: Record<PopulationKind, (history: History) => Row[]> = {
  changes: ({ changes }) => changes.map((change) => ({ key: keyOf(change), ...told(change) })),
  repositories: (history) => repositoryRows(history).map((row) => ({ key: String(row.id), ...row })),
  days: (history) =>
    datesOf(history.period).map((date) => {
      const of = complianceStatus(history.days.get(date));
      return {
        ...{
          key: date,
          date,
          production: of?.production_repositories ?? null,
          governed: of?.governed_repositories ?? null,
        },
        exposure_seconds: exposureOn(date, history).total_seconds,
      };
    }),
};

/** Names one change in all the time of a journal. */
export const keyOf = ({ chain, sequence, action, id }: Change): string => `${chain}/${sequence}/${action}/${id}`;

function told({ approvals, isRestored: _, released: __, ...row }: Change): Omit<Row, 'key'> {
  return { ...row, approvals: approvals.map(({ approver }) => approver).join('; ') };
}
