/** The end of a run: all trouble stops, and what was begun comes to its end. */
import { HOUR, MINUTE } from '../actions/action.js';
import { release } from '../actions/people.js';
import { giveRoom } from '../actions/trouble.js';
import { msOf, type Spec } from '../model/spec.js';
import { Random } from '../random.js';
import { asExpected } from '../invariants/convergence.js';
import type { Simulation } from './simulation.js';

/** An open write is settled by then; a session that was told to wait has waited. */
const SETTLED_MS = 25 * MINUTE;
const LONGEST_WAIT_MS = 2 * HOUR + 5 * MINUTE;
const DAY = 24 * HOUR;
const PASS_MS = 30 * MINUTE;
const STALE_MS = 3 * HOUR;

export async function calmDown(sim: Simulation, seed: number): Promise<void> {
  const random = new Random(seed, 'calm');
  const { weather, lives, github } = sim;
  sim.note('all trouble stops');
  sim.isCalm = true;
  weather.calm();
  giveRoom(sim);
  for (const machine of lives.machines) machine.offsetMs = 0;
  for (const { life } of lives.running) if (life.isFrozen) life.thaw();
  for (const resource of ['core', 'graphql'] as const) github.rateLimit.set(resource, { remaining: 5_000 });
  // What ends by itself meanwhile has ended.
  const exemptions = sim.spec.exemptions.filter(({ expiresAt }) => Date.parse(expiresAt) > sim.timeline.now() + DAY);
  const spec: Spec = {
    ...sim.spec,
    exemptions,
    mode: 'Enforce',
    suspend: false,
    schedule: { interval: '2h', quickInterval: '0s' },
  };
  // A lie that says production is believed until somebody pushes: it protects, and a verdict belongs to a commit.
  if (weather.hasLied)
    for (const repository of sim.organization.repositories) repository.commit('README.md', `# ${repository.name}\n`);
  if (sim.chronicle.asks.length > 0) await release(sim, random);
  if (lives.running.length === 0) lives.start();
  sim.putPolicy(spec);
  // One that takes the place of another machine's has to see that nobody is there.
  await sim.pass(STALE_MS, () => lives.latest?.process.hasStarted === true);
  if (random.chance(0.6)) {
    // One that lives on may have to wait as long as a limit is believed.
    await sim.pass(MINUTE);
    lives.latest?.process.stop();
    await sim.pass(SETTLED_MS);
  } else await sim.pass(LONGEST_WAIT_MS);
  await onePass(sim);
  await onePass(sim);
  asExpected(sim, { isLast: false });
  // Then people let pass what is held, and time lets leave what may.
  const { approval } = spec.guards;
  sim.putPolicy({
    ...spec,
    guards: { window: '1h', maxLeaving: '100%', minMembers: 1, approval: { ...approval, policy: 'WhenHeld' } },
  });
  await onePass(sim);
  await sim.pass(Math.max(msOf(spec.exit.gracePeriod), HOUR) + MINUTE);
  await onePass(sim);
  await onePass(sim);
  asExpected(sim, { isLast: true });
}

/** Somebody asks for a pass, and it ends. */
async function onePass(sim: Simulation): Promise<void> {
  const { passes } = sim.chronicle;
  const before = passes.length;
  sim.touchPolicy();
  const isOver = (): boolean => passes.length > before && sim.lives.latest?.process.isIdle === true;
  await sim.pass(PASS_MS, isOver);
  if (passes.length === before)
    sim.chronicle.wrong.push('convergence: a pass was asked for, and none came within half an hour');
}
