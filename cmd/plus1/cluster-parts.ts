/** The parts of a process on a cluster that take their time to start: the copy of the policies, and the lease. */
import type { Log } from '../../pkg/base/index.js';
import type { Controller, Runnable } from '../../pkg/controller/index.js';
import { toPlus1Error } from '../../pkg/errors/index.js';
import type { Lease } from '../../pkg/kube/index.js';
import type { ClusterHome } from '../../pkg/policies/cluster/index.js';
import { deletedFields, POLICY_DELETED, type PolicyRecord, type PolicyKey } from '../../pkg/policies/index.js';
import type { HealthChecks } from '../../pkg/server/index.js';
import { exitSoon } from './process.js';

/** How often the copy is asked whether it is whole. */
const POLL_MS = 50;
/**
 * From the loss of the lease to the end of the process, whatever does not end by then: time for passes to heed their signal
 * and for the log, and half of what a lost lease may take.
 */
const LAST_WORDS_MS = 5_000;

/** Looks as they come to a process that may only stand by. */
export interface Looks {
  look: (key: PolicyKey) => void;
  /** Looks at every policy that is known. */
  lookAtAll: () => void;
}

/**
 * A follower queues nothing: keys of policies that went would stay in its queue for as long as it stands by, and the others
 * would count as late work. What it did not queue it looks at when it begins to lead.
 */
export function looksOf(
  home: Pick<ClusterHome, 'list'>,
  lease: Pick<Lease, 'isHeld'> | undefined,
  look: (key: PolicyKey) => void,
): Looks {
  const lookIfLeading = (key: PolicyKey): void => (lease === undefined || lease.isHeld ? look(key) : undefined);
  return { look: lookIfLeading, lookAtAll: () => home.list().forEach(({ key }) => lookIfLeading(key)) };
}

/** Of several replicas, the one that leads says that a policy was deleted: a follower sees the same deletion. */
export function deletions(
  log: Pick<Log, 'info'>,
  lease: Pick<Lease, 'isHeld'> | undefined,
): (record: PolicyRecord) => void {
  return (record) => {
    if (lease === undefined || lease.isHeld) log.info(POLICY_DELETED, deletedFields(record));
  };
}

/** Started once every policy is known: a younger one must not rule because the older was not listed yet. */
export function syncing(home: ClusterHome, look: (key: PolicyKey) => void): Runnable {
  const stop = new AbortController();
  let watching: Promise<void> = Promise.resolve();
  return {
    name: 'policies',
    start: (_signal, fail) => {
      watching = home.watch(look, stop.signal).catch((thrown: unknown) => fail(toPlus1Error(thrown)));
      return new Promise((resolve) => {
        const poll = setInterval(() => {
          if (!home.synced && !stop.signal.aborted) return;
          clearInterval(poll);
          resolve();
        }, POLL_MS);
      });
    },
    stop: () => {
      stop.abort();
      return watching;
    },
  };
}

/** Started once the lease is held. Its loss ends every pass, and the process soon after, with exit code 1. */
export function leading(lease: Lease, controller: Controller): Runnable {
  const stop = new AbortController();
  let holding: Promise<void> = Promise.resolve();
  return {
    name: 'lease',
    start: async (_signal, fail) => {
      await lease.acquire(stop.signal);
      if (stop.signal.aborted) return;
      holding = lease.hold(stop.signal).catch((thrown: unknown) => {
        const error = toPlus1Error(thrown);
        controller.interrupt(error);
        exitSoon(1, LAST_WORDS_MS);
        fail(error);
      });
    },
    stop: () => {
      stop.abort();
      return holding;
    },
  };
}

/** Of many namespaces one may lack the right to be read: readiness says which, and the log why. */
export function namespaceChecks(
  { healthz, readyz }: HealthChecks,
  home: Pick<ClusterHome, 'synced' | 'unread'>,
): HealthChecks {
  const policies = (): { ok: boolean; message: string } => ({
    ok: home.synced,
    message: home.synced ? 'they were read' : `not read yet: ${home.unread.join(', ')}`,
  });
  return { healthz, readyz: { ...readyz, policies } };
}
