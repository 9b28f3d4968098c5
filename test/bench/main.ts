/**
 * `make bench`: what a pass costs, beside a bare client that fetches the same. Sizes may be given as arguments.
 * Ends with exit code 1 where a pass did not do its work, or needed more memory than it may.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured, plain, type Client, type Run } from './client.js';
import { CONCURRENCY, LATENCY, LOGIN, RULESET } from './model.js';
import { programStarts, START_HEAD, startCells, startFaults } from './programs.js';
import { cells, faultsOf, HEAD, RATIO_HEAD, ratios, startLine, type Row } from './rows.js';
import { Simulator } from './simulator.js';
import { table, whole } from './table.js';

const BARE = 'bare client';
const DEFAULT_SIZES = [1_000, 10_000];
const MAIN = fileURLToPath(new URL('../../dist/cmd/plus1/main.js', import.meta.url));

interface Place {
  folder: string;
  /** Scripts, compiled. */
  preload: string;
  bare: string;
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : DEFAULT_SIZES;
console.log(
  `Model: ${LATENCY.requestMs} ms a request and ${LATENCY.fileMs} ms a file, ${CONCURRENCY} requests in flight, no rate limit reached.\n` +
    `Machine: ${availableParallelism()} cores, Node ${process.versions.node}, ${process.platform}-${process.arch}, ${new Date().toISOString().slice(0, 10)}.\n` +
    'Wall, CPU (user and system) and peak memory are those of the client process alone, with its start.\n',
);
const folder = await mkdtemp(join(tmpdir(), 'plus1-bench-'));
try {
  const place = { folder, preload: await plain('measure', folder), bare: await plain('bare-client', folder) };
  const start = await measured({ script: MAIN, args: ['--version'] }, place);
  const starts = await programStarts(MAIN, place);
  console.log(`${table(START_HEAD, starts.map(startCells))}\n`);
  const rows: Row[] = [];
  for (const repositories of sizes) rows.push(...(await bench(repositories, place)));
  console.log(`${table(HEAD, rows.map(cells), 2)}\n\n${startLine(start)}\n\nThe same by repository:\n`);
  const besides = rows.map((row) => ({ row, bare: bareRun(rows, row.repositories) }));
  const ratioCells = besides.map(({ row, bare }) => ratios(row, bare));
  console.log(table(RATIO_HEAD, ratioCells, 2));
  for (const { row, bare } of besides) judge(row, bare);
  for (const fault of startFaults(starts)) fail(fault);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function bench(repositories: number, place: Place): Promise<Row[]> {
  const simulator = await Simulator.start(repositories);
  const take = async (client: string, what: Client, writes = 0): Promise<Row> => {
    process.stderr.write(`${whole(repositories)} repositories, ${client} …\n`);
    const run = await measured(what, place);
    return { client, repositories, run, tally: await simulator.tally(), writes };
  };
  const plus1: Client = {
    script: MAIN,
    args: ['sync', '--org', LOGIN, '--state', join(place.folder, `state-${repositories}`)],
    env: { GITHUB_TOKEN: 'ghp_bench', GITHUB_API_URL: simulator.apiURL },
  };
  try {
    return [
      await take('Plus1, first pass', plus1, 1),
      await take('Plus1, idle pass', plus1),
      await take(BARE, { script: place.bare, args: [simulator.apiURL, LOGIN, RULESET, String(CONCURRENCY)] }),
    ];
  } finally {
    await simulator.stop();
  }
}

function bareRun(rows: readonly Row[], repositories: number): Run {
  const found = rows.find((row) => row.client === BARE && row.repositories === repositories);
  if (found === undefined) throw new Error('the bare client was not run');
  return found.run;
}

function judge(row: Row, bare: Run): void {
  const faults = faultsOf(row, bare);
  if (faults.length === 0) return;
  fail(`${whole(row.repositories)} repositories, ${row.client}: ${faults.join(', ')}`);
}

function fail(fault: string): void {
  process.exitCode = 1;
  console.error(`\n${fault}`);
}
