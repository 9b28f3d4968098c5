/**
 * Random histories of an organization, looked at by quick passes with a full one now and then, and by full passes alone: both end in the
 * same membership, and no quick pass lets anybody leave on less evidence than a full one. QUICK_HISTORIES=10000 plays as many.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { entity, kept, PATH, PRODUCTION } from '../builders.js';
import { Organization, type Fault, type LoggedRequest, type Repository } from '../fakes/github/index.js';
import { sizeOf } from '../sample.js';
import { Scene } from './passes.js';
import { QuickScene } from './quick-scene.js';

const numRuns = Number(process.env['QUICK_HISTORIES'] ?? sizeOf(90, 6));

const MINUTE = 60_000;
const GRACE_MS = 10 * MINUTE;
/** A window ends before the next pass of the end: what a guard holds depends on which of several leavers was proved away first. */
const SPEC = { exit: { gracePeriod: '10m' }, guards: { maxLeaving: '100%', window: '1h' } } as const;
const REPOSITORIES = 5;

const BROKEN = 'apiVersion: v3\nkind: [\n';

/** What becomes of one repository, by its place in the list of those that ever were. */
const CHANGES = {
  promote: (one: Repository) => void one.commit(PATH, PRODUCTION),
  demote: (one: Repository) => void one.commit(PATH, entity('deprecated')),
  break: (one: Repository) => void one.commit(PATH, BROKEN),
  remove: (one: Repository) => void one.commit(PATH, null),
  archive: (one: Repository) => void one.archive(),
  unarchive: (one: Repository) => void one.archive(false),
  rename: (one: Repository) => void one.rename(`${one.name}x`),
  branch: (one: Repository) => void one.commit('README.md', 'x', undefined, 'feature'),
  describe: (one: Repository) => void one.set({ description: 'x' }),
  delete: (one: Repository) => one.delete(),
  transfer: (one: Repository, other: Organization) => void one.transferTo(other),
} satisfies Record<string, (one: Repository, other: Organization) => void>;

const FAULTS: Record<string, { fault: Fault; hits: (request: LoggedRequest) => boolean }> = {
  lists: { fault: { kind: 'status', status: 502 }, hits: ({ operation }) => operation === 'repos/list-for-org' },
  ruleset: { fault: { kind: 'status', status: 500 }, hits: ({ operation }) => operation === 'repos/get-org-ruleset' },
  rows: { fault: { kind: 'graphql-partial', target: 'node' }, hits: ({ operation }) => operation === 'nodes' },
  files: { fault: { kind: 'graphql-partial', target: 'file' }, hits: ({ operation }) => operation === 'files' },
  answers: { fault: { kind: 'reset' }, hits: ({ kind }) => kind === 'graphql' },
  wrong: { fault: { kind: 'wrong-file' }, hits: ({ operation }) => operation === 'files' },
  write: { fault: { kind: 'put-applied-500' }, hits: ({ isWrite }) => isWrite },
  ignored: { fault: { kind: 'put-ignored' }, hits: ({ isWrite }) => isWrite },
};

type Step =
  | { kind: 'change'; change: keyof typeof CHANGES; at: number }
  | { kind: 'create'; production: boolean }
  | { kind: 'drift'; at: number }
  | { kind: 'fault'; fault: string; times: number }
  | { kind: 'wait'; minutes: number }
  | { kind: 'full' };

const at = fc.nat({ max: REPOSITORIES + 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      change: fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[])),
      at,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('create' as const), production: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drift' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      fault: fc.constantFrom(...Object.keys(FAULTS)),
      times: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 3, 11) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'full' as const }) },
);

/** One organization with its history, and the truth about it. */
class Play {
  readonly scene: Scene;
  readonly other: Organization;
  readonly quick: QuickScene;
  /** All that ever were. */
  readonly all: Repository[];
  /** Since when each does not declare production, by the clock; absent of those that do. */
  readonly contrarySince = new Map<number, number>();
  /** GitHub said of a file, without an error, that it is not there. */
  #wasWrong = false;
  #hadFaults = false;

