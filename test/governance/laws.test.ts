/**
 * Laws 1 and 2 over random histories. A small model of its own keeps the books: who was seen contrary since when, and
 * who left within which window. It shares no code with what it checks but the schema.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { durationMs, FINDING_STATUSES, type FindingStatus, type PolicySpec } from '../../pkg/api/index.js';
import {
  guard,
  plan,
  type AbsentMember,
  type Decision,
  type Memory,
  type Observation,
} from '../../pkg/governance/index.js';
import { findingOf, HOUR, idsOf, liveOf, NOW, range, specOf } from './builders.js';

const REPOSITORIES = 8;
const FATES = ['gone', 'transferred', 'missing', 'unseen', 'unknown'] as const;

/** What one pass sees of one repository: a finding, the fate of one not listed, or nothing at all. */
type Sight = FindingStatus | AbsentMember['fate'] | 'nothing';

interface Pass {
  /** Wall clock since the pass before; a clock that is set back makes it negative. */
  elapsedMs: number;
  sights: Sight[];
  /** Members that someone else added to, or took from, the ruleset before the pass. */
  drift: number[];
}

interface History {
  spec: PolicySpec;
  live: number[];
  passes: Pass[];
}

const sight: fc.Arbitrary<Sight> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Sight>('valid_production') },
  { weight: 6, arbitrary: fc.constant<Sight>('valid_non_production') },
  { weight: 3, arbitrary: fc.constantFrom<Sight>(...FINDING_STATUSES) },
  { weight: 3, arbitrary: fc.constant<Sight>('gone') },
  { weight: 1, arbitrary: fc.constantFrom<Sight>(...FATES, 'nothing') },
);

const elapsedMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 * HOUR }) },
  { weight: 2, arbitrary: fc.constantFrom(HOUR, 24 * HOUR) },
  { weight: 1, arbitrary: fc.integer({ min: -48 * HOUR, max: 0 }) },
);

const specification: fc.Arbitrary<PolicySpec> = fc
  .record({
    gracePeriod: fc.constantFrom('0s', '1s', '90m', '4h', '24h'),
    maxLeaving: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('0%', '10%', '25%', '50%', '100%')),
    window: fc.constantFrom('1h', '6h', '24h'),
    minMembers: fc.integer({ min: 1, max: 3 }),
    onInvalid: fc.constantFrom('Retain' as const, 'Govern' as const, 'Release' as const),
    onMissing: fc.constantFrom('Release' as const, 'Retain' as const),
    mode: fc.constantFrom('Enforce' as const, 'Enforce' as const, 'Enforce' as const, 'EnterOnly' as const),
  })
  .map(({ gracePeriod, maxLeaving, window, minMembers, onInvalid, onMissing, mode }) =>
    specOf({
      exit: { gracePeriod },
      guards: { maxLeaving, window, minMembers },
      catalog: { onInvalid, onMissing },
      mode,
    }),
  );

const history = (driftMax: number): fc.Arbitrary<History> =>
  fc.record({
    spec: specification,
    live: fc.uniqueArray(fc.integer({ min: 1, max: REPOSITORIES }), { maxLength: REPOSITORIES }),
    passes: fc.array(
      fc.record({
        elapsedMs,
        sights: fc.array(sight, { minLength: REPOSITORIES, maxLength: REPOSITORIES }),
        drift: fc.uniqueArray(fc.integer({ min: 1, max: REPOSITORIES }), { maxLength: driftMax }),
      }),
      { minLength: 1, maxLength: 25 },
    ),
  });

function observe(sights: readonly Sight[]): Observation {
  const findings = sights.flatMap((seen, index) =>
    FINDING_STATUSES.includes(seen as FindingStatus) ? [findingOf(index + 1, seen as FindingStatus)] : [],
  );
  const absent = sights.flatMap((seen, index) =>
    FATES.includes(seen as AbsentMember['fate']) ? [{ id: index + 1, fate: seen as AbsentMember['fate'] }] : [],
  );
  return { findings, absent };
}

const INVALID: readonly Sight[] = ['missing_lifecycle', 'invalid_yaml', 'invalid_schema', 'unreadable'];

function isDesired(seen: Sight, { catalog }: PolicySpec): boolean {
  return seen === 'valid_production' || (INVALID.includes(seen) && catalog.onInvalid === 'Govern');
}

