/**
 * The controller as a process on a real control plane, with exactly the rights it needs, against simulated
 * organizations. Hazard: `end` it, or processes stay behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Condition, PolicyStatus } from '../../pkg/api/index.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { startCluster, type Cluster } from './support/cluster.js';
import { eventually } from './support/eventually.js';
import { sharedCluster } from './support/shared-cluster.js';

export const NAMESPACE = 'team-a';
export const SYSTEM = 'plus1-system';
export const ACCOUNT = `system:serviceaccount:${SYSTEM}:plus1`;
export const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'dist/cmd/plus1/main.js');
const PATIENCE_MS = 60_000;

const rule = (apiGroup: string, resources: string, verbs: string[], resourceNames?: string[]): object => ({
  apiGroups: [apiGroup],
  resources: [resources],
  verbs,
  ...(resourceNames && { resourceNames }),
});

/** Every right of the controller; a test proves that none is missing and none too much. */
export const RIGHTS = {
  cluster: [
    rule('plus1.dev', 'plus1policies', ['list', 'watch']),
    rule('plus1.dev', 'plus1policies/status', ['patch']),
    rule('events.k8s.io', 'events', ['create', 'patch']),
  ],
  system: [
    rule('coordination.k8s.io', 'leases', ['create']),
    rule('coordination.k8s.io', 'leases', ['get', 'update'], ['plus1-controller']),
  ],
  tenant: [rule('', 'secrets', ['get'], ['plus1-github', 'for-others', 'missing'])],
};

function role(name: string, namespace: string | undefined, rules: object[]): object[] {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const metadata = { name, ...(namespace && { namespace }) };
  const group = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: `${group}/v1`, kind, metadata, rules },
    {
      apiVersion: `${group}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: group, kind, name },
      subjects: [{ kind: 'ServiceAccount', name: 'plus1', namespace: SYSTEM }],
    },
  ];
}

/** As it is read back. */
export interface PolicyObject {
  metadata: { name: string; uid: string; generation: number; resourceVersion: string };
  spec: Record<string, unknown>;
  status: PolicyStatus;
}

export interface ProcessOptions {
  flags?: string[];
  /** Another address of the API server. */
  server?: string;
}

/** One process. */
export class ControllerProcess {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  #log = '';

  constructor(args: string[], env: Record<string, string>) {
    this.process = spawn(process.execPath, [MAIN, 'controller', ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    this.ended = new Promise((resolve) => this.process.once('close', (code) => resolve(code)));
  }

  get log(): string {
    return this.#log;
  }

  get lines(): Record<string, unknown>[] {
    return this.#log
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async address(server: 'health' | 'metrics'): Promise<string> {
    const find = (): unknown =>
      this.lines.find(({ msg, server: name }) => msg === 'Listening' && name === server)?.['address'];
    const address = await eventually(() => find() as string | undefined, {
      what: `${server} to listen; the log is:\n${this.#log}`,
      timeoutMs: PATIENCE_MS,
    });
    return `http://${address}`;
  }

  async get(server: 'health' | 'metrics', path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`${await this.address(server)}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async ready(): Promise<this> {
    await eventually(async () => (await this.get('health', '/readyz')).status === 200, {
      what: `readiness; the log is:\n${this.#log}`,
      timeoutMs: PATIENCE_MS,
    });
    return this;
  }

  async leads(): Promise<boolean> {
    const { text } = await this.get('metrics', '/metrics');
    return text.includes('leader_election_master_status{name="plus1-controller"} 1');
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.process.kill('SIGCONT');
    this.process.kill(signal);
    return this.ended;
  }
}

export class Stage {
  readonly cluster: Cluster;
  readonly github: GitHubSimulator;
  readonly #folder = mkdtempSync(join(tmpdir(), 'plus1-e2e-'));
  readonly #processes: ControllerProcess[] = [];
  #token = '';

  private constructor(cluster: Cluster, github: GitHubSimulator) {
    this.cluster = cluster;
    this.github = github;
  }

