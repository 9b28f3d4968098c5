/**
 * Objects of a cluster that are inputs of passes, one kind as the other: they come by list and watch, and their status goes by
 * server-side apply. Hazard: what is listed is as old as the last event; a status that was decided on an older one is refused.
 */
import {
  API_VERSION,
  INPUT_KINDS,
  keptStatus,
  parseInput,
  inputStatusFault,
  type InputKind,
  type InputObject,
  type InputStatus,
} from '../../api/index.js';
import type { Log, Timers } from '../../base/index.js';
import {
  apiVersionOf,
  ObjectStore,
  StatusWriter,
  type Connection,
  type EventSink,
  type KubeObject,
  type Resource,
} from '../../kube/index.js';
import { at } from '../claim.js';
import type { PolicyEvent } from '../home.js';
import {
  byKindAndName,
  inputRef,
  type BrokenInput,
  type InputHome,
  type InputRef,
  type PolicyInputs,
} from '../inputs.js';
import { keyString, type PolicyKey } from '../key.js';
import { reflectorsOf, runAll, type Reflectors } from './reflectors.js';

const [group = '', version = ''] = API_VERSION.split('/');

export interface ClusterInputsOptions {
  connection: Connection;
  /** Empty: all of them. */
  namespaces: readonly string[];
  /** There is news of an object of that policy: it appeared, changed or went. */
  onPolicy: (key: PolicyKey) => void;
  events: EventSink;
  clock: Timers;
  /** 0 to 1. */
  random: () => number;
  log: Log;
}

/** What is kept of an object. */
interface Held {
  /** The policy that it is for, as far as that is known. */
  policy: PolicyKey | undefined;
  generation: number;
  input: { object: InputObject } | { broken: BrokenInput };
}

interface OneKind {
  resource: Resource;
  store: ObjectStore<Held>;
  statuses: StatusWriter;
  reflectors: Reflectors;
}

/** The kind as an API server knows it. */
export const resourceOf = ({ kind, plural, words }: InputKind): Resource => ({ group, version, kind, plural, words });

/** All of an object but its spec, which this version may not be able to read. */
export function withoutSpec(kind: InputKind, { metadata, status }: KubeObject): Omit<InputObject, 'spec'> {
  const { name, namespace, uid, generation = 1, creationTimestamp = '' } = metadata;
  const kept = { name, namespace, uid, generation, creationTimestamp };
  return { kind: kind.kind, metadata: kept, status: keptStatus(kind, status ?? {}) };
}

export class ClusterInputs implements InputHome {
  readonly #options: ClusterInputsOptions;
  readonly #kinds: ReadonlyMap<string, OneKind>;

  constructor(options: ClusterInputsOptions) {
    this.#options = options;
    this.#kinds = new Map(INPUT_KINDS.map((kind) => [kind.kind, this.#kindOf(kind)]));
  }

  /**
   * Kinds and places that were not listed yet. One where that was tried and failed is none: without the right to read them, or without
   * their CRD, there are none, and the passes of policies must not wait for that.
   */
  get unread(): readonly string[] {
    return [...this.#kinds.values()].flatMap(({ resource, reflectors }) =>
      [...reflectors].flatMap(([where, { synced, trouble }]) =>
        synced || trouble ? [] : [`${resource.words.many} of ${where}`],
      ),
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#kinds.values()].map(({ reflectors }) => runAll(reflectors, signal)));
  }

  async list(key: PolicyKey, signal: AbortSignal): Promise<PolicyInputs> {
    signal.throwIfAborted();
    const objects: InputObject[] = [];
    const broken: BrokenInput[] = [];
    for (const { store, statuses } of this.#kinds.values())
      for (const { policy, input } of store.list()) {
        if (policy === undefined || keyString(policy) !== keyString(key)) continue;
        const { metadata } = 'object' in input ? input.object : input.broken;
        // What the pass makes of it is decided on this version.
        statuses.read(metadata);
        if ('object' in input) objects.push(input.object);
        else broken.push(input.broken);
      }
    return { objects: objects.sort(byKindAndName), broken: broken.sort(byKindAndName) };
  }

  async setStatus(of: InputRef, status: InputStatus, signal: AbortSignal): Promise<boolean> {
    const known = this.#kinds.get(of.kind);
    if (known?.store.get(of)?.uid !== of.uid) return false;
    return known.statuses.write({ namespace: of.namespace, name: of.name }, status, signal);
  }

  generationOf(of: InputRef): number | undefined {
    const known = this.#kinds.get(of.kind)?.store.get(of);
    return known?.uid === of.uid && 'object' in known.value.input ? known.value.generation : undefined;
  }

  record(of: InputRef, event: PolicyEvent): void {
    const { kind, namespace, name, uid } = of;
    const { type, ...fields } = event;
    const { log, events } = this.#options;
    log[type === 'Warning' ? 'warn' : 'info']('Event', { kind, object: `${namespace}/${name}`, ...fields });
    const known = this.#kinds.get(kind);
    if (known !== undefined)
      events.record({ apiVersion: apiVersionOf(known.resource), kind, namespace, name, uid }, event);
  }

  #kindOf(kind: InputKind): OneKind {
    const { onPolicy } = this.#options;
    const resource = resourceOf(kind);
    const tell = (held: Held | undefined): void => (held?.policy === undefined ? undefined : onPolicy(held.policy));
    const store: ObjectStore<Held> = new ObjectStore({
      read: (object) => this.#read(kind, object),
      isNews: (before, now) => {
        // A status alone calls for no look: each of our own writes would.
        const isNews = before.generation !== now.generation;
        // Of another policy now: that one lost it. `onKey` tells the policy that has it.
        if (isNews && before.policy?.name !== now.policy?.name) tell(before);
        return isNews;
      },
      onKey: (key) => tell(store.get(key)?.value),
      onDeleted: (held) => {
        // Forgets what the next write would have been decided on.
        statuses.read(inputRef('object' in held.input ? held.input.object : held.input.broken));
        tell(held);
      },
    });
    const settings = {
      ...{ fieldManager: 'plus1-controller', lists: kind.lists },
      ...{ neverRemoved: new Set<string>(), reliedOn: kind.reliedOn ?? new Set<string>() },
    };
    const statuses = new StatusWriter({ ...this.#options, resource, settings, store });
    const reflectors = reflectorsOf({
      ...{ ...this.#options, resource },
      put: (object) => store.put(object),
      drop: (object) => store.drop(object),
    });
    return { resource, store, statuses, reflectors };
  }

  #read(kind: InputKind, object: KubeObject): Held {
    const of = withoutSpec(kind, object);
    const { metadata } = of;
    const { name, namespace, generation } = metadata;
    const parsed = parseInput(kind, {
      ...{ apiVersion: API_VERSION, kind: kind.kind, metadata: { name, namespace }, spec: object.spec },
    });
    const policyName = at(object.spec, ['policyRef', 'name']);
    const policy = typeof policyName === 'string' ? { namespace, name: policyName } : undefined;
    const unread = inputStatusFault(kind, object.status ?? {});
    if (parsed.ok && unread === undefined)
      return { policy, generation, input: { object: { ...of, spec: parsed.spec } } };
    const faults = [...(parsed.ok ? [] : parsed.faults), ...(unread === undefined ? [] : [unread])];
    const { log } = this.#options;
    log.warn('Object not used', { kind: kind.kind, object: keyString(metadata), error: faults.join('; ') });
    return { policy, generation, input: { broken: { ...of, faults, ...(unread && { isPastUnread: true }) } } };
  }
}
