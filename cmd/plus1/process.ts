/** The process as a command sees it. The only file that touches signals, exit codes and broken pipes. */
import { performance } from 'node:perf_hooks';
import { boundCollections } from './collections.js';
import type { CommandIO } from './io.js';

/** Time for the last lines to be written. What is still running after a stop was told to end and does not. */
const LAST_WORDS_MS = 500;

/** Runs `main` with the real process, and makes a second signal end it at once. */
export async function inProcess(main: (io: CommandIO) => Promise<void>): Promise<void> {
  boundCollections();
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(1);
      stopping.abort(new Error(name));
    });
  }
  // `plus1 … | head` closes the pipe early: the run goes on, since its work is on GitHub and not in the pipe.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = 1;
    });
  }
  await main({
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    signal: stopping.signal,
    onHangup: (run) => process.on('SIGHUP', run),
    clock: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    done: (code) => {
      process.exitCode = code;
    },
  });
  if (stopping.signal.aborted) setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
}

/** Ends the process after `ms` whatever still runs, for when what runs must not go on. */
export function exitSoon(code: number, ms: number): void {
  setTimeout(() => process.exit(code), ms).unref();
}
