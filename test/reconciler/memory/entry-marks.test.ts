/** Entries by a write whose outcome is not known: each is counted once, and not at all where it did not happen. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { LiveRuleset, PolicyStatus } from '../../../pkg/api/index.js';
import { guard, policyPlan, type Decision } from '../../../pkg/governance/index.js';
import { openWrite, SETTLED_AFTER_MS } from '../../../pkg/reconciler/memory/open-write.js';
import { intent, memoryOf, recall } from '../../../pkg/reconciler/memory/write-mark.js';
import { findingOf, HOUR, idsOf, liveOf, NOW, range, specOf } from '../../governance/builders.js';

const [FIRST, OTHERS] = [range(11, 20), range(21, 25)];
const OPEN = { now: NOW + SETTLED_AFTER_MS - 1, isTrusted: true };
const SETTLED = { now: NOW + SETTLED_AFTER_MS, isTrusted: true };

interface Given {
  /** How many entered in this window before. */
  before: number;
  /** Who was to enter by the write, and who of them did. */
  entering: number[];
  entered: number[];
}

const given: fc.Arbitrary<Given> = fc
  .record({ before: fc.nat(5), entering: fc.subarray(FIRST, { minLength: 1 }) })
  .chain(({ before, entering }) =>
    fc.record({
      before: fc.constant(before),
      entering: fc.constant(entering),
      // All of them: then the read shows the write.
      entered: fc.subarray(entering, { maxLength: entering.length - 1 }),
    }),
  );

function decide(status: PolicyStatus, live: LiveRuleset, production: readonly number[], now = NOW): Decision {
  const maxEntering = 5 + FIRST.length;
  const spec = specOf({ guards: { maxEntering } });
  const findings = [...live.members, ...production].map((id) => findingOf(id, 'valid_production'));
  const memory = recall(status, live, { now, isTrusted: true });
  return guard(policyPlan({ findings, absent: [] }, live, spec, memory, now), spec.guards, memory, now);
}

/** The memory that the write left. */
function marked({ before, entering }: Given): PolicyStatus {
  const startTime = new Date(NOW - 1_000).toISOString();
  const status: PolicyStatus = before === 0 ? {} : { entryWindow: { startTime, members: 2, entered: before } };
  const live = liveOf([1, 2]);
  return JSON.parse(JSON.stringify(intent(status, decide(status, live, entering), live, { now: NOW }))) as PolicyStatus;
}

const liveAfter = ({ entered }: Given): LiveRuleset => liveOf([1, 2, ...entered]);

describe('The memory of a write by which repositories enter', () => {
  it('takes back the count of exactly those who did not, once the write is settled', () => {
    fc.assert(
      fc.property(given, (input) => {
        const status = marked(input);
        expect(status.entryWindow?.entered).to.equal(input.before + input.entering.length);
        const { entryWindow } = recall(status, liveAfter(input), SETTLED);
        const happened = input.before + input.entered.length;
        expect(entryWindow?.entered).to.equal(happened === 0 ? undefined : happened);
      }),
    );
  });

  it('lets those, and nobody in their place, enter without counting them again while it may still be applied', () => {
    fc.assert(
      fc.property(given, (input) => {
        const status = marked(input);
        const live = liveAfter(input);
        const counted = status.entryWindow?.entered ?? 0;
        const again = decide(status, live, [...input.entering, ...OTHERS], OPEN.now);
        const room = 5 + FIRST.length - counted;
        const [first, others] = [
          idsOf(again.toEnter).filter((id) => id <= 20),
          idsOf(again.toEnter).filter((id) => id > 20),
        ];
        expect(first).to.have.members(input.entering.filter((id) => !live.members.has(id)));
        expect(others).to.have.length(Math.min(room, OTHERS.length));
        expect(again.entryWindow?.entered).to.equal(counted + others.length);
      }),
    );
  });

  it('keeps the marks of a write that is open when another one is kept', () => {
    fc.assert(
      fc.property(given, (input) => {
        const status = marked(input);
        const live = liveAfter(input);
        const decision = decide(status, live, OTHERS.slice(0, 1), OPEN.now);
        fc.pre(decision.toEnter.length > 0);
        const second = intent(status, decision, live, { now: OPEN.now, open: openWrite(status, live, OPEN) });
        expect(second.entryWindow).to.deep.equal(decision.entryWindow);
        const late = { now: OPEN.now + HOUR, isTrusted: true };
        const happened = input.before + input.entered.length;
        expect(recall(second, live, late).entryWindow?.entered ?? 0).to.equal(happened);
      }),
    );
  });

  it('takes nobody back for being no member of another ruleset', () => {
    const status = { ...marked({ before: 0, entering: [11, 12], entered: [] }), ruleset: undefined };
    const other = { ...liveOf([1]), id: 78 };
    const known = {
      ...status,
      ruleset: { id: 77, enforcement: 'Active', members: 1, membersHash: '', undone: 0 },
    } as const;
    expect(recall(memoryOf(known, other), other, SETTLED).entryWindow?.entered).to.equal(2);
  });

  it('marks nobody where nothing limits what enters', () => {
    const live = liveOf([1]);
    const spec = specOf();
    const findings = [1, 11].map((id) => findingOf(id, 'valid_production'));
    const memory = recall({}, live, SETTLED);
    const decision = guard(policyPlan({ findings, absent: [] }, live, spec, memory, NOW), spec.guards, memory, NOW);
    expect(intent({}, decision, live, { now: NOW }).pendingWrite).to.not.have.property('entering');
  });
});
