/** Holds and approvals, pass after pass, against a simulator: who releases what, and how long it counts. */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { eventsOf } from '../../pkg/reconciler/publishers/pass-events.js';
import { approvalPublisher, statusPublisher } from '../../pkg/reconciler/index.js';
import { complianceReport, outcomeText } from '../../pkg/report/index.js';
import { silentLog } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { memberNames, names, say, town } from '../builders.js';
import { Approvals } from './held-scene.js';
import { Scene, type SpecInput } from './passes.js';

const HOUR_MS = 3_600_000;
const SPEC: SpecInput = { exit: { gracePeriod: '0s' } };

describe('Approvals', () => {
  let scene: Scene;
  let approvals: Approvals;
  afterEach(() => scene.close());

  async function open(members = 10): Promise<void> {
    scene = await Scene.open(town({ members }));
    approvals = new Approvals(scene.clock.now);
  }

  async function pass(spec: SpecInput = SPEC): Promise<{ outcome: PassOutcome; events: string[] }> {
    const previous = scene.status;
    const keep = statusPublisher({
      record: { keepStatus: async (status) => void (await scene.keep(status)) },
      log: silentLog,
    });
    const outcome = await scene.pass(spec, {
      dependencies: { record: { approvals }, publishers: [keep, approvalPublisher({ approvals })] },
    });
    return { outcome, events: eventsOf(outcome, previous).map(({ reason }) => reason) };
  }

  const demote = (...which: string[]): void => which.forEach((name) => say(scene.organization.get(name), 'deprecated'));

  it('release a held plan once: the approval is used, and the window does not count who left by it', async () => {
    await open();
    demote(...names('member', 4));
    const held = await pass();
    expect([held.outcome.result, held.events]).to.deep.equal(['Held', ['PlanHeld']]);
    expect(scene.status.hold).to.include({ count: 4, approvals: 0 });
    approvals.give('ann', scene.status.hold?.planHash);
    const released = await pass();
    expect([released.outcome.result, released.events]).to.deep.equal([
      'Succeeded',
      ['RulesetUpdated', 'PlanApproved', 'RepositoryDemoted', 'Recovered'],
    ]);
    expect(memberNames(scene.organization)).to.have.length(6);
    expect(approvals.states).to.deep.equal(['Used']);
    expect(scene.status).not.to.have.any.keys('hold', 'window', 'pendingWrite');
    demote('member-005', 'member-006', 'member-007');
    await pass();
    expect(memberNames(scene.organization), 'a used approval releases nothing more').to.have.length(6);
  });

  it('of one person do not do where two are required; of two neighbouring plans they release what both cover', async () => {
    await open();
    const spec: SpecInput = { ...SPEC, guards: { maxLeaving: 0, approval: { required: 2 } } };
    demote('member-001', 'member-002');
    await pass(spec);
    approvals.give('ann', scene.status.hold?.planHash);
    const one = await pass(spec);
    expect([one.outcome.result, scene.status.hold?.approvals]).to.deep.equal(['Held', 1]);
    approvals.give('ann', scene.status.hold?.planHash);
    await pass(spec);
    expect(scene.status.hold?.approvals, 'the same person twice').to.equal(1);
    const { since } = scene.status.hold ?? {};
    demote('member-003');
    scene.clock.pass(HOUR_MS);
    await pass(spec);
    expect(scene.status.hold?.since, 'another hash is the same hold').to.equal(since);
    approvals.give('bob', scene.status.hold?.planHash);
    await pass(spec);
    expect(memberNames(scene.organization)).to.deep.equal(names('member', 10).slice(2));
    expect(scene.status.hold).to.include({ count: 1, since });
    expect(scene.status.hold?.repositories).to.deep.equal(['member-003']);
    expect(approvals.states).to.deep.equal(['Used', 'Used', 'Used']);
    await pass(spec);
    expect(memberNames(scene.organization), 'what was held then needs a new approval').to.have.length(8);
  });

  it('expire with the hold, which goes on; one given later counts', async () => {
    await open();
    const spec: SpecInput = { ...SPEC, guards: { maxLeaving: 0, approval: { required: 2, timeout: '2h' } } };
    demote('member-001');
    await pass(spec);
    const [since, expiryTime] = [scene.status.hold?.since, scene.status.hold?.expiryTime];
    expect(Date.parse(expiryTime ?? '') - Date.parse(since ?? '')).to.equal(2 * HOUR_MS);
    approvals.give('ann', scene.status.hold?.planHash);
    await pass(spec);
    scene.clock.pass(2 * HOUR_MS);
    const expired = await pass(spec);
    expect(expired.events).to.deep.equal(['HoldExpired']);
    expect(approvals.states).to.deep.equal(['Expired']);
    expect(scene.status.hold).to.include({ since: expiryTime, approvals: 0 });
    approvals.give('bob', scene.status.hold?.planHash);
    expect((await pass(spec)).outcome.result, 'an expired one does not count beside it').to.equal('Held');
    approvals.give('ann', scene.status.hold?.planHash);
    expect((await pass(spec)).outcome.result).to.equal('Succeeded');
  });

  it('that were deleted do not count any more', async () => {
    await open();
    demote(...names('member', 4));
    await pass({ ...SPEC, guards: { approval: { required: 2 } } });
    approvals.give('ann', scene.status.hold?.planHash);
    await pass({ ...SPEC, guards: { approval: { required: 2 } } });
    approvals.all.splice(0);
    approvals.give('bob', scene.status.hold?.planHash);
    expect((await pass({ ...SPEC, guards: { approval: { required: 2 } } })).outcome.result).to.equal('Held');
    expect(scene.status.hold?.approvals).to.equal(1);
  });

  it('of another plan say so, and are refused when the wait is over', async () => {
    await open();
    const spec: SpecInput = { ...SPEC, guards: { maxLeaving: 0, approval: { timeout: '1h' } } };
    demote('member-001');
    await pass(spec);
    const wrong = approvals.give('ann', `sha256:${'0'.repeat(64)}`);
    await pass(spec);
    expect([wrong.state, wrong.message]).to.deep.equal([undefined, 'approve the plan that is held now']);
    scene.clock.pass(HOUR_MS);
    await pass(spec);
    expect([wrong.state, wrong.message?.startsWith('UnknownPlan')]).to.deep.equal(['Rejected', true]);
    expect(memberNames(scene.organization)).to.have.length(10);
  });

  it('of earlier plans are not decided about while nobody can read which plans those were', async () => {
    await open();
    const spec: SpecInput = { ...SPEC, guards: { maxLeaving: 0, approval: { timeout: '1h' } } };
    demote('member-001');
    await pass(spec);
    approvals.give('ann', scene.status.hold?.planHash);
    demote('member-002');
    scene.clock.pass(HOUR_MS / 2);
    await pass(spec);
    const recorded = approvals.give('bob', `sha256:${'0'.repeat(64)}`);
    const holdRecords = async (): Promise<never> => {
      throw new Plus1Error('PLUS1_JOURNAL_UNAVAILABLE', 'it is not open');
    };
    scene.clock.pass(HOUR_MS / 2);
    const outcome = await scene.pass(spec, { dependencies: { record: { approvals, holdRecords } } });
    expect([outcome.result, outcome.approvals, memberNames(scene.organization).length]).to.deep.equal([
      ...['Held', [], 9],
    ]);
    scene.clock.pass(HOUR_MS);
    await pass(spec);
    expect(recorded.state, 'refused once the plans are known').to.equal('Rejected');
  });

  it('stay counted where the write that they released failed, and release it again', async () => {
    await open();
    demote(...names('member', 4));
    await pass();
    approvals.give('ann', scene.status.hold?.planHash);
    const { hold } = scene.status;
    scene.clock.pass(HOUR_MS);
    scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'forbidden' }, 1);
    const failed = await pass();
    expect([failed.outcome.result, failed.events.includes('PlanHeld')]).to.deep.equal(['Failed', false]);
    expect([approvals.states, memberNames(scene.organization).length]).to.deep.equal([['Counted'], 10]);
    expect(scene.status.hold, 'the hold goes on').to.deep.equal({ ...hold, approvals: 1 });
    expect(failed.outcome.status.conditions?.map(({ type }) => type)).to.include('Held');
    expect(complianceReport(failed.outcome)?.plan).to.include({ held: true, hold_reason: hold?.reason });
    expect(outcomeText(failed.outcome, { color: false })).to.include(`Held (${hold?.reason})`);
    expect((await pass()).outcome.result).to.equal('Succeeded');
    expect(approvals.states).to.deep.equal(['Used']);
  });

  it('leave the count of others alone where the write that they released has no outcome and was never applied', async () => {
    await open(20);
    demote('member-001', 'member-002');
    await pass();
    expect(scene.status.window).to.include({ members: 20, left: 2 });
    demote(...names('member', 20).slice(2, 8));
    await pass();
    approvals.give('ann', scene.status.hold?.planHash);
    scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'status', status: 502 }, Infinity);
    await pass();
    scene.github.reset();
    expect(scene.status.pendingWrite).not.to.equal(undefined);
    expect([scene.status.hold?.count, approvals.states]).to.deep.equal([6, ['Used']]);
    await pass();
    expect([scene.status.hold?.count, approvals.states], 'while it may still be applied').to.deep.equal([6, ['Used']]);
    scene.clock.pass(HOUR_MS);
    approvals.all.splice(0);
    await pass();
    expect([memberNames(scene.organization).length, scene.status.window?.left]).to.deep.equal([18, 2]);
  });

  it('are used where a later pass finds that the write without an outcome was applied', async () => {
    await open();
    demote(...names('member', 4));
    await pass();
    approvals.give('ann', scene.status.hold?.planHash);
    let wrote = false;
    scene.github.faults.when(
      ({ isWrite }) => {
        const isFirst = isWrite && !wrote;
        wrote ||= isWrite;
        return isFirst;
      },
      { kind: 'put-applied-500' },
    );
    scene.github.faults.when(({ isWrite }) => wrote && !isWrite, { kind: 'status', status: 502 }, Infinity);
    await pass();
    scene.github.reset();
    expect([memberNames(scene.organization).length, approvals.states]).to.deep.equal([6, ['Used']]);
    await pass();
    expect(approvals.states).to.deep.equal(['Used']);
    scene.clock.pass(HOUR_MS);
    await pass();
    expect(scene.status).not.to.have.any.keys('hold', 'pendingWrite');
    expect(approvals.states).to.deep.equal(['Used']);
  });

  it('in an emergency one releases at once, and an event names it', async () => {
    await open();
    const guards = { approval: { required: 3, groups: ['security'], emergencyGroups: ['lead'] } };
    demote(...names('member', 4));
    await pass({ ...SPEC, guards });
    approvals.give('eve', scene.status.hold?.planHash, { kind: 'Emergency', groups: ['security'] });
    expect((await pass({ ...SPEC, guards })).outcome.result).to.equal('Held');
    expect(approvals.states).to.deep.equal(['Rejected']);
    approvals.give('eve', scene.status.hold?.planHash, { kind: 'Emergency', groups: ['lead'] });
    const released = await pass({ ...SPEC, guards });
    expect([released.outcome.result, released.events]).to.deep.equal([
      'Succeeded',
      ['RulesetUpdated', 'PlanApproved', 'EmergencyBypass', 'RepositoryDemoted', 'Recovered'],
    ]);
  });

  it('are not asked for where a policy only observes, and a hold ends there', async () => {
    await open();
    demote(...names('member', 4));
    await pass();
    expect(scene.status.hold).not.to.equal(undefined);
    approvals.give('ann', scene.status.hold?.planHash);
    const observed = await pass({ ...SPEC, mode: 'Observe' });
    expect([observed.outcome.result, observed.events.includes('PlanHeld')]).to.deep.equal(['Observed', false]);
    expect(scene.status).not.to.have.property('hold');
    expect(scene.status.conditions?.map(({ type }) => type)).not.to.include('Held');
    expect(approvals.states).to.deep.equal([undefined]);
  });

  it('that are claims count towards `required` alone, and who waits for a group is told that none can be proved', async () => {
    await open();
    approvals.areClaims = true;
    const guards = (approval: object): SpecInput => ({ ...SPEC, guards: { maxLeaving: 0, approval } });
    const held = (): string => scene.status.conditions?.find(({ type }) => type === 'Held')?.message ?? '';
    demote('member-001');
    await pass(guards({ groups: ['security'], emergencyGroups: ['lead'] }));
    expect(held()).to.match(
      /; guards\.approval\.groups and guards\.approval\.emergencyGroups cannot be met: nothing proves/,
    );
    const hash = scene.status.hold?.planHash;
    approvals.give('ann', hash, { groups: ['security', 'lead'], isClaim: true });
    approvals.give('bob', hash, { groups: ['lead'], isClaim: true, kind: 'Emergency' });
    const still = await pass(guards({ groups: ['security'], emergencyGroups: ['lead'] }));
    expect(still.outcome.result).to.equal('Held');
    expect(approvals.states).to.deep.equal(['Counted', 'Rejected']);
    expect(approvals.all[1]?.message).to.match(/^Unverified/);
    await pass(guards({ required: 2 }));
    expect(held(), 'without groups nothing is missing').not.to.match(/cannot be met/);
    expect((await pass(guards({ required: 1 }))).outcome.result).to.equal('Succeeded');
    expect(approvals.states).to.deep.equal(['Used', 'Rejected']);
  });

  it('guards.maxEntering lets some in, holds the rest, and an approval lets those in', async () => {
    scene = await Scene.open(town({ members: 3, promoted: 5 }));
    approvals = new Approvals(scene.clock.now);
    const spec: SpecInput = { ...SPEC, guards: { maxEntering: 2 } };
    const first = await pass(spec);
    expect([first.outcome.result, first.outcome.acted?.decision.hold?.reason]).to.deep.equal([
      'Held',
      'TooManyEntering',
    ]);
    expect(memberNames(scene.organization)).to.deep.equal([...names('member', 3), ...names('promoted', 2)]);
    expect(scene.status.hold).to.include({ reason: 'TooManyEntering', count: 3 });
    expect(scene.status.compliance).to.include({ summary: '5/8', ungoverned: 3 });
    expect(scene.status.entryWindow).to.include({ members: 3, entered: 2 });
    const hash = scene.status.hold?.planHash;
    await pass(spec);
    expect(scene.status.hold?.planHash, 'the same plan has the same hash in the next pass').to.equal(hash);
    approvals.give('ann', hash);
    expect((await pass(spec)).outcome.result).to.equal('Succeeded');
    expect(memberNames(scene.organization)).to.have.length(8);
    expect(scene.status.entryWindow, 'what entered by an approval is not counted').to.include({ entered: 2 });
    await pass(SPEC);
    expect(scene.status).not.to.have.property('entryWindow');
  });

  it('cover plans that grow and shrink for a week: nobody leaves but whom somebody saw', async () => {
    await open(20);
    const spec: SpecInput = { ...SPEC, guards: { maxLeaving: 0, approval: { timeout: '24h' } } };
    const all = names('member', 20);
    const seen = new Set<string>();
    for (let day = 0; day < 7; day += 1) {
      demote(...all.slice(day * 2, day * 2 + 2));
      await pass(spec);
      if (day % 2 === 1) {
        scene.status.hold?.repositories.forEach((name) => seen.add(name));
        approvals.give('ann', scene.status.hold?.planHash);
        demote(...all.slice(19, 20));
      } else say(scene.organization.get('member-020'), 'production');
      scene.clock.pass(6 * HOUR_MS);
      await pass(spec);
      const left = all.filter((name) => !memberNames(scene.organization).includes(name));
      expect(
        left.every((name) => seen.has(name)),
        `day ${day}`,
      ).to.equal(true);
      scene.clock.pass(18 * HOUR_MS);
    }
    expect(seen.size).to.be.greaterThan(0);
  });
});
