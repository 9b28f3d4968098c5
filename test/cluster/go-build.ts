/**
 * Builds executables with the machine's Go into a cache folder, once.
 * Each is built beside its place and renamed into it: one that is there is whole, whenever the build was killed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool, ToolModule } from './tools.js';
import { withBuildLock } from './build-lock.js';

/** A line a minute, so that a silent first build of ten minutes is not taken for one that hangs. */
const PROGRESS_MS = 60_000;
/** Longer than any build, so that the folder of one that is still running is left alone. */
const ABANDONED_MS = 3_600_000;
const STDERR_KEPT_CHARACTERS = 20_000;

export interface BuildOptions {
  /** Holds a folder for each set of versions. */
  cache: string;
  say: (line: string) => void;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** Where the executables of a module are, or will be. */
export function binFolder(module: ToolModule, cache: string): string {
  return join(cache, module.id, 'bin');
}

/** The tools among `wanted` that are not built yet. */
export function unbuilt(module: ToolModule, wanted: readonly Tool[], cache: string): Tool[] {
  return wanted.filter((tool) => !existsSync(join(binFolder(module, cache), tool.name)));
}

/**
 * Whether there is a Go that can build the module. Asked in its folder: an older Go then either fetches the one that
 * go.mod wants, or says here and not after minutes that it cannot.
 */
export function canBuild(module: ToolModule, env: NodeJS.ProcessEnv): boolean {
  return spawnSync('go', ['list', '-m'], { cwd: module.folder, env: buildEnv(env), stdio: 'ignore' }).status === 0;
}

/** Builds what is missing among `wanted`; returns the folder that has them all. */
export async function goBuild(module: ToolModule, wanted: readonly Tool[], options: BuildOptions): Promise<string> {
  const bin = binFolder(module, options.cache);
  if (unbuilt(module, wanted, options.cache).length === 0) return bin;
  const onWait = (): void => options.say('another build is running: waiting for it');
  const lock = { onWait, ...(options.signal === undefined ? {} : { signal: options.signal }) };
  await withBuildLock(
    join(options.cache, `${module.id}.lock`),
    async () => {
      const missing = unbuilt(module, wanted, options.cache);
      if (missing.length > 0) await build(module, missing, options);
    },
    lock,
  );
  return bin;
}

async function build(module: ToolModule, tools: readonly Tool[], options: BuildOptions): Promise<void> {
  const home = join(options.cache, module.id);
  mkdirSync(join(home, 'bin'), { recursive: true });
  removeAbandoned(home);
  const partial = mkdtempSync(join(home, 'partial-'));
  try {
    const names = tools.map(({ name }) => name).join(', ');
    options.say(
      `building ${names} once, at the versions of go.mod (the first time takes up to ten minutes of two cores)`,
    );
    const startedMs = Date.now();
    await runGo(module, tools, partial, options);
    for (const tool of tools) renameSync(join(partial, tool.builtAs), join(home, 'bin', tool.name));
    options.say(`built in ${Math.round((Date.now() - startedMs) / 1000)} s`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** What killed builds left behind, hundreds of megabytes each. */
function removeAbandoned(home: string): void {
  for (const name of readdirSync(home).filter((entry) => entry.startsWith('partial-'))) {
    const folder = join(home, name);
    if (Date.now() - statSync(folder).mtimeMs > ABANDONED_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function runGo(module: ToolModule, tools: readonly Tool[], output: string, options: BuildOptions): Promise<void> {
  // Niced, and on two cores: the build must not take the machine away from the person who works on it.
  const args = ['-n', '15', 'go', 'build', '-p', '2', '-trimpath', '-buildvcs=false', '-ldflags', module.ldflags];
  const packages = tools.map((tool) => tool.package);
  const go = spawn('nice', [...args, '-o', `${output}/`, ...packages], {
    cwd: module.folder,
    env: buildEnv(options.env),
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let stderr = '';
  go.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT_CHARACTERS);
  });
  let minutes = 0;
  const progress = setInterval(() => options.say(`still building, ${++minutes} min`), PROGRESS_MS);
  return new Promise<void>((resolve, reject) => {
    go.once('error', reject);
    go.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go build ended with ${code ?? 'a signal'}:\n${stderr.trim()}`));
    });
  }).finally(() => clearInterval(progress));
}

/** What the user set for other Go work (a workspace, another target, other flags) must not change the result. */
function buildEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { GOOS: _os, GOARCH: _arch, ...rest } = env;
  return { ...rest, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
}
