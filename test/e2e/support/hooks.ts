/**
 * Starts the shared cluster before the first e2e test of a process and stops it after the last. Loaded by .mocharc.e2e.json. With
 * `--parallel` mocha calls these hooks for each file, and a process plays several: its cluster then goes on to the next file, and ends
 * with the process.
 */
import type { Context } from 'mocha';
import { provideTools } from '../../cluster/provide-tools.js';
import { startCluster, type Cluster } from './cluster.js';
import { shareCluster } from './shared-cluster.js';

const isWorker = process.env['MOCHA_WORKER_ID'] !== undefined;

/** As in shared-cluster.ts, no variable of this module. */
const place = globalThis as { [key: symbol]: Cluster | undefined };
const STARTED = Symbol.for('plus1.test.started-cluster');
let failed = false;

export const mochaHooks = {
  async beforeAll(this: Context): Promise<void> {
    if (place[STARTED] !== undefined) return;
    // No limit here: a first run builds the control plane, and everything below has a bound of its own.
    this.timeout(0);
    const tools = await provideTools({ env: process.env, say: (line) => console.error(line) });
    if (typeof tools !== 'string') {
      console.error(`The tests on a cluster are skipped: ${tools.reason}.`);
      this.skip();
    }
    const cluster = await startCluster({ tools });
    place[STARTED] = cluster;
    shareCluster(cluster);
  },

  afterEach(this: Context): void {
    failed ||= this.currentTest?.state === 'failed';
  },

  async afterAll(this: Context): Promise<void> {
    this.timeout(0);
    const cluster = place[STARTED];
    const logs = isWorker ? failed && cluster?.keepLogs() : await cluster?.stop({ keepLogs: failed });
    if (typeof logs === 'string') console.error(`The cluster's logs are kept in ${logs}`);
    failed = false;
    if (isWorker) return;
    shareCluster(undefined);
    place[STARTED] = undefined;
  },
};
