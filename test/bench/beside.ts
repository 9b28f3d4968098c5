/**
 * `make bench-beside`: what passes take while the controller does something else as well: a SIEM that takes records, one that is down, and
 * people who read the web page, among them slow ones. Processor time of the thread that makes the passes, of the whole process, and the
 * time of a pass, each beside a controller that does nothing else, in turns. Other work of the machine hides a hundredth in all of these, so that
 * what readers and sinks take of that thread is told by controllers that make no pass meanwhile; it fails where that is more than its bound.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { Daemon, type LogLine } from '../loop/daemon.js';
import { Receiver } from '../siem/fakes/receiver.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { RULESET } from './model.js';
import { hundredths, table, tenths, whole } from './table.js';

const REPOSITORIES = 2_000;
const PASSES = 10;
/** How often each way is played; the first argument of the command. */
const TURNS = Number(process.argv[2] ?? 2);
/** Of the thread of the passes, whatever else there is. */
const OTHERS_AT_MOST = 0.01;
/** Seconds in a row with readers, and without; so often each. */
const [SECONDS, TIMES] = [3, 5];
const NS_A_MS = 1_000_000;

type Way = 'alone' | 'sink' | 'sink that is down' | 'readers';
/** Each with a controller of its own; within it, so much of each way in turns. */
const PLAYS: readonly (readonly Way[])[] = [
  ['alone', 'readers', 'alone', 'readers', 'alone', 'readers'],
  ['sink', 'sink'],
  ['sink that is down', 'sink that is down'],
];

/** Of one pass and the time until it, ms. */
interface Measured {
  /** Processor time of the thread that makes the passes. */
  threadMs: number;
  /** Processor time of all threads. */
  processMs: number;
  /** From the start of the pass to its end. */
  passMs: number;
}

/** User and system, of each thread of a process: https://docs.kernel.org/scheduler/sched-stats.html */
function cpuOf(pid: number): { threadMs: number; processMs: number } {
  const ofThread = (id: string): number => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]) / NS_A_MS;
    } catch {
      // It ended meanwhile.
      return 0;
    }
  };
  const all = readdirSync(`/proc/${pid}/task`).map(ofThread);
  return { threadMs: ofThread(String(pid)), processMs: all.reduce((sum, each) => sum + each, 0) };
}

/** So many passes from now on, each as its line of the log says, which costs nothing more. */
async function measure(daemon: Daemon): Promise<Measured[]> {
  const { pid = 0 } = daemon.process;
  const passes = (): LogLine[] => daemon.lines.filter(({ msg }) => msg === 'Pass ended');
  const next = async (): Promise<LogLine> => {
    const { length } = passes();
    await daemon.until(() => passes().length > length, 'a pass ends');
    return passes().at(-1) ?? { ts: '', level: '', msg: '' };
  };
  await next();
  const measured: Measured[] = [];
  for (let before = cpuOf(pid); measured.length < PASSES;) {
    const { seconds } = await next();
    const after = cpuOf(pid);
    measured.push({
      threadMs: after.threadMs - before.threadMs,
      processMs: after.processMs - before.processMs,
      passMs: Number(seconds) * 1_000,
    });
    before = after;
  }
  return measured;
}

async function withDaemon<T>(
  github: GitHubSimulator,
  { interval, sink }: { interval: string; sink?: 'up' | 'down' },
  run: (daemon: Daemon) => Promise<T>,
): Promise<T> {
  const folder = temporaryFolder();
  const [policies, state] = [join(folder, 'policies'), join(folder, 'state')];
  await mkdir(policies);
  const spec = { organization: 'acme', github: { apiURL: github.apiURL }, schedule: { interval, quickInterval: '0s' } };
  await writeFile(
    join(policies, 'acme.yaml'),
    stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
  );
  const receiver = await new Receiver('HTTP').listen();
  if (sink === 'down') receiver.trouble = () => ({ status: 503 });
  const siem = join(folder, 'siem.yaml');
  await writeFile(siem, stringify({ sinks: [{ name: 'siem', type: 'HTTP', url: receiver.url, insecure: true }] }));
  const args = [...(sink === undefined ? [] : ['--siem', siem]), '--web-address', '127.0.0.1:0'];
  const daemon = new Daemon({ github, policies, state, args });
  try {
    await daemon.ready();
    return await run(daemon);
  } finally {
    await daemon.kill('SIGTERM');
    await receiver.close();
  }
}

async function play(
  daemon: Daemon,
  ways: readonly Way[],
  onMeasured: (way: Way, of: Measured[]) => void,
): Promise<void> {
  // The first passes compile what all others use.
  await measure(daemon);
  for (const way of ways) {
    const readers = way === 'readers' ? startReaders(await daemon.address('web')) : undefined;
    onMeasured(way, await measure(daemon));
    await readers?.();
  }
}

