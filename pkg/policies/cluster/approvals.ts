/**
 * Approvals of a cluster: objects that come by list and watch, and whose status goes by server-side apply. One that may still count
 * is read once more before a pass takes it, since a copy can lag: one that was withdrawn must not count.
 */
import type { ApprovalStatus, Plus1Approval } from '../../api/index.js';
import type { Log, Timers } from '../../base/index.js';
import { toPlus1Error } from '../../errors/index.js';
import {
  clusterError,
  hasStatus,
  objectPath,
  ObjectStore,
  persist,
  StatusWriter,
  type Connection,
  type KubeObject,
  type StatusSettings,
} from '../../kube/index.js';
import type { ApprovalHome, StoredApproval } from '../approvals.js';
import { keyString, type PolicyKey } from '../key.js';
import { APPROVALS, readApproval } from './approval-object.js';
import { reflectorsOf, runAll, type Reflectors } from './reflectors.js';

export const APPROVAL_STATUS: StatusSettings = {
  fieldManager: 'plus1-controller',
  lists: { keys: {}, required: new Set() },
  neverRemoved: new Set(),
  // A `Used` that is not kept would let the same approval release once more.
  reliedOn: new Set(['state']),
};

export interface ClusterApprovalsOptions {
  connection: Connection;
  /** Empty: all of them. */
  namespaces: readonly string[];
  /** An admission policy proves approver and groups of each; without it they are claims. */
  areVerified: boolean;
  /** There is news of an approval of that policy: it appeared, changed or went. */
  onPolicy: (key: PolicyKey) => void;
  clock: Timers;
  /** 0 to 1. */
  random: () => number;
  log: Log;
}

/** What is kept of an object. */
interface Held {
  key: { namespace: string; name: string };
  /** Absent where this version cannot read it. */
  approval?: Plus1Approval;
}

export class ClusterApprovals implements ApprovalHome {
  readonly areClaims: boolean;
  readonly #options: ClusterApprovalsOptions;
  readonly #store: ObjectStore<Held>;
  readonly #statuses: StatusWriter;
  readonly #reflectors: Reflectors;

  constructor(options: ClusterApprovalsOptions) {
    this.#options = options;
    this.areClaims = !options.areVerified;
    const store: ObjectStore<Held> = new ObjectStore({
      read: (object) => this.#read(object),
      // The spec never changes, and a status alone calls for no look: each of our own writes would.
      isNews: () => false,
      onKey: (key) => this.#tell(store.get(key)?.value),
      onDeleted: (held) => {
        // Forgets what the next write would have been decided on.
        this.#statuses.read(held.key);
        this.#tell(held);
      },
    });
    this.#store = store;
    this.#statuses = new StatusWriter({ ...options, resource: APPROVALS, settings: APPROVAL_STATUS, store });
    this.#reflectors = reflectorsOf({
      ...options,
      resource: APPROVALS,
      put: (object) => store.put(object),
      drop: (object) => store.drop(object),
    });
  }

  /**
   * Where approvals were not listed yet. A place where that was tried and failed is none: without the right to read them, or without
   * their CRD, nothing is approved there, and what enters must not wait for that.
   */
  get unread(): readonly string[] {
    return [...this.#reflectors].flatMap(([where, { synced, trouble }]) => (synced || trouble ? [] : [where]));
  }

  run(signal: AbortSignal): Promise<void> {
    return runAll(this.#reflectors, signal);
  }

  async list(key: PolicyKey, signal: AbortSignal): Promise<StoredApproval[]> {
    const of = this.#store.list().filter((held) => isOf(held, key));
    const now = await Promise.all(of.map(async (held) => (isOver(held) ? held : this.#again(held, signal))));
    return now
      .filter((held): held is Required<Held> => held?.approval !== undefined && isOf(held, key))
      .map(({ approval }) => ({ object: approval, verified: !this.areClaims, isClaim: this.areClaims }));
  }

  async setStatus(
    { namespace }: PolicyKey,
    { name, uid }: { name: string; uid: string },
    status: ApprovalStatus,
    signal: AbortSignal,
  ): Promise<void> {
    const key = { namespace, name };
    if (this.#store.get(key)?.uid === uid) await this.#statuses.write(key, status, signal);
  }

  /** As the server has it now. One that cannot be read counts for nothing in this pass; the pass goes on, since others enter in it. */
  async #again({ key }: Held, signal: AbortSignal): Promise<Held | undefined> {
    const { connection, log } = this.#options;
    const call = { method: 'GET', path: objectPath(APPROVALS, key) } as const;
    try {
      this.#store.put((await persist(() => connection.call(call, signal), this.#options, signal)) as KubeObject);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!hasStatus(thrown, 404)) {
        const { code, message } = toPlus1Error(clusterError(thrown, `read the approval ${keyString(key)}`));
        log.warn('Approval not used', { approval: keyString(key), code, error: message });
        return undefined;
      }
      const gone = this.#store.get(key);
      if (gone !== undefined) this.#store.drop({ ...key, uid: gone.uid });
    }
    // What a pass makes of it is decided on this version.
    this.#statuses.read(key);
    return this.#store.get(key)?.value;
  }

  #read(object: KubeObject): Held {
    const { name, namespace } = object.metadata;
    const key = { namespace, name };
    const parsed = readApproval(object);
    if (parsed.ok) return { key, approval: parsed.approval };
    this.#options.log.warn('Approval not used', { approval: keyString(key), error: parsed.faults.join('; ') });
    return { key };
  }

  #tell(held: Held | undefined): void {
    if (held?.approval !== undefined) this.#options.onPolicy(policyOf(held.approval));
  }
}

const policyOf = ({ metadata: { namespace }, spec }: Plus1Approval): PolicyKey => ({
  namespace,
  name: spec.policyRef.name,
});

const isOf = ({ approval }: Held, key: PolicyKey): boolean =>
  approval !== undefined && keyString(policyOf(approval)) === keyString(key);

function isOver({ approval }: Held): boolean {
  const state = approval?.status?.state;
  return state !== undefined && state !== 'Counted';
}
