/** The parent's end of the simulator process. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Told } from './github.js';

export type Tally = Extract<Told, { counts: unknown }>;

export class Simulator {
  readonly apiURL: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, apiURL: string) {
    this.#process = child;
    this.apiURL = apiURL;
  }

  /** `isImmediate`: without the latency of the model, where only processor time is measured. */
  static async start(repositories: number, { isImmediate = false } = {}): Promise<Simulator> {
    const args = [String(repositories), ...(isImmediate ? ['immediate'] : [])];
    const child = fork(fileURLToPath(new URL('./github.ts', import.meta.url)), args, { execArgv: ['--import', 'tsx'] });
    const told = await answer(child);
    if (!('apiURL' in told)) throw new Error('the simulator did not give its address');
    return new Simulator(child, told.apiURL);
  }

  /** What was counted since the last tally. */
  async tally(): Promise<Tally> {
    this.#process.send('tally');
    const told = await answer(this.#process);
    if (!('counts' in told)) throw new Error('the simulator did not give its counts');
    return told;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }
}

async function answer(child: ChildProcess): Promise<Told> {
  const gone = new AbortController();
  const onExit = (): void => gone.abort(new Error('the simulator ended'));
  child.once('exit', onExit);
  try {
    const [told] = (await once(child, 'message', { signal: gone.signal })) as [Told];
    return told;
  } finally {
    child.off('exit', onExit);
  }
}
