/**
 * Kind of fault: an organization that changes while it is listed in lanes. Repositories are created, deleted, archived, made public or
 * private, and transferred between any two requests. Nobody leaves by that; what the lanes missed is noticed wherever the counts do not
 * cancel out, and found by the next pass. SHIFTING_SCHEDULES=10000 plays as many.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { entity, kept, PATH, RULESET } from '../builders.js';
import { Organization, type LoggedRequest, type Repository } from '../fakes/github/index.js';
import { runsOf } from '../sample.js';
import { Scene } from './passes.js';

const SCHEDULES = Number(process.env['SHIFTING_SCHEDULES'] ?? 0);
/** Pages of four rows, and lanes from the fifth repository on. */
const GITHUB = { listing: { pageSize: 4, lanesAbove: 4 }, concurrency: 3 };
const HOUR_MS = 3_600_000;

const VISIBILITIES = ['public', 'private', 'internal'] as const;
type Visibility = (typeof VISIBILITIES)[number];

interface House {
  visibility: Visibility;
  isArchived: boolean;
  isProduction: boolean;
}

const CHANGES = ['create', 'delete', 'archive', 'unarchive', 'publish', 'hide', 'take in', 'give away'] as const;

/** After so many more requests, to the repository that stands there among those that there are. */
interface Shift {
  change: (typeof CHANGES)[number];
  after: number;
  pick: number;
}

interface Schedule {
  houses: House[];
  shifts: Shift[];
}

const house = fc.record<House>({
  visibility: fc.constantFrom(...VISIBILITIES),
  isArchived: fc.boolean(),
  isProduction: fc.boolean(),
});
const shift = fc.record<Shift>({
  change: fc.constantFrom(...CHANGES),
  after: fc.integer({ min: 0, max: 4 }),
  pick: fc.nat(1_000),
});
const schedule = (most: number): fc.Arbitrary<Schedule> =>
  fc.record({
    houses: fc.array(house, { minLength: 12, maxLength: 30 }),
    shifts: fc.array(shift, { minLength: 1, maxLength: most }),
  });

/** One organization with its schedule. */
class Shifting {
  readonly organization = new Organization({ login: 'acme' });
  readonly elsewhere = new Organization({ login: 'elsewhere' });
  readonly #shifts: Shift[];
  /** All that changed while the pass ran: nothing is said of these. */
  readonly touched = new Set<number>();
  /** Lanes that something came to, and lanes that something went from. */
  readonly came = new Set<string>();
  readonly went = new Set<string>();
  #wait: number;
  #created = 0;

  constructor({ houses, shifts }: Schedule) {
    for (const [index, each] of houses.entries()) this.#build(this.organization, `house-${index}`, each);
    for (let index = 0; index < 3; index += 1)
      this.#build(this.elsewhere, `guest-${index}`, { visibility: 'private', isArchived: false, isProduction: true });
    this.organization.addRuleset({
      name: RULESET,
      conditions: {
        ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        // One that must stay, so that the membership is never empty, and every second one.
        repository_id: {
          repository_ids: this.organization.repositories.filter((_, at) => at % 2 === 0).map(({ id }) => id),
        },
      },
      rules: [{ type: 'deletion' }],
    });
    this.#shifts = [...shifts];
    this.#wait = shifts[0]?.after ?? 0;
  }

  /** Between two requests of the listing. */
  tick({ operation }: LoggedRequest): void {
    if (operation !== 'list' && operation !== 'files') return;
    for (; this.#wait === 0 && this.#shifts.length > 0; this.#wait = this.#shifts[0]?.after ?? 0) this.#apply();
    this.#wait = Math.max(0, this.#wait - 1);
  }

  end(): void {
    this.#shifts.length = 0;
  }

  #apply(): void {
    const next = this.#shifts.shift();
    if (next === undefined) return;
    const { change, pick } = next;
    const rows = this.organization.repositories;
    const some = rows[pick % Math.max(1, rows.length)];
    const isNew = change === 'create' || change === 'take in';
    const lane = some === undefined || isNew ? undefined : laneOf(some);
    const changed = isNew ? this.#add(change, pick) : this.#change(change, some);
    if (changed === undefined) return;
    this.touched.add(changed.id);
    if (lane !== undefined) this.went.add(lane);
    if (change !== 'delete' && change !== 'give away') this.came.add(laneOf(changed));
  }

