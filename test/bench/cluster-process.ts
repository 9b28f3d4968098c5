/** One controller as its pod runs it, with what it uses. Linux alone tells that of another process (proc(5)). */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ClusterStage } from './cluster-stage.js';

const MAIN = fileURLToPath(new URL('../../dist/cmd/plus1/main.js', import.meta.url));
const LOOK_MS = 200;
const LEADS = 'leader_election_master_status{name="plus1-controller"} 1';
/** Of the kernel, on every platform that Node runs on. */
const TICKS_PER_S = 100;

export interface Usage {
  rssMiB: number;
  /** Since its start. */
  peakMiB: number;
  cpuS: number;
}

export interface Scrape {
  kb: number;
  ms: number;
}

interface Line {
  level?: string;
  msg?: string;
  error?: string;
  server?: string;
  address?: string;
}

export class BenchProcess {
  readonly #process: ChildProcess;
  readonly #startMs = performance.now();
  readonly #addresses = new Map<string, string>();
  /** Lines of the log that tell of trouble, each once with its number. */
  readonly troubles = new Map<string, number>();

  private constructor(child: ChildProcess) {
    this.#process = child;
    if (child.stderr === null) throw new Error('no log');
    createInterface(child.stderr).on('line', (line) => this.#read(line));
  }

  /** With the flags and the heap limit of the chart, and its state in the folder. */
  static async start(stage: ClusterStage, folder: string): Promise<BenchProcess> {
    const { args, env } = await stage.container();
    const heap = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
    // Of a flag that is given twice the last one counts.
    const own = ['--state', folder, '--metrics-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
    const child = spawn(process.execPath, [MAIN, ...args, ...own], {
      env: {
        KUBECONFIG: stage.kubeconfig,
        HOME: folder,
        NODE_ENV: 'production',
        NODE_OPTIONS: `${heap} ${process.env['BENCH_NODE_OPTIONS'] ?? ''}`,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new BenchProcess(child);
  }

  /** Seconds from the start until it has looked at every policy once. Before it leads it is ready, and has looked at none. */
  async ready(): Promise<number> {
    await this.#until(async () => (await this.#get('metrics', '/metrics')).text.includes(LEADS));
    await this.#until(async () => (await this.#get('health', '/readyz')).ok);
    return (performance.now() - this.#startMs) / 1_000;
  }

  usage(): Usage {
    const { pid } = this.#process;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
    // The name of the program, in parentheses, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { rssMiB: kib('VmRSS') / 1_024, peakMiB: kib('VmHWM') / 1_024, cpuS: ticks / TICKS_PER_S };
  }

  async scrape(): Promise<Scrape> {
    const startMs = performance.now();
    const { text } = await this.#get('metrics', '/metrics');
    return { kb: text.length / 1_000, ms: performance.now() - startMs };
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }

  async #until(is: () => Promise<boolean>): Promise<void> {
    const servers = ['health', 'metrics'];
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error(`it ended: ${[...this.troubles.keys()].join('\n')}`);
      if (servers.every((name) => this.#addresses.has(name)) && (await is())) return;
      await pause(LOOK_MS);
    }
  }

  async #get(server: 'health' | 'metrics', path: string): Promise<{ ok: boolean; text: string }> {
    const response = await fetch(`http://${this.#addresses.get(server)}${path}`);
    return { ok: response.ok, text: await response.text() };
  }

  #read(text: string): void {
    const line = (text.startsWith('{') ? JSON.parse(text) : { level: 'error', msg: text }) as Line;
    const { level, msg = '', error = '', server, address } = line;
    if (server !== undefined && address !== undefined) this.#addresses.set(server, address);
    if (level !== 'warn' && level !== 'error') return;
    const trouble = `${msg} ${error}`;
    this.troubles.set(trouble, (this.troubles.get(trouble) ?? 0) + 1);
  }
}
