/** Starts the shared cluster before the first e2e test and stops it after the last. Loaded by .mocharc.e2e.json. */
import type { Context } from 'mocha';
import { provideTools } from '../../cluster/provide-tools.js';
import { startCluster, type Cluster } from './cluster.js';
import { shareCluster } from './shared-cluster.js';

let cluster: Cluster | undefined;
let failed = false;

export const mochaHooks = {
  async beforeAll(this: Context): Promise<void> {
    // No limit here: a first run builds the control plane, and everything below has a bound of its own.
    this.timeout(0);
    const tools = await provideTools({ env: process.env, say: (line) => console.error(line) });
    if (typeof tools !== 'string') {
      console.error(`The tests on a cluster are skipped: ${tools.reason}.`);
      this.skip();
    }
    cluster = await startCluster({ tools });
    shareCluster(cluster);
  },

  afterEach(this: Context): void {
    failed ||= this.currentTest?.state === 'failed';
  },

  async afterAll(this: Context): Promise<void> {
    this.timeout(0);
    shareCluster(undefined);
    const logs = await cluster?.stop({ keepLogs: failed });
    if (logs !== undefined) console.error(`The cluster's logs are kept in ${logs}`);
  },
};