function isContrary(seen: Sight, { catalog }: PolicySpec): boolean {
  if (seen === 'missing_file') return catalog.onMissing === 'Release';
  if (INVALID.includes(seen)) return catalog.onInvalid === 'Release';
  return ['valid_non_production', 'archived_skipped', 'excluded'].includes(seen);
}

const isTransferred = (seen: Sight): boolean => seen === 'transferred';

/** Shown by the listing or by a look-up: it is not gone. */
const isShown = (seen: Sight): boolean => seen === 'unseen' || FINDING_STATUSES.includes(seen as FindingStatus);

/** Since when each member has been gone by proofs without a sight in between, kept by hand. */
class GoneBook {
  readonly #since = new Map<number, number>();

  /** Takes one pass in. */
  see(pass: Pass, now: number, members: ReadonlySet<number>): void {
    for (const id of range(1, REPOSITORIES)) {
      const seen = sightOf(pass, id);
      if (isShown(seen) || !members.has(id)) this.#since.delete(id);
      else if (seen === 'gone' && !this.#since.has(id)) this.#since.set(id, now);
    }
  }

  /** True where this pass proves it again, an hour or more after the first proof. */
  isProvedTwice(pass: Pass, now: number, id: number): boolean {
    return sightOf(pass, id) === 'gone' && now - (this.#since.get(id) ?? Number.POSITIVE_INFINITY) >= HOUR;
  }
}

interface Step {
  pass: Pass;
  now: number;
  before: ReadonlySet<number>;
  decision: Decision;
}

/** Runs a history as the reconciler would: what one pass decides is the next one's memory. */
function run({ spec, live, passes }: History, check: (step: Step) => void): void {
  let members = new Set(live);
  let memory: Memory = { leaving: [] };
  let now = NOW;
  for (const pass of passes) {
    now += pass.elapsedMs;
    const before = new Set([...members].filter((id) => !pass.drift.includes(id)));
    for (const id of pass.drift) if (!members.has(id)) before.add(id);
    const decision = guard(plan(observe(pass.sights), liveOf(before), spec, memory, now), spec, memory, now);
    check({ pass, now, before, decision });
    members = new Set(decision.target);
    memory = { leaving: decision.clocks, ...(decision.window !== undefined && { window: decision.window }) };
  }
}

const sightOf = (pass: Pass, id: number): Sight => pass.sights[id - 1] ?? 'nothing';
const runs = { numRuns: 600 };

describe('law 1: unknown is not absent', () => {
  it('nobody leaves but on positive evidence of that very pass', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ pass, before, decision }) => {
          const target = new Set(decision.target);
          for (const id of before) {
            const seen = sightOf(pass, id);
            if (!target.has(id))
              expect(
                isContrary(seen, past.spec) || isTransferred(seen) || seen === 'gone',
                `${id} left: ${seen}`,
              ).to.equal(true);
          }
        });
      }),
      runs,
    );
  });

  it('nobody is gone by one proof: a second one follows an hour later, with no sight of it in between', () => {
    fc.assert(
      fc.property(history(0), (past) => {
        const book = new GoneBook();
        run(past, ({ pass, now, before, decision }) => {
          book.see(pass, now, before);
          const target = new Set(decision.target);
          for (const id of before)
            if (!target.has(id) && sightOf(pass, id) === 'gone')
              expect(book.isProvedTwice(pass, now, id), `${id} left at ${now}`).to.equal(true);
        });
      }),
      { numRuns: 1_500 },
    );
  });

  it('without a memory nobody is gone, whatever the grace period', () => {
    fc.assert(
      fc.property(history(0), ({ spec, live, passes }) => {
        for (const pass of passes)
          run({ spec, live, passes: [pass] }, ({ before, decision }) => {
            const gone = [...before].filter((id) => sightOf(pass, id) === 'gone');
            expect(decision.target).to.include.members(gone);
          });
      }),
      runs,
    );
  });

  it('what is retained stays a member, and every member is accounted for once', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ before, decision }) => {
          const { leave, gone, retain, stay } = decision.plan;
          const accounted = [...idsOf(leave), ...idsOf(gone), ...idsOf(retain), ...stay];
          expect(accounted.sort((a, b) => a - b)).to.deep.equal([...before].sort((a, b) => a - b));
          expect(decision.target).to.include.members(idsOf(retain));
        });
      }),
      runs,
    );
  });
});

