/**
 * Laws 1 and 2 over random histories.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { durationMs } from '../../../pkg/api/index.js';
import { runsOf } from '../../sample.js';
import { idsOf, range } from '../builders.js';
import {
  history,
  isContrary,
  isDesired,
  isEvidence,
  isProved,
  isTransferred,
  REPOSITORIES,
  restartFuture,
  run,
  runs,
  sightOf,
  type Step,
} from './histories.js';

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
                isEvidence(pass, id, past.spec) || isTransferred(seen) || seen === 'gone',
                `${id} left: ${seen}, confirmed ${pass.confirmed[id - 1]}`,
              ).to.equal(true);
          }
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

describe('law 2: a clock starts on proof', () => {
  it('none starts on one read, on a verdict from memory, or where no repository has a file', () => {
    fc.assert(
      fc.property(history(0), (past) => {
        let running = new Set<number>();
        run(past, ({ pass, decision }) => {
          const now = new Set(decision.clocks.filter(({ reason }) => reason !== 'gone').map(({ id }) => id));
          for (const id of now)
            if (!running.has(id)) expect(isProved(pass, id), `a clock for ${id}: ${sightOf(pass, id)}`).to.equal(true);
          running = new Set(idsOf(decision.clocks));
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
            else if (isEvidence(pass, id, past.spec) && !contrarySince.has(id)) contrarySince.set(id, now);
            restartFuture(contrarySince, id, now);
          }
          const target = new Set(decision.target);
          for (const id of before) {
            if (target.has(id) || !isContrary(sightOf(pass, id), past.spec)) continue;
            const since = contrarySince.get(id) ?? Number.POSITIVE_INFINITY;
            expect(graceMs === 0 || now - since >= graceMs, `${id} left ${now - since} ms after`).to.equal(true);
          }
        });
      }),
      runsOf(1_500, 200),
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
        run({ spec: open, ...rest }, ({ pass, now, before, decision }) => {
          for (const id of range(1, REPOSITORIES)) {
            const seen = sightOf(pass, id);
            if (isDesired(seen, open) || !before.has(id) || seen === 'gone') contrarySince.delete(id);
            else if (isEvidence(pass, id, open) && !contrarySince.has(id)) contrarySince.set(id, now);
            restartFuture(contrarySince, id, now);
            const since = contrarySince.get(id);
            const due = before.has(id) && isEvidence(pass, id, open) && since !== undefined && now - since >= graceMs;
            if (due) expect(idsOf(decision.plan.leave)).to.include(id);
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
          // One from the future counts from now; one that was seen to end stays ended, also where the clock is set back into it.
          if (book !== undefined) book.start = Math.min(book.start, now);
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

  it('those that leave leave together or not at all, and only a hold stops them', () => {
    fc.assert(
      fc.property(history(3), (past) => {
        run(past, ({ decision }) => {
          const left = new Set(idsOf(decision.toLeave));
          const leaving = idsOf(decision.plan.leave).filter((id) => left.has(id)).length;
          expect(leaving).to.equal(decision.hold === undefined ? decision.plan.leave.length : 0);
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
          const left = new Set(idsOf(decision.toLeave));
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
