/** `plus1` as a process that goes on, with what it logs and serves. Hazard: stop it, or it outlives the test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../dist/cmd/plus1/main.js', import.meta.url));
const PATIENCE_MS = 60_000;

/** The whole lines of a log, parsed. */
export const logLines = (log: string): Record<string, unknown>[] =>
  log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

export class ControllerProcess {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  #log = '';

  constructor(args: string[], env: Record<string, string>) {
    this.process = spawn(process.execPath, [MAIN, ...args], {
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
    return logLines(this.#log);
  }

  /** Where a server listens, once it does. */
  async address(server: 'health' | 'metrics' | 'webhook'): Promise<string> {
    const find = (): unknown =>
      this.lines.find(({ msg, server: name }) => msg === 'Listening' && name === server)?.['address'];
    return `http://${await this.#until(() => find() as string | undefined, `${server} to listen`)}`;
  }

  async get(server: 'health' | 'metrics', path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`${await this.address(server)}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async ready(): Promise<this> {
    await this.#until(async () => (await this.get('health', '/readyz')).status === 200, 'readiness');
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

  /** Not longer than it lives, and with its log where it never comes. */
  async #until<T>(check: () => Promise<T | undefined | false> | T | undefined | false, what: string): Promise<T> {
    try {
      const outcome = await Promise.race([
        eventually(check, { what, timeoutMs: PATIENCE_MS }),
        this.ended.then((code) => new Error(`the controller ended with ${code}`)),
      ]);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    } catch (error) {
      throw new Error(`${(error as Error).message}; its log is:\n${this.#log.slice(-4_000)}`, { cause: error });
    }
  }
}