describe('law 2: entering is prompt', () => {
  it('a repository in production is a member by the end of the pass that saw it', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ pass, decision }) => {
          const production = range(1, REPOSITORIES).filter((id) => sightOf(pass, id) === 'valid_production');
          expect(decision.target).to.include.members(production);
        });
      }),
      runs,
    );
  });

  it('nobody is targeted who was neither a member nor desired', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ pass, before, decision }) => {
          for (const id of decision.target) {
            expect(before.has(id) || isDesired(sightOf(pass, id), past.spec), `${id}`).to.equal(true);
          }
          expect(decision.target).to.deep.equal([...new Set(decision.target)].sort((a, b) => a - b));
        });
      }),
      runs,
    );
  });
});

describe('law 2: leaving is slow', () => {
  it('the grace period has gone by since the first contrary observation after the last of production', () => {
    fc.assert(
      fc.property(history(0), (past) => {
        const graceMs = durationMs(past.spec.exit.gracePeriod);
        const contrarySince = new Map<number, number>();
        run(past, ({ pass, now, before, decision }) => {
          for (const id of range(1, REPOSITORIES)) {
            const seen = sightOf(pass, id);
            if (isDesired(seen, past.spec) || !before.has(id) || seen === 'gone') contrarySince.delete(id);
            else if (isContrary(seen, past.spec) && !contrarySince.has(id)) contrarySince.set(id, now);
          }
          const target = new Set(decision.target);
          for (const id of before) {
            if (target.has(id) || !isContrary(sightOf(pass, id), past.spec)) continue;
            const since = contrarySince.get(id) ?? Number.POSITIVE_INFINITY;
            expect(graceMs === 0 || now - since >= graceMs, `${id} left ${now - since} ms after`).to.equal(true);
          }
        });
      }),
      { numRuns: 1_500 },
    );
  });

  it('a member whose grace is over does leave where no guard and no mode holds it', () => {
    fc.assert(
      fc.property(history(0), ({ spec, ...rest }) => {
        const open = {
          ...spec,
          mode: 'Enforce' as const,
          guards: { ...spec.guards, maxLeaving: '100%', minMembers: 1 },
        };
        const graceMs = durationMs(spec.exit.gracePeriod);
        const contrarySince = new Map<number, number>();
        const book = new GoneBook();
        run({ spec: open, ...rest }, ({ pass, now, before, decision }) => {
          book.see(pass, now, before);
          for (const id of range(1, REPOSITORIES)) {
            const seen = sightOf(pass, id);
            if (isDesired(seen, open) || !before.has(id) || seen === 'gone') contrarySince.delete(id);
            else if (isContrary(seen, open) && !contrarySince.has(id)) contrarySince.set(id, now);
            const since = contrarySince.get(id);
            const due = before.has(id) && isContrary(seen, open) && since !== undefined && now - since >= graceMs;
            if (due) expect(idsOf(decision.plan.leave)).to.include(id);
            if (before.has(id) && book.isProvedTwice(pass, now, id)) expect(idsOf(decision.plan.leave)).to.include(id);
          }
        });
      }),
      runs,
    );
  });
});

describe('law 2: guards count over a window of time', () => {
  it('within no window do more leave than allowed, however few at a time', () => {
    fc.assert(
      fc.property(history(0), (past) => {
        const { maxLeaving, window } = past.spec.guards;
        const percent = typeof maxLeaving === 'string' ? Number(maxLeaving.replace('%', '')) : 0;
        let book: { start: number; allowed: number; left: number } | undefined;
        run(past, ({ pass, now, before, decision }) => {
          // A window that was seen to end stays ended, also where the clock is set back into it.
          if (book !== undefined && book.start + durationMs(window) <= now) book = undefined;
          const target = new Set(decision.target);
          const left = [...before].filter((id) => !target.has(id) && !isTransferred(sightOf(pass, id))).length;
          if (left === 0) return;
          const share = typeof maxLeaving === 'number' ? maxLeaving : Math.ceil((before.size * percent) / 100);
          book ??= { start: now, allowed: share, left: 0 };
          book.left += left;
          expect(book.left).to.be.at.most(book.allowed);
        });
      }),
      runs,
    );
  });

  it('nothing but a proved transfer passes a guard that lets nobody leave', () => {
    fc.assert(
      fc.property(history(3), ({ spec, ...rest }) => {
        const shut = { ...spec, guards: { ...spec.guards, maxLeaving: 0 } };
        run({ spec: shut, ...rest }, ({ pass, before, decision }) => {
          const target = new Set(decision.target);
          for (const id of before) if (!target.has(id)) expect(sightOf(pass, id), `${id} left`).to.equal('transferred');
        });
      }),
      runs,
    );
  });

  it('those that leave leave together or not at all, and only a hold stops them', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ decision }) => {
          const left = new Set(idsOf(decision.left));
          const leaving = idsOf(decision.plan.leave).filter((id) => left.has(id)).length;
          expect(leaving).to.equal(decision.hold === undefined ? decision.plan.leave.length : 0);
        });
      }),
      runs,
    );
  });
});

