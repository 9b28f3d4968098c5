/**
 * `make demo-evidence`: a month of an organization in virtual time, and the certification of it, written by the built program from the
 * journals of both replicas. `DIR` (evidence by default) keeps the folder. Needs no account and no network.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Certification } from '../../../pkg/report/certification/certification.js';
import { ALL_BLOCKS } from '../../../pkg/report/certification/verify-page.js';
import { Scene } from '../../integration/passes.js';
import { removeTemporaryFolders } from '../../temporary-folder.js';
import { DemoFault } from '../act.js';
import { Narrator } from '../narrator.js';
import { MONTH_NAME, MONTH_START, playMonth } from './month.js';
import { CAST, demoTown } from './town.js';

const PROGRAM = 'dist/cmd/plus1/main.js';
const narrator = new Narrator(process.stdout);
const folder = resolve(process.argv[2] ?? 'evidence');

/** The columns of a sample that fit a terminal: time, action, name, status, why. */
const SHOWN = [3, 4, 6, 7, 8];
const withShown = (csv: string): string =>
  csv
    .split('\n')
    .map((line) => line.split(','))
    .map((cells) => SHOWN.map((column) => cells[column - 1] ?? '').join(','))
    .join('\n')
    .replaceAll(/^,+$/gm, '');

/** Runs the built program; what it says on standard error is told. */
function plus1(args: readonly string[], cutToColumns = false): void {
  narrator.command(`plus1 ${args.join(' ')}${cutToColumns ? ` | cut -d, -f${SHOWN.join(',')}` : ''}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });
  narrator.output(`${cutToColumns ? withShown(stdout) : stdout}${stderr}`);
  if (status !== 0) throw new DemoFault(`plus1 ${args[0] ?? ''} ended with ${status}`);
}

function prove(what: string, isSo: boolean): void {
  if (!isSo) throw new DemoFault(`not so: ${what}`);
  narrator.proved(what);
}

function look(certification: Certification): void {
  const { governance_coverage: coverage, process_effectiveness: process_, risk_assessment: risks } = certification;
  const [hold] = process_.holds;
  prove(
    `${coverage.days.length} days, each with what was in production and what was governed`,
    coverage.days.length === 31,
  );
  prove(
    `ungoverned for ${coverage.exposure.total_seconds / 3_600} hours in all: GitHub refused two writes on the 14th`,
    coverage.exposure.total_seconds === 12 * 3_600,
  );
  prove(`the plan of the 8th was held, and ${hold?.approvers.join()} approved it`, hold?.approvers.length === 1);
  prove('one repository that somebody took out by hand came back with the next pass', process_.drift.repaired === 1);
  prove(`${risks.gaps.length} gaps are shown, and count as nothing`, risks.gaps.length === 2);
  prove(`one exemption, owned by ${risks.exemptions[0]?.owner}`, risks.exemptions.length === 1);
}

async function main(): Promise<void> {
  if (existsSync(folder) && !existsSync(join(folder, 'manifest.json')) && readdirSync(folder).length > 0)
    throw new DemoFault(`${folder} holds something else: name another folder`);
  narrator.act('A month of acme, four passes a day, in a minute or two');
  narrator.say(
    'Growth, drift, a plan that is held and approved, refused writes, a day and a half without passes, a failover, an',
    'exemption, a rollback. The simulator of GitHub answers; two replicas keep a journal each.',
  );
  const scene = await Scene.open(demoTown(), MONTH_START);
  try {
    const roots = await playMonth(scene, CAST);
    narrator.act('The certification of that month');
    narrator.say('Written from the journals of both replicas alone.');
    const journals = roots.flatMap((root) => ['--journal', root]);
    rmSync(folder, { recursive: true, force: true });
    plus1(['report', 'certification', 'default/acme', '--month', MONTH_NAME, ...journals, '--output', folder]);
    const files = readdirSync(folder).sort();
    narrator.say(...files.map((file) => `  ${String(statSync(join(folder, file)).size).padStart(8)}  ${file}`));
    look(JSON.parse(readFileSync(join(folder, 'certification.json'), 'utf8')) as Certification);
    narrator.act('A sample of it, as an auditor draws one');
    narrator.say('Drawn from the records that are in that folder. You can draw the same one again.');
    const drawing = ['--population', 'changes', '--month', MONTH_NAME, '--seed', '20261001', '--size', '3'];
    const here = relative(process.cwd(), folder);
    const records = ['--journal', join(here, 'journal')];
    plus1(['report', 'sample', 'default/acme', ...drawing, ...records, '--format', 'csv'], true);
    narrator.say('', `Read it:    ${pathToFileURL(join(folder, 'certification.html')).href}`);
    narrator.say(`Check it:   ${join(here, 'VERIFY.md')} says how, with sha256sum and openssl alone. In short:`);
    narrator.say('', `cd ${here} && ${ALL_BLOCKS}`);
  } finally {
    await scene.close();
    removeTemporaryFolders();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof DemoFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