/** Ms a second that the thread of the passes takes, for some seconds in which there is no pass. */
async function rate({ process: { pid = 0 } }: Daemon): Promise<number> {
  const [{ threadMs }, beganMs] = [cpuOf(pid), performance.now()];
  await pause(SECONDS * 1_000);
  return ((cpuOf(pid).threadMs - threadMs) * 1_000) / (performance.now() - beganMs);
}

/** The same of a controller with a sink, from its first pass on, whose records wait: a sink that is down is asked again and again. */
async function besideSink(daemon: Daemon): Promise<number> {
  const rates: number[] = [];
  for (let time = 0; time < TIMES; time += 1) rates.push(await rate(daemon));
  return median(rates);
}

/** The same without readers and with them. */
async function atRest(daemon: Daemon): Promise<{ alone: number; readers: number }> {
  const [alone, readers]: [number[], number[]] = [[], []];
  for (let time = 0; time < TIMES; time += 1) {
    alone.push(await rate(daemon));
    const end = startReaders(await daemon.address('web'));
    await pause(1_000);
    readers.push(await rate(daemon));
    await end();
  }
  return { alone: median(alone), readers: median(readers) };
}

const median = (of: readonly number[]): number => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? NaN;

/** What ends them. */
function startReaders(url: string): () => Promise<void> {
  const script = fileURLToPath(new URL('readers.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, `${url}/policies/default/acme/repositories`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = text(child.stdout);
  return async () => {
    child.kill('SIGTERM');
    console.error(`answers by status: ${(await printed).trim()}`);
  };
}

const organization = seedOrganization({
  ...{ login: 'acme', repositories: REPOSITORIES, rulesetName: RULESET, rulesetMembers: 'production' },
  production: Math.round(REPOSITORIES * 0.36),
});
// Without limits the passes follow each other.
const github = await startGitHub({ organizations: [organization], rateLimit: false });
const all = new Map<Way, Measured[]>();
const NAMES = ['threadMs', 'processMs', 'passMs'] as const;

/** A quarter of the passes took less: other work of the machine makes the rest longer, by much and by chance. */
function quarter(of: readonly Measured[], name: keyof Measured): number {
  const sorted = of.map((each) => each[name]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)] ?? NaN;
}

const rest = new Map<Way, number>();

function onMeasured(way: Way, measured: readonly Measured[]): void {
  const [thread = '', whole = '', pass = ''] = NAMES.map((name) => tenths(quarter(measured, name)));
  console.error(`${way}: thread ${thread}, process ${whole}, pass ${pass} ms`);
  all.set(way, [...(all.get(way) ?? []), ...measured]);
}

const sinkOf = ([way]: readonly Way[]): { sink?: 'up' | 'down' } =>
  way === 'sink' ? { sink: 'up' } : way === 'sink that is down' ? { sink: 'down' } : {};

try {
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const ways of PLAYS)
      await withDaemon(github, { interval: '1s', ...sinkOf(ways) }, (daemon) => play(daemon, ways, onMeasured));
  for (const [way, ms] of Object.entries(await withDaemon(github, { interval: '1h' }, atRest)))
    rest.set(way as Way, ms);
  for (const way of ['sink', 'sink that is down'] as const)
    rest.set(way, await withDaemon(github, { interval: '1h', ...sinkOf([way]) }, besideSink));
} finally {
  await github.close();
  removeTemporaryFolders();
}
const ratioOf = (way: Way, name: keyof Measured): number =>
  quarter(all.get(way) ?? [], name) / quarter(all.get('alone') ?? [], name);
console.log(`${whole(REPOSITORIES)} repositories, ${TURNS} turns of ${PASSES} full passes each time\n`);
console.log(
  table(
    [
      'beside',
      'thread of the passes, ms a pass',
      'ratio',
      'process, ms a pass',
      'ratio',
      'time of a pass, ms',
      'ratio',
    ],
    [...all].map(([way, of]) => [
      way,
      ...NAMES.flatMap((name) => [tenths(quarter(of, name)), hundredths(ratioOf(way, name))]),
    ]),
  ),
);
console.log('\nThe thread of the passes between two of them, ms a second:');
for (const [way, ms] of rest) {
  console.log(`  ${way}: ${tenths(ms)}`);
  const share = (ms - (rest.get('alone') ?? NaN)) / 1_000;
  if (share <= OTHERS_AT_MOST || way === 'alone') continue;
  console.error(`${way} takes ${tenths(share * 100)} % of the thread of the passes, at most ${OTHERS_AT_MOST * 100}`);
  process.exitCode = 1;
}
