/** The memory between runs of `sync`: its lock, what earlier runs left, and what becomes of it. */
import { randomUUID } from 'node:crypto';
import type { PolicyStatus } from '../../pkg/api/index.js';
import {
  keptUID,
  StateLock,
  type CacheFolder,
  type PolicyKey,
  type StateFolder,
  type StoredPolicy,
} from '../../pkg/policies/index.js';
import { NO_RECORD, type VerdictStore, type PassRecord } from '../../pkg/reconciler/index.js';
import { lockClock } from './clock.js';
import type { Environment } from './environment.js';
import type { CommandIO } from './io.js';
import { stateFolder } from './state-folder.js';
import { baselineStore, issueStore, workflowStore } from './kept-beside.js';
import { StateRivals } from './state-rivals.js';
import type { SyncOptions } from './sync-options.js';
import type { Target } from './target.js';

/** Held while the memory is read and written; undefined where this run does not write it. Throws PLUS1_STATE_LOCKED. */
export async function lockOf(
  { dryRun, state }: SyncOptions,
  environment: Environment,
  { hasMemory }: Target,
  { signal, stderr }: CommandIO,
): Promise<StateLock | undefined> {
  if (dryRun || !hasMemory) return undefined;
  const onWait = (holder: string): void =>
    void stderr.write(`Waiting to see whether the state folder is in use by ${holder}\n`);
  return StateLock.take(stateFolder(state, environment), { signal, clock: lockClock, onWait });
}

export interface SyncMemory {
  record: PassRecord;
  status: PolicyStatus;
  /** Of the policy, where this run writes its memory. */
  uid?: string;
  /** The same as an earlier run kept it. */
  keptUID?: string;
}

/**
 * What earlier runs of this policy left, where no other policy keeps its ruleset, and what becomes of it; proved writable where
 * this run is to write it.
 */
export async function remembered(
  memory: StateFolder | undefined,
  { policy, key }: Target,
  { lock, known: verdicts }: { lock: StateLock | undefined; known: VerdictStore | undefined },
  { signal, clock }: CommandIO,
): Promise<SyncMemory> {
  if (memory === undefined)
    return { status: {}, record: verdicts === undefined ? NO_RECORD : { ...NO_RECORD, known: verdicts } };
  const stored = await memory.readOwn(policy, signal);
  const rivals = await StateRivals.require(memory, { policy, stored }, signal);
  const status = stored?.status ?? {};
  const asked: PassRecord = {
    ...NO_RECORD,
    assertMayWrite: (live) => rivals.requireNone(live),
    known: verdicts,
  };
  if (lock === undefined) return { status, record: asked, ...keptOf(stored) };
  await memory.prove(key);
  // Its age is what rivals go by: of two policies for one ruleset the older one rules.
  const creationTimestamp = stored?.metadata.creationTimestamp ?? new Date(clock()).toISOString();
  const known = keptUID(stored);
  const uid = known ?? randomUUID();
  const kept = { ...policy, metadata: { ...policy.metadata, uid, creationTimestamp } };
  const keepStatus: PassRecord['keepStatus'] = (next, deadline) =>
    memory.write(key, { ...kept, status: next }, deadline);
  const keepIntent: PassRecord['keepIntent'] = async (intent, deadline) => {
    await keepStatus(intent.status, deadline);
    return true;
  };
  const keepOwned: PassRecord['keepOwned'] = async (kept, deadline) => {
    await keepStatus(kept.status, deadline);
    return true;
  };
  // Before the journal begins: it lies under this id, and must be found again by the next run, whatever becomes of this one.
  if (known === undefined) await keepStatus(status, signal);
  return { status, record: { ...asked, keepStatus, keepIntent, keepOwned }, uid, ...keptOf(stored) };
}

function keptOf(stored: StoredPolicy | undefined): Pick<SyncMemory, 'keptUID'> {
  const known = keptUID(stored);
  return known === undefined ? {} : { keptUID: known };
}

/** The verdicts of earlier runs. A dry run adds none. */
export function knownStore(
  {
    cache,
    index,
    baseline: lists,
    issues: book,
  }: { cache: CacheFolder; index: CacheFolder; baseline: CacheFolder; issues: CacheFolder },
  key: PolicyKey,
  dryRun: boolean,
): VerdictStore {
  const load = (signal: AbortSignal): Promise<unknown> => cache.load(key, signal);
  const workflows = workflowStore(index, key, dryRun);
  const baseline = baselineStore(lists, key, dryRun);
  if (dryRun) return { load, workflows, baseline };
  const save: VerdictStore['save'] = (known, signal) => cache.save(key, known, signal);
  return { load, save, workflows, baseline, issues: issueStore(book, key) };
}

/**
 * The verdicts of a run without a memory, as long as it is not whole: for the one that resumes it, and for no other. They lie beside
 * the cache of policies, since they are of none.
 */
export function interruptedStore(
  cache: CacheFolder,
  key: PolicyKey,
  { dryRun, resume }: Pick<SyncOptions, 'dryRun' | 'resume'>,
): VerdictStore {
  const load = async (signal: AbortSignal): Promise<unknown> => (resume ? cache.load(key, signal) : undefined);
  if (dryRun) return { load };
  return {
    load,
    save: (known, signal) =>
      known.unfinishedSinceMs === undefined ? cache.remove(key) : cache.save(key, known, signal),
  };
}
