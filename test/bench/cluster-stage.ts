/**
 * A control plane with the chart, a thousand policies in some namespaces, and their Secrets. Only the requests of the
 * controller are in its audit log. Hazard: `end` it, or its processes stay until this one ends.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { provideTools } from '../cluster/provide-tools.js';
import { ACCOUNT, SYSTEM, type PolicyObject } from '../e2e/kube-stage.js';
import { startCluster, type Cluster } from '../e2e/support/cluster.js';
import { established } from '../e2e/support/established.js';
import type { Counts } from '../fakes/github/index.js';
import type { ClusterTold } from './cluster-github.js';
import { Relay } from './cluster-relay.js';

const NAMESPACES = 10;
const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));
const AUDIT = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  users: ["${ACCOUNT}"]
- level: None
`;
/** Longer than the bench takes, even with jitter: what passes there are, a start made. */
const INTERVAL = '24h';
/** The default, written out: what a thousand policies take at rest is for the most part these. */
const QUICK_INTERVAL = '1m';
/** Objects in one call of kubectl. */
const BATCH = 250;

export interface Container {
  args: string[];
  env: { name: string; value?: string }[];
}

export class ClusterStage {
  readonly cluster: Cluster;
  readonly relay: Relay;
  readonly apiURL: string;
  /** For the controller: its own token, through the relay. */
  readonly kubeconfig: string;
  readonly #github: ChildProcess;

  private constructor(parts: Pick<ClusterStage, 'cluster' | 'relay' | 'apiURL' | 'kubeconfig'>, github: ChildProcess) {
    ({ cluster: this.cluster, relay: this.relay, apiURL: this.apiURL, kubeconfig: this.kubeconfig } = parts);
    this.#github = github;
  }

  /** Throws where there is no control plane to be had. */
  static async start(policies: number): Promise<ClusterStage> {
    const tools = await provideTools({ env: process.env, say: (line) => console.error(line) });
    if (typeof tools !== 'string') throw new Error(`no control plane: ${tools.reason}`);
    const cluster = await startCluster({ tools, auditPolicy: AUDIT });
    const github = fork(fileURLToPath(new URL('./cluster-github.ts', import.meta.url)), [String(policies)], {
      execArgv: ['--import', 'tsx'],
    });
    const told = await answer(github);
    if (!('apiURL' in told)) throw new Error('the simulator did not give its address');
    const { apiURL } = told;
    await install(cluster, apiURL);
    const objects = [...namespaces(), ...everyPolicy(policies, apiURL)];
    for (let at = 0; at < objects.length; at += BATCH) {
      const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.slice(at, at + BATCH) });
      await cluster.kubectl('create', '-f', '-', { stdin, timeoutMs: 300_000 });
    }
    const relay = await Relay.open(cluster.url);
    const token = await cluster.tokenFor(SYSTEM, 'plus1');
    const kubeconfig = cluster.kubeconfigFor(token, { namespace: SYSTEM, server: relay.url });
    return new ClusterStage({ cluster, relay, apiURL, kubeconfig }, github);
  }

  /** What the chart has the pod run. */
  async container(): Promise<Container> {
    const { stdout } = await this.cluster.kubectl('-n', SYSTEM, 'get', 'statefulset', 'plus1', '-o', 'json');
    const set = JSON.parse(stdout) as { spec: { template: { spec: { containers: [Container] } } } };
    return set.spec.template.spec.containers[0];
  }

  async policies(): Promise<PolicyObject[]> {
    const { stdout } = await this.cluster.kubectl('get', 'plus1', '-A', '-o', 'json');
    return (JSON.parse(stdout) as { items: PolicyObject[] }).items;
  }

  /** What the simulator counted since it was last asked. */
  async counts(): Promise<Counts> {
    this.#github.send('counts');
    const told = await answer(this.#github);
    if (!('counts' in told)) throw new Error('the simulator did not give its counts');
    return told.counts;
  }

  /** Resolves once nothing but the lease was asked for, for `ms`: events are sent after the passes. */
  async quiet(ms: number): Promise<void> {
    const work = (): number => this.cluster.audit().filter(({ objectRef }) => objectRef?.resource !== 'leases').length;
    for (let before = -1, now = work(); now !== before; now = work()) {
      before = now;
      await pause(ms);
    }
  }

  async end(): Promise<void> {
    this.#github.disconnect();
    this.relay.close();
    await this.cluster.stop();
  }
}

async function answer(child: ChildProcess): Promise<ClusterTold> {
  const [told] = (await once(child, 'message')) as [ClusterTold];
  return told;
}

const namespaceOf = (index: number): string => `team-${index % NAMESPACES}`;

async function install(cluster: Cluster, apiURL: string): Promise<void> {
  const values = ['watch.allNamespaces=true', `controller.allowedHosts={${new URL(apiURL).host}}`];
  const flags = ['--namespace', SYSTEM, '--create-namespace', ...values.flatMap((value) => ['--set', value])];
  await cluster.helm('install', 'plus1', CHART, ...flags);
  await established(cluster, 'plus1policies.plus1.dev');
}

function namespaces(): object[] {
  return Array.from({ length: NAMESPACES }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespaceOf(index) },
  }));
}

/** Each with a credential of its own, as the installation of an App is: one for all would have one pace and one budget. */
function everyPolicy(count: number, apiURL: string): object[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `org-${String(index).padStart(4, '0')}`;
    const metadata = { name, namespace: namespaceOf(index) };
    const stringData = { token: `ghp_${String(index).padStart(36, '0')}`, githubAppBaseURL: apiURL };
    const spec = {
      organization: name,
      github: { apiURL, credentials: { secretRef: { name } } },
      schedule: { interval: INTERVAL, quickInterval: QUICK_INTERVAL },
    };
    return [
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData },
      { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata, spec },
    ];
  }).flat();
}
