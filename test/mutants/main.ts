/**
 * `make mutants`: Stryker plants faults in a copy of the sources, one at a time, and plays the tests of their room. Prints the share that
 * was noticed, and those that were not and stand in no explained list. Ends with 1 where there is such a one, or the share is too small.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judged, type Report } from './report.js';
import { ROOMS, type Room } from './rooms.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HERE = fileURLToPath(new URL('./', import.meta.url));
/** Tools, sandboxes and reports. */
const CACHE = `${ROOT}.cache/mutants`;
const TOOLS = `${CACHE}/tools`;
/** A fault that makes a loop without end is stopped after that, ms, beside half again what the tests took. */
const TIMEOUT_MS = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  // In place of all sources of the room: a glob.
  options: { files: { type: 'string' } },
});

function run(command: string, args: readonly string[], cwd: string): void {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

/** Apart from the packages of the project, so that `npm ci` of the project stays small. */
function install(): void {
  const lock = (folder: string): string => readFileSync(`${folder}package-lock.json`, 'utf8');
  if (existsSync(`${TOOLS}/.installed`) && lock(`${TOOLS}/`) === lock(HERE)) return;
  mkdirSync(TOOLS, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(`${HERE}${file}`, `${TOOLS}/${file}`);
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error', '--prefer-offline'], TOOLS);
  writeFileSync(`${TOOLS}/.installed`, '');
}

function settings(room: Room, report: string): object {
  return {
    testRunner: 'mocha',
    plugins: [`${TOOLS}/node_modules/@stryker-mutator/mocha-runner/dist/src/index.js`],
    // Each fault is played against the tests that reach it. Those in what runs while modules load would need a process each.
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    concurrency: 1,
    mutate: values.files === undefined ? room.sources : [values.files],
    mochaOptions: { spec: room.tests, config: `${HERE}mocharc.json` },
    testRunnerNodeArgs: ['--import', 'tsx'],
    timeoutMS: TIMEOUT_MS,
    reporters: ['json'],
    jsonReporter: { fileName: report },
    tempDirName: '.cache/mutants/sandboxes',
    // Without it in the sandbox its paths need not be written again, for which Stryker wants a compiler of its own.
    tsconfigFile: 'none',
    ignorePatterns: ['*', '!pkg/**', '!cmd/**', '!test/**', '!docs/**', '!package.json'],
    disableTypeChecks: false,
    allowConsoleColors: false,
  };
}

function play(room: Room): boolean {
  const name = room.name.replace('/', '-');
  const [config, report] = [`${CACHE}/${name}.config.json`, `${CACHE}/${name}.json`];
  writeFileSync(config, JSON.stringify(settings(room, report)));
  run('node', [`${TOOLS}/node_modules/@stryker-mutator/core/bin/stryker.js`, 'run', config], ROOT);
  const explained = readFileSync(`${HERE}explained.txt`, 'utf8');
  const { text, isGood } = judged(room, JSON.parse(readFileSync(report, 'utf8')) as Report, explained);
  console.log(text);
  return isGood;
}

const wanted = ROOMS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.startsWith(word)),
);
if (wanted.length === 0) throw new Error(`no such room; there are ${ROOMS.map(({ name }) => name).join(', ')}`);
install();
for (const room of wanted) if (!play(room)) process.exitCode = 1;
