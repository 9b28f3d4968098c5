/** What a report is about: which repositories were looked at, by whom, by what question, and of which times nothing is known. */
import { isMapping } from '../../base/index.js';
import type { Gap } from '../history/gaps.js';
import type { History } from '../history/history.js';
import type { ChainRange } from '../history/chains.js';

export interface Population {
  api_host: string | null;
  organization_id: number | null;
  credential: { kind: string | null; visibility: string | null } | null;
  listed: number | null;
  total_count: number | null;
  unobserved: number | null;
  query_sha256: string | null;
  tool_version: string | null;
  policy_generation: number | null;
  /** Of the last record; where several writers led, `others` has the ranges of those before. */
  journal: ChainRange & { others?: ChainRange[] };
  /** The whole signed note. */
  checkpoint: string | null;
  gaps: Gap[];
}

/** As of the last complete pass; nulls where there was none. */
export function populationOf({ days, period, ranges, checkpoint, gaps }: History): Population {
  const seen = [...days].filter(([date, { population }]) => date >= period.since.slice(0, 10) && isMapping(population));
  const [, last] = seen.at(-1) ?? [];
  const told = isMapping(last?.population) ? last.population : {};
  const text = (key: string): string | null => (typeof told[key] === 'string' ? told[key] : null);
  const count = (key: string): number | null => (typeof told[key] === 'number' ? told[key] : null);
  // Of several writers, the one whose record is the last of the period.
  const own = ranges.at(-1) ?? { chain: '', first: 0, last: 0 };
  const others = ranges.slice(0, -1);
  return {
    ...{ api_host: text('api_host'), organization_id: count('organization_id') },
    ...{ credential: credentialOf(told['credential']), listed: count('listed'), total_count: count('total_count') },
    ...{ unobserved: count('unobserved'), query_sha256: text('query_sha256'), tool_version: text('tool_version') },
    policy_generation: count('policy_generation'),
    journal: { ...own, ...(others.length > 0 && { others }) },
    ...{ checkpoint, gaps },
  };
}

function credentialOf(value: unknown): Population['credential'] {
  if (!isMapping(value)) return null;
  const text = (key: string): string | null => (typeof value[key] === 'string' ? value[key] : null);
  return { kind: text('kind'), visibility: text('visibility') };
}
