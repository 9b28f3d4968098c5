/** The executable's commands, in this process or as a child, with what they printed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { plus1 as program } from '../../cmd/plus1/commands.js';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { run } from '../../cmd/plus1/program.js';
import type { Report } from '../../pkg/report/index.js';
import { aimOf } from '../builders.js';
import type { GitHubSimulator, Organization } from '../fakes/github/index.js';
import { executable, type Executable } from '../program.js';
import { temporaryFolder } from '../temporary-folder.js';

export { temporaryFolder } from '../temporary-folder.js';

export const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Where the environment's token belongs. */
  github?: GitHubSimulator;
  env?: Record<string, string>;
  clock?: () => number;
  signal?: AbortSignal;
}

function environment({ github, env }: RunOptions): Record<string, string> {
  const known = github === undefined ? {} : { GITHUB_API_URL: github.apiURL, GITHUB_TOKEN: TOKEN };
  return { HOME: temporaryFolder(), RETRY_DELAY: '1', ...known, ...env };
}

/** `plus1 ARGS` in this process, through the flags as the executable declares them. */
export async function plus1(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const stdout = new Sink();
  const stderr = new Sink();
  const ran: Ran = { code: undefined, stdout: '', stderr: '' };
  const io: CommandIO = {
    stdout,
    stderr,
    stdin: new PassThrough().end(),
    env: environment(options),
    cwd: process.cwd(),
    signal: options.signal ?? new AbortController().signal,
    onHangup: () => undefined,
    clock: options.clock ?? Date.now,
    monotonic: () => performance.now(),
    random: () => 0,
    done: (code) => (ran.code = code),
  };
  await run(program(io), args, io);
  return { ...ran, stdout: stdout.text, stderr: stderr.text };
}

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** The report on standard output of a run with `--format json`. */
export function reportOf({ stdout }: Ran): Report {
  return JSON.parse(stdout) as Report;
}

export interface Child {
  process: ChildProcess;
  /** Resolves when it has ended; `code` is undefined where a signal ended it. */
  ended: Promise<Ran>;
}

/** The executable itself, as it is built. */
export function spawnPlus1(args: readonly string[], options: RunOptions & { main?: Executable } = {}): Child {
  const child = spawn(process.execPath, [executable(options.main ?? 'plus1'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment(options) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ran>((resolve) =>
    child.on('close', (code) => resolve({ code: code ?? undefined, stdout, stderr })),
  );
  return { process: child, ended };
}

/** A policy of that membership without a grace period, as arguments. */
export function policyArguments(organization: Organization, { apiURL }: GitHubSimulator): string[] {
  const file = join(temporaryFolder(), 'acme.json');
  const head = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } };
  const spec = { organization: 'acme', github: { apiURL }, ruleset: aimOf(organization), exit: { gracePeriod: '0s' } };
  writeFileSync(file, JSON.stringify({ ...head, spec }));
  return ['-f', file];
}
