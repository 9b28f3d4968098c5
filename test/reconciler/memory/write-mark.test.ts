/** The mark that a pass leaves before it writes: whatever came of the write, the window counts each leaver once. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { PolicyStatus } from '../../../pkg/api/index.js';
import { guard, policyPlan } from '../../../pkg/governance/index.js';
import { SETTLED_AFTER_MS } from '../../../pkg/reconciler/memory/open-write.js';
import { intent, memoryOf, recall, requireSameOrganization } from '../../../pkg/reconciler/memory/write-mark.js';
import { findingOf, HOUR, liveOf, NOW, specOf } from '../../governance/builders.js';

/** Long after any write of the memory. */
const LATER = { now: NOW + HOUR, isTrusted: true };
const SPEC = specOf({ exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } });

/** A pass that is about to let `leavers` go, after `before` left earlier in the window. */
function marked(members: readonly number[], leavers: ReadonlySet<number>, before: number): PolicyStatus {
  const status: PolicyStatus =
    before === 0 ? {} : { window: { startTime: new Date(NOW - 1_000).toISOString(), members: 100, left: before } };
  const findings = members.map((id) => findingOf(id, leavers.has(id) ? 'valid_non_production' : 'valid_production'));
  const live = liveOf(members);
  const memory = recall(status, live, LATER);
  const decision = guard(policyPlan({ findings, absent: [] }, live, SPEC, memory, NOW), SPEC.guards, memory, NOW);
  return intent(status, decision, live, { now: NOW });
}

describe('The memory of a pass', () => {
  const cases = fc
    .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 40 })
    .chain((members) =>
      fc.record({
        members: fc.constant(members),
        leavers: fc.subarray(members, { minLength: 1, maxLength: members.length - 1 }),
        before: fc.nat(5),
      }),
    )
    .chain((input) => fc.record({ input: fc.constant(input), gone: fc.subarray(input.leavers) }));

  it('takes back the count of exactly those who are still members', () => {
    fc.assert(
      fc.property(cases, ({ input: { members, leavers, before }, gone }) => {
        const status = JSON.parse(JSON.stringify(marked(members, new Set(leavers), before))) as PolicyStatus;
        expect(status.window?.left).to.equal(before + leavers.length);
        const after = members.filter((id) => !gone.includes(id));
        // A window in which nobody left in the end is none: its start would end the next one too soon.
        const { window } = recall(status, liveOf(after), LATER);
        expect(window?.left).to.equal(before + gone.length === 0 ? undefined : before + gone.length);
      }),
    );
  });

  it('takes nothing back, and lets nobody leave, while a write that does not show may still be applied', () => {
    const when = fc.record({ sinceMs: fc.integer({ min: -HOUR, max: 2 * HOUR }), isTrusted: fc.boolean() });
    fc.assert(
      fc.property(cases, when, ({ input: { members, leavers, before }, gone }, { sinceMs, isTrusted }) => {
        const status = JSON.parse(JSON.stringify(marked(members, new Set(leavers), before))) as PolicyStatus;
        const after = members.filter((id) => !gone.includes(id));
        const memory = recall(status, liveOf(after), { now: NOW + sinceMs, isTrusted });
        // Also where all of them went: others than the write may have taken them out.
        const isOpen = !isTrusted || sinceMs < SETTLED_AFTER_MS;
        expect(memory.freezeReason === undefined).to.equal(!isOpen);
        const left = before + (isOpen ? leavers.length : gone.length);
        expect(memory.window?.left).to.equal(left === 0 ? undefined : left);
      }),
    );
  });

  it('counts as they are where no write is open', () => {
    const { pendingWrite: _pendingWrite, ...settled } = marked([1, 2, 3], new Set([1]), 2);
    expect(recall(settled, liveOf([1, 2, 3]), LATER).window?.left).to.equal(3);
  });

  it('knows neither clocks nor window where there was no pass', () => {
    expect(recall({}, liveOf([1]), LATER)).to.deep.equal({ leaving: [], contested: false });
  });

  const RULESET = {
    id: 1,
    enforcement: 'Active',
    members: 100,
    membersHash: `sha256:${'0'.repeat(64)}`,
    undone: 2,
  } as const;

  it('of a ruleset that was made again keeps clocks and what left, and takes the smaller set for the limit', () => {
    const status = { ...marked([1, 2, 3], new Set([1]), 2), ruleset: RULESET };
    const live = { ...liveOf([1, 2, 3]), id: 2 };
    const memory = memoryOf(status, live);
    expect(memory).to.not.have.any.keys('hold', 'ruleset');
    expect(recall(memory, live, { ...LATER, now: NOW }).freezeReason, 'its write is open').to.be.a('string');
    expect(memory.leaving).to.deep.equal(status.leaving);
    expect(memory.window).to.deep.equal({ ...status.window, members: 3 });
    // Its intent was for the old one: nobody is taken back from the count for being a member of the new one.
    expect(recall(memory, live, LATER).window?.left).to.equal(3);
    expect(memoryOf({ ...status, ruleset: { ...RULESET, id: live.id } }, live)).to.have.property('pendingWrite');
  });

  it('of which nothing says what ruleset it is of measures with the smaller set, and keeps its mark', () => {
    const status = marked([1, 2, 3], new Set([1]), 2);
    const { ruleset: _ruleset, ...rest } = status;
    const memory = memoryOf(rest, { ...liveOf([1, 2, 3]), id: 2 });
    expect(memory.window).to.deep.equal({ ...status.window, members: 3 });
    expect(memory.pendingWrite).to.deep.equal(status.pendingWrite);
  });

  it('of a ruleset that was made again never widens the guard', () => {
    const counts = fc.record({
      before: fc.integer({ min: 1, max: 300 }),
      now: fc.integer({ min: 1, max: 60 }),
      left: fc.nat(80),
    });
    fc.assert(
      fc.property(counts, ({ before, now, left }) => {
        const window = { startTime: new Date(NOW - 1_000).toISOString(), members: before, left };
        const live = { ...liveOf(Array.from({ length: now }, (_, index) => index + 1)), id: 2 };
        const memory = memoryOf({ window, ruleset: RULESET }, live).window;
        expect(memory?.left).to.equal(left);
        expect(memory?.members).to.be.at.most(Math.min(before, now));
      }),
    );
  });

  it('of another organization is refused by its id, and of none yet is not', () => {
    const organization = { id: 2, login: 'acme' };
    expect(() => requireSameOrganization({ organizationID: 1 }, organization)).to.throw(/has the id 2, .* id 1/);
    requireSameOrganization({ organizationID: 2 }, organization);
    requireSameOrganization({}, organization);
  });
});
