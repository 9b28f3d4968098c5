/**
 * The executables as they are built, from today's sources: bundled once for all tests of a process, since a compiler in each
 * child would cost two seconds of each.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** By its name in package.json, without the ending. */
export type Executable = 'plus1' | 'ruleset-manager' | 'validate-datadog-yaml';

let folder: string | undefined;

/** The path of an executable. */
export function executable(name: Executable): string {
  folder ??= bundled();
  return join(folder, 'dist', 'cmd', name, 'main.js');
}

function bundled(): string {
  const made = mkdtempSync(join(tmpdir(), 'plus1-program-'));
  process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  // Node takes a file for an ES module by the package.json above it, and the program reads its version there.
  symlinkSync(join(ROOT, 'package.json'), join(made, 'package.json'));
  execFileSync(process.execPath, [join(ROOT, 'esbuild.config.js'), 'dist'], {
    cwd: made,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return made;
}
