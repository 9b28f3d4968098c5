/** `make law-mutants`: plants the fault of each law in a copy, and sees that its tests turn red. Ends with 1 where they stay green. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planted } from '../chaos/mutants/plant.js';
import { LAW_MUTANTS, type LawMutant } from './laws.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPY = join(ROOT, '.cache', 'law-mutants');
const PARTS = ['pkg', 'cmd', 'test', 'package.json', '.mocharc.json', 'tsconfig.json'];

/** Whether the tests of that law are green in the copy. */
function isGreen({ test }: LawMutant): boolean {
  const mocha = join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const { status, stderr } = spawnSync(process.execPath, [mocha, test], { cwd: COPY, encoding: 'utf8' });
  if (status === null) throw new Error(`the tests of ${test} did not end: ${stderr.slice(0, 400)}`);
  return status === 0;
}

/** Plants the fault, plays the tests, and puts the sources back. */
function turnsRed(mutant: LawMutant): boolean {
  const sources = mutant.parts.map((part) => ({ part, path: join(COPY, part.file), source: '' }));
  for (const each of sources) {
    each.source = readFileSync(each.path, 'utf8');
    writeFileSync(each.path, planted(each.source, each.part));
  }
  const isRed = !isGreen(mutant);
  for (const { path, source } of sources) writeFileSync(path, source);
  // A test that fails anyway would prove nothing.
  return isRed && isGreen(mutant);
}

rmSync(COPY, { recursive: true, force: true });
for (const part of PARTS) cpSync(join(ROOT, part), join(COPY, part), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));
const wanted = process.argv.slice(2).map(Number);
for (const mutant of LAW_MUTANTS) {
  if (wanted.length > 0 && !wanted.includes(mutant.law)) continue;
  const isRed = turnsRed(mutant);
  console.log(
    `${isRed ? 'ok   ' : 'WRONG'} law ${mutant.law}, ${mutant.name}: ${mutant.test} ${isRed ? 'turns red' : 'stays green, or is red anyway'}`,
  );
  if (!isRed) process.exitCode = 1;
}
rmSync(COPY, { recursive: true, force: true });
