/**
 * `make bench-cluster`: a thousand policies on a real API server, one controller. Prints times, memory and requests of its
 * first start, where every policy has something to do, of a restart, where none has, and of an idle stretch after it. Ends
 * with exit code 1 where a policy is not as it should be, or its status was written too often. Arguments: seconds of
 * idleness, number of policies.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PolicyObject } from '../e2e/kube-stage.js';
import { BenchProcess, type Scrape, type Usage } from './cluster-process.js';
import { ClusterStage } from './cluster-stage.js';
import { tally, total, type Tally } from './cluster-tally.js';
import { table, tenths, whole } from './table.js';

const IDLE_S = Number(process.argv[2] ?? 600);
const POLICIES = Number(process.argv[3] ?? 1_000);
const HOUR_S = 3_600;
/** Events are sent in the background, and garbage is collected when there is time. */
const QUIET_MS = 20_000;

/** That it began, the mark before the PUT, and the outcome; of a pass that finds nothing to do the outcome alone. */
const STATUS_WRITES = { first: 3, second: 1 };
const STATUS_WRITE = 'patch plus1policies/status';

/** Of a thousand policies at rest, with a quick pass of each a minute. */
const AT_REST = { policies: 1_000, processorShare: 0.25, bytes: 350e6 };
const MIB = 1_048_576;

/** What a stretch of the run took of the API server. */
interface Stretch {
  seconds: number;
  requests: Tally;
  kb: number;
}

interface Start {
  readyS: number;
  stretch: Stretch;
  usage: Usage;
  github: number;
  writes: number;
  scrape: Scrape;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'plus1-bench-cluster-'));
say(`starting a control plane with ${whole(POLICIES)} policies …`);
const stage = await ClusterStage.start(POLICIES);
try {
  await course();
} finally {
  await stage.end();
  await rm(folder, { recursive: true, force: true });
}

async function course(): Promise<void> {
  say('first start …');
  const first = await start((policy) => policy.status.lastPass?.entered === 2);
  await first.controller.stop();
  say('restart …');
  const sinceMs = Date.now();
  const second = await start(({ status: { lastPass } }) => {
    return lastPass?.entered === 0 && Date.parse(lastPass.startTime) >= sinceMs - 1_000;
  });
  say(`idle for ${IDLE_S} s …`);
  const { cpuS } = second.controller.usage();
  const idle = await during(() => pause(IDLE_S * 1_000));
  const settled = second.controller.usage();
  const { requests: quick, points } = await stage.counts();
  await second.controller.stop();
  judge('the first start', statusWrites(first.figures), STATUS_WRITES.first);
  judge('the restart', statusWrites(second.figures), STATUS_WRITES.second);
  const rest = { idle, settled, cpuS: settled.cpuS - cpuS, quick, points };
  report(first.figures, second.figures, rest);
  judgeRest(rest);
}

interface Rest {
  idle: Stretch;
  settled: Usage;
  cpuS: number;
  /** Requests to GitHub, and points. */
  quick: number;
  points: number;
}

function judgeRest({ idle, settled, cpuS, points }: Rest): void {
  if (points > 0) fail(`${whole(points)} points while nothing changed`);
  if (POLICIES > AT_REST.policies) return;
  const share = cpuS / idle.seconds;
  if (share > AT_REST.processorShare) fail(`${tenths(share * 100)} % of a core at rest`);
  if (settled.rssMiB * MIB > AT_REST.bytes) fail(`${whole(settled.rssMiB)} MiB at rest`);
}

function fail(line: string): void {
  process.exitCode = 1;
  say(line);
}

