/**
 * `make soak`: the memory of the loop over many passes, in time that does not pass between them: 1,000 passes over a small
 * organization, 1,000 over one of 10,000 repositories and 50 over one of 100,000. Ends with exit code 1 where memory grows, or an idle pass reads a
 * file or writes. Needs `--expose-gc`: what is garbage says nothing about a leak.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { silentLog } from '../../pkg/base/index.js';
import { Metrics } from '../../pkg/telemetry/index.js';
import { assemble, type Assembly } from '../../cmd/plus1/assemble.js';
import type { Environment } from '../../cmd/plus1/environment.js';
import { openFolder } from '../../cmd/plus1/folder-source.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import { VirtualClock } from '../fakes/clock.js';
import { LOGIN } from './model.js';
import type { SoakTold } from './soak-github.js';
import { table, tenths, whole } from './table.js';

interface Course {
  repositories: number;
  passes: number;
}

const COURSES: Course[] = [
  { repositories: 50, passes: 1_000 },
  { repositories: 10_000, passes: 1_000 },
  { repositories: 100_000, passes: 50 },
];
const INTERVAL_MS = 600_000;
/** Points at which memory is looked at. */
const LOOKS = 10;
/** The heap may wander by this much between the second look and the last: compiled code, caches of the runtime. */
const MOST_GROWTH = { share: 0.05, bytes: 3e6 };

/** Waits by timers take no time; the wall clock is the simulator's. */
class SoakClock extends VirtualClock {
  override now(): number {
    return Date.now();
  }
}

interface Look {
  pass: number;
  heap: number;
  rss: number;
}

/** Sizes to play, where not all of them are. */
const sizes = process.argv.slice(2).map(Number);
for (const course of COURSES) if (sizes.length === 0 || sizes.includes(course.repositories)) await run(course);

async function run({ repositories, passes }: Course): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plus1-soak-'));
  const child = fork(fileURLToPath(new URL('./soak-github.ts', import.meta.url)), [String(repositories)], {
    execArgv: ['--import', 'tsx'],
  });
  try {
    const told = await answer(child);
    if (!('apiURL' in told)) throw new Error('the simulator did not give its address');
    const looks = await soak({ repositories, passes }, { folder, child, apiURL: told.apiURL });
    console.log(`${whole(repositories)} repositories, ${whole(passes)} passes\n`);
    console.log(
      table(
        ['After passes', 'Heap, MB', 'RSS, MB'],
        looks.map(({ pass, heap, rss }) => [whole(pass), tenths(heap / 1e6), tenths(rss / 1e6)]),
        0,
      ),
    );
    judge(looks);
  } finally {
    child.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function soak(
  { passes }: Course,
  { folder, child, apiURL }: { folder: string; child: ChildProcess; apiURL: string },
): Promise<Look[]> {
  const policies = join(folder, 'policies');
  await mkdir(policies);
  // Each look is a pass over all: what quick passes take is nothing beside it.
  const spec = { organization: LOGIN, github: { apiURL }, schedule: { quickInterval: '0s' } };
  const text = stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: LOGIN }, spec });
  await writeFile(join(policies, 'policy.yaml'), text);
  const clock = new SoakClock();
  const environment: Environment = { token: 'ghp_soak', apiURL, proxy: {}, stateHome: '' };
  const place = openFolder({
    policies,
    state: join(folder, 'state'),
    allowedHosts: [new URL(apiURL).host],
    environment,
    clock: systemClock,
    log: silentLog,
  });
  const assembly = assemble(place, {
    options: { concurrent: 4, minInterval: 0 },
    environment,
    log: silentLog,
    metrics: new Metrics({ version: 'soak' }),
    clock,
    random: () => 0.5,
    github: { clock: systemClock },
  });
  const stop = new AbortController();
  const running = Promise.all([place.home.watch(assembly.look, stop.signal), assembly.controller.run(stop.signal)]);
  while (!place.home.synced) await pause(10);
  await idle(assembly);
  await expectCounts(child, { writes: 1 });
  const looks: Look[] = [];
  for (let pass = 2; pass <= passes; pass += 1) {
    await clock.advance(INTERVAL_MS);
    await idle(assembly);
    if (pass % (passes / LOOKS) === 0) {
      looks.push(look(pass));
      process.stderr.write('.');
      await expectCounts(child, { writes: 0, files: 0, least: (4 * passes) / LOOKS });
    }
  }
  process.stderr.write('\n');
  stop.abort();
  await running;
  return looks;
}

async function idle({ controller }: Assembly): Promise<void> {
  while (controller.pending > 0) await pause(1);
}

function look(pass: number): Look {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { pass, heap: heapUsed, rss };
}

async function expectCounts(
  child: ChildProcess,
  { writes, files, least = 0 }: { writes: number; files?: number; least?: number },
): Promise<void> {
  child.send('counts');
  const told = await answer(child);
  if (!('counts' in told)) throw new Error('the simulator did not give its counts');
  const isWrong = told.counts.writes !== writes || (files !== undefined && told.files !== files);
  if (!isWrong && told.counts.requests >= least - 5) return;
  console.error(`requests ${told.counts.requests}, writes ${told.counts.writes}, file reads ${told.files}`);
  process.exitCode = 1;
}

function judge(looks: readonly Look[]): void {
  const [before, after] = [looks[1]?.heap ?? 0, looks.at(-1)?.heap ?? 0];
  const growth = after - before;
  console.log(
    `\nHeap after collection, from the second look to the last: ${growth < 0 ? '' : '+'}${tenths(growth / 1e6)} MB.\n`,
  );
  if (growth <= Math.max(MOST_GROWTH.bytes, before * MOST_GROWTH.share)) return;
  console.error('the heap grows');
  process.exitCode = 1;
}

async function answer(child: ChildProcess): Promise<SoakTold> {
  const [told] = (await once(child, 'message')) as [SoakTold];
  return told;
}
