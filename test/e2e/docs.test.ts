/** What the pages tell people to type to a cluster, typed: see "About the examples" in docs/README.md. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { pages, readPage, type Page } from '../docs/page.js';
import { runPage, type ShellOptions } from '../docs/shell.js';
import { specOrganization } from '../fakes/github/index.js';
import { DocsGitHub } from './docs-github.js';
import { DocsPod, NAMESPACE } from './docs-pod.js';
import { startCluster, type Cluster } from './support/cluster.js';
import { sharedCluster } from './support/shared-cluster.js';
import { requireOneOwner } from './support/status-owners.js';

const INFO = 'sh cluster';
const INSTALL = 'docs/guides/install.md';
/**
 * A page takes half a minute; on a machine that does something else as well, several times that. Where a namespace is deleted together
 * with the CRD of what is in it, its deletion may fail some times, and the API server's controller waits up to a minute before each
 * further try: https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/namespace/namespace_controller.go
 */
const TIMEOUT_MS = 600_000;

describe('examples of the documentation on a cluster', function () {
  this.timeout(TIMEOUT_MS + 60_000);
  // Of their own for each page: they install and remove the CRD, which everything else on a cluster shares.
  let cluster: Cluster;
  let github: DocsGitHub;
  let pod: DocsPod;

  beforeEach(async () => {
    cluster = await startCluster({ tools: sharedCluster().tools });
    github = await DocsGitHub.start([specOrganization()]);
    pod = new DocsPod(cluster, github.env);
  });
  afterEach(async () => {
    await pod?.end();
    await github?.close();
    await cluster?.stop();
  });

  const kubeconfigOf = (name: string, ...groups: string[]): string => {
    const as = { name, groups: ['system:authenticated', ...groups] };
    return readFileSync(cluster.kubeconfigFor(cluster.adminToken, { namespace: NAMESPACE, as }), 'utf8');
  };

  const run = (page: Page): Promise<string[]> => {
    const options: ShellOptions = {
      info: INFO,
      env: { KUBECONFIG: cluster.kubeconfig, ...github.env },
      tools: [cluster.tools],
      links: ['charts', 'deploy'],
      files: {
        token: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz\n',
        'ann.yaml': kubeconfigOf('ann@example.com'),
        'bob.yaml': kubeconfigOf('bob@example.com', 'security'),
      },
      timeoutMs: TIMEOUT_MS,
    };
    return runPage(page, options);
  };

  /** What is being deleted, and what that waits for. */
  const unfinished = async (): Promise<string> => {
    const columns =
      'KIND:.kind,NAME:.metadata.name,DELETED:.metadata.deletionTimestamp,WAITS:.status.conditions[*].message';
    const what = ['get', 'namespaces,customresourcedefinitions', '-o', `custom-columns=${columns}`];
    return (await cluster.kubectl(...what, { mayFail: true })).stdout;
  };

  /** The guide's first blocks install Plus1 and make a policy, and every other page begins with that done. */
  const installation = (): Page => {
    const page = readPage(INSTALL);
    return { ...page, blocks: page.blocks.filter(({ info }) => info === INFO).slice(0, 2) };
  };

  for (const page of pages().filter(({ blocks }) => blocks.some(({ info }) => info === INFO))) {
    it(`${page.path}: every command works, and prints what is shown`, async () => {
      const before = page.path === INSTALL ? [] : await run(installation());
      const faults = before.length > 0 ? before : await run(page);
      if (faults.length > 0) console.error(pod.log.slice(-4_000), await unfinished());
      expect(faults.join('\n')).to.equal('');
      expect(github.simulator.contractViolations).to.deep.equal([]);
      await requireOneOwner(cluster, [pod]);
    });
  }
});
