/** What happens during a run: owners, other hands, people who ask for a look, broken networks, processes that die or stand still. */
import { setTimeout as sleep } from 'node:timers/promises';
import { entity, kept, PATH, PRODUCTION, RETIRED } from '../builders.js';
import type { Random } from '../chaos/random.js';
import { SYSTEM, type Stage } from '../e2e/kube-stage.js';
import type { Fault, ProxiedRequest } from '../e2e/support/fault-proxy.js';
import type { Fault as GitHubFault, LoggedRequest, Organization, Repository } from '../fakes/github/index.js';
import type { Pair, Seat } from './pair.js';
import { BROKEN, isProduction } from './witness.js';

export interface Scenery {
  stage: Stage;
  pair: Pair;
  organizations: readonly Organization[];
  random: Random;
}

type Trouble = (scenery: Scenery) => Promise<unknown> | void;

/** Kinds of faults of the network, or of a server that is overloaded. */
const FAULTS: readonly ((random: Random) => Fault)[] = [
  () => ({ kind: 'cut' }),
  () => ({ kind: 'hang' }),
  () => ({ kind: 'lose' }),
  (random) => ({ kind: 'slow', ms: random.between(50, 4_000) }),
  (random) => ({ kind: 'answer', status: random.pick([409, 500, 503, 504]) }),
  (random) => ({ kind: 'answer', status: 429, retryAfterSeconds: random.between(1, 5) }),
];

/** Which requests a fault hits. */
const TARGETS: Record<string, (request: ProxiedRequest) => boolean> = {
  all: () => true,
  lease: ({ url }) => url.includes('/leases/'),
  statuses: ({ url }) => url.includes('/status'),
  watches: ({ url }) => url.includes('watch='),
  writes: ({ method }) => method !== 'GET',
};

const isMembershipWrite = ({ isWrite }: LoggedRequest): boolean => isWrite;
const GITHUB_FAULTS: readonly GitHubFault[] = [
  { kind: 'put-applied-500' },
  { kind: 'put-ignored' },
  { kind: 'reset' },
  { kind: 'status', status: 502 },
];

const MOST_REPOSITORIES = 60;
const SECOND_MS = 1_000;

const anyOf = ({ random, organizations }: Scenery): Organization => random.pick(organizations);
/** Undefined where there is none. */
function oneOf(scenery: Scenery, is: (one: Repository) => boolean): Repository | undefined {
  const all = anyOf(scenery).repositories.filter(is);
  return all.length === 0 ? undefined : scenery.random.pick(all);
}
const seatOf = ({ random, pair }: Scenery): Seat => random.pick(pair.seats);

/** Asks for a pass at once, as people do. */
export async function ask({ stage }: Pick<Scenery, 'stage'>, name: string, value: string): Promise<void> {
  await stage.kubectl('annotate', '--overwrite', 'plus1', name, `plus1.dev/reconcile-at=${value}`);
}

/** With its weight: the share of all that happens. */
export const TROUBLES: Record<string, readonly [number, Trouble]> = {
  promote: [
    18,
    (scenery) =>
      void oneOf(scenery, (one) => !isProduction(one))
        ?.archive(false)
        .commit(PATH, PRODUCTION),
  ],
  demote: [10, (scenery) => void oneOf(scenery, isProduction)?.commit(PATH, RETIRED)],
  break: [3, (scenery) => void oneOf(scenery, isProduction)?.commit(PATH, BROKEN)],
  archive: [3, (scenery) => void oneOf(scenery, isProduction)?.archive()],
  create: [4, (scenery) => create(scenery)],
  drift: [4, (scenery) => drift(scenery)],
  ask: [24, (scenery) => ask(scenery, anyOf(scenery).login, String(performance.now()))],
  network: [16, (scenery) => breakNetwork(scenery, [seatOf(scenery)])],
  networks: [5, (scenery) => breakNetwork(scenery, scenery.pair.seats)],
  github: [5, ({ stage, random }) => void stage.github.faults.when(isMembershipWrite, random.pick(GITHUB_FAULTS))],
  kill: [4, (scenery) => scenery.pair.kill(seatOf(scenery), 'SIGKILL')],
  killInWrite: [3, (scenery) => killInWrite(scenery)],
  stop: [3, (scenery) => scenery.pair.kill(seatOf(scenery), 'SIGTERM')],
  freeze: [4, (scenery) => void scenery.pair.freeze(seatOf(scenery), scenery.random.between(1, 70) * SECOND_MS)],
  lease: [1, ({ stage }) => dropLease(stage)],
  server: [0.4, ({ stage, random }) => stage.cluster.restartApiServer({ downMs: random.between(0, 20) * SECOND_MS })],
};

function create(scenery: Scenery): void {
  const organization = anyOf(scenery);
  const count = organization.repositories.length;
  if (count >= MOST_REPOSITORIES) return;
  const file = scenery.random.chance(0.5) ? PRODUCTION : entity('experimental');
  organization.createRepository({ name: `created-${count}`, files: { [PATH]: file } });
}

/** Somebody takes a repository out of the ruleset, or puts one in. */
function drift(scenery: Scenery): void {
  const organization = anyOf(scenery);
  const ruleset = kept(organization);
  const { id } = scenery.random.pick(organization.repositories);
  const rest = ruleset.members.filter((member) => member !== id);
  ruleset.setMembers(rest.length < ruleset.members.length ? rest : [...rest, id]);
}

/** For up to forty seconds: longer than a leader goes on without a renewal. */
function breakNetwork({ random }: Scenery, seats: readonly Seat[]): void {
  const fault = random.pick(FAULTS)(random);
  const when = random.pick(Object.values(TARGETS));
  const ms = random.between(1, 40) * SECOND_MS;
  for (const { proxy } of seats) {
    proxy.inject(fault, { when });
    void sleep(ms, undefined, { ref: false }).then(() => proxy.heal());
  }
}

/** The process that sends the next write is killed before GitHub answers it. */
function killInWrite({ stage, pair }: Scenery): void {
  let isDone = false;
  stage.github.beforeRequest(async ({ isWrite }) => {
    if (!isWrite || isDone) return;
    isDone = true;
    const seat = pair.seats.find((each) => pair.alive(each)?.process.pid === pair.leader);
    if (seat !== undefined) await pair.kill(seat, 'SIGKILL');
  });
}

/** It stays with its holder, who writes it again. The API server may be away at the moment. */
async function dropLease(stage: Stage): Promise<void> {
  const args = ['-n', SYSTEM, 'delete', 'lease', 'plus1-controller', '--ignore-not-found'];
  await stage.cluster.kubectl(...args, { mayFail: true });
}
