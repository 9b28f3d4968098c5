/** What owners of repositories do. */
import { Organization, type Repository } from '../../fakes/github/index.js';
import type { Random } from '../random.js';
import type { Simulation } from '../run/simulation.js';
import { addRepository, PATH, pickText, textOf, TEXTS } from '../world/organization.js';
import { msOf, type Spec } from '../model/spec.js';
import { MINUTE, type Act, type Acts } from './action.js';

const onOne =
  (change: (repository: Repository, random: Random, sim: Simulation) => void): Act =>
  (sim, random) => {
    const { repositories } = sim.organization;
    if (repositories.length < 2) return;
    const repository = random.pick(repositories);
    sim.changed(repository);
    change(repository, random, sim);
    sim.note(`${repository.name} ${repository.id}: ${JSON.stringify(sim.truthOf(repository))}`);
  };

function say(repository: Repository, text: string | null): void {
  if (text !== textOf(repository)) repository.commit(PATH, text, { name: 'Ada', login: 'ada' });
}

/** Members that say production, so that somebody leaves. */
const retire: Act = (sim, random) => {
  const members = new Set(sim.ruleset.members);
  const inProduction = sim.organization.repositories.filter(
    (each) => members.has(each.id) && textOf(each) === TEXTS['production'],
  );
  retireAll(sim, inProduction.slice(0, random.between(1, 3)));
};

function retireAll(sim: Simulation, repositories: readonly Repository[]): void {
  for (const repository of repositories) {
    sim.changed(repository);
    say(repository, TEXTS['deprecated'] ?? null);
    sim.note(`${repository.name} ${repository.id} is retired`);
  }
}

/**
 * All are in production, and as many as may leave are one more than have left. Then a member is retired and leaves by a write that is
 * applied minutes later. Before that nothing speaks against it any more, and another one is retired: what was counted of the write that is
 * still open must count then.
 */
const overtaken: Act = (sim, random) => {
  const at = (minutes: number, run: () => void): void => sim.later(minutes * MINUTE, run);
  const others: Pick<Spec, 'mode' | 'suspend' | 'exemptions' | 'exit'> = {
    ...{ mode: 'Enforce', suspend: false },
    ...{ exemptions: [], exit: { gracePeriod: '0s' } },
  };
  const catalog = { ...sim.spec.catalog, onInvalid: 'Retain' as const };
  const guards = (maxLeaving: number): Spec['guards'] => {
    const { maxEntering: _, ...rest } = sim.spec.guards;
    return { ...rest, maxLeaving, window: '24h', minMembers: 1, approval: { ...rest.approval, policy: 'WhenHeld' } };
  };
  const sayAll = (repositories: readonly Repository[], text: string): void => {
    for (const repository of repositories) {
      if (sim.organization.repository(repository.id) === undefined) continue;
      sim.changed(repository);
      say(repository, TEXTS[text] ?? null);
    }
  };
  let [first, second]: Repository[] = [];
  sayAll(sim.organization.repositories, 'production');
  sim.putPolicy({ ...sim.spec, ...others, catalog, guards: guards(100) });
  at(3, () => sim.putPolicy({ ...sim.spec, ...others, catalog, guards: guards((sim.status.window?.left ?? 0) + 1) }));
  at(5, () => {
    const members = new Set(sim.ruleset.members);
    [first, second] = sim.organization.repositories.filter(({ id }) => members.has(id));
    if (first === undefined || second === undefined) return;
    // A pass sends a write that no read shows once more, twice at most.
    sim.weather.fates = [{ lateMs: random.between(6, 9) * MINUTE }, 'lost', 'lost'];
    retireAll(sim, [first]);
    sim.touchPolicy();
  });
  // The next pass comes as soon as this one has failed.
  at(5.075, () => {
    if (first === undefined || second === undefined) return;
    sayAll([first], 'broken');
    sayAll([second], 'deprecated');
    sim.touchPolicy();
  });
};

/** One that was retired is in production again, before its grace period is over or after it. */
const bringBack: Act = (sim, random) => {
  const members = new Set(sim.ruleset.members);
  const retired = sim.organization.repositories.filter(
    (each) => members.has(each.id) && textOf(each) !== TEXTS['production'],
  );
  if (retired.length === 0) return;
  const repository = random.pick(retired);
  sim.changed(repository);
  say(repository, TEXTS['production'] ?? null);
  sim.note(`${repository.name} ${repository.id} is in production again`);
};

/** A member that says one thing and then the other, for about as long as a grace period each. */
const waver: Act = (sim, random) => {
  const members = new Set(sim.ruleset.members);
  const list = sim.organization.repositories.filter(({ id }) => members.has(id));
  if (list.length === 0) return;
  const repository = random.pick(list);
  const legMs = msOf(sim.spec.exit.gracePeriod) * (0.4 + random.next() / 2) + 10 * MINUTE;
  for (const [leg, what] of ['deprecated', 'production', 'deprecated'].entries())
    sim.later(leg * legMs, () => {
      if (sim.organization.repository(repository.id) === undefined) return;
      sim.changed(repository);
      say(repository, TEXTS[what] ?? null);
      sim.note(`${repository.name} ${repository.id} says ${what}`);
      sim.later(MINUTE, () => sim.touchPolicy());
    });
};

export const OWNERS: Acts = {
  waver: [2, waver],
  overtaken: [1, overtaken],
  retire: [4, retire],
  'bring-back': [3, bringBack],
  push: [5, onOne((repository, random) => say(repository, pickText(random)))],
  archive: [1, onOne((repository) => void repository.archive(!repository.isArchived))],
  disable: [0.3, onOne((repository) => void repository.disable(!repository.isDisabled))],
  fork: [0.3, onOne((repository) => void repository.set({ isFork: !repository.isFork }))],
  touch: [0.5, onOne((repository) => void repository.commit('README.md', `# ${repository.commits.size}\n`))],
  rename: [
    0.5,
    onOne(
      (repository) =>
        void repository.rename(
          `${repository.name.startsWith('lab') ? 'svc' : 'lab'}-r${repository.commits.size}-${repository.id % 1_000}`,
        ),
    ),
  ],
  delete: [0.7, onOne((repository) => repository.delete())],
  transfer: [
    0.4,
    onOne((repository, _random, { github }) => {
      const other = github.world.organization('other') ?? github.world.add(new Organization({ login: 'other' }));
      repository.transferTo(other);
    }),
  ],
  create: [
    1.5,
    (sim, random) => {
      const repository = addRepository(sim.organization, random);
      sim.changed(repository);
      sim.note(`${repository.name} ${repository.id} is made`);
    },
  ],
};