  /** A cluster of its own: these tests restart it, and need its CRD to stay as it is. */
  static async start(organizations: Organization[]): Promise<Stage> {
    const cluster = await startCluster({ tools: sharedCluster().tools });
    const stage = new Stage(cluster, await startGitHub({ organizations }));
    await cluster.kubectl('apply', '--server-side', '-f', join(ROOT, 'deploy/crds'));
    await cluster.kubectl('wait', '--for=condition=Established', 'crd/plus1policies.plus1.dev', '--timeout=60s');
    const objects = [
      ...[NAMESPACE, SYSTEM].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'plus1', namespace: SYSTEM } },
      ...role('plus1', undefined, RIGHTS.cluster),
      ...role('plus1', SYSTEM, RIGHTS.system),
      ...role('plus1', NAMESPACE, RIGHTS.tenant),
      stage.secret('plus1-github'),
      stage.secret('for-others', 'umbrella, somebody'),
    ];
    await stage.apply(...objects);
    stage.#token = await cluster.tokenFor(SYSTEM, 'plus1');
    return stage;
  }

  secret(name: string, organizations?: string): object {
    const annotations = organizations === undefined ? {} : { 'plus1.dev/organizations': organizations };
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: NAMESPACE, annotations },
      stringData: { token: TOKEN, githubAppBaseURL: this.github.apiURL },
    };
  }

  policy(name: string, spec: Record<string, unknown> = {}): object {
    return {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        organization: name,
        github: { apiURL: this.github.apiURL, credentials: { secretRef: { name: 'plus1-github' } } },
        ...spec,
      },
    };
  }

  async apply(...items: object[]): Promise<void> {
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await this.cluster.kubectl('apply', '-f', '-', { stdin });
  }

  async kubectl(...args: string[]): Promise<string> {
    return (await this.cluster.kubectl('-n', NAMESPACE, ...args)).stdout;
  }

  async read(name: string): Promise<PolicyObject> {
    return JSON.parse(await this.kubectl('get', 'plus1', name, '-o', 'json')) as PolicyObject;
  }

  async condition(name: string, type: string): Promise<Condition | undefined> {
    return (await this.read(name)).status.conditions?.find((condition) => condition.type === type);
  }

  /** The policy once it is as the test waits for it. */
  async until(name: string, is: (object: PolicyObject) => boolean, what: string): Promise<PolicyObject> {
    let last: PolicyObject | undefined;
    try {
      return await eventually(
        async () => {
          last = await this.read(name);
          return is(last) ? last : undefined;
        },
        { what, timeoutMs: PATIENCE_MS, everyMs: 300 },
      );
    } catch (error) {
      const logs = this.#processes.map(({ log }) => log.slice(-2_000)).join('\n---\n');
      throw new Error(`${(error as Error).message}\n${JSON.stringify(last?.status, null, 1)}\n${logs}`, {
        cause: error,
      });
    }
  }

  /** Ready for the generation as it is now. */
  converged(name: string): Promise<PolicyObject> {
    return this.until(name, isConverged, `${name} to converge`);
  }

  /** Asks for a pass, and waits for its end. */
  async pass(name: string): Promise<PolicyObject> {
    const value = `${performance.now()}`;
    await this.kubectl('annotate', '--overwrite', 'plus1', name, `plus1.dev/reconcile-at=${value}`);
    return this.until(name, ({ status }) => status.lastHandledReconcileAt === value, `the pass of ${name}`);
  }

  run({ flags = ['--all-namespaces'], server }: ProcessOptions = {}): ControllerProcess {
    const { host } = new URL(this.github.apiURL);
    const addresses = ['--metrics-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
    const state = join(this.#folder, `state-${this.#processes.length}`);
    const config = server === undefined ? {} : { server };
    const kubeconfig = this.cluster.kubeconfigFor(this.#token, { namespace: SYSTEM, ...config });
    const process = new ControllerProcess(
      [...flags, ...addresses, '--state', state, '--allowed-host', host, '--log-level', 'debug'],
      { KUBECONFIG: kubeconfig, HOME: this.#folder, RETRY_DELAY: '10' },
    );
    this.#processes.push(process);
    return process;
  }

  /** Ends every process; the cluster and the policies stay. */
  async stopAll(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map((each) => each.stop('SIGKILL')));
  }

  async end(): Promise<void> {
    await this.stopAll();
    await this.github.close();
    await this.cluster.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isConverged({ metadata, status }: PolicyObject): boolean {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return status.observedGeneration === metadata.generation && ready?.status === 'True';
}
