/**
 * Survey: reads after a full pass the workflow files of the repositories whose head commit has moved, and says what their jobs are worth.
 * Nothing is decided by it: no failure of it fails the pass. Texts are asked for only where the folders are others than before.
 */
import type { PolicySpec, Repository } from '../../api/index.js';
import { boundSignal, ownTurn } from '../../base/index.js';
import { PackedItems } from '../../policies/index.js';
import { indexing, summarize, type IndexedRepository } from '../../workflows/index.js';
import { needsWorkflows } from '../baseline/settings.js';
import { governedProduction } from '../effective.js';
import type { PassDependencies } from './pass-dependencies.js';
import type { ActResult, PassObservation } from '../types.js';
import { digester, type WorkflowDigest } from '../workflows/digest.js';
import {
  headOf,
  isRepository,
  readIndex,
  rulesOf,
  type IndexRewrite,
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
  /** Of all that is known now, by repository id. */
  digests: ReadonlyMap<number, WorkflowDigest>;
}

/** Undefined where nobody asks, or the pass did not look at everything. Never throws. */
export async function survey(
  request: SurveyRequest,
  deps: SurveyDependencies,
  signal: AbortSignal,
): Promise<Surveyed | undefined> {
  const { spec, seen } = request;
  if ((!spec.workflows.enabled && !needsWorkflows(spec)) || seen.isQuick === true) return undefined;
  const head = headOf(rulesOf(spec.workflows.agentFloor), seen.organization.id);
  const digest = digester(spec);
  const kept = await readIndex(deps.store, digest, signal);
  const isOurs = kept?.head.rules === head.rules && kept.head.organizationID === head.organizationID;
  const known = new Map((isOurs ? kept.repositories : []).map((each) => [each.id, each]));
  const { digests, fresh, isChanged } = await lookAgain(request, known, { ...deps, digest }, signal);
  if (isChanged || !isOurs) await keep({ head, ...after(digests, fresh) }, deps, signal);
  return { ...(spec.workflows.enabled && { survey: surveyOf(request, digests) }), digests };
}

/** An archived repository runs no workflow, and one without a commit has none. */
const hasWorkflows = ({ isArchived, isDisabled, headCommit }: Repository): boolean =>
  !isArchived && !isDisabled && headCommit !== undefined;

/** What was read in this pass. */
interface Fresh {
  /** Of those that were judged, whose entries are not in the file yet. */
  ids: Set<number>;
  items: PackedItems;
}

interface Looked {
  digests: ReadonlyMap<number, WorkflowDigest>;
  fresh: Fresh;
  isChanged: boolean;
}

async function lookAgain(
  { spec, seen, repositories }: SurveyRequest,
  known: ReadonlyMap<number, WorkflowDigest>,
  { reader, timers, store, digest }: SurveyDependencies & { digest: (repository: IndexedRepository) => WorkflowDigest },
  signal: AbortSignal,
): Promise<Looked> {
  const living = repositories.filter(hasWorkflows);
  const digests = new Map(living.flatMap(({ id, name }) => named(known.get(id), name)));
  const moved = living.filter(({ id, headCommit }) => digests.get(id)?.head !== headCommit);
  const changed: Repository[] = [];
  const fresh: Fresh = { ids: new Set(), items: new PackedItems() };
  const bound = boundSignal(timers, MAX_WAIT_MS, { outer: signal });
  const request = {
    organization: seen.organization.login,
    tree: (repository: Repository, head: string, tree: string): void => {
      const before = digests.get(repository.id);
      if (before?.tree === tree) digests.set(repository.id, { ...before, head });
      else changed.push(repository);
    },
    found: async ({ id, name, visibility }: Repository, { head, tree, files }: Parameters<Found>[1]): Promise<void> => {
      const options = { floor: spec.workflows.agentFloor, repository: { private: visibility !== 'Public' } };
      const steps = indexing(files, options);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) await ownTurn();
      const entry = { id, name, head, tree, files: step.value };
      digests.set(id, digest(entry));
      fresh.ids.add(id);
      // Nobody asks a dry run for them.
      if (store?.rewrite !== undefined) fresh.items.add(entry);
    },
  };
  try {
    await reader.readWorkflows(
      { ...request, trees: moved.filter(({ id }) => digests.has(id)), texts: [] },
      bound.signal,
    );
    const unread = moved.filter(({ id }) => !digests.has(id));
    await reader.readWorkflows({ ...request, trees: [], texts: [...changed, ...unread] }, bound.signal);
  } finally {
    bound.release();
  }
  return { digests, fresh, isChanged: moved.length > 0 || digests.size !== known.size };
}

type Found = Parameters<SurveyDependencies['reader']['readWorkflows']>[0]['found'];

/** As it is called now. */
const named = (known: WorkflowDigest | undefined, name: string): [number, WorkflowDigest][] =>
  known === undefined ? [] : [[known.id, known.name === name ? known : { ...known, name }]];

/** What the file is to have: of what it has now, what was not read again, under its present name and commit. */
function after(digests: ReadonlyMap<number, WorkflowDigest>, { ids, items }: Fresh): Omit<IndexRewrite, 'head'> {
  const staying = new Map([...digests].filter(([id]) => !ids.has(id)));
  const stay = staying.size;
  const kept = (entry: unknown): object | undefined => {
    const digest = isRepository(entry) ? staying.get(entry.id) : undefined;
    if (digest === undefined) return undefined;
    // Each once, whatever somebody wrote into the file.
    staying.delete(digest.id);
    return { ...(entry as IndexedRepository), name: digest.name, head: digest.head };
  };
  return { stay, kept, fresh: items };
}

async function keep(index: IndexRewrite, { store, log }: SurveyDependencies, signal: AbortSignal): Promise<void> {
  await store?.rewrite?.(index, signal).catch((error: unknown) => {
    log.warn('The index of workflow files could not be kept', {
      error: error instanceof Error ? error.name : 'unknown',
    });
  });
}

function surveyOf(
  { spec, seen, acted, repositories }: SurveyRequest,
  digests: ReadonlyMap<number, WorkflowDigest>,
): WorkflowSurvey {
  const governed = new Set(governedProduction(seen, acted.live));
  const isInScope = (id: number): boolean => spec.workflows.scope === 'All' || governed.has(id);
  const living = repositories.filter((repository) => hasWorkflows(repository) && isInScope(repository.id));
  const pending = living.filter(({ id, headCommit }) => digests.get(id)?.head !== headCommit).length;
  const counted = [...digests.values()].filter(({ id }) => isInScope(id));
  return { ...summarize(counted), pending, repositories: new Map(counted.map((each) => [each.id, each])) };
}
