/**
 * `make bench-latency`: how long a push to the default branch takes until the ruleset governs its repository, with webhooks and without, in
 * real time; and what an hour costs in which nothing happens, in time that a clock of the bench lets pass. Ends with exit code 1 where a
 * push took longer than it may, or an idle quick pass costs anything of the hourly limit.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { entityFile, randomFrom, seedOrganization, startGitHub, type Organization } from '../fakes/github/index.js';
import { Daemon } from '../loop/daemon.js';
import { HOUR, Loop, MINUTE } from '../loop/loop.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { LATENCY, RULESET } from './model.js';
import { table, tenths, whole } from './table.js';

const PUSHES = 200;
/** Seconds over which they are spread; the first argument of the command. */
const RUN_S = Number(process.argv[2] ?? 600);
const REPOSITORIES = 1_000;
const SIZES = [1_000, 10_000];
const QUICK_S = 60;
const SECRET = 'the secret of the bench';
/** What a push may take, s. */
const MOST_S = { webhooks: 10, none: QUICK_S + 5 };

type Way = keyof typeof MOST_S;

const seeded = (login: string, repositories: number): Organization =>
  seedOrganization({
    ...{ login, repositories, rulesetName: RULESET, rulesetMembers: 'production' },
    production: Math.round(repositories * 0.36),
    archived: Math.round(repositories * 0.16),
  });

try {
  await pushes();
  await idleHours();
} finally {
  removeTemporaryFolders();
}

/** One controller with webhooks and one without, each with an organization of its own, at the same time. */
async function pushes(): Promise<void> {
  const organizations = { webhooks: seeded('hooked', REPOSITORIES), none: seeded('quick', REPOSITORIES) };
  const github = await startGitHub({ organizations: Object.values(organizations), latency: LATENCY });
  const daemons: Daemon[] = [];
  const took: Record<Way, number[]> = { webhooks: [], none: [] };
  const waiting = new Map<number, { way: Way; fromMs: number }>();
  // What the ruleset says is told at the moment at which GitHub has it.
  github.world.onActivity((organization, activity) => {
    if (activity.event !== 'repository_ruleset') return;
    for (const id of organization.ruleset(RULESET).members) {
      const pushed = waiting.get(id);
      if (pushed === undefined) continue;
      waiting.delete(id);
      took[pushed.way].push((performance.now() - pushed.fromMs) / 1_000);
    }
  });
  try {
    for (const way of ['webhooks', 'none'] as const) {
      const daemon = await start(way, organizations[way].login, github);
      daemons.push(daemon);
      if (way === 'none') continue;
      const url = `${await daemon.address('webhook')}/webhooks/github`;
      github.webhooks.add({ url, secret: SECRET, of: organizations[way] });
    }
    process.stderr.write(`${PUSHES} pushes each over ${RUN_S} s …\n`);
    github.requests.length = 0;
    await Promise.all(
      (['webhooks', 'none'] as const).map((way, seed) =>
        push(organizations[way], randomFrom(seed + 1), (id) => waiting.set(id, { way, fromMs: performance.now() })),
      ),
    );
    for (let s = 0; s < 2 * QUICK_S && waiting.size > 0; s += 1) await pause(1_000);
    if (waiting.size > 0) fail(`${waiting.size} pushes are not governed yet`);
    print(took);
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.kill()));
    await github.close();
  }
}

async function start(way: Way, login: string, github: Awaited<ReturnType<typeof startGitHub>>): Promise<Daemon> {
  const [policies, state, credentials] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  await mkdir(join(credentials, 'hook'));
  await writeFile(join(credentials, 'hook', 'webhookSecret'), SECRET);
  const webhook = { secretRef: { name: 'hook' } };
  const spec = {
    organization: login,
    github: { apiURL: github.apiURL, ...(way === 'webhooks' && { webhook }) },
    schedule: { interval: '1h', quickInterval: `${QUICK_S}s` },
  };
  const policy = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: login }, spec };
  await writeFile(join(policies, 'policy.yaml'), stringify(policy));
  const args = ['--credentials', credentials, ...(way === 'webhooks' ? ['--webhook-address', '127.0.0.1:0'] : [])];
  const daemon = new Daemon({ github, policies, state, args });
  await daemon.ready();
  return daemon;
}

/** Promotes one repository after the other, at random times. */
async function push(organization: Organization, random: () => number, pushed: (id: number) => void): Promise<void> {
  const candidates = organization.expecting('valid_non_production').slice(0, PUSHES);
  if (candidates.length < PUSHES) throw new Error('too few repositories to promote');
  for (const repository of candidates) {
    await pause((-Math.log(1 - random()) * RUN_S * 1_000) / PUSHES);
    pushed(repository.id);
    repository.commit('entity.datadog.yaml', entityFile(random, repository.name, 'valid_production'));
  }
}

function print(took: Record<Way, number[]>): void {
  const row = (name: string, way: Way): string[] => {
    const sorted = took[way].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
    const longest = sorted.at(-1) ?? NaN;
    if (!(longest <= MOST_S[way])) fail(`${name}: a push took ${tenths(longest)} s, at most ${MOST_S[way]} s`);
    return [name, whole(sorted.length), tenths(at(0.5)), tenths(at(0.99)), tenths(longest), whole(MOST_S[way])];
  };
  console.log(
    `${table(
      ['From push to governed', 'pushes', 'median s', '99 % s', 'longest s', 'bound s'],
      [row('webhooks', 'webhooks'), row(`without, quickInterval ${QUICK_S}s`, 'none')],
    )}\n`,
  );
}

/** An hour without a push, after the first passes. */
async function idleHours(): Promise<void> {
  const SCHEDULES = [
    { interval: '10m', quickInterval: '1m' },
    { interval: '1h', quickInterval: '1m' },
    { interval: '24h', quickInterval: '1m' },
    { interval: '24h', quickInterval: '0s' },
  ];
  const rows: string[][] = [];
  for (const repositories of SIZES) {
    for (const schedule of SCHEDULES) rows.push([whole(repositories), ...(await idleHour(repositories, schedule))]);
  }
  console.log(table(['Repositories', 'interval', 'quickInterval', 'requests', 'of them 304', 'points'], rows, 3));
}

async function idleHour(
  repositories: number,
  schedule: { interval: string; quickInterval: string },
): Promise<string[]> {
  const loop = await Loop.open({ organizations: [seeded('acme', repositories)], hasWebhooks: true });
  try {
    loop.put('acme.yaml', loop.policy('acme', { schedule }));
    await loop.start();
    // What the first pass wrote is seen once more.
    await loop.pass(5 * MINUTE);
    loop.github.requests.length = 0;
    await loop.pass(HOUR);
    const { requests, notModified, points, writes } = loop.github.counts();
    if (writes > 0) fail('an idle hour wrote');
    const isQuickAlone = schedule.interval === '24h';
    if (isQuickAlone && (notModified !== requests || points > 0)) fail('an idle quick pass cost something');
    return [schedule.interval, schedule.quickInterval, whole(requests), whole(notModified), whole(points)];
  } finally {
    await loop.close();
    await rm(loop.state, { recursive: true, force: true });
  }
}

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}
