/** One process of the control plane, with its log in a file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Watchdog } from './watchdog.js';

/** kube-apiserver lets open watches be for 60 s after SIGTERM. */
const GRACE_MS = 75_000;
const TAIL_LINES = 15;

export interface DaemonOptions {
  executable: string;
  args: readonly string[];
  /** Appended to: a restart adds to it. */
  log: string;
  watchdog: Watchdog;
}

export class Daemon {
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly #exited: Promise<unknown>;

  constructor({ executable, args, log, watchdog }: DaemonOptions) {
    const output = openSync(log, 'a');
    // In a group of its own: an interrupt at the terminal must not end it before the tests have cleaned up.
    this.#process = spawn(executable, args, {
      detached: true,
      stdio: ['ignore', output, output],
      // Memory is there, and processor time is what a run of the tests lacks.
      env: { GOGC: '400', ...process.env },
    });
    closeSync(output);
    this.#log = log;
    const { pid } = this.#process;
    this.#exited = once(this.#process, 'exit').catch(() => undefined);
    if (pid === undefined) return;
    watchdog.watch(pid);
    void this.#exited.then(() => watchdog.forget(pid));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The last lines of its log. */
  tail(): string {
    return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  }

  /** Sends the signal, and SIGKILL to one that takes its time; returns when it has ended. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.isRunning) return;
    this.#process.kill(signal);
    const patience = new AbortController();
    const killed = sleep(GRACE_MS, undefined, { signal: patience.signal }).then(
      () => this.#process.kill('SIGKILL'),
      () => undefined,
    );
    await this.#exited;
    patience.abort();
    await killed;
  }
}
