/**
 * Where policies live, as the loop sees it: a folder of files, or a cluster. One small interface, so that neither the loop
 * nor the reconciler knows which. Keys only cross it; code that gets a key reads the object itself.
 */
import type { Plus1Policy, PolicyStatus } from '../api/index.js';
import type { Claim } from './claim.js';
import type { PolicyKey } from './key.js';
import type { RollbackRequest } from './rollback.js';

/** A policy as its home holds it. */
export interface PolicyRecord {
  key: PolicyKey;
  /** Absent where the object is no valid policy; `faults` says why. */
  policy?: Plus1Policy;
  faults: string[];
  /** Rises when `spec` changes. */
  generation: number;
  /** When it was made, Unix ms: of two that keep the same ruleset, the older rules. Ties by `uid`. */
  createdMs: number;
  uid: string;
  /**
   * The id that its records bear over restarts: `uid` in a cluster, and in a folder a UUID that the state keeps. Absent of a policy that
   * is known by its state alone.
   */
  recordUID?: string;
  /** Field manager of the last change of `spec`, in a cluster. */
  manager?: string;
  /** The ruleset that it keeps, also while it is wrong; absent where that is its spec's, or where it never said. */
  claim?: Claim;
  status: PolicyStatus;
  /** Nothing says whose memory the status is: a pass decides by the ids of organization and ruleset, before it believes it. */
  isMemoryUnproved?: boolean;
  /** Where its state lies, of a policy that nothing declares: it is known by that file alone. */
  statePath?: string;
  /** What asked for a look by annotation; the status echoes it once that look has ended. */
  reconcileAt?: string;
  /** A rollback that somebody asked for and nobody released yet, carried out or not. */
  rollback?: RollbackRequest;
}

/** A policy as it was read. One that takes its name later is another. */
export type PolicyIdentity = Pick<PolicyRecord, 'key' | 'uid' | 'recordUID'>;

/** Whether both are one policy. In a folder `uid` is the name, and the id of its records tells it from one that came later. */
export const isSamePolicy = (a: Omit<PolicyIdentity, 'key'>, b: Omit<PolicyIdentity, 'key'>): boolean =>
  a.uid === b.uid && a.recordUID === b.recordUID;

/** Something that changed, or failed to; never one per quiet pass. */
export interface PolicyEvent {
  type: 'Normal' | 'Warning';
  /** A word of `api.yaml`. */
  reason: string;
  /** What was done or tried, CamelCase. */
  action: string;
  /** At most 1024 characters, without secrets. */
  message: string;
  /** Of the pass that it belongs to. */
  reconcileID?: string;
}

export interface PolicyHome {
  /** Every policy that is known now. Cheap: conflicts are looked for at every pass. */
  list(): readonly PolicyRecord[];
  /** Policies that nothing declares any more and whose memory is still there: it may be of a ruleset that another one keeps now. */
  others(): readonly PolicyRecord[];
  /** Undefined where it went. */
  read(key: PolicyKey, signal: AbortSignal): Promise<PolicyRecord | undefined>;
  /**
   * True where what declares the policy says something else by now than is known here. Absent where a change that nobody was told of cannot
   * be asked for.
   */
  isOutdated?(key: PolicyKey, signal: AbortSignal): Promise<boolean>;
  /**
   * Writes the whole status of that very policy. False where it went meanwhile, or another took its name: then nothing was written, since
   * what was learned of the one is no memory of the other.
   */
  writeStatus(of: PolicyIdentity, status: PolicyStatus, signal: AbortSignal): Promise<boolean>;
  record(key: PolicyKey, event: PolicyEvent): void;
  /**
   * Tells every key once, then each key whose policy appears, changes, is touched or goes, until aborted. Lost
   * notifications cost latency, never correctness: the loop looks again at the interval.
   */
  watch(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void>;
  /** True once the first look at the whole home is done. */
  readonly synced: boolean;
}
