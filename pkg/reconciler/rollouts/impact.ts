/** The impact of a rollout: read once before it begins, and once more when it waits for an approval. Writes nothing. */
import { MAX_ROLLOUT_ENTRIES, type ImpactWord, type RolloutStatus } from '../../api/index.js';
import type { BranchOf, GitHubReader } from '../../github/index.js';
import { impactOf, toOpen, type ImpactRow } from '../../rollout/index.js';

export interface ImpactRequest {
  /** Login. */
  organization: string;
  rules: readonly unknown[];
  /** Those that it is to reach. */
  repositories: readonly BranchOf[];
}

export interface Impact {
  /** Those that would block first. */
  rows: readonly ImpactRow[];
  /** False where not all rule suites of the month were seen: there may be more that would block. */
  isWhole: boolean;
}

export type ImpactReader = Pick<GitHubReader, 'listRuleSuites' | 'openRuleSuites' | 'readBranchRules'>;

/** Throws Plus1Error where rule suites cannot be listed. */
export async function readImpact(request: ImpactRequest, reader: ImpactReader, signal: AbortSignal): Promise<Impact> {
  const { organization, rules, repositories } = request;
  const { suites, isWhole } = await reader.listRuleSuites(organization, 'month', signal);
  const ids = toOpen(suites, repositories, new Map());
  const opened = await reader.openRuleSuites(organization, ids, signal);
  const inForce = await reader.readBranchRules(organization, repositories, signal);
  const rows = impactOf({ rules, repositories, suites, opened, inForce });
  return { rows, isWhole: isWhole && ids.every((id) => opened.has(id)) };
}

export type KeptImpact = NonNullable<RolloutStatus['impact']>;

export function keptImpact({ rows }: Impact, nowMs: number): KeptImpact {
  const those = (word: ImpactWord): readonly ImpactRow[] => rows.filter((row) => row.word === word);
  const [blocking, settled] = [those('wouldBlock'), those('inForce')];
  return {
    time: new Date(nowMs).toISOString(),
    ...{ repositories: rows.length, wouldBlock: blocking.length, inForce: settled.length },
    unknown: those('unknown').length,
    blocking: blocking.slice(0, MAX_ROLLOUT_ENTRIES).map(({ id, name, failed }) => ({ id, name, failed })),
    settled: settled.slice(0, MAX_ROLLOUT_ENTRIES).map(({ id }) => id),
  };
}

/** What an approval is told of one repository. */
export function wordOf(impact: KeptImpact | undefined, id: number): ImpactWord {
  if (impact?.blocking.some((row) => row.id === id) === true) return 'wouldBlock';
  return impact?.settled.includes(id) === true ? 'inForce' : 'unknown';
}