  private constructor(scene: Scene, other: Organization) {
    this.scene = scene;
    this.other = other;
    this.quick = new QuickScene(scene, SPEC);
    this.all = scene.organization.repositories.filter(({ name }) => name !== 'steady');
    this.note();
  }

  static async open(): Promise<Play> {
    const organization = new Organization({ login: 'acme' });
    for (let number = 0; number < REPOSITORIES; number += 1)
      organization.createRepository({
        name: `svc-${number}`,
        files: { [PATH]: number < 3 ? PRODUCTION : entity('deprecated'), 'README.md': 'x' },
      });
    // Nothing ever happens to it: the last member would never leave, whatever became of the others.
    const steady = organization.createRepository({ name: 'steady', files: { [PATH]: PRODUCTION } });
    organization.addRuleset({
      name: 'plus1_enforcement',
      conditions: {
        ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        repository_id: { repository_ids: [...organization.repositories.slice(0, 3), steady].map(({ id }) => id) },
      },
      rules: [{ type: 'deletion' }],
    });
    const scene = await Scene.open(organization);
    return new Play(scene, scene.github.world.add({ login: 'elsewhere' }));
  }

  isThere(one: Repository): boolean {
    return this.scene.organization.repository(one.id) !== undefined;
  }

  do(step: Step): void {
    // No two things happen at one time.
    this.scene.clock.pass(1_000);
    if (step.kind === 'change') this.#change(step);
    else if (step.kind === 'create') this.#create(step.production);
    else if (step.kind === 'drift') this.#drift(step.at);
    else if (step.kind === 'fault') this.#fault(step);
    else if (step.kind === 'wait') this.scene.clock.pass(step.minutes * MINUTE);
    this.note();
  }

