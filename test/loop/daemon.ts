/** `plus1 controller` as a process. Hazard: await `ended`, or a test leaves a process behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { TOKEN } from '../integration/cli.js';
import { executable } from '../program.js';
import type { GitHubSimulator } from '../fakes/github/index.js';

const PATIENCE_MS = 100_000;

export interface DaemonOptions {
  github: GitHubSimulator;
  policies: string;
  state: string;
  args?: readonly string[];
  env?: Record<string, string>;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface LogLine {
  ts: string;
  level: string;
  msg: string;
  [field: string]: unknown;
}

export class Daemon {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly lines: LogLine[] = [];
  /** Everything that it wrote, as it wrote it. */
  raw = '';
  #rest = '';

  constructor({ github, policies, state, args = [], env = {} }: DaemonOptions) {
    const { host } = new URL(github.url);
    const flags = ['--policies', policies, '--state', state, '--allowed-host', host];
    const addresses = ['--metrics-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
    this.process = spawn(process.execPath, [executable('plus1'), 'controller', ...flags, ...addresses, ...args], {
      env: {
        PATH: process.env['PATH'],
        HOME: state,
        GITHUB_API_URL: github.apiURL,
        GITHUB_TOKEN: TOKEN,
        RETRY_DELAY: '1',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process.stderr?.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
    this.ended = new Promise((resolve) => this.process.on('close', (code, signal) => resolve({ code, signal })));
  }

  #take(text: string): void {
    this.raw += text;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.lines.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as LogLine));
  }

  /** Where that server listens, as it said. */
  async address(server: 'metrics' | 'health' | 'webhook' | 'web'): Promise<string> {
    const find = (): LogLine | undefined =>
      this.lines.find((line) => line.msg === 'Listening' && line['server'] === server);
    await this.until(() => find() !== undefined, `${server} listens`);
    return `http://${String(find()?.['address'])}`;
  }

  async get(server: 'metrics' | 'health', path: string): Promise<{ status: number; text: string }> {
    const address = `${await this.address(server)}${path}`;
    // A connection of its own, as a kubelet's probe has: one that is kept may be closed by the server just when it is used again,
    // which says nothing of the server.
    return new Promise((resolve, reject) => {
      const asked = request(address, { agent: false }, (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, text: body }), reject);
      });
      asked.on('error', reject).end();
    });
  }

  /** Ready: every policy had its first look. */
  async ready(patienceMs = PATIENCE_MS): Promise<void> {
    await this.address('health');
    await this.until(async () => (await this.get('health', '/readyz')).status === 200, 'it is ready', patienceMs);
  }

  async until(is: () => boolean | Promise<boolean>, what: string, patienceMs = PATIENCE_MS): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!(await is())) {
      if (this.process.exitCode !== null)
        throw new Error(`it ended before ${what}: ${JSON.stringify(this.lines.at(-1))}`);
      if (performance.now() > end)
        throw new Error(`gave up waiting until ${what}: ${JSON.stringify(this.lines.at(-1))}`);
      await pause(5);
    }
  }

  /** Ends it, whatever state it is in. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }
}