async function start(
  isRight: (policy: PolicyObject) => boolean,
): Promise<{ controller: BenchProcess; figures: Start }> {
  await stage.counts();
  const controller = await BenchProcess.start(stage, folder);
  let readyS = 0;
  const stretch = await during(async () => {
    readyS = await controller.ready();
    await stage.quiet(QUIET_MS);
  });
  const { requests: github, writes } = await stage.counts();
  const figures = { readyS, stretch, github, writes, scrape: await controller.scrape(), usage: controller.usage() };
  for (const [line, count] of controller.troubles) say(`${whole(count)} times in the log: ${line}`);
  const wrong = (await stage.policies()).filter((policy) => !isObserved(policy) || !isRight(policy));
  if (wrong.length > 0) {
    process.exitCode = 1;
    say(`${wrong.length} policies are not as they should be, such as ${JSON.stringify(wrong[0]?.status)}`);
  }
  return { controller, figures };
}

function statusWrites({ stretch }: Start): number {
  return (stretch.requests.get(STATUS_WRITE) ?? 0) / POLICIES;
}

function judge(when: string, writes: number, most: number): void {
  if (writes <= most) return;
  process.exitCode = 1;
  say(`${when} wrote ${writes.toFixed(2)} statuses a policy, ${most} are enough`);
}

function isObserved({ metadata, status }: PolicyObject): boolean {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return status.observedGeneration === metadata.generation && ready?.status === 'True';
}

async function during(work: () => Promise<void>): Promise<Stretch> {
  const { relay, cluster } = stage;
  const startMs = performance.now();
  const [events, bytes] = [cluster.audit().length, relay.up + relay.down];
  await work();
  return {
    seconds: (performance.now() - startMs) / 1_000,
    requests: tally(cluster.audit().slice(events)),
    kb: (relay.up + relay.down - bytes) / 1_000,
  };
}

function report(first: Start, second: Start, { idle, settled, cpuS, quick, points }: Rest): void {
  const of = (pick: (start: Start) => string): string[] => [pick(first), pick(second)];
  const status = (start: Start): string => statusWrites(start).toFixed(2);
  const perHour = (value: number): number => (value / idle.seconds) * HOUR_S;
  console.log(
    table(
      ['', 'First start', 'Restart'],
      [
        ['Until all are observed, s', ...of(({ readyS }) => tenths(readyS))],
        ['Status writes a policy', ...of(status)],
        ['Requests to the API server', ...of(({ stretch }) => whole(total(stretch.requests)))],
        ['Exchanged with it, KB', ...of(({ stretch }) => whole(stretch.kb))],
        ['Requests to GitHub', ...of(({ github }) => whole(github))],
        ['Writes to GitHub', ...of(({ writes }) => whole(writes))],
        ['Processor, s', ...of(({ usage }) => tenths(usage.cpuS))],
        ['Peak RSS, MiB', ...of(({ usage }) => whole(usage.peakMiB))],
        ['Settled RSS, MiB', ...of(({ usage }) => whole(usage.rssMiB))],
        ['A scrape of /metrics, KB', ...of(({ scrape }) => whole(scrape.kb))],
        ['A scrape of /metrics, ms', ...of(({ scrape }) => whole(scrape.ms))],
      ],
    ),
  );
  const lines = new Set([first.stretch, second.stretch, idle].flatMap(({ requests }) => [...requests.keys()]));
  console.log(
    `\nIdle for ${whole(idle.seconds)} s, with a quick pass of each policy a minute: ${tenths(cpuS)} s of processor ` +
      `(${tenths((cpuS / idle.seconds) * 100)} % of a core), RSS ${whole(settled.rssMiB)} MiB at its end, ` +
      `${whole(quick)} requests to GitHub with ${whole(points)} points, ` +
      `${whole(idle.kb)} KB. By the hour ${whole(perHour(total(idle.requests)))} requests and ${whole(perHour(idle.kb))} KB.\n`,
  );
  console.log(
    table(
      ['Requests to the API server', 'First start', 'Restart', 'Idle, counted', 'Idle, by the hour'],
      [...lines].sort().map((line) => {
        const count = (stretch: Stretch): number => stretch.requests.get(line) ?? 0;
        return [line, ...[count(first.stretch), count(second.stretch), count(idle), perHour(count(idle))].map(whole)];
      }),
    ),
  );
}