  #change({ change, at: place }: Step & { kind: 'change' }): void {
    const one = this.all[place % this.all.length];
    if (one !== undefined && this.isThere(one)) CHANGES[change](one, this.other);
  }

  #create(production: boolean): void {
    const name = `new-${this.all.length}`;
    const files = { [PATH]: production ? PRODUCTION : entity('deprecated') };
    const { organization, clock } = this.scene;
    this.all.push(organization.createRepository({ name, files, createdAt: clock.now() }));
  }

  #drift(place: number): void {
    const id = this.all[place % this.all.length]?.id ?? 0;
    const ruleset = kept(this.scene.organization);
    const { members } = ruleset;
    ruleset.setMembers(members.includes(id) ? members.filter((each) => each !== id) : [...members, id]);
  }

  #fault({ fault: name, times }: Step & { kind: 'fault' }): void {
    const { fault, hits } = FAULTS[name] ?? {};
    this.#wasWrong ||= fault?.kind === 'wrong-file';
    this.#hadFaults = true;
    if (fault !== undefined && hits !== undefined) this.scene.github.faults.when(hits, fault, times);
  }

  note(): void {
    for (const one of this.all) {
      const isProduction = !one.isArchived && one.files.get(PATH)?.content === PRODUCTION;
      if (isProduction) this.contrarySince.delete(one.id);
      else if (!this.contrarySince.has(one.id)) this.contrarySince.set(one.id, this.scene.clock.now());
    }
  }

  /** Those who left by a pass of ours did so on evidence that held for the grace period, or is proved away by a full pass. */
  check(outcome: PassOutcome | undefined): void {
    if (outcome?.acted?.written !== true) return;
    const now = this.scene.clock.now();
    for (const { id, name } of outcome.acted.decision.toLeave) {
      const one = this.all.find((each) => each.id === id);
      if (one !== undefined && !this.isThere(one)) {
        expect(outcome.isQuick, `${name} is away, which a quick pass does not prove`).to.equal(undefined);
        continue;
      }
      const since = this.contrarySince.get(id);
      expect(since, `${name} declares production`).to.be.a('number');
      expect(now - (since ?? now), `${name} left early`).to.be.at.least(GRACE_MS);
    }
  }

  async settle(): Promise<number[]> {
    this.scene.github.faults.clear();
    // One such answer keeps a repository out for as long as it is believed, whichever pass had it: a day.
    if (this.#wasWrong) this.scene.clock.pass(24 * 60 * MINUTE);
    for (let pass = 0; pass < 3; pass += 1) {
      this.scene.clock.pass(61 * MINUTE);
      this.check(await this.quick.full());
    }
    const open = new Set(this.#open());
    return kept(this.scene.organization)
      .members.filter((id) => !open.has(id))
      .sort((a, b) => a - b);
  }

  /**
   * A broken file leaves membership as it is. Where a fault kept a pass from seeing a repository while it was in production, only the other
   * side may have let it enter, and it stays there.
   */
  #open(): number[] {
    if (!this.#hadFaults) return [];
    return this.all.filter((one) => one.files.get(PATH)?.content === BROKEN).map(({ id }) => id);
  }

  /** Those in production, which are there. */
  desired(): number[] {
    return this.all
      .filter((one) => this.isThere(one) && !this.contrarySince.has(one.id))
      .map(({ id }) => id)
      .sort((a, b) => a - b);
  }
}

describe('Random histories', function () {
  // A history takes half a second to a whole one, and some more on a machine that does something else as well.
  this.timeout(120_000 + numRuns * 5_000);
  it('end in the same membership, whether quick passes or full ones look at them', async () => {
    let [idle, quick, entered, left] = [0, 0, 0, 0];
    const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const [byQuick, byFull] = [await Play.open(), await Play.open()];
      try {
        byQuick.check(await byQuick.quick.full());
        byFull.check(await byFull.quick.full());
        for (const each of steps) {
          byQuick.do(each);
          byFull.do(each);
          const outcome = each.kind === 'full' ? await byQuick.quick.full() : await byQuick.quick.quick();
          byQuick.check(outcome);
          byFull.check(await byFull.quick.full());
          if (outcome === undefined) idle += 1;
          else if (outcome.isQuick) quick += 1;
          if (outcome?.isQuick === true && outcome.acted?.written === true) {
            entered += outcome.acted.decision.toEnter.length;
            left += outcome.acted.decision.toLeave.length;
          }
        }
        const [members, others] = [await byQuick.settle(), await byFull.settle()];
        expect(members).to.deep.equal(others);
        expect(byQuick.scene.github.contractViolations).to.deep.equal([]);
      } finally {
        await Promise.all([byQuick.scene.close(), byFull.scene.close()]);
      }
    });
    await fc.assert(property, { numRuns });
    console.log(
      `      ${idle} quick passes ended at their glance, ${quick} went on; ${entered} entered and ${left} left by them`,
    );
    expect([quick, entered].every((count) => count > 0)).to.equal(true);
  });

  it('let what is pushed enter by the next quick pass that GitHub answers', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), at, async (steps, number) => {
      const play = await Play.open();
      try {
        await play.quick.full();
        for (const each of steps) {
          play.do(each);
          play.check(await play.quick.quick());
        }
        play.scene.github.faults.clear();
        // Until a write whose outcome nobody knows is settled, and what failed was tried again.
        play.scene.clock.pass(30 * MINUTE);
        play.check(await play.quick.quick());
        const there = play.all.filter((one) => play.isThere(one) && !one.isArchived);
        const one = there[number % Math.max(1, there.length)];
        if (one === undefined) return;
        one.commit(PATH, PRODUCTION);
        play.note();
        play.check(await play.quick.quick());
        expect(kept(play.scene.organization).members).to.include(one.id);
      } finally {
        await play.scene.close();
      }
    });
    await fc.assert(property, { numRuns });
  });
});