  #add(change: 'create' | 'take in', pick: number): Repository | undefined {
    if (change === 'take in') return this.elsewhere.repositories[0]?.transferTo(this.organization);
    this.#created += 1;
    const visibility = VISIBILITIES[pick % VISIBILITIES.length] ?? 'private';
    return this.#build(this.organization, `new-${this.#created}`, {
      visibility,
      isArchived: false,
      isProduction: true,
    });
  }

  #change(
    change: Exclude<Shift['change'], 'create' | 'take in'>,
    some: Repository | undefined,
  ): Repository | undefined {
    switch (change) {
      case 'delete':
        some?.delete();
        return some;
      case 'give away':
        return some?.transferTo(this.elsewhere);
      case 'archive':
      case 'unarchive':
        return some?.archive(change === 'archive');
      case 'publish':
      case 'hide':
        return some?.set({ visibility: change === 'publish' ? 'public' : 'private' });
    }
  }

  #build(owner: Organization, name: string, { visibility, isArchived, isProduction }: House): Repository {
    const file = entity(isProduction ? 'production' : 'deprecated');
    return owner.createRepository({ name, files: { [PATH]: file }, visibility, isArchived });
  }
}

/** What the policy makes of it. */
const isWanted = (repository: Repository): boolean =>
  !repository.isArchived && String(repository.files.get(PATH)?.content).includes('lifecycle: production');

const laneOf = ({ visibility, isArchived }: Repository): string => `${visibility} ${String(isArchived)}`;

/** Nothing but evidence holds anybody back. */
const SPEC = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } } as const;

interface Played {
  shifting: Shifting;
  scene: Scene;
  outcome: PassOutcome;
  before: ReadonlySet<number>;
}

async function played(schedule: Schedule, judge: (run: Played) => Promise<void> | void): Promise<void> {
  const shifting = new Shifting(schedule);
  const { organization } = shifting;
  const before = new Set(kept(organization).members);
  const scene = await Scene.open(organization);
  scene.github.world.add(shifting.elsewhere);
  scene.github.beforeRequest((request) => shifting.tick(request));
  try {
    const outcome = await scene.pass(SPEC, { github: GITHUB });
    await judge({ shifting, scene, outcome, before });
    expect(scene.github.contractViolations).to.deep.equal([]);
  } finally {
    await scene.close();
  }
}

/** Those that were there all the time, as they were. */
const stillOf = ({ organization, touched }: Shifting): Repository[] =>
  organization.repositories.filter(({ id }) => !touched.has(id));

function expectNobodyLeft({ shifting, before, outcome }: Played): void {
  expect(outcome.error?.message).to.equal(undefined);
  const members = new Set(kept(shifting.organization).members);
  const lost = stillOf(shifting).filter((each) => before.has(each.id) && isWanted(each) && !members.has(each.id));
  expect(lost.map(({ name }) => name)).to.deep.equal([]);
}

/** Where a list is taken for whole, and lacks one that stood still, something came to its lane and something went. */
function expectNoticed({ shifting, outcome }: Played): void {
  if (outcome.seen?.complete !== true) return;
  const found = new Set(outcome.seen.findings.map(({ id }) => id));
  const missed = stillOf(shifting).filter(({ id }) => !found.has(id));
  const deceived = missed.filter((each) => shifting.came.has(laneOf(each)) && shifting.went.has(laneOf(each)));
  expect(missed.map(({ name }) => name)).to.deep.equal(deceived.map(({ name }) => name));
}

