/** The parent's end of the simulator process of `workflows.ts`. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkflowsTally, WorkflowsTold } from './workflows-github.js';

export class WorkflowsSimulator {
  readonly apiURL: string;
  readonly files: number;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, apiURL: string, files: number) {
    this.#process = child;
    this.apiURL = apiURL;
    this.files = files;
  }

  static async start(repositories: number): Promise<WorkflowsSimulator> {
    const script = fileURLToPath(new URL('./workflows-github.ts', import.meta.url));
    const child = fork(script, [String(repositories)], { execArgv: ['--import', 'tsx'] });
    const [told] = (await once(child, 'message')) as [WorkflowsTold];
    if (!('apiURL' in told)) throw new Error('the simulator did not give its address');
    return new WorkflowsSimulator(child, told.apiURL, told.files);
  }

  async tally(): Promise<WorkflowsTally> {
    this.#process.send('tally');
    const [told] = (await once(this.#process, 'message')) as [WorkflowsTold];
    if (!('counts' in told)) throw new Error('the simulator did not give its counts');
    return told;
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }
}
