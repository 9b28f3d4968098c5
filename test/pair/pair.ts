/**
 * Two controllers over one cluster, as two pods of the chart: each has its state folder, its name, and a connection of its own to
 * the API server, which may be broken. One that ends by itself is started again, as a kubelet does. Hazard: `stop` them, or they outlive the run.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../e2e/kube-stage.js';
import type { ControllerProcess } from '../e2e/support/controller-process.js';
import type { FaultProxy } from '../e2e/support/fault-proxy.js';

const FLAGS = ['--all-namespaces', '--leader-elect'];
/** Between the end of a process and the next one in its place. */
const RESTART_MS = 1_000;
const TOOK = 'Took the lease';

/** One place for a process, and those that were there, oldest first. */
export interface Seat {
  readonly name: string;
  readonly proxy: FaultProxy;
  readonly lives: ControllerProcess[];
  isFrozen: boolean;
}

export class Pair {
  readonly seats: readonly Seat[];
  /** Of processes that ended by themselves, or by SIGTERM. */
  readonly exitCodes: (number | null)[] = [];
  /** The processes that took the lease, in order. */
  readonly takes: number[] = [];
  readonly #stage: Stage;
  #isOver = false;

  private constructor(stage: Stage, proxies: readonly FaultProxy[]) {
    this.#stage = stage;
    this.seats = proxies.map((proxy, index) => ({ name: `plus1-${index}`, proxy, lives: [], isFrozen: false }));
  }

  static async start(stage: Stage): Promise<Pair> {
    const pair = new Pair(stage, [await stage.cluster.proxy(), await stage.cluster.proxy()]);
    for (const seat of pair.seats) pair.#begin(seat);
    return pair;
  }

  alive({ lives }: Seat): ControllerProcess | undefined {
    const last = lives.at(-1);
    return last?.process.exitCode === null && last.process.signalCode === null ? last : undefined;
  }

  /** The process that took the lease last, by what they log; undefined before the first. */
  get leader(): number | undefined {
    return this.takes.at(-1);
  }

  async kill(seat: Seat, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const life = this.alive(seat);
    if (life === undefined) return;
    seat.isFrozen = false;
    await life.stop(signal);
  }

  /** It stands still for so long, while its time runs. */
  async freeze(seat: Seat, ms: number): Promise<void> {
    const pid = this.alive(seat)?.process.pid;
    if (pid === undefined || seat.isFrozen) return;
    seat.isFrozen = true;
    signal(pid, 'SIGSTOP');
    await sleep(ms, undefined, { ref: false });
    signal(pid, 'SIGCONT');
    seat.isFrozen = false;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.seats.map((seat) => this.kill(seat, 'SIGTERM')));
  }

  #begin(seat: Seat): void {
    const { name, proxy, lives } = seat;
    const life = this.#stage.run({ flags: FLAGS, server: proxy.url, state: name, env: { POD_NAME: name } });
    lives.push(life);
    const { pid = 0, stderr } = life.process;
    if (stderr !== null) createInterface(stderr).on('line', (line) => line.includes(TOOK) && this.takes.push(pid));
    void life.ended.then(async (code) => {
      this.exitCodes.push(code);
      await sleep(RESTART_MS);
      if (!this.#isOver) this.#begin(seat);
    });
  }
}

/** It may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // There is nobody to be stopped.
  }
}
