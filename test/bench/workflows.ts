/**
 * `make bench-workflows`: what the workflow files and the checklists of all repositories cost beside a pass that does not look at them: a
 * first pass, and one when nothing changed. Sizes may be given as arguments. Ends with exit code 1 where one takes more than it may.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured, plain, type Run } from './client.js';
import { CONCURRENCY, LOGIN, PASS_LATENCY } from './model.js';
import { table, tenths, whole } from './table.js';
import type { WorkflowsTally } from './workflows-github.js';
import { WorkflowsSimulator } from './workflows-simulator.js';

const MAIN = fileURLToPath(new URL('../../dist/cmd/plus1/main.js', import.meta.url));
const MIB = 1_048_576;
/** Beyond a pass that does not look. */
const MOST_FIRST_QUESTIONS = 60;
const MOST_BASELINE_POINTS = 80;
/** What a pass over 10,000 repositories may take anyway, and what these looks may take beyond it. */
const MOST_PEAK_BYTES = 150e6 + 100e6;
/** Scans are asked for one by one, 100 a pass, so that a large organization would take an hour of passes here. */
const MOST_WITH_SCANS = 1_000;

interface Row {
  what: string;
  run: Run;
  tally: WorkflowsTally;
}

/** The policy without and with the looks. */
const policy = (apiURL: string, looks: string): string =>
  `apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\nmetadata: {name: acme}\nspec:\n  organization: ${LOGIN}\n  github: {apiURL: "${apiURL}"}\n${looks}`;

const looks = (repositories: number): string => `  workflows: {enabled: true, scope: All}
  baseline:
    enabled: true
    scope: All
    checks:
      securityWorkflow: {uses: acme/security/.github/workflows/scan.yml}
      customProperties: {required: [team]}
      codeowners: {owners: ["@acme/security"], paths: [/.github/workflows/, /.github/CODEOWNERS]}
      securityScan: {enabled: ${repositories <= MOST_WITH_SCANS}}
`;

async function bench(repositories: number, preload: string): Promise<void> {
  const github = await WorkflowsSimulator.start(repositories);
  const passes = async (name: string, spec: string): Promise<{ first: Row; converged: Row }> => {
    const file = join(folder, `${name}-${repositories}.yaml`);
    await writeFile(file, policy(github.apiURL, spec));
    const take = async (what: string): Promise<Row> => {
      process.stderr.write(`${whole(repositories)} repositories, ${name}, ${what} …\n`);
      const env = { GITHUB_TOKEN: 'ghp_bench', GITHUB_API_URL: github.apiURL, CONCURRENT_BATCHES: `${CONCURRENCY}` };
      const args = ['sync', '-f', file, '--state', join(folder, `${name}-${repositories}`)];
      const run = await measured({ script: MAIN, args, env }, { folder, preload });
      return { what: `${name}, ${what}`, run, tally: await github.tally() };
    };
    const first = await take('first pass');
    // The check of rules, and the scans of the others, 100 a pass.
    for (let pass = 0; pass <= Math.min(repositories, MOST_WITH_SCANS) / 100; pass += 1) {
      const { tally } = await take('a pass between');
      if (pass > 0 && tally.scans === 0) break;
    }
    return { first, converged: await take('converged pass') };
  };
  try {
    const without = await passes('without', '');
    const looking = await passes('with', looks(repositories));
    const rows = [without.first, looking.first, without.converged, looking.converged];
    console.log(`${whole(repositories)} repositories with ${whole(github.files)} workflow files:\n`);
    console.log(`${table(HEAD, rows.map(cells))}\n`);
    for (const [what, value, bound] of checksOf(repositories, without, looking)) {
      console.log(`${what}: ${tenths(value)}, at most ${tenths(bound)}: ${value <= bound ? 'met' : 'NOT MET'}`);
      if (value > bound) process.exitCode = 1;
    }
    console.log('');
  } finally {
    await github.stop();
  }
}

const HEAD = [
  'pass',
  'requests',
  'points',
  'for workflow files',
  'for checklists',
  'properties',
  'scans',
  'KB',
  'CPU s',
  'peak MiB',
];

const cells = ({ what, run, tally }: Row): string[] => [
  what,
  whole(tally.counts.requests),
  whole(tally.counts.points),
  whole(tally.workflows),
  whole(tally.baseline),
  whole(tally.properties),
  whole(tally.scans),
  whole(tally.counts.bytes / 1_000),
  tenths(run.cpuMs / 1_000),
  whole(run.peakBytes / MIB),
];

type Passes = Record<'first' | 'converged', Row>;

/** What it takes, beside what it may. The bounds are those of 1,000 repositories, and grow with their number. */
function checksOf(
  repositories: number,
  without: Passes,
  { first, converged }: Passes,
): [what: string, value: number, bound: number][] {
  const times = Math.max(1, repositories / 1_000);
  const more = converged.tally.counts.requests - without.converged.tally.counts.requests;
  const peak = Math.max(first.run.peakBytes, converged.run.peakBytes);
  return [
    ['questions for workflow files of a first pass', first.tally.workflows, MOST_FIRST_QUESTIONS * times],
    ['requests of a converged pass beyond one that does not look', more, 0],
    ['points of the checklists', first.tally.baselinePoints, MOST_BASELINE_POINTS * times],
    ['peak, MB', peak / 1e6, MOST_PEAK_BYTES / 1e6],
  ];
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000];
console.log(
  `Model: ${PASS_LATENCY.requestMs} ms a request, requests in flight from 2 at the start to ${CONCURRENCY}, one more a second; no limit reached.\n` +
    `Machine: ${availableParallelism()} cores, Node ${process.versions.node}, ${process.platform}-${process.arch}, ${new Date().toISOString().slice(0, 10)}, ` +
    `${tenths(loadavg()[0] ?? 0)} processes on average when this began.\n`,
);
const folder = await mkdtemp(join(tmpdir(), 'plus1-bench-'));
try {
  const preload = await plain('measure', folder);
  for (const repositories of sizes) await bench(repositories, preload);
} finally {
  await rm(folder, { recursive: true, force: true });
}
