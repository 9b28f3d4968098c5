/**
 * `make bench`: what a pass costs, beside a bare client that fetches the same. Sizes may be given as arguments, and `at-once` for a simulator
 * without latency. Ends with exit code 1 where a pass did not do its work, or took more than it may.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured, plain, type Client, type Run } from './client.js';
import { CONCURRENCY, LOGIN, PASS_LATENCY, RULESET } from './model.js';
import { programStarts, START_HEAD, startCells, startFaults } from './programs.js';
import { quickRun } from './quick.js';
import { CHECK_HEAD, checkCells, checksOf, QUICK_HEAD, quickCells, type Size } from './rows.js';
import { cells, faultsOf, HEAD, quickest, RATIO_HEAD, ratios, startLine, type Row, type Rows } from './rows.js';
import { Simulator } from './simulator.js';
import { table, tenths, whole } from './table.js';

const BARE = 'bare client';
const DEFAULT_SIZES = [1_000, 10_000, 100_000];
/** Passes over so few take seconds, and whatever else the machine does only adds: each is taken several times, and the quickest counts. */
const ROUNDS_UP_TO = 1_000;
const ROUNDS = 3;
const AT_ONCE = 'at-once';
const MAIN = fileURLToPath(new URL('../../dist/cmd/plus1/main.js', import.meta.url));

interface Place {
  folder: string;
  /** Scripts, compiled. */
  preload: string;
  live: string;
  bare: string;
}

const given = process.argv.slice(2);
/** The simulator answers without the latency of the model: for peaks of memory, which do not depend on it. */
const isImmediate = given.includes(AT_ONCE);
const asked = given.filter((each) => each !== AT_ONCE).map(Number);
const sizes = asked.length > 0 ? asked : DEFAULT_SIZES;
console.log(
  `Model: ${isImmediate ? 0 : PASS_LATENCY.requestMs} ms a request, requests in flight from 2 at the start to ${CONCURRENCY}, one more a second; no limit reached.\n` +
    `Machine: ${availableParallelism()} cores, Node ${process.versions.node}, ${process.platform}-${process.arch}, ${new Date().toISOString().slice(0, 10)}, ` +
    `${tenths(loadavg()[0] ?? 0)} processes on average when this began.\n` +
    'Wall, CPU (user and system) and peak memory are those of the client process alone, with its start.\n' +
    `Up to ${whole(ROUNDS_UP_TO)} repositories each run is the quickest of ${ROUNDS}.\n`,
);
const folder = await mkdtemp(join(tmpdir(), 'plus1-bench-'));
try {
  const [preload, live, bare] = [
    await plain('measure', folder),
    await plain('live', folder),
    await plain('bare-client', folder),
  ];
  const place = { folder, preload, live, bare };
  let start = await measured({ script: MAIN, args: ['--version'] }, place);
  for (let rest = ROUNDS; rest > 1; rest -= 1) {
    const again = await measured({ script: MAIN, args: ['--version'] }, place);
    if (again.wallMs < start.wallMs) start = again;
  }
  const starts = await programStarts(MAIN, place);
  console.log(`${table(START_HEAD, starts.map(startCells))}\n`);
  const organizations: Size[] = [];
  for (const repositories of sizes) organizations.push(await bench(repositories, place));
  const rows = organizations.flatMap(({ first, second, idle, bare }) =>
    [first, second, idle, bare].map((row) => ({ row, bare: bare.run })),
  );
  console.log(
    `${table(
      HEAD,
      rows.map(({ row }) => cells(row)),
      2,
    )}\n\n${startLine(start)}\n\nThe same by repository:\n`,
  );
  console.log(
    `${table(
      RATIO_HEAD,
      rows.map(({ row, bare }) => ratios(row, bare)),
      2,
    )}\n\nQuick passes of the controller, idle:\n`,
  );
  console.log(
    `${table(
      QUICK_HEAD,
      organizations.map(({ repositories, quick }) => quickCells(repositories, quick)),
    )}\n`,
  );
  const checks = organizations.flatMap((size) => checksOf(size, start));
  if (checks.length > 0) console.log(table(CHECK_HEAD, checks.map(checkCells)));
  for (const { row, bare } of rows) judge(row, bare);
  for (const fault of startFaults(starts)) fail(fault);
  for (const { what, measured: found, bound, isMet } of checks) if (!isMet) fail(`${what}: ${found}, at most ${bound}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function bench(repositories: number, place: Place): Promise<Size> {
  const rounds: Rows[] = [];
  for (let rest = repositories > ROUNDS_UP_TO ? 1 : ROUNDS; rest > 1; rest -= 1)
    rounds.push(await round(repositories, place, `state-${repositories}-${rest}`, async (rows) => rows));
  for (const { first, second, idle, bare } of rounds) for (const row of [first, second, idle]) judge(row, bare.run);
  return round(repositories, place, `state-${repositories}`, async (rows, { state, simulator }) => {
    process.stderr.write(`${whole(repositories)} repositories, quick passes …\n`);
    const quick = await quickRun({ main: MAIN, live: place.live, folder: place.folder, state }, simulator);
    return { repositories, ...rounds.reduce(quickest, rows), quick };
  });
}

/** One of each client, over an organization and a state of their own, and then `after`. */
async function round<T>(
  repositories: number,
  place: Place,
  folder: string,
  after: (rows: Rows, means: { state: string; simulator: Simulator }) => Promise<T>,
): Promise<T> {
  const simulator = await Simulator.start(repositories, { isImmediate });
  const state = join(place.folder, folder);
  const take = async (client: string, what: Client, writes = 0): Promise<Row> => {
    process.stderr.write(`${whole(repositories)} repositories, ${client} …\n`);
    const run = await measured(what, place);
    const status = await stat(join(state, 'default', `${LOGIN}.json`)).catch(() => undefined);
    return {
      client,
      repositories,
      run,
      tally: await simulator.tally(),
      writes,
      ...(status && { statusBytes: status.size }),
    };
  };
  const plus1: Client = {
    script: MAIN,
    args: ['sync', '--org', LOGIN, '--state', state],
    env: { GITHUB_TOKEN: 'ghp_bench', GITHUB_API_URL: simulator.apiURL, CONCURRENT_BATCHES: String(CONCURRENCY) },
  };
  try {
    const first = await take('Plus1, first pass', plus1, 1);
    // Once a day the pass after a write asks which rules are in force on each governed repository.
    const second = await take('Plus1, check of rules', plus1);
    const idle = await take('Plus1, idle pass', plus1);
    const bare = await take(BARE, {
      script: place.bare,
      args: [simulator.apiURL, LOGIN, RULESET, String(CONCURRENCY)],
    });
    return await after({ first, second, idle, bare }, { state, simulator });
  } finally {
    await simulator.stop();
  }
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
