/** What passes saw of a repository beside its catalogue file, as they kept it: its checklist, and what the jobs of its workflow files are worth. */
import { isMapping } from '../../pkg/base/index.js';
import type { CheckResult } from '../../pkg/baseline/index.js';
import type { CacheFolder, PolicyKey } from '../../pkg/policies/index.js';
import { readBaseline, readIndex } from '../../pkg/reconciler/index.js';
import { summaryOf, type IndexedRepository, type JobSummary } from '../../pkg/workflows/index.js';
import { baselineFolder, indexFolder, workflowStore } from './kept-beside.js';

export interface Looks {
  /** Absent where nobody asks, it is not within the scope, or it was not looked at yet. */
  checks?: readonly CheckResult[];
  /** Absent where nobody asks, or its files were not read yet. */
  workflows?: Pick<JobSummary, 'jobs' | 'filesUnreadable'>;
}

/**
 * Of each repository, by its id. `spec`: of the policy, also of one that is not valid and kept as it was written. `only`: the one
 * repository that is asked about, so that the others take no memory. Never throws: what cannot be read is not known.
 */
export async function readLooks(
  stateFolder: string,
  { key, spec }: { key: PolicyKey; spec: object },
  signal: AbortSignal,
  only?: number,
): Promise<(id: number) => Looks> {
  const load = (kept: CacheFolder): Promise<unknown> =>
    kept.load(key, signal, only === undefined ? undefined : onlyOf(only));
  const baseline = isOn(spec, 'baseline') ? readBaseline(await load(baselineFolder(stateFolder))) : undefined;
  const counts = isOn(spec, 'workflows') ? await countsOf(stateFolder, key, signal) : undefined;
  return (id) => {
    const list = baseline?.repositories.find((each) => each.id === id && each.isInScope && each.checks.length > 0);
    const workflows = counts?.get(id);
    return { ...(list && { checks: list.checks }), ...(workflows && { workflows }) };
  };
}

async function countsOf(
  stateFolder: string,
  key: PolicyKey,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, NonNullable<Looks['workflows']>>> {
  const project = (repository: IndexedRepository): [number, NonNullable<Looks['workflows']>] => {
    const { jobs, filesUnreadable } = summaryOf(repository, 'Holds');
    return [repository.id, { jobs, filesUnreadable }];
  };
  const index = await readIndex(workflowStore(indexFolder(stateFolder), key, true), project, signal);
  return new Map(index?.repositories ?? []);
}

const onlyOf = (id: number): NonNullable<Parameters<CacheFolder['load']>[2]> => ({
  list: 'repositories',
  isWanted: (item) => isMapping(item) && item['id'] === id,
});

function isOn(spec: object, part: 'baseline' | 'workflows'): boolean {
  const settings: unknown = (spec as Readonly<Record<string, unknown>>)[part];
  return isMapping(settings) && settings['enabled'] === true;
}
