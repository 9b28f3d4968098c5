/**
 * The cluster's side of the controller: connection, policies, Secrets, events and lease, put together. Loaded only where it
 * is used: the Kubernetes client costs half a second and 60 MB.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Log } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { REQUEST_TIMEOUT_MS } from '../../pkg/github/index.js';
import type { Head } from '../../pkg/journal/index.js';
import { Connection, EventRecorder, Lease } from '../../pkg/kube/index.js';
import { ClusterHome, ClusterSecrets } from '../../pkg/policies/cluster/index.js';
import { CacheFolder, type PolicyKey } from '../../pkg/policies/index.js';
import type { Metrics } from '../../pkg/telemetry/index.js';
import type { PolicySource } from './assemble.js';
import { lockClock, systemClock } from './clock.js';
import { readClusterEnvironment } from './cluster-options.js';
import { deletions } from './cluster-parts.js';
import type { ClusterOptions } from './controller-options.js';
import type { CommandIO } from './io.js';
import { lostEvent, openJournal } from './journal-source.js';
import { evidenceIn } from './evidence-store.js';
import { notifyFolder } from './notify-parts.js';
import { Storage } from './storage.js';
import { version } from './version.js';
import { baselineFolder, indexFolder, issueFolder, storesOf } from './kept-beside.js';

/** Of the lease, and of who reports events. */
const NAME = 'plus1-controller';

export interface ClusterSetup {
  options: ClusterOptions;
  /** Of the cache. */
  folder: string;
  log: Log;
  metrics: Metrics;
  /** Called after records of the journal were written and flushed. */
  onWritten?: ((head: Head) => void) | undefined;
}

export interface ClusterSource extends PolicySource {
  home: ClusterHome;
  storage: Storage;
  /** Whose policies count; empty: all. */
  namespaces: readonly string[];
  /** Absent without leader election. */
  lease?: Lease;
  events: EventRecorder;
  close(): Promise<void>;
}

/** Asks no server yet. Throws PLUS1_CLUSTER_CONFIG. */
export async function openCluster(
  { options, folder, log, metrics, onWritten }: ClusterSetup,
  io: CommandIO,
): Promise<ClusterSource> {
  const { source, podNamespace } = readClusterEnvironment(io.env);
  const hooks = metrics.cluster();
  const connection = new Connection({
    source,
    userAgent: `${NAME}/${version()}`,
    onRequest: (count) => hooks.request(count),
    clock: systemClock,
  });
  const own = podNamespace ?? (await connection.namespace()) ?? 'default';
  const namespaces = options.allNamespaces ? [] : options.namespace.length > 0 ? options.namespace : [own];
  const identity = `${hostname()}_${randomUUID()}`;
  const common = { connection, clock: systemClock, random: io.random, log };
  const events = new EventRecorder({
    ...common,
    reportingController: `plus1.dev/${NAME}`,
    reportingInstance: identity,
  });
  // Asks no lease: it is this replica's own folder, and nothing in it is decided by.
  const storage = new Storage({ folder, log, onLow: (key, event) => home.record(key, event) });
  const cache = new CacheFolder(folder).askForRoom(storage.hasRoom);
  const index = indexFolder(folder).askForRoom(storage.hasRoom);
  const issues = issueFolder(folder).askForRoom(storage.hasRoom);
  const baseline = baselineFolder(folder).askForRoom(storage.hasRoom);
  const onGone = (key: PolicyKey): void => {
    for (const kept of [cache, index, issues, baseline]) void kept.remove(key).catch(() => undefined);
  };
  const onLeading = (is: boolean): void => hooks.leading(NAME, is);
  const lease = options.leaderElect
    ? new Lease({ ...common, clock: lockClock, namespace: own, name: NAME, identity, onLeading })
    : undefined;
  // Without a folder that is meant to stay there is none: what a pod keeps in its own file system goes with it.
  const journal =
    options.journal === undefined && options.state === undefined
      ? undefined
      : openJournal({
          ...{ flags: options, cwd: io.cwd, state: folder, program: NAME, writer: io.env['POD_NAME'] ?? hostname() },
          ...{ clock: systemClock, log, metrics: (key, organization) => metrics.policy(key, organization) },
          ...{ onLost: (key, message) => home.record(key, lostEvent(message)), onWritten },
        });
  const home = new ClusterHome({
    ...{ ...common, namespaces, events, onGone, onDeleted: deletions(log, lease) },
    areApprovalsVerified: options.approvalsVerified === true,
  });
  if (lease !== undefined) hooks.leading(NAME, false);
  return {
    home,
    storage,
    namespaces,
    known: (of) => storesOf(of, home, { cache, index, baseline, issues }),
    access: {
      allowedHosts: options.allowedHost,
      plainHTTPMustBeAllowed: true,
      howToAllow: 'let the operator of the controller allow it (controller.allowedHosts of the chart)',
      secrets: new ClusterSecrets(common),
    },
    journal,
    // Of a pod's own file system, where no other is given: it goes with the pod, and the status tells what is open.
    notices: notifyFolder(folder, log),
    approvals: home.approvals,
    inputs: home.inputs,
    evidence: evidenceIn(folder),
    ...(lease && { lease, beforeWrite: () => requireLease(lease) }),
    events,
    close: () => connection.close(),
  };
}

/** A write that times out after the lease could be someone else's must not begin. */
function requireLease(lease: Lease): void {
  if (!lease.holdsFor(REQUEST_TIMEOUT_MS))
    throw new Plus1Error('PLUS1_LEASE_LOST', 'the lease does not last for a write: nothing was sent to GitHub');
}
