/** The laws about members that are gone, over random histories: one proof is none, and no guard is passed by it. */
import { expect } from 'chai';
import fc from 'fast-check';
import { guard, policyPlan, type Decision, type Memory } from '../../../pkg/governance/index.js';
import { runsOf } from '../../sample.js';
import { idsOf, liveOf, range } from '../builders.js';
import { GoneBook, history, observe, REPOSITORIES, run, runs, sightOf, type History, type Step } from './histories.js';

describe('law 1: what is gone', () => {
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
      runsOf(1_500, 200),
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

  it('a member that two proofs say is gone does leave where no guard and no mode holds it', () => {
    fc.assert(
      fc.property(history(0), ({ spec, ...rest }) => {
        const guards = { ...spec.guards, maxLeaving: '100%', minMembers: 1 };
        const book = new GoneBook();
        run({ spec: { ...spec, mode: 'Enforce', guards }, ...rest }, ({ pass, now, before, decision }) => {
          book.see(pass, now, before);
          const due = [...before].filter((id) => book.isProvedTwice(pass, now, id));
          expect(idsOf(decision.plan.leave)).to.include.members(due);
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
      const refused = guard(
        policyPlan(observe(pass), liveOf(before), past.spec, named, now),
        past.spec.guards,
        named,
        now,
      );
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
      runsOf(1_500, 200),
    );
  });

  it('where GitHub names nobody, a plan stays as it is', () => {
    fc.assert(
      fc.property(history(0), (past) => {
        run(past, ({ pass, now, before, decision }) => {
          const memory = { leaving: decision.plan.clocks, refused: new Set<number>() };
          const [one, other] = [memory, { leaving: memory.leaving }].map((each) =>
            policyPlan(observe(pass), liveOf(before), past.spec, each, now),
          );
          expect(one).to.deep.equal(other);
        });
      }),
      runs,
    );
  });
});
