/**
 * A program that keeps running while the demo goes on: the controller. The code that starts one stops it in a `finally`, or it
 * outlives the demo.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DemoFault } from './act.js';
import { MAIN, programEnvironment, type ProgramOptions } from './program.js';

/** Far more than a pass over the largest organization on the stage takes. */
const WAIT_TIMEOUT_MS = 45_000;
const LOOK_EVERY_MS = 100;

/** One JSON log line. */
export type LogLine = Record<string, unknown>;

export class LongRun {
  readonly log: LogLine[] = [];
  readonly #child: ChildProcessByStdio<null, null, Readable>;
  readonly #signal: AbortSignal;

  constructor(args: readonly string[], options: ProgramOptions) {
    this.#signal = options.signal;
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.folder,
      env: programEnvironment(options),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    createInterface({ input: this.#child.stderr }).on('line', (line) => this.log.push(parse(line)));
  }

  /** Waits until `holds`; throws DemoFault where it does not in time, or the program ended. */
  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + WAIT_TIMEOUT_MS;
    while (!(await holds())) {
      if (this.#child.exitCode !== null) throw new DemoFault(`the controller ended while the demo waited for ${what}`);
      if (Date.now() > deadline) throw new DemoFault(`${what} did not happen in ${WAIT_TIMEOUT_MS / 1_000} s`);
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.#signal });
    }
  }

  /** Where a server listens, as the log said. */
  address(server: string): string | undefined {
    const line = this.log.find((each) => each['msg'] === 'Listening' && each['server'] === server);
    return typeof line?.['address'] === 'string' ? line['address'] : undefined;
  }

  /** SIGTERM, and its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
    return this.#child.exitCode;
  }
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}
