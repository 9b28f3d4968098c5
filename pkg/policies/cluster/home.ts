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
  Reflector,
  StatusWriter,
  type Connection,
  type EventSink,
  type Regarding,
} from '../../kube/index.js';
import type { PolicyRecord, PolicyEvent, PolicyHome } from '../home.js';
import { keyString, type PolicyKey } from '../key.js';
import { heldPolicy, isNews, POLICIES } from './object.js';
import { STATUS } from './status.js';

export interface ClusterHomeOptions {
  connection: Connection;
  /** Empty: all of them, in one watch. */
  namespaces: readonly string[];
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
  readonly #options: ClusterHomeOptions;
  readonly #store: ObjectStore<PolicyRecord>;
  readonly #statuses: StatusWriter;
  readonly #reflectors: ReadonlyMap<string, Reflector>;
  #onKey: (key: PolicyKey) => void = () => undefined;

  constructor(options: ClusterHomeOptions) {
    const { namespaces } = options;
    this.#options = options;
    const { onDeleted } = options;
    const onKey = (key: PolicyKey): void => this.#onKey(key);
    const store = new ObjectStore({ read: heldPolicy, isNews, onKey, ...(onDeleted && { onDeleted }) });
    const scopes = namespaces.length === 0 ? [undefined] : [...new Set(namespaces)];
    const reflector = (namespace: string | undefined): Reflector =>
      new Reflector({
        ...options,
        resource: POLICIES,
        namespace,
        put: (object) => store.put(object),
        drop: (object) => {
          store.drop(object);
          options.onGone?.({ namespace: object.namespace, name: object.name });
        },
      });
    this.#reflectors = new Map(scopes.map((each) => [each ?? 'all namespaces', reflector(each)]));
    this.#store = store;
    this.#statuses = new StatusWriter({ ...options, resource: POLICIES, settings: STATUS, store });
  }

  get synced(): boolean {
    return this.unread.length === 0;
  }

  /** The namespaces that were not read yet, each with the code of what is in the way, as far as that is known. */
  get unread(): readonly string[] {
    return [...this.#reflectors]
      .filter(([, { synced }]) => !synced)
      .map(([where, { trouble }]) => (trouble === undefined ? where : `${where} (${trouble.code})`));
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

  writeStatus(key: PolicyKey, status: PolicyStatus, signal: AbortSignal): Promise<boolean> {
    return this.#statuses.write(key, status, signal);
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
    // One watch for each namespace listens to it; from eleven on Node would take that for a leak, and say so among the log lines.
    setMaxListeners(0, signal);
    for (const { key } of this.#store.list()) onKey(key);
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.run(signal)));
  }
}
