/** A command without a process: what it prints, and its exit code. */
import { PassThrough, Readable } from 'node:stream';
import type { Command } from 'commander';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { run, withIO } from '../../cmd/plus1/program.js';

export interface Outcome {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

export interface Setup {
  cwd: string;
  stdin?: Readable;
  env?: Record<string, string>;
  tty?: boolean;
  signal?: AbortSignal;
  /** Unix ms; default 0. */
  nowMs?: number;
}

/** Runs it to its end. */
export async function runCommand(make: (io: CommandIO) => Command, args: string[], setup: Setup): Promise<Outcome> {
  const outcome: Outcome = { code: undefined, stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): PassThrough & { isTTY?: boolean } => {
    const stream: PassThrough & { isTTY?: boolean } = new PassThrough();
    stream.on('data', (chunk: Buffer) => (outcome[name] += chunk.toString()));
    if (setup.tty === true) stream.isTTY = true;
    return stream;
  };
  const io: CommandIO = {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    stdin: setup.stdin ?? Readable.from([]),
    env: setup.env ?? {},
    cwd: setup.cwd,
    signal: setup.signal ?? new AbortController().signal,
    clock: () => setup.nowMs ?? 0,
    monotonic: () => 0,
    random: () => 0,
    onHangup: () => undefined,
    done: (code) => (outcome.code = code),
  };
  await run(withIO(make(io), io), args, io);
  await new Promise((resolve) => setImmediate(resolve));
  return outcome;
}
