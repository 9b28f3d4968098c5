/**
 * A real Kubernetes API server, with etcd and the controller manager, RBAC and an audit log. Only the kubelet is
 * missing: pods are admitted and created, and never run.
 * The code that starts one stops it; if that never happens, everything ends with this process all the same.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { apiObject } from './api-read.js';
import { readAudit, type AuditEvent } from './audit.js';
import { runCommand, type CommandOptions, type Ran } from './command.js';
import { layOut, METADATA_AUDIT, type Layout } from './control-plane.js';
import {
  startApiServer,
  startApiServerAt,
  startControllerManager,
  startEtcd,
  type Listening,
  type Site,
} from './control-plane-processes.js';
import type { Daemon } from './daemon.js';
import { compactEtcd } from './etcd-compaction.js';
import { FaultProxy } from './fault-proxy.js';
import { writeKubeconfig } from './kubeconfig.js';
import { Watchdog } from './watchdog.js';

/** Ignored by git, and where CI can pick them up. */
const KEPT_LOGS = fileURLToPath(new URL('../../../.cache/e2e', import.meta.url));

export interface ClusterOptions {
  /** The folder with the executables, as `provideTools` returns it. */
  tools: string;
  /** YAML. Default: metadata of everything, when its response starts and when it is complete, and how a write left a policy. */
  auditPolicy?: string;
  /** More flags of kube-apiserver. */
  apiServerFlags?: readonly string[];
  signal?: AbortSignal;
}

export interface KubectlOptions extends CommandOptions {
  /** A user to impersonate, as `system:serviceaccount:team-a:plus1`. */
  as?: string;
  /** Default: the administrator's. */
  kubeconfig?: string;
}

/** Arguments, and in the last place options. */
export type CommandLine = string[] | [...string[], KubectlOptions];

export interface RestartOptions {
  /**
   * Default: SIGKILL, which breaks every connection. With SIGTERM it refuses new requests at once, but lets open
   * watches be for 60 s and looks healthy to them: the restart takes that long.
   */
  signal?: 'SIGTERM' | 'SIGKILL';
  /** How long it stays away. Default: as long as the start takes. */
  downMs?: number;
}

export interface KubeconfigForOptions {
  namespace?: string;
  /** Another address of the server, as that of a proxy. */
  server?: string;
  /** Whom to impersonate, and in which groups. */
  as?: { name: string; groups?: readonly string[] };
}

export class Cluster {
  readonly #site: Site;
  readonly #etcd: Listening;
  readonly #controllerManager: Daemon;
  readonly #adminToken: string;
  readonly #proxies = new Set<FaultProxy>();
  readonly #port: number;
  #apiServer: Daemon;
  #kubeconfigs = 0;
  #stopped = false;

  /** Use `startCluster`. */
  constructor(parts: {
    site: Site;
    etcd: Listening;
    apiServer: Listening;
    controllerManager: Daemon;
    adminToken: string;
  }) {
    this.#site = parts.site;
    this.#etcd = parts.etcd;
    this.#apiServer = parts.apiServer.daemon;
    this.#port = parts.apiServer.port;
    this.#controllerManager = parts.controllerManager;
    this.#adminToken = parts.adminToken;
  }

