/**
 * The controller as a process on a real control plane, with the rights that the chart gives it and no other, against
 * simulated organizations. Hazard: `end` it, or processes stay behind.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { INPUT_KINDS, type Condition, type PolicyStatus } from '../../pkg/api/index.js';
import { startGitHub, type GitHubOptions, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { startCluster, type Cluster } from './support/cluster.js';
import { ControllerProcess } from './support/controller-process.js';
import { established } from './support/established.js';
import { eventually } from './support/eventually.js';
import { sharedCluster } from './support/shared-cluster.js';
import { requireOneOwner } from './support/status-owners.js';

export const NAMESPACE = 'team-a';
export const SYSTEM = 'plus1-system';
export const ACCOUNT = `system:serviceaccount:${SYSTEM}:plus1`;
export const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

/** Secrets that the controller may read; that they are there is another matter. */
const READABLE = ['plus1-github', 'for-others', 'missing', 'ended'];

const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));
const PATIENCE_MS = 60_000;

/** As it is read back. */
export interface PolicyObject {
  metadata: { name: string; uid: string; generation: number; resourceVersion: string };
  spec: Record<string, unknown>;
  status: PolicyStatus;
}

export interface StageOptions {
  /** Further Secrets that the controller may read. */
  secretNames?: readonly string[];
  /** The folder with the executables. Default: that of the shared cluster. */
  tools?: string;
  /** Of the simulator. */
  github?: Pick<GitHubOptions, 'rateLimit'>;
}

export interface ProcessOptions {
  flags?: string[];
  /** Another address of the API server. */
  server?: string;
  /** The name of its state folder. Default: one that the processes before it have not. */
  state?: string;
  env?: Record<string, string>;
}

export class Stage {
  readonly cluster: Cluster;
  readonly github: GitHubSimulator;
  /** With the state folders of all processes. */
  readonly folder = mkdtempSync(join(tmpdir(), 'plus1-e2e-'));
  readonly #processes: ControllerProcess[] = [];
  /** Ended ones too. */
  readonly #started: ControllerProcess[] = [];
  /** Set by a story that has somebody else write to a status. */
  othersWrote = false;
  #token = '';

  private constructor(cluster: Cluster, github: GitHubSimulator) {
    this.cluster = cluster;
    this.github = github;
  }

  /** A cluster of its own: these tests restart it, and need its CRD to stay as it is. */
  static async start(organizations: Organization[], options: StageOptions = {}): Promise<Stage> {
    const { secretNames = [], tools = sharedCluster().tools, github } = options;
    const cluster = await startCluster({ tools });
    const stage = new Stage(cluster, await startGitHub({ organizations, ...github }));
    await cluster.kubectl('create', 'namespace', NAMESPACE);
    const { host } = new URL(stage.github.apiURL);
    const readable = [...READABLE, ...secretNames].join();
    const values = ['watch.allNamespaces=true', `controller.allowedHosts={${host}}`, `rbac.secretNames={${readable}}`];
    const flags = ['--namespace', SYSTEM, '--create-namespace', ...values.flatMap((value) => ['--set', value])];
    await cluster.helm('install', 'plus1', CHART, ...flags);
    const plurals = ['plus1policies', 'plus1approvals', ...INPUT_KINDS.map(({ plural }) => plural)];
    await established(cluster, ...plurals.map((plural) => `${plural}.plus1.dev`));
    await stage.apply(stage.secret('plus1-github'), stage.secret('for-others', 'umbrella, somebody'));
    // Longer than any run: a pod gets a new one in time, and nothing here does.
    stage.#token = await cluster.tokenFor(SYSTEM, 'plus1', { duration: '8h' });
    return stage;
  }

