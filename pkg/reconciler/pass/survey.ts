/**
 * Survey: reads after a full pass the workflow files of the repositories whose head commit has moved, and says what their jobs are worth.
 * Nothing is decided by it: no failure of it fails the pass. Texts are asked for only where the folders are others than before.
 */
import type { PolicySpec, Repository } from '../../api/index.js';
import { boundSignal, ownTurn } from '../../base/index.js';
import { indexing, SharedTexts, summarize, type IndexedRepository } from '../../workflows/index.js';
import { needsWorkflows } from '../baseline/settings.js';
import { governedProduction } from '../effective.js';
import type { PassDependencies } from './pass-dependencies.js';
import type { ActResult, PassObservation } from '../types.js';
import {
  newIndex,
  readIndex,
  rulesOf,
  type WorkflowIndex,
  type WorkflowStore,
  type WorkflowSurvey,
} from '../workflows/workflow-index.js';

/** How long the pass waits for the answers, ms. What does not come is asked for by the next one. */
const MAX_WAIT_MS = 300_000;

export interface SurveyRequest {
  spec: PolicySpec;
  seen: PassObservation;
  acted: ActResult;
  /** As this pass observed them. */
  repositories: readonly Repository[];
}

export interface SurveyDependencies extends Pick<PassDependencies, 'reader' | 'timers' | 'log'> {
  store: WorkflowStore | undefined;
}

export interface Surveyed {
  /** Absent where the policy does not ask for it. */
  survey?: WorkflowSurvey;
  /** All that is known now. */
  indexed: readonly IndexedRepository[];
}

/** Undefined where nobody asks, or the pass did not look at everything. Never throws. */
export async function survey(
  request: SurveyRequest,
  deps: SurveyDependencies,
  signal: AbortSignal,
): Promise<Surveyed | undefined> {
  const { spec, seen } = request;
  if ((!spec.workflows.enabled && !needsWorkflows(spec)) || seen.isQuick === true) return undefined;
  const rules = rulesOf(spec.workflows.agentFloor);
  const kept = readIndex(await deps.store?.load(signal).catch(() => undefined));
  const isOurs = kept?.rules === rules && kept.organizationID === seen.organization.id;
  const known = new Map((isOurs ? kept.repositories : []).map((repository) => [repository.id, repository]));
  const index = await lookAgain(request, known, deps, signal);
  if (index.isChanged || !isOurs) await keep(newIndex(rules, seen.organization.id, index.repositories), deps, signal);
  const indexed = index.repositories;
  return { ...(spec.workflows.enabled && { survey: surveyOf(request, indexed) }), indexed };
}

/** An archived repository runs no workflow, and one without a commit has none. */
const hasWorkflows = ({ isArchived, isDisabled, headCommit }: Repository): boolean =>
  !isArchived && !isDisabled && headCommit !== undefined;

async function lookAgain(
  { spec, seen, repositories }: SurveyRequest,
  known: ReadonlyMap<number, IndexedRepository>,
  { reader, timers }: SurveyDependencies,
  signal: AbortSignal,
): Promise<{ repositories: IndexedRepository[]; isChanged: boolean }> {
  const living = repositories.filter(hasWorkflows);
  const found = new Map(living.flatMap(({ id, name }) => named(known.get(id), name)));
  const moved = living.filter(({ id, headCommit }) => found.get(id)?.head !== headCommit);
  const changed: Repository[] = [];
  const texts = new SharedTexts();
  const bound = boundSignal(timers, MAX_WAIT_MS, { outer: signal });
  const request = {
    organization: seen.organization.login,
    tree: (repository: Repository, head: string, tree: string): void => {
      const before = found.get(repository.id);
      if (before?.tree === tree) found.set(repository.id, { ...before, head });
      else changed.push(repository);
    },
    found: async ({ id, name, visibility }: Repository, { head, tree, files }: Parameters<Found>[1]): Promise<void> => {
      const options = { floor: spec.workflows.agentFloor, repository: { private: visibility !== 'Public' } };
      const steps = indexing(files, options);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) await ownTurn();
      found.set(id, { id, name, head, tree, files: texts.in(step.value) });
    },
  };
  try {
    await reader.readWorkflows({ ...request, trees: moved.filter(({ id }) => found.has(id)), texts: [] }, bound.signal);
    const unread = moved.filter(({ id }) => !found.has(id));
    await reader.readWorkflows({ ...request, trees: [], texts: [...changed, ...unread] }, bound.signal);
  } finally {
    bound.release();
  }
  const isChanged = moved.length > 0 || found.size !== known.size;
  return { repositories: [...found.values()], isChanged };
}

type Found = Parameters<SurveyDependencies['reader']['readWorkflows']>[0]['found'];

/** As it is called now. */
const named = (known: IndexedRepository | undefined, name: string): [number, IndexedRepository][] =>
  known === undefined ? [] : [[known.id, known.name === name ? known : { ...known, name }]];

async function keep(index: WorkflowIndex, { store, log }: SurveyDependencies, signal: AbortSignal): Promise<void> {
  await store?.save?.(index, signal).catch((error: unknown) => {
    log.warn('The index of workflow files could not be kept', {
      error: error instanceof Error ? error.name : 'unknown',
    });
  });
}

function surveyOf(
  { spec, seen, acted, repositories }: SurveyRequest,
  indexed: readonly IndexedRepository[],
): WorkflowSurvey {
  const governed = new Set(governedProduction(seen, acted.live));
  const isInScope = (id: number): boolean => spec.workflows.scope === 'All' || governed.has(id);
  const living = repositories.filter((repository) => hasWorkflows(repository) && isInScope(repository.id));
  const heads = new Map(indexed.map(({ id, head }) => [id, head]));
  const pending = living.filter(({ id, headCommit }) => heads.get(id) !== headCommit).length;
  const counted = indexed.filter(({ id }) => isInScope(id));
  const { require } = spec.workflows;
  const byID = new Map(counted.map((each) => [each.id, countsOf(each, require)]));
  return { ...summarize(counted, require), pending, repositories: byID };
}

function countsOf(
  repository: IndexedRepository,
  require: PolicySpec['workflows']['require'],
): Pick<WorkflowSurvey, 'jobs' | 'filesUnreadable'> {
  const { jobs, filesUnreadable } = summarize([repository], require);
  return { jobs, filesUnreadable };
}
