/**
 * `make bench-fleet`: 200 policies in one process, of which 20 fail in ten ways, in real time. An interval of 10 minutes
 * takes two here, and a silence of 15 seconds three; latency and processor time are not scaled. Ends with exit code 1 where a healthy
 * policy did not converge or came late.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLog } from '../../pkg/base/index.js';
import { runAll, runnable } from '../../pkg/controller/index.js';
import { keyString } from '../../pkg/policies/index.js';
import { Metrics } from '../../pkg/telemetry/index.js';
import { assemble } from '../../cmd/plus1/assemble.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import type { Environment } from '../../cmd/plus1/environment.js';
import { openFolder } from '../../cmd/plus1/folder-source.js';
import { startGitHub } from '../fakes/github/index.js';
import { isOf, layFleet, type Member } from '../loop/fleet.js';
import { scrape, type Sample } from '../telemetry/scrape.js';
import { table, tenths, whole } from './table.js';

const POLICIES = 200;
const FAILING = 20;
const CONCURRENT = 4;
const INTERVAL_S = 120;
const SILENCE_MS = 3_000;
const RUN_S = Number(process.argv[2] ?? 420);
/** Jitter is 5 %; beyond that it waited for a worker. A fifth of the interval is what may be. */
const LATE_MS = INTERVAL_S * 1_000 * 0.25;

const folder = await mkdtemp(join(tmpdir(), 'plus1-fleet-'));
const folders = { policies: join(folder, 'policies'), credentials: join(folder, 'credentials') };
const github = await startGitHub({ latency: { requestMs: 20 } });
for (const path of Object.values(folders)) await mkdir(path);
const fleet = layFleet(github, folders, { policies: POLICIES, failing: FAILING, interval: `${INTERVAL_S}s` });

const environment: Environment = { apiURL: github.apiURL, retryDelayMs: 50, proxy: {}, stateHome: '' };
const metrics = new Metrics({ version: 'bench', defaultMetrics: false });
const place = openFolder({
  ...folders,
  state: join(folder, 'state'),
  allowedHosts: [new URL(github.url).host],
  environment,
  clock: systemClock,
  log: silentLog,
});
const { controller, look } = assemble(place, {
  options: { concurrent: CONCURRENT, minInterval: 0 },
  environment,
  log: silentLog,
  metrics,
  clock: systemClock,
  random: () => Math.random(),
  github: { requestTimeoutMs: SILENCE_MS },
});
/** Ends of passes by policy, ms. */
const ends = new Map<string, number[]>();
const write = place.home.writeStatus.bind(place.home);
place.home.writeStatus = async (of, status, signal) => {
  const isWritten = await write(of, status, signal);
  const { key } = of;
  const { completionTime } = status.lastPass ?? {};
  const list = ends.get(keyString(key)) ?? [];
  const end = Date.parse(completionTime ?? '');
  if (!Number.isNaN(end) && list.at(-1) !== end) list.push(end);
  ends.set(keyString(key), list);
  return isWritten;
};
const stop = new AbortController();
const running = runAll(
  [
    runnable('policies', (signal) => place.home.watch(look, signal)),
    runnable('controller', (signal) => controller.run(signal)),
  ],
  { signal: stop.signal, clock: systemClock, log: silentLog },
);
process.stderr.write(`${POLICIES} policies, ${FAILING} of them failing, for ${RUN_S} s …\n`);
await pause(RUN_S * 1_000);
const samples = await scrape(metrics);
stop.abort();
await running;
report(samples);
await github.close();
await rm(folder, { recursive: true, force: true });

function report(told: readonly Sample[]): void {
  const healthy = fleet.filter(({ way }) => way === undefined);
  console.log(table(['Policies', 'Number', 'Passes', 'Requests', 'Writes', 'Ready'], rows(healthy)));
  const gaps = healthy.flatMap(({ name }) => {
    const list = ends.get(`default/${name}`) ?? [];
    return list.slice(1).map((end, index) => end - (list[index] ?? end) - INTERVAL_S * 1_000);
  });
  gaps.sort((a, b) => a - b);
  const at = (share: number): string =>
    tenths((gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0) / 1_000);
  const waits = sum(told, 'workqueue_queue_duration_seconds_sum');
  const adds = sum(told, 'workqueue_queue_duration_seconds_count');
  console.log(
    `\nFrom the end of a healthy pass to the end of the next, beyond the interval of ${INTERVAL_S} s: median ${at(0.5)} s, ` +
      `99 % ${at(0.99)} s, most ${at(1)} s, of ${whole(gaps.length)}.\n` +
      `Waits for a worker: ${whole(adds)}, ${tenths((waits / adds) * 1_000)} ms each. ` +
      `Most requests in flight: ${github.counts().concurrent}. Memory: ${whole(process.memoryUsage().rss / 1e6)} MB with the simulator.`,
  );
  const broken = healthy.filter(({ name }) => readyOf(name) !== 'Converged');
  const late = gaps.filter((gap) => gap > LATE_MS);
  const wrong = fleet.filter(({ name, reason }) => reason !== undefined && readyOf(name) !== reason);
  for (const [what, list] of Object.entries({ 'not converged': broken, late, 'failing otherwise': wrong })) {
    if (list.length === 0) continue;
    process.exitCode = 1;
    console.error(`${what}: ${list.length}`);
  }
}

function rows(healthy: readonly Member[]): string[][] {
  const ways = [...new Set(fleet.flatMap(({ way }) => way ?? []))];
  return [
    rowOf('healthy', healthy),
    ...ways.map((way) =>
      rowOf(
        way,
        fleet.filter((member) => member.way === way),
      ),
    ),
  ];
}

function rowOf(title: string, members: readonly Member[]): string[] {
  const tokens = [...new Set(members.map(({ token }) => token))];
  const own = github.requests.filter((request) => tokens.some((token) => isOf(request, token)));
  const passes = members.reduce((count, { name }) => count + (ends.get(`default/${name}`)?.length ?? 0), 0);
  const reasons = [...new Set(members.map(({ name }) => readyOf(name)))].join(', ');
  return [
    title,
    ...[members.length, passes, own.length, own.filter(({ isWrite }) => isWrite).length].map(whole),
    reasons,
  ];
}

function readyOf(name: string): string {
  const held = place.home.list().find(({ key }) => key.name === name);
  return held?.status.conditions?.find(({ type }) => type === 'Ready')?.reason ?? 'none';
}

function sum(told: readonly Sample[], name: string): number {
  return told.filter((sample) => sample.name === name).reduce((total, { value }) => total + value, 0);
}
