/**
 * The one cluster of an e2e run. Tests that put up with their neighbours use it, in namespaces of their own; one that
 * changes what all see (a flag, a cluster-wide policy that it leaves behind) starts its own.
 */
import type { Cluster } from './cluster.js';

/**
 * Not a variable of this module: mocha loads some test files with `require` and others with `import`, so that there
 * are two of it.
 */
const SHARED = Symbol.for('plus1.test.shared-cluster');
const place = globalThis as { [SHARED]?: Cluster | undefined };

/** Throws outside of an e2e run: only its hooks start one. */
export function sharedCluster(): Cluster {
  const shared = place[SHARED];
  if (shared === undefined) throw new Error('no cluster: run the e2e tests with --config .mocharc.e2e.json');
  return shared;
}

/** For the hooks. */
export function shareCluster(cluster: Cluster | undefined): void {
  place[SHARED] = cluster;
}
