/**
 * The second home of policies: a cluster. Objects come by list and watch, status goes by server-side apply, events go to
 * the object. Deleting a policy forgets it; GitHub is left alone, so there is no finalizer. Hazard: `list` and `read` know
 * nothing before `synced`, and an empty cluster looks the same.
 */
import { setMaxListeners } from 'node:events';
import type { PolicyStatus } from '../../api/index.js';
import type { Log, Timers } from '../../base/index.js';
import {
  apiVersionOf,
  ObjectStore,
  StatusWriter,
  type Connection,
  type EventSink,
  type Regarding,
} from '../../kube/index.js';
import type { PolicyIdentity, PolicyRecord, PolicyEvent, PolicyHome } from '../home.js';
import { keyString, type PolicyKey } from '../key.js';
import { ClusterApprovals } from './approvals.js';
import { ClusterInputs } from './inputs.js';
import { heldPolicy, isNews, POLICIES } from './object.js';
import { reflectorsOf, runAll, type Reflectors } from './reflectors.js';
import { STATUS } from './status.js';

export interface ClusterHomeOptions {
  connection: Connection;
  /** Empty: all of them, in one watch. */
  namespaces: readonly string[];
  /** An admission policy proves approver and groups of every approval. */
  areApprovalsVerified?: boolean;
  events: EventSink;
  /** Called when a policy went: what is kept of it elsewhere may go too. */
  onGone?: (key: PolicyKey) => void;
  /** Once for each policy that went, as it was last known. */
  onDeleted?: (record: PolicyRecord) => void;
  clock: Timers;
  /** 0 to 1. */
  random: () => number;
  log: Log;
}

export class ClusterHome implements PolicyHome {
  readonly approvals: ClusterApprovals;
  readonly inputs: ClusterInputs;
  readonly #options: ClusterHomeOptions;
  readonly #store: ObjectStore<PolicyRecord>;
  readonly #statuses: StatusWriter;
  readonly #reflectors: Reflectors;
  #onKey: (key: PolicyKey) => void = () => undefined;

  constructor(options: ClusterHomeOptions) {
    const { onDeleted, areApprovalsVerified: areVerified = false } = options;
    this.#options = options;
    const onKey = (key: PolicyKey): void => this.#onKey(key);
    const store = new ObjectStore({ read: heldPolicy, isNews, onKey, ...(onDeleted && { onDeleted }) });
    this.#reflectors = reflectorsOf({
      ...options,
      resource: POLICIES,
      put: (object) => store.put(object),
      drop: (object) => {
        store.drop(object);
        options.onGone?.({ namespace: object.namespace, name: object.name });
      },
    });
    this.#store = store;
    this.#statuses = new StatusWriter({ ...options, resource: POLICIES, settings: STATUS, store });
    // Anybody who may approve can name a policy that is not there: nothing is looked at for it.
    const onPolicy = (key: PolicyKey): void => (store.get(key) === undefined ? undefined : onKey(key));
    this.approvals = new ClusterApprovals({ ...options, areVerified, onPolicy });
    this.inputs = new ClusterInputs({ ...options, onPolicy });
  }

  get synced(): boolean {
    return this.unread.length === 0;
  }

  /** What was not read yet: namespaces with policies, each with the code of what is in the way, as far as that is known, with approvals and with inputs. */
  get unread(): readonly string[] {
    const policies = [...this.#reflectors]
      .filter(([, { synced }]) => !synced)
      .map(([where, { trouble }]) => (trouble === undefined ? where : `${where} (${trouble.code})`));
    return [...policies, ...this.approvals.unread.map((where) => `approvals of ${where}`), ...this.inputs.unread];
  }

  list(): readonly PolicyRecord[] {
    return this.#store.list();
  }

  /** None: the memory of a policy is its status, and goes with it. */
  others(): readonly PolicyRecord[] {
    return [];
  }

  async read(key: PolicyKey, signal: AbortSignal): Promise<PolicyRecord | undefined> {
    signal.throwIfAborted();
    const status = this.#statuses.read(key)?.status;
    const record = this.#store.get(key)?.value;
    return record && status && { ...record, status };
  }

  writeStatus({ key, uid }: PolicyIdentity, status: PolicyStatus, signal: AbortSignal): Promise<boolean> {
    return this.#statuses.write({ ...key, uid }, status, signal);
  }

  /** That very policy is there now. */
  holds({ key, uid }: PolicyIdentity): boolean {
    return this.#store.get(key)?.uid === uid;
  }

  record(key: PolicyKey, event: PolicyEvent): void {
    const { type, ...fields } = event;
    this.#options.log[type === 'Warning' ? 'warn' : 'info']('Event', { policy: keyString(key), ...fields });
    const uid = this.#store.get(key)?.uid;
    if (uid === undefined) return;
    const regarding: Regarding = { apiVersion: apiVersionOf(POLICIES), kind: POLICIES.kind, ...key, uid };
    this.#options.events.record(regarding, event);
  }

  async watch(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void> {
    this.#onKey = onKey;
    // Several watches for each namespace listen to it; from eleven on Node would take that for a leak, and say so among the log lines.
    setMaxListeners(0, signal);
    for (const { key } of this.#store.list()) onKey(key);
    await Promise.all([runAll(this.#reflectors, signal), this.approvals.run(signal), this.inputs.run(signal)]);
  }
}
