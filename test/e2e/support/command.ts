/** Runs a command to its end, with what it printed. */
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

/** A server that hangs must fail the test that asked, not the whole run. */
const TIMEOUT_MS = 120_000;
/** kubectl and Helm end before they would run out of memory: a fifth of their processor time went to collecting garbage. */
const SHORT_LIVED = '800';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  stdin?: string;
  /** Returns a failure instead of throwing it. */
  mayFail?: boolean;
  env?: Record<string, string>;
  cwd?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** A command that failed, with all that it said. */
export class CommandFailed extends Error {
  readonly ran: Ran;

  constructor(command: string, ran: Ran) {
    super(`${command} ended with ${ran.code}\n${ran.stderr.trim()}\n${ran.stdout.trim()}`.trimEnd());
    this.name = 'CommandFailed';
    this.ran = ran;
  }
}

/** Throws `CommandFailed` for any exit code but 0, unless `mayFail`. */
export async function runCommand(
  executable: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ran> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const child = spawn(executable, args, {
    // Nothing of the user's: a proxy, another KUBECONFIG or a Helm plugin would change what the tests see.
    env: { PATH: process.env['PATH'], GOGC: SHORT_LIVED, ...options.env },
    cwd: options.cwd,
    signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  const [code, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  const ran = { code, stdout: stdout.toString(), stderr: stderr.toString() };
  if (code !== 0 && options.mayFail !== true) throw new CommandFailed([executable, ...args].join(' '), ran);
  return ran;
}
