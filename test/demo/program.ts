/**
 * Runs the built program as a user would: a process of its own, in a folder of its own, with an environment that holds
 * nothing of ours. A token of the person who watches must not end up in a demo, not even against a simulator.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/cmd/plus1/main.js', import.meta.url));

/** A run takes some seconds; one that takes this long hangs, and would hang the demo with it. */
const RUN_TIMEOUT_MS = 60_000;

export interface ProgramOptions {
  /** Working folder, and home. */
  folder: string;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

export interface ProgramResult {
  /** Undefined where a signal ended it. */
  code: number | undefined;
  /** Standard output and standard error in the order in which they came. */
  output: string;
}

/** Resolves when the process is gone. */
export async function runProgram(args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const { folder, signal } = options;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: programEnvironment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(RUN_TIMEOUT_MS)]),
    killSignal: 'SIGKILL',
  });
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => parts.push(part));
  let fault: Error | undefined;
  child.once('error', (error) => (fault = error));
  // `close` comes after `error` too: the clean-up then knows that nothing runs any more.
  const code = await new Promise<number | undefined>((resolve) => {
    child.once('close', (status) => resolve(status ?? undefined));
  });
  if (fault !== undefined) throw fault;
  return { code, output: Buffer.concat(parts).toString('utf8') };
}

/** Nothing of the caller's but the path. */
export function programEnvironment({ folder, env }: ProgramOptions): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: folder, ...env };
}
