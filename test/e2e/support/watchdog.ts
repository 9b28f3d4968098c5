/**
 * Ends processes and removes their folder when this process ends, however it ends: a handler for `exit` or a signal
 * would not run on SIGKILL, and a control plane that stays behind takes 500 MB and a port.
 * It is a shell that reads a pipe: the pipe closes with us.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

// `rm` comes twice because a process that was just killed may still be writing its last file.
const SCRIPT = `
folder=$1
pids=' '
while read -r verb value; do
  case $verb in
    watch) pids="$pids$value " ;;
    forget) pids=$(printf '%s' "$pids" | sed "s/ $value / /") ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
rm -rf "$folder" 2>/dev/null || { sleep 1; rm -rf "$folder"; }
`;

export class Watchdog {
  readonly #shell: ChildProcessByStdio<Writable, null, null>;

  /** Watches over a folder, which goes when this process ends. */
  constructor(folder: string) {
    // In a group of its own: an interrupt at the terminal reaches every process of ours, and must not reach this one.
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.stdin.on('error', () => undefined);
  }

  /** This process must not outlive us. */
  watch(pid: number): void {
    this.#shell.stdin.write(`watch ${pid}\n`);
  }

  /** It has ended: its number may soon be someone else's. */
  forget(pid: number): void {
    this.#shell.stdin.write(`forget ${pid}\n`);
  }

  /** Ends what is left, removes the folder, and returns when both are done. */
  async finish(): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    const exited = once(this.#shell, 'exit');
    this.#shell.stdin.end();
    await exited;
  }
}
