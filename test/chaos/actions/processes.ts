/** What becomes of processes: stopped, killed, taken for dead and replaced by another one. */
import type { Kill } from '../run/weather.js';
import { MINUTE, type Act, type Acts } from './action.js';

const kill =
  (which: 'anywhere' | 'put'): Act =>
  (sim, random) => {
    const put: Kill = {
      at: 'put',
      when: random.pick(['unsent', 'applied', 'answered', 'answered'] as const),
      n: random.between(1, 25),
    };
    const anywhere: Kill = random.chance(0.5)
      ? { at: 'file', n: random.between(1, 120) }
      : { at: 'request', n: random.between(1, 12) };
    sim.weather.kill = { ...(which === 'put' ? put : anywhere), isPowerCut: random.chance(0.5) };
    if (which === 'put') sim.touchPolicy();
  };

/** It is stopped for so long that another one takes its place, and goes on beside it. */
const failover: Act = (sim, random) => {
  const { lives } = sim;
  const old = lives.latest;
  if (old === undefined || lives.running.length > 1) return;
  const other = lives.machines.find(({ name }) => name !== old.machine.name);
  const freeze = (): void => {
    if (old.life.isDead) return;
    old.life.freeze();
    lives.witness.trouble(old);
    sim.count('failover');
    sim.note(`p${old.number} is stopped`);
    sim.later(random.between(1, 30) * MINUTE, () => lives.running.length <= 1 && lives.start(other));
    sim.later(random.between(20, 400) * MINUTE, () => {
      sim.note(`p${old.number} goes on`);
      old.life.thaw();
    });
  };
  // At rest, or in the middle of a pass.
  if (random.chance(0.5)) return freeze();
  sim.touchPolicy();
  sim.later(random.between(1_500, 5_000), freeze);
};

export const PROCESSES: Acts = {
  kill: [1.5, kill('anywhere')],
  'kill-put': [2.5, kill('put')],
  restart: [1, ({ lives }) => lives.latest?.process.stop()],
  failover: [0.8, failover],
};