  /** Of the API server. Stays the same over restarts. */
  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** The PEM of what clients trust. */
  get ca(): string {
    return readFileSync(this.#layout.certificate, 'utf8');
  }

  /** A member of system:masters: RBAC refuses it nothing. */
  get adminToken(): string {
    return this.#adminToken;
  }

  /** The path of the administrator's kubeconfig. */
  get kubeconfig(): string {
    return adminKubeconfig(this.#layout);
  }

  /** The folder with kubectl, helm and the rest. */
  get tools(): string {
    return this.#site.tools;
  }

  /** Of all that runs. */
  get pids(): number[] {
    const daemons = [this.#etcd.daemon, this.#apiServer, this.#controllerManager];
    return daemons.flatMap((daemon) => (daemon.isRunning ? (daemon.pid ?? []) : []));
  }

  /** The folder that holds everything, and goes when it stops. */
  get folder(): string {
    return this.#layout.root;
  }

  /** `await cluster.kubectl('apply', '-f', '-', { stdin })`. Throws where kubectl fails, unless `mayFail`. */
  async kubectl(...line: CommandLine): Promise<Ran> {
    const { args, as, kubeconfig, options } = split(line);
    const flags = [`--kubeconfig=${kubeconfig ?? this.kubeconfig}`, ...(as === undefined ? [] : [`--as=${as}`])];
    return await this.#run('kubectl', [...flags, ...args], options);
  }

  /** The object at a path of the API, as the administrator sees it and kubectl shows it. Throws where there is none. */
  async object(path: string): Promise<unknown> {
    return await apiObject({ url: this.url, ca: this.ca, token: this.#adminToken }, path);
  }

  /** As `kubectl`. Without `--wait` of helm: no Deployment becomes ready where nothing runs pods. */
  async helm(...line: CommandLine): Promise<Ran> {
    const { args, as, kubeconfig, options } = split(line);
    const flags = [`--kubeconfig=${kubeconfig ?? this.kubeconfig}`];
    if (as !== undefined) flags.push(`--kube-as-user=${as}`);
    return await this.#run('helm', [...args, ...flags], options);
  }

  /** A token as a pod with this service account would have it, for an hour unless told. */
  async tokenFor(namespace: string, serviceAccount: string, { duration = '1h' } = {}): Promise<string> {
    const flags = [`--namespace=${namespace}`, `--duration=${duration}`];
    const { stdout } = await this.kubectl('create', 'token', serviceAccount, ...flags);
    return stdout.trim();
  }

  /** Writes a kubeconfig with that token, and returns its path. */
  kubeconfigFor(token: string, { namespace, server, as }: KubeconfigForOptions = {}): string {
    const file = join(this.#layout.kubeconfigs, `${++this.#kubeconfigs}.yaml`);
    writeKubeconfig(file, { server: server ?? this.url, ca: this.ca, token, namespace, as });
    return file;
  }

  /**
   * What the audit log has so far. A line may come a moment after the client has its answer: wait for it with
   * `eventually`, and prove an absence only after a later line was seen.
   */
  audit(): AuditEvent[] {
    return readAudit(this.#layout.auditLog);
  }

  /** Another address for the API server, where requests can be delayed, cut, lost and refused. */
  async proxy(): Promise<FaultProxy> {
    const proxy = await FaultProxy.open({
      upstream: this.url,
      certificate: this.ca,
      key: readFileSync(this.#layout.certificateKey, 'utf8'),
    });
    this.#proxies.add(proxy);
    return proxy;
  }

  /** Returns when it is ready again, at the same address and with the same data. */
  async restartApiServer({ signal = 'SIGKILL', downMs = 0 }: RestartOptions = {}): Promise<void> {
    await this.#apiServer.stop(signal);
    await sleep(downMs);
    this.#apiServer = await startApiServerAt(this.#site, this.#etcd.port, this.#port);
  }

  /**
   * Makes etcd forget every revision before this moment. Open watches go on, and the API server still serves from its own
   * memory what etcd forgot: restart it too where a client is to be told that its version is too old.
   */
  async compactEtcd(): Promise<void> {
    await compactEtcd(this.#etcd.port);
  }

  /**
   * Ends everything and removes the folder; the logs are copied first where they are worth keeping, and their new
   * place is returned.
   */
  async stop({ keepLogs = false } = {}): Promise<string | undefined> {
    if (this.#stopped) return undefined;
    this.#stopped = true;
    await Promise.all([...this.#proxies].map((proxy) => proxy.close()));
    // The data goes anyway, and kube-apiserver's graceful end waits for its clients.
    const daemons = [this.#controllerManager, this.#apiServer, this.#etcd.daemon];
    await Promise.all(daemons.map((daemon) => daemon.stop('SIGKILL')));
    const kept = keepLogs ? keep(this.#layout) : undefined;
    await this.#site.watchdog.finish();
    return kept;
  }

  /** Copies the logs to where they outlive the cluster; that folder. */
  keepLogs(): string {
    return keep(this.#layout);
  }

  get #layout(): Layout {
    return this.#site.layout;
  }

  async #run(tool: string, args: string[], options: CommandOptions): Promise<Ran> {
    const env = { HOME: this.#layout.home, ...options.env };
    return await runCommand(join(this.tools, tool), args, { ...options, env });
  }
}

/** Starts one and returns when it is ready. Takes three seconds and 500 MB. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const root = mkdtempSync(join(tmpdir(), 'plus1-cluster-'));
  const watchdog = new Watchdog(root);
  const adminToken = randomBytes(24).toString('hex');
  const layout = layOut(root, { adminToken, auditPolicy: options.auditPolicy ?? METADATA_AUDIT });
  const site: Site = {
    layout,
    watchdog,
    tools: options.tools,
    apiServerFlags: options.apiServerFlags ?? [],
    signal: options.signal,
  };
  try {
    const etcd = await startEtcd(site);
    const apiServer = await startApiServer(site, etcd.port);
    const server = `https://127.0.0.1:${apiServer.port}`;
    const ca = readFileSync(layout.certificate, 'utf8');
    writeKubeconfig(adminKubeconfig(layout), { server, ca, token: adminToken });
    const controllerManager = await startControllerManager(site, adminKubeconfig(layout), () =>
      hasDefaultServiceAccount(site),
    );
    return new Cluster({ site, etcd, apiServer, controllerManager, adminToken });
  } catch (error) {
    const logs = keep(layout);
    await watchdog.finish();
    throw new Error(`the cluster did not start; its logs are in ${logs}`, { cause: error });
  }
}

function adminKubeconfig(layout: Layout): string {
  return join(layout.kubeconfigs, 'admin.yaml');
}

/** The controller manager's first work that others need: without it no pod is admitted to the namespace. */
async function hasDefaultServiceAccount({ layout, tools }: Site): Promise<boolean> {
  const args = [`--kubeconfig=${adminKubeconfig(layout)}`, 'get', 'serviceaccount', 'default'];
  const ran = await runCommand(join(tools, 'kubectl'), args, { mayFail: true, env: { HOME: layout.home } });
  return ran.code === 0;
}

function keep(layout: Layout): string {
  const folder = join(KEPT_LOGS, basename(layout.root));
  mkdirSync(KEPT_LOGS, { recursive: true });
  cpSync(layout.logs, folder, { recursive: true });
  return folder;
}

function split(line: CommandLine): {
  args: string[];
  as: string | undefined;
  kubeconfig: string | undefined;
  options: CommandOptions;
} {
  // A tuple with a rest at its head has no type for one of its elements.
  const parts: readonly (string | KubectlOptions)[] = line;
  const args = parts.filter((part) => typeof part === 'string');
  const { as, kubeconfig, ...options } = parts.find((part) => typeof part !== 'string') ?? {};
  return { args, as, kubeconfig, options };
}