/** Once the organization rests, all of it is seen and governed. */
async function expectFound({ shifting, scene }: Played): Promise<void> {
  shifting.end();
  scene.clock.pass(HOUR_MS);
  const { seen } = await scene.pass(SPEC, { github: GITHUB });
  const all = shifting.organization.repositories.map(({ id }) => id);
  expect(seen?.findings.map(({ id }) => id).sort((a, b) => a - b)).to.deep.equal(all);
  const members = new Set(kept(shifting.organization).members);
  const missing = shifting.organization.repositories.filter((each) => isWanted(each) && !members.has(each.id));
  expect(missing.map(({ name }) => name)).to.deep.equal([]);
}

describe('An organization that changes while it is listed', () => {
  const runs = SCHEDULES > 0 ? { numRuns: SCHEDULES } : runsOf(400, 6);

  it('lets nobody leave, notices what it missed, and finds it in the next pass', async function () {
    // A schedule takes a fifth of a second of processor time, of which a busy machine gives a part.
    this.timeout(120_000 + runs.numRuns * 2_000);
    const property = fc.asyncProperty(schedule(8), (each) =>
      played(each, async (run) => {
        expectNobodyLeft(run);
        expectNoticed(run);
        await expectFound(run);
      }),
    );
    await fc.assert(property, runs);
  });

  it('is listed in lanes, from both ends, none of which is asked where nothing is in it', async () => {
    const houses = Array.from({ length: 20 }, (_, index) => ({
      visibility: index < 14 ? ('private' as const) : ('public' as const),
      isArchived: index % 7 === 6,
      isProduction: true,
    }));
    await played({ houses, shifts: [] }, ({ outcome, scene }) => {
      expect(outcome.seen?.complete).to.equal(true);
      const asked = scene.github.requests.flatMap(({ operation, body }) =>
        operation === 'list' ? [(body as { variables: Record<string, unknown> }).variables] : [],
      );
      const lanes = asked.map(({ visibility, isArchived, direction }) => [visibility, isArchived, direction].join(' '));
      expect([...new Set(lanes)].sort()).to.deep.equal([
        // The two questions that count.
        '  ',
        // The first page of all, which shows that there are many.
        '  ASC',
        'PRIVATE false ASC',
        'PRIVATE false DESC',
        'PRIVATE true ASC',
        'PUBLIC false ASC',
        'PUBLIC false DESC',
      ]);
      // 12 rows that are private and in use, and 6 that are public: pages of four, and no more of them than it takes.
      expect(lanes).to.have.length(2 + 1 + 3 + 1 + 2);
    });
  });

  for (const [filters, lanes, questions] of [
    // A server with privacy alone: a refused question, and internal ones among the private ones.
    ['privacy', 'PRIVATE', 1 + 2 + 5 + 1],
    // Two refused questions, and one lane that goes on from the first page.
    ['none', '', 1 + 2 + 4],
  ] as const) {
    it(`is listed as far as a server with the filter "${filters}" can tell repositories apart`, async () => {
      const houses = Array.from({ length: 20 }, (_, index) => ({
        visibility: index % 2 === 0 ? ('private' as const) : ('internal' as const),
        isArchived: false,
        isProduction: true,
      }));
      await played({ houses, shifts: [] }, async ({ scene }) => {
        scene.github.reset();
        scene.github.world.behaviour.listFilters = filters;
        const { seen } = await scene.pass(SPEC, { github: GITHUB });
        expect([seen?.complete, seen?.findings.length]).to.deep.equal([true, 20]);
        const asked = scene.github.requests.filter(({ operation }) => operation === 'list');
        const kinds = asked.map(({ body }) => (body as { variables: { privacy?: string } }).variables.privacy ?? '');
        expect([kinds.includes(lanes), asked.length]).to.deep.equal([true, questions]);
      });
    });
  }
});
