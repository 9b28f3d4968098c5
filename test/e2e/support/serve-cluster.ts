/**
 * A cluster to try things on by hand: prints its kubeconfig and process ids as one line of JSON, and runs until it is
 * interrupted. `node --import tsx test/e2e/support/serve-cluster.ts`
 */
import { provideTools } from '../../cluster/provide-tools.js';
import { startCluster } from './cluster.js';

const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});
const tools = await provideTools({ env: process.env, say: (line) => console.error(line) });
if (typeof tools !== 'string') throw new Error(tools.reason);
const cluster = await startCluster({ tools });
const { kubeconfig, url, pids, folder } = cluster;
console.log(JSON.stringify({ kubeconfig, url, tools, pids, folder }));
await interrupted;
await cluster.stop();
