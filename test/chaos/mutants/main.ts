/**
 * `make chaos-mutants`: plants each fault of the table in a scratch copy, and runs chaos on it until an invariant notices. Ends with 1
 * where one is not noticed within 2,000 seeds.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { partsOf, planted } from './plant.js';
import { MUTANTS, type Mutant } from './table.js';

const SEEDS = 2_000;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Below the root, so that packages are found. */
const SCRATCH = join(ROOT, '.cache', 'chaos-mutants');
const PARTS = [
  ...['pkg', 'cmd', 'test/fakes', 'test/chaos', 'test/builders.ts', 'package.json', 'tsconfig.json'],
  // The simulator reads GitHub's schema by its path.
  'node_modules/@octokit/graphql-schema',
];

async function noticed(mutant: Mutant, index: number): Promise<{ line: string; isNoticed: boolean }> {
  const copy = join(SCRATCH, String(index));
  rmSync(copy, { recursive: true, force: true });
  for (const part of PARTS) {
    mkdirSync(dirname(join(copy, part)), { recursive: true });
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  for (const part of partsOf(mutant)) {
    const file = join(copy, part.file);
    writeFileSync(file, planted(readFileSync(file, 'utf8'), part));
  }
  const args = [
    '--max-semi-space-size=64',
    '--import',
    'tsx',
    'test/chaos/main.ts',
    '--first',
    '--seeds',
    `${SEEDS}`,
    '--until',
  ];
  const child = spawn(process.execPath, [...args, mutant.noticedBy.join()], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  rmSync(copy, { recursive: true, force: true });
  const seed = /^seed (\d+) is wrong/m.exec(out)?.[1];
  const names = [...new Set([...out.matchAll(/^ {2}([a-z-]+): /gm)].map(([, name]) => name as string))];
  const isNoticed = names.some((name) => mutant.noticedBy.includes(name));
  const result = seed === undefined ? `not noticed ${errors.slice(0, 400)}` : `seed ${seed}: ${names.join(', ')}`;
  return { line: `${isNoticed ? 'ok   ' : 'WRONG'} law ${mutant.law}, ${mutant.name}: ${result}`, isNoticed };
}

const wanted = process.argv.slice(2);
for (const [index, mutant] of MUTANTS.entries()) {
  if (wanted.length > 0 && !wanted.some((word) => mutant.name.includes(word))) continue;
  const { line, isNoticed } = await noticed(mutant, index);
  console.log(line);
  if (!isNoticed) process.exitCode = 1;
}
rmSync(SCRATCH, { recursive: true, force: true });
