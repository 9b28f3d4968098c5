/** What goes wrong: GitHub, the network, the disk, the clocks. */
import { ALL_FAULTS, type Fault } from '../../fakes/github/index.js';
import type { Random } from '../random.js';
import { TEXTS } from '../world/organization.js';
import type { Simulation } from '../run/simulation.js';
import { HOUR, MINUTE, type Act, type Acts } from './action.js';

/** Further faces of the kinds. */
const MORE: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 504 },
  { kind: 'secondary', status: 200 },
  { kind: 'secondary', status: 429, retryAfter: 60 },
  { kind: 'primary', status: 429, resetInS: 2, retryAfter: 2 },
  { kind: 'primary', status: 403, resetInS: 1_800 },
  { kind: 'graphql-partial', target: 'node', index: 3 },
  { kind: 'graphql-partial', target: 'node', index: 0, type: 'FORBIDDEN' },
  { kind: 'graphql-partial', target: 'file', index: 2, type: 'NOT_FOUND' },
  { kind: 'graphql-error', type: 'FORBIDDEN' },
  { kind: 'resource-limits', target: 'node', withPath: false },
  { kind: 'wrong-file', content: TEXTS['deprecated'] ?? '' },
  { kind: 'wrong-file', content: TEXTS['production'] ?? '' },
  { kind: 'redirect', to: 'https://elsewhere.example/', status: 307 },
];

const EXAMPLES = ALL_FAULTS.map(({ example }) => example);
const WRITES: readonly Fault[] = EXAMPLES.filter(({ kind }) => kind.startsWith('put-'));

const anyFault = (random: Random): Fault => {
  const fault = random.chance(0.7) ? random.pick(EXAMPLES) : random.pick(MORE);
  return fault.kind === 'ruleset-changed' && random.chance(0.5) ? { ...fault, edit: emptiedBy(random) } : fault;
};

/** Somebody takes some out, or puts them in another order. */
const emptiedBy =
  (random: Random): NonNullable<Extract<Fault, { kind: 'ruleset-changed' }>['edit']> =>
  (ruleset) => {
    const kept = ruleset.members.filter(() => random.chance(0.7));
    if (kept.length > 0) ruleset.setMembers(kept.reverse());
  };

const diskRefuses: Act = (sim, random) => {
  const code = random.weighed([
    [3, 'ENOSPC'],
    [1, 'EIO'],
    [1, 'EROFS'],
  ]);
  if (random.chance(0.4)) sim.state.room = random.below(6_000);
  else sim.state.refuses = code;
  for (const each of sim.lives.running) sim.lives.witness.trouble(each);
  sim.note(`the disk refuses: ${sim.state.refuses ?? `all but ${sim.state.room} bytes`}`);
  sim.later(random.between(1, 180) * MINUTE, () => giveRoom(sim));
};

export function giveRoom(sim: Simulation): void {
  sim.state.refuses = undefined;
  sim.state.room = Number.POSITIVE_INFINITY;
  sim.note('the disk takes all again');
}

const clockJumps: Act = (sim, random) => {
  const machine = random.pick(sim.lives.machines);
  machine.offsetMs = random.weighed([
    [2, 0],
    [2, random.between(-4 * MINUTE, 4 * MINUTE)],
    [1, random.between(-20 * MINUTE, 20 * MINUTE)],
    [1, random.between(-3 * HOUR, 3 * HOUR)],
    [1, random.between(-48 * HOUR, 48 * HOUR)],
  ]);
  sim.note(`the clock of machine ${machine.name} is ${machine.offsetMs / MINUTE} min ahead`);
};

/** Answers without an error of HTTP, that say nothing of a file which somebody has just changed. */
const unknown: Act = (sim, random) => {
  const faults: Fault[] = [
    { kind: 'graphql-partial', target: 'file', index: random.below(3) },
    { kind: 'graphql-partial', target: 'node', index: random.below(4) },
    { kind: 'resource-limits', target: 'file', from: random.below(3) },
  ];
  sim.weather.storm(random.between(30, 200) * MINUTE, random.pick([0.6, 1]), [random.pick(faults)]);
  for (const repository of sim.organization.repositories.filter(() => random.chance(0.4)))
    repository.commit('README.md', `# ${random.below(1_000)}\n`);
};

const slow: Act = (sim, random) => {
  sim.weather.latency = random.pick([
    [1_000, 9_000],
    [5_000, 14_900],
    [10_000, 20_000],
  ]);
  sim.later(random.between(5, 60) * MINUTE, () => (sim.weather.latency = [20, 300]));
};

export const TROUBLE: Acts = {
  fault: [6, ({ weather }, random) => weather.arm(anyFault(random))],
  faults: [
    3,
    ({ weather }, random) => weather.arm(...Array.from({ length: random.between(2, 5) }, () => anyFault(random))),
  ],
  'write-fault': [4, ({ weather }, random) => weather.arm(random.pick(WRITES))],
  storm: [
    0.7,
    ({ weather }, random) =>
      weather.storm(
        random.between(5, 90) * MINUTE,
        random.pick([0.1, 0.3, 1]),
        Array.from({ length: random.between(1, 4) }, () => anyFault(random)),
      ),
  ],
  unknown: [0.7, unknown],
  slow: [0.5, slow],
  echo: [
    0.6,
    (sim, random) => {
      sim.weather.isEchoing = true;
      sim.weather.arm({ kind: 'forbidden' });
      sim.later(random.between(10, 240) * MINUTE, () => (sim.weather.isEchoing = false));
    },
  ],
  'write-lost': [0.7, ({ weather }) => void (weather.fates = ['lost'])],
  // Later than that no answer of ours is applied: the laws count on it.
  'write-late': [1, ({ weather }, random) => void (weather.fates = [{ lateMs: random.between(1_000, 590_000) }])],
  budget: [
    0.7,
    ({ github }, random) =>
      github.rateLimit.set(random.pick(['core', 'graphql'] as const), {
        remaining: random.pick([0, 500, 999, 1_004, 2_000]),
        resetInS: random.between(60, 3_600),
      }),
  ],
  disk: [1, diskRefuses],
  clock: [1, clockJumps],
};