describe('law 3: nothing is left out of a write that GitHub refused, but what two proofs say is gone', () => {
  /** As the reconciler plans once more after a 422 that names every id there is. */
  const again = (past: History, check: (step: Step & { refused: Decision; book: GoneBook }) => void): void => {
    const book = new GoneBook();
    let memory: Memory = { leaving: [] };
    run(past, (step) => {
      const { pass, now, before, decision } = step;
      book.see(pass, now, before);
      const named = { ...memory, refused: new Set(range(1, REPOSITORIES)) };
      const refused = guard(plan(observe(pass.sights), liveOf(before), past.spec, named, now), past.spec, named, now);
      check({ ...step, refused, book });
      memory = { leaving: decision.clocks, ...(decision.window !== undefined && { window: decision.window }) };
    });
  };

  it('whatever GitHub names', () => {
    fc.assert(
      fc.property(history(0), (past) => {
        again(past, ({ pass, now, decision, refused, book }) => {
          const rest = new Set(refused.target);
          for (const id of decision.target) {
            if (rest.has(id)) continue;
            expect(book.isProvedTwice(pass, now, id), `${id} was left out: ${sightOf(pass, id)}`).to.equal(true);
            expect(refused.hold, 'not past a guard').to.equal(undefined);
            expect(idsOf(refused.plan.leave)).to.include(id);
          }
        });
      }),
      { numRuns: 1_500 },
    );
  });

  it('where GitHub names nobody, a plan stays as it is', () => {
    fc.assert(
      fc.property(history(0), (past) => {
        run(past, ({ pass, now, before, decision }) => {
          const memory = { leaving: decision.plan.clocks, refused: new Set<number>() };
          const [one, other] = [memory, { leaving: memory.leaving }].map((each) =>
            plan(observe(pass.sights), liveOf(before), past.spec, each, now),
          );
          expect(one).to.deep.equal(other);
        });
      }),
      runs,
    );
  });
});

describe('law 3: never an empty set', () => {
  it('a membership never becomes empty, and leavers leave at least minMembers behind', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ before, decision }) => {
          if (before.size > 0) expect(decision.target).to.not.deep.equal([]);
          if (decision.changes) expect(decision.target).to.not.deep.equal([]);
          const left = new Set(idsOf(decision.left));
          if (decision.plan.leave.some(({ id }) => left.has(id))) {
            expect(decision.target.length).to.be.at.least(past.spec.guards.minMembers);
          }
        });
      }),
      runs,
    );
  });

  it('changes tells whether the target differs from the membership', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ before, decision }) => {
          const sorted = [...before].sort((a, b) => a - b);
          expect(decision.changes).to.equal(JSON.stringify(sorted) !== JSON.stringify(decision.target));
        });
      }),
      runs,
    );
  });

  it('a pass that sees the same again changes nothing but what time decides', () => {
    fc.assert(
      fc.property(history(0), ({ spec, live, passes }) => {
        const [pass] = passes;
        if (pass === undefined) return;
        const again = { ...pass, elapsedMs: 0, drift: [] };
        const steps: Step[] = [];
        run({ spec, live, passes: [pass, again] }, (step) => steps.push(step));
        const [, second] = steps;
        const held = steps[0]?.decision.hold !== undefined;
        if (!held) expect(second?.decision.changes).to.equal(false);
      }),
      runs,
    );
  });
});
