/** Two releases side by side, each with namespaces of its own: that is how the work of one process is split. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { memberNames, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import type { PolicyObject } from './kube-stage.js';
import { startCluster, type Cluster } from './support/cluster.js';
import { ControllerProcess } from './support/controller-process.js';
import { eventually } from './support/eventually.js';
import { sharedCluster } from './support/shared-cluster.js';

const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));
const SECRET = 'github';
const PATIENCE_MS = 60_000;

/** A release in its own namespace, with a policy of one organization beside it. */
interface Release {
  namespace: string;
  organization: Organization;
  token: string;
}

describe('two releases in one cluster', function () {
  this.timeout(240_000);
  let cluster: Cluster;
  let github: GitHubSimulator;
  const folder = mkdtempSync(join(tmpdir(), 'plus1-e2e-split-'));
  const releases: Release[] = ['west', 'east'].map((namespace) => ({
    namespace,
    organization: town({ login: `${namespace}-org`, members: 2, promoted: 1 }),
    token: `ghp_${namespace.padEnd(36, '0')}`,
  }));
  const processes = new Map<string, ControllerProcess>();

  before(async () => {
    github = await startGitHub({ organizations: releases.map(({ organization }) => organization) });
    cluster = await startCluster({ tools: sharedCluster().tools });
    for (const [index, { namespace }] of releases.entries()) {
      // The CRDs are one set for the cluster: the first release brings them.
      const crds = index === 0 ? [] : ['--set', 'crds.enabled=false'];
      await cluster.helm('install', 'plus1', CHART, '--namespace', namespace, '--create-namespace', ...crds);
    }
    for (const release of releases) await applyPolicy(release);
  });
  after(async () => {
    for (const process of processes.values()) await process.stop();
    await cluster?.stop();
    await github?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function applyPolicy({ namespace, organization: { login }, token }: Release): Promise<void> {
    const secret = {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET, namespace } },
      stringData: { token, githubAppBaseURL: github.apiURL },
    };
    const spec = {
      organization: login,
      github: { apiURL: github.apiURL, credentials: { secretRef: { name: SECRET } } },
    };
    const policy = {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name: 'acme', namespace },
      spec,
    };
    const list = { apiVersion: 'v1', kind: 'List', items: [secret, policy] };
    await cluster.kubectl('apply', '-f', '-', { stdin: JSON.stringify(list) });
  }

  /** With the rights that its release has, and no other. */
  async function start({ namespace }: Release): Promise<ControllerProcess> {
    const token = await cluster.tokenFor(namespace, 'plus1');
    const addresses = ['--metrics-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
    const flags = ['--namespace', namespace, '--leader-elect', '--allowed-host', new URL(github.apiURL).host];
    const process = new ControllerProcess(
      ['controller', ...flags, ...addresses, '--state', join(folder, namespace), '--log-level', 'debug'],
      { KUBECONFIG: cluster.kubeconfigFor(token, { namespace }), HOME: folder },
    );
    processes.set(namespace, process);
    return process.ready();
  }

  const read = async ({ namespace }: Release): Promise<PolicyObject> =>
    JSON.parse((await cluster.kubectl('-n', namespace, 'get', 'plus1', 'acme', '-o', 'json')).stdout) as PolicyObject;
  const isReady = ({ status }: PolicyObject): boolean =>
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
  const converged = (release: Release): Promise<boolean> =>
    eventually(async () => isReady(await read(release)), {
      what: `${release.namespace} to converge`,
      timeoutMs: PATIENCE_MS,
    });
  const policiesOf = (namespace: string): Set<unknown> =>
    new Set((processes.get(namespace)?.lines ?? []).flatMap(({ policy }) => (policy === undefined ? [] : [policy])));

  it('lead at the same time, each by a lease of its own, and each does its own policies alone', async () => {
    await Promise.all(releases.map((release) => start(release)));
    await Promise.all(releases.map((release) => converged(release)));
    for (const { namespace, organization } of releases) {
      expect(await processes.get(namespace)?.leads(), namespace).to.equal(true);
      expect([...policiesOf(namespace)], namespace).to.deep.equal([`${namespace}/acme`]);
      expect(memberNames(organization)).to.deep.equal(['member-001', 'member-002', 'promoted-001']);
    }
    const { stdout } = await cluster.kubectl(
      'get',
      'leases',
      '-A',
      '-o',
      'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {end}',
    );
    const leases = stdout
      .trim()
      .split(' ')
      .filter((name) => name.endsWith('/plus1-controller'));
    expect(leases.sort()).to.deep.equal(['east/plus1-controller', 'west/plus1-controller']);
  });

  it('go on without each other', async () => {
    const [west, east] = releases as [Release, Release];
    expect(await processes.get(west.namespace)?.stop()).to.equal(0);
    processes.delete(west.namespace);
    const { status: before } = await read(east);
    const value = String(performance.now());
    await cluster.kubectl('-n', east.namespace, 'annotate', 'plus1', 'acme', `plus1.dev/reconcile-at=${value}`);
    const isDone = async (): Promise<boolean> => (await read(east)).status.lastHandledReconcileAt === value;
    await eventually(isDone, { what: 'a pass of the other release', timeoutMs: PATIENCE_MS });
    expect((await read(east)).status.lastPass?.startTime).to.not.equal(before.lastPass?.startTime);
    expect((await read(west)).status.lastHandledReconcileAt).to.equal(undefined);
  });
});
