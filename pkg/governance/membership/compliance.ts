/**
 * How much of production is governed. Hazard: `members` is the membership as it is after the pass (a dry run: now),
 * never the target that a pass hoped for.
 */
import type { LiveRuleset } from '../../api/index.js';
import { governs } from './enforcement.js';
import type { Finding } from '../findings/finding.js';

export interface Compliance {
  /** Repositories with a finding. */
  total: number;
  production: number;
  governed: number;
  ungoverned: number;
  /** One decimal, and never 100 while a production repository is ungoverned. Null where nothing is in production: that is no success. */
  percentage: number | null;
  /** Repositories that an exemption decides about: they count in `total` and in nothing else. */
  exempted: number;
}

/** True where a finding counts as production. An exempted repository does not, whatever its file says. */
export const isProduction = ({ status, exemption }: Pick<Finding, 'status' | 'exemption'>): boolean =>
  status === 'valid_production' && exemption === undefined;

/** Compliance of all findings with the live ruleset; `branchOf` gives a repository's default branch by its id. */
export function compliance(
  findings: readonly Finding[],
  members: ReadonlySet<number>,
  live: LiveRuleset,
  branchOf: (id: number) => string | undefined,
): Compliance {
  const { governed, ungoverned } = sorted(findings, members, live, branchOf);
  const production = governed.length + ungoverned.length;
  return {
    total: findings.length,
    production,
    governed: governed.length,
    ungoverned: ungoverned.length,
    percentage: percentage(governed.length, production),
    exempted: findings.filter(({ exemption }) => exemption !== undefined).length,
  };
}

/** Ids of the production repositories that the ruleset does not protect, sorted. */
export function ungovernedIDs(...asked: Parameters<typeof compliance>): number[] {
  return sorted(...asked).ungoverned;
}

/** Ids of production; those that are not governed by their number. */
function sorted(...[findings, members, live, branchOf]: Parameters<typeof compliance>): {
  governed: number[];
  ungoverned: number[];
} {
  const isCovered = memoized((branch: string | undefined) => governs(live, branch));
  const governed: number[] = [];
  const ungoverned: number[] = [];
  for (const finding of findings) {
    if (!isProduction(finding)) continue;
    const { id } = finding;
    (members.has(id) && isCovered(branchOf(id)) ? governed : ungoverned).push(id);
  }
  return { governed, ungoverned: ungoverned.sort((a, b) => a - b) };
}

function percentage(governed: number, production: number): number | null {
  if (production === 0) return null;
  if (governed === production) return 100;
  // Rounded up to 100.0, one forgotten repository among thousands would read as none.
  return Math.min(99.9, Math.round((governed * 1_000) / production) / 10);
}

/** Thousands of repositories share a handful of branch names, and compiling patterns is what costs. */
function memoized<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