  secret(name: string, organizations?: string, token = TOKEN): object {
    const annotations = organizations === undefined ? {} : { 'plus1.dev/organizations': organizations };
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: NAMESPACE, annotations },
      stringData: { token, githubAppBaseURL: this.github.apiURL },
    };
  }

  /** Without quick passes, but where the spec asks for them: the stories count passes. */
  policy(name: string, spec: Record<string, unknown> = {}): object {
    const schedule = { quickInterval: '0s', ...(spec['schedule'] as object | undefined) };
    return {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        organization: name,
        github: { apiURL: this.github.apiURL, credentials: { secretRef: { name: 'plus1-github' } } },
        ...spec,
        schedule,
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
    const path = `/apis/plus1.dev/v1alpha1/namespaces/${NAMESPACE}/plus1policies/${name}`;
    return (await this.cluster.object(path)) as PolicyObject;
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
    return this.untilKept(name, ({ status }) => status.lastHandledReconcileAt === value, `the pass of ${name}`);
  }

  /**
   * As `until`, and where somebody else wrote to a status, only when the pass that it shows has ended. The controller takes
   * such a status back in several writes: what others own too is removed, and applied again. In between, parts of it are
   * missing, or are there that will go.
   */
  async untilKept(name: string, is: (object: PolicyObject) => boolean, what: string): Promise<PolicyObject> {
    if (!this.othersWrote) return this.until(name, is, what);
    const { status } = await this.until(name, (object) => is(object) && object.status.lastPass !== undefined, what);
    const id = status.lastPass?.reconcileID;
    await eventually(() => this.#isEnded(id), { what: `the end of the pass ${id}`, timeoutMs: PATIENCE_MS });
    return this.until(name, is, what);
  }

  /** The controller logs the end of a pass after it has written the status. */
  #isEnded(reconcileID: string | undefined): boolean {
    const lines = this.#started.flatMap((each) => each.lines);
    return lines.some((line) => line['msg'] === 'Pass ended' && line['reconcileID'] === reconcileID);
  }

  /** Every record of that kind in the journals, oldest first. */
  records(kind: string): { time: string; data: Record<string, unknown> }[] {
    const files = readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
    // A segment that is closed is packed.
    const read = (file: string): Buffer[] => {
      if (file.endsWith('.jsonl.gz')) return [gunzipSync(readFileSync(join(this.folder, file)))];
      return file.endsWith('.jsonl') ? [readFileSync(join(this.folder, file))] : [];
    };
    const lines = files
      .flatMap(read)
      .flatMap((bytes) => bytes.toString('utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { kind: string; time: string; data: Record<string, unknown> });
    return lines.filter((record) => record.kind === kind).sort((a, b) => (a.time < b.time ? -1 : 1));
  }

  run({ flags = ['--all-namespaces'], server, state: name, env = {} }: ProcessOptions = {}): ControllerProcess {
    const { host } = new URL(this.github.apiURL);
    const addresses = ['--metrics-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
    const state = name === undefined ? this.#stateOf(this.#processes.length) : join(this.folder, name);
    const config = server === undefined ? {} : { server };
    const kubeconfig = this.cluster.kubeconfigFor(this.#token, { namespace: SYSTEM, ...config });
    const process = new ControllerProcess(
      ['controller', ...flags, ...addresses, '--state', state, '--allowed-host', host, '--log-level', 'debug'],
      { KUBECONFIG: kubeconfig, HOME: this.folder, RETRY_DELAY: '10', ...env },
    );
    this.#processes.push(process);
    this.#started.push(process);
    return process;
  }

  /** The state folder of the first process, and of the first one after `stopAll`. */
  get state(): string {
    return this.#stateOf(0);
  }

  #stateOf(number: number): string {
    return join(this.folder, `state-${number}`);
  }

  /** Ends every process; the cluster and the policies stay. */
  async stopAll(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map((each) => each.stop('SIGKILL')));
  }

  /** Throws where a status ends with another owner than the controller. */
  async end(): Promise<void> {
    try {
      await requireOneOwner(this.cluster, this.#started, this);
    } finally {
      await this.stopAll();
      await this.github.close();
      await this.cluster.stop();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

function isConverged({ metadata, status }: PolicyObject): boolean {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return status.observedGeneration === metadata.generation && ready?.status === 'True';
}
