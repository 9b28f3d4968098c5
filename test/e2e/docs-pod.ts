/**
 * What a kubelet would do with the pod of the chart, where there is none: the controller runs as a process with the
 * arguments of the StatefulSet and the token of its ServiceAccount, is restarted when they change, and goes with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControllerProcess, logLines } from './support/controller-process.js';
import type { Cluster } from './support/cluster.js';

export const NAMESPACE = 'plus1-system';
const NAME = 'plus1';
const LOOK_EVERY_MS = 500;

interface PodTemplate {
  serviceAccountName: string;
  args: string[];
}

export class DocsPod {
  readonly #cluster: Cluster;
  readonly #env: Record<string, string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'plus1-docs-pod-'));
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #process: ControllerProcess | undefined;
  #template = 'null';
  #logs = '';

  constructor(cluster: Cluster, env: Record<string, string>) {
    this.#cluster = cluster;
    this.#env = env;
    this.#running = this.#run();
  }

  /** Of every process so far. */
  get log(): string {
    return `${this.#logs}${this.#process?.log ?? ''}`;
  }

  /** The lines of that log that are records. */
  get lines(): Record<string, unknown>[] {
    return logLines(this.log);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#endProcess();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#look();
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const template = await this.#read();
    const text = JSON.stringify(template ?? null);
    if (text === this.#template && (template === undefined || this.#process?.process.exitCode === null)) return;
    await this.#endProcess();
    if (template !== undefined) this.#process = await this.#begin(template);
    this.#template = template === undefined || this.#process !== undefined ? text : 'null';
  }

  async #read(): Promise<PodTemplate | undefined> {
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets/${NAME}`;
    const found = await this.#cluster.object(path).catch(() => undefined);
    if (found === undefined) return undefined;
    const { spec } = found as {
      spec: { replicas: number; template: { spec: PodTemplate & { containers: { args: string[] }[] } } };
    };
    const { serviceAccountName, containers } = spec.template.spec;
    return spec.replicas === 0 ? undefined : { serviceAccountName, args: containers[0]?.args ?? [] };
  }

  /** Undefined where its ServiceAccount is not there (yet). */
  async #begin({ serviceAccountName, args }: PodTemplate): Promise<ControllerProcess | undefined> {
    const token = await this.#cluster.tokenFor(NAMESPACE, serviceAccountName).catch(() => undefined);
    if (token === undefined) return undefined;
    // A port and a path of the pod's own are not to be had here; the last flag counts.
    const own = [
      '--metrics-address=127.0.0.1:0',
      '--health-address=127.0.0.1:0',
      '--web-address=0',
      `--state=${this.#folder}`,
    ];
    return new ControllerProcess([...args, ...own], {
      KUBECONFIG: this.#cluster.kubeconfigFor(token, { namespace: NAMESPACE }),
      POD_NAMESPACE: NAMESPACE,
      HOME: this.#folder,
      ...this.#env,
    });
  }

  async #endProcess(): Promise<void> {
    const ended = this.#process;
    if (ended === undefined) return;
    await ended.stop();
    this.#logs += ended.log;
    this.#process = undefined;
  }
}
