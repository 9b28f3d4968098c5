/**
 * The executables as they are built, from today's sources: bundled once for a whole run of the tests, since a compiler in each
 * child would cost two seconds of each. `make test` has built them just before, and names the folder in PLUS1_BUILT.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** By its name in package.json, without the ending. */
export type Executable = 'plus1' | 'kubectl-plus1' | 'ruleset-manager' | 'validate-datadog-yaml';

/** The path of an executable. */
export function executable(name: Executable): string {
  return join(built(), 'cmd', name, 'main.js');
}

/** The folder that `esbuild.config.js` filled. */
function built(): string {
  const given = process.env['PLUS1_BUILT'];
  if (given !== undefined) return join(ROOT, given);
  const folder = join(tmpdir(), 'program');
  if (!existsSync(folder)) bundle(folder);
  return join(folder, 'dist');
}

/** Test files run side by side: the folder appears whole, and the first one to make it wins. */
function bundle(folder: string): void {
  const made = `${folder}.${process.pid}`;
  mkdirSync(made);
  // Node takes a file for an ES module by the package.json above it, and the program reads its version there.
  symlinkSync(join(ROOT, 'package.json'), join(made, 'package.json'));
  execFileSync(process.execPath, [join(ROOT, 'esbuild.config.js'), 'dist'], {
    cwd: made,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}
