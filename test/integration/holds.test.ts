/** Holds over days: clocks that somebody sets, policies that change, rivals at the ruleset, and plans that shrink and grow. */
import { expect } from 'chai';
import fc from 'fast-check';
import { Plus1Error } from '../../pkg/errors/index.js';
import { kept, names, say } from '../builders.js';
import { HeldScene } from './held-scene.js';
import type { SpecInput } from './passes.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NO_GRACE: SpecInput = { exit: { gracePeriod: '0s' } };
const spec = (guards: SpecInput['guards'] = {}): SpecInput => ({ ...NO_GRACE, guards: { maxLeaving: 0, ...guards } });

describe('A hold', () => {
  let held: HeldScene;
  afterEach(() => held.close());

  it('and its approvals are as they were once a clock that was set to another day is right again', async () => {
    held = await HeldScene.open({ members: 10 });
    const two = spec({ approval: { required: 2, timeout: '12h' } });
    held.demote('member-001');
    await held.pass(two);
    held.approve('ann');
    await held.pass(two);
    const before = held.hold;
    for (const days of [3, -3]) {
      const wrong = await held.pass(two, { clock: () => held.scene.clock.now() + days * DAY_MS });
      expect([wrong.outcome.result, wrong.outcome.approvals, wrong.events]).to.deep.equal([
        ...['Incomplete', undefined],
        wrong.events.filter((reason) => reason !== 'HoldExpired' && reason !== 'PlanHeld'),
      ]);
      expect(held.hold, `${days} days`).to.deep.equal(before);
      expect(held.approvals.states).to.deep.equal(['Counted']);
      // One that is given meanwhile is dated by the wrong clock or by the right one: it is looked at when the time is right.
      expect(held.members).to.have.length(10);
    }
    held.approve('bob');
    expect((await held.pass(two)).outcome.result).to.equal('Succeeded');
    expect(held.approvals.states).to.deep.equal(['Used', 'Used']);
  });

  it('that began by a clock that was ahead, within what is trusted, expires no later, and counts who approves at once', async () => {
    held = await HeldScene.open({ members: 10 });
    const one = spec({ approval: { timeout: '1h' } });
    held.demote('member-001');
    await held.pass(one, { clock: () => held.scene.clock.now() + 4 * 60_000 });
    held.scene.clock.pass(2_000);
    // By a right clock, and a moment later: not older than the hold.
    held.approve('ann');
    held.scene.clock.pass(10_000);
    await held.pass(spec({ approval: { timeout: '1h', required: 2 } }));
    expect(held.approvals.states).to.deep.equal(['Counted']);
    const { since = '', expiryTime = '' } = held.hold ?? {};
    expect(Date.parse(since)).to.be.at.most(held.scene.clock.now());
    expect(Date.parse(expiryTime) - Date.parse(since)).to.equal(HOUR_MS);
    held.scene.clock.pass(HOUR_MS);
    expect((await held.pass(one)).events).to.deep.equal(['HoldExpired']);
  });

  it('of a policy that asks for more meanwhile is released by the terms of now', async () => {
    held = await HeldScene.open({ members: 10 });
    held.demote('member-001');
    await held.pass(spec());
    const { since } = held.hold ?? {};
    held.approve('ann');
    const stricter = spec({ approval: { required: 2, groups: ['security'] } });
    expect((await held.pass(stricter)).outcome.result).to.equal('Held');
    expect(held.hold).to.include({ since, approvals: 1 });
    held.approve('bob', { groups: ['sales'] });
    expect((await held.pass(stricter)).outcome.result, 'a wrong group').to.equal('Held');
    held.approve('cat', { groups: ['security'] });
    expect((await held.pass(stricter)).outcome.result).to.equal('Succeeded');
    expect(held.approvals.states).to.deep.equal(['Used', 'Used', 'Used']);
  });

  it('ends where a policy allows more for a pass, and its approvals do not count for the next one of the same plan', async () => {
    held = await HeldScene.open({ members: 10 });
    const two = spec({ approval: { required: 2 } });
    held.demote('member-001');
    await held.pass(two);
    held.approve('ann');
    await held.pass(two);
    const { planHash, since } = held.hold ?? {};
    held.scene.clock.pass(HOUR_MS);
    // Nobody leaves by this pass either, and nothing is held.
    await held.pass({ ...two, mode: 'EnterOnly' });
    expect(held.hold).to.equal(undefined);
    expect([held.approvals.states, held.members.length]).to.deep.equal([['Expired'], 10]);
    held.scene.clock.pass(HOUR_MS);
    expect((await held.pass(two)).events).to.include('PlanHeld');
    expect(held.hold).to.include({ planHash, approvals: 0 });
    expect(held.hold?.since).not.to.equal(since);
    held.approve('bob');
    expect((await held.pass(two)).outcome.result).to.equal('Held');
  });

  it('ends where a policy observes, and what it left of its approvals releases nothing afterwards', async () => {
    held = await HeldScene.open({ members: 10 });
    held.demote('member-001');
    await held.pass(spec({ approval: { required: 2 } }));
    held.approve('ann');
    held.approve('bob');
    await held.pass({ ...spec(), mode: 'Observe' });
    expect([held.hold, held.approvals.states]).to.deep.equal([undefined, [undefined, undefined]]);
    held.scene.clock.pass(1_000);
    const again = await held.pass(spec({ approval: { required: 2 } }));
    expect([again.outcome.result, held.members.length]).to.deep.equal(['Held', 10]);
    expect(held.approvals.states).to.deep.equal(['Expired', 'Expired']);
    expect(held.approvals.all[0]?.message).to.match(/; approve the plan that is held now$/);
  });

  it('of exemptions is released by who saw them, whatever filter, archive and file say; not where only the file says so', async () => {
    held = await HeldScene.open({ members: 6 });
    const { organization, clock } = held.scene;
    organization.get('member-001').archive();
    const expiresAt = new Date(clock.now() + 30 * DAY_MS).toISOString();
    const released = { effect: 'Release' as const, reason: 'Retired in the first quarter', owner: 'team-x', expiresAt };
    const exemptions = names('member', 3).map((repository) => ({ repository, ...released }));
    const repositories = { exclude: ['member-002'] };
    await held.pass({ ...spec(), repositories, exemptions });
    expect(held.hold).to.include({ reason: 'TooManyLeaving', count: 3 });
    held.approve('ann');
    // Without the exemptions the same repositories would leave for what else speaks against them: nobody approved that.
    held.demote('member-003');
    const other = await held.pass({ ...spec(), repositories });
    expect([other.outcome.acted?.decision.hold?.reason, held.members.length]).to.deep.equal(['TooManyLeaving', 6]);
    await held.pass({ ...spec(), repositories, exemptions });
    expect(held.members).to.deep.equal(names('member', 6).slice(3));
    expect(held.approvals.states).to.deep.equal(['Used']);
  });

  it('is told as a failure where nobody can read what was approved; what enters enters, and the hold goes on', async () => {
    held = await HeldScene.open({ members: 10, promoted: 1 });
    held.demote('member-001');
    const two = spec({ approval: { required: 2 } });
    await held.pass(two);
    held.approve('ann');
    await held.pass(two);
    const before = held.hold;
    say(held.scene.organization.createRepository({ name: 'new-001' }), 'production');
    const list = async (): Promise<never> => {
      throw new Plus1Error('PLUS1_STATE_UNREADABLE', 'cannot list the approvals');
    };
    const unread = await held.pass(two, { record: { approvals: { list, keep: async () => undefined } } });
    expect([unread.outcome.result, unread.outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_STATE_UNREADABLE']);
    expect(held.members).to.include('new-001').and.include('member-001');
    expect([held.hold?.since, held.approvals.states]).to.deep.equal([before?.since, ['Counted']]);
    held.approve('bob');
    expect((await held.pass(two)).outcome.result).to.equal('Succeeded');
  });

  it('goes on over passes that fail before they have a plan', async () => {
    held = await HeldScene.open({ members: 10 });
    held.demote('member-001');
    await held.pass(spec({ approval: { required: 2 } }));
    held.approve('ann');
    await held.pass(spec({ approval: { required: 2 } }));
    const before = held.hold;
    held.scene.github.faults.when(() => true, { kind: 'status', status: 503 }, Infinity);
    const failed = await held.pass(spec({ approval: { required: 2 } }));
    held.scene.github.reset();
    expect([failed.outcome.result, held.hold]).to.deep.equal(['Failed', before]);
    expect(held.approvals.states).to.deep.equal(['Counted']);
    held.approve('bob');
    expect((await held.pass(spec({ approval: { required: 2 } }))).outcome.result).to.equal('Succeeded');
  });

  it('that is contested is released by nobody, and by the same approvals once it is not', async () => {
    held = await HeldScene.open({ members: 12, promoted: 1 });
    const { organization } = held.scene;
    // Somebody else takes out what the last write let in, in several passes in a row.
    const original = [...kept(organization).members];
    for (let round = 0; round < 4; round += 1) {
      await held.pass(spec());
      kept(organization).setMembers(original);
      held.scene.clock.pass(HOUR_MS);
    }
    held.demote('member-001');
    await held.pass(spec());
    expect(held.hold).to.include({ reason: 'Contested', count: 1 });
    held.approve('ann');
    kept(organization).setMembers(original);
    const contested = await held.pass(spec());
    expect([contested.outcome.acted?.decision.hold?.reason, held.members.includes('member-001')]).to.deep.equal([
      ...['Contested', true],
    ]);
    expect(held.approvals.states).to.deep.equal(['Counted']);
    // The last write is found in place: nobody contests it any more.
    await held.pass(spec());
    expect(held.members).not.to.include('member-001');
    expect(held.approvals.states).to.deep.equal(['Used']);
  });

  it('keeps the last member, whatever is approved', async () => {
    held = await HeldScene.open({ members: 3 });
    held.demote(...names('member', 3));
    await held.pass(spec({ minMembers: 3 }));
    expect(held.hold).to.include({ reason: 'TooFewMembers', count: 3 });
    held.approve('ann');
    held.approve('eve', { kind: 'Emergency', groups: ['lead'] });
    const all = await held.pass(spec({ minMembers: 3, approval: { emergencyGroups: ['lead'] } }));
    expect([all.outcome.acted?.decision.hold?.reason, held.members.length]).to.deep.equal(['TooFewMembers', 3]);
    expect(held.approvals.states).to.deep.equal(['Counted', 'Counted']);
    held.promote('member-003');
    await held.pass(spec({ minMembers: 3, approval: { emergencyGroups: ['lead'] } }));
    expect(held.members, 'one stays, fewer than guards.minMembers').to.deep.equal(['member-003']);
    expect(held.approvals.states).to.deep.equal(['Used', 'Used']);
  });
});

describe('A hold over a week', () => {
  /** What a person approved, as the model below has it. */
  interface Given {
    approver: string;
    repositories: readonly string[];
    ms: number;
  }

  interface Change {
    hours: number;
    demoted: number[];
    promoted: number[];
    approvers: string[];
  }

  it('lets exactly those leave that two people saw in it, over a week in which its plan shrinks and grows', async () => {
    const waitMs = 24 * HOUR_MS;
    const two = spec({ approval: { required: 2, timeout: '24h' } });
    const some = fc.subarray([2, 3, 4, 5, 6, 7, 8]);
    const change = fc.record({
      hours: fc.integer({ min: 6, max: 18 }),
      ...{ demoted: some, promoted: some, approvers: fc.subarray(['ann', 'bob', 'cat']) },
    });
    const run = async (held: HeldScene, changes: readonly Change[]): Promise<void> => {
      let given: Given[] = [];
      const isDemoted = new Set<string>();
      for (const { hours, demoted, promoted, approvers } of changes) {
        const [down, up] = [demoted, promoted].map((numbers) => numbers.map((number) => `member-00${number}`));
        held.demote(...(down ?? []));
        down?.forEach((name) => isDemoted.add(name));
        held.promote(...(up ?? []));
        up?.forEach((name) => isDemoted.delete(name));
        held.scene.clock.pass(hours * HOUR_MS);

        const nowMs = held.scene.clock.now();
        const sinceMs = Date.parse(held.hold?.since ?? '');
        const beginMs = sinceMs + Math.floor((nowMs - sinceMs) / waitMs) * waitMs;
        given = given.filter(({ ms }) => ms >= beginMs);
        const covering = (name: string): Given[] => given.filter(({ repositories }) => repositories.includes(name));
        const before = held.members;
        const leaving = before
          .filter((name) => isDemoted.has(name))
          .filter((name) => new Set(covering(name).map(({ approver }) => approver)).size >= 2);

        await held.pass(two);
        expect(before.filter((name) => !held.members.includes(name))).to.deep.equal(leaving);
        const used = new Set(leaving.flatMap(covering));
        const hold = held.hold;
        given = hold === undefined ? [] : given.filter((one) => !used.has(one));
        if (hold === undefined) continue;
        if (!Number.isNaN(sinceMs)) expect(Date.parse(hold.since), 'the same hold').to.equal(beginMs);
        expect(hold.approvals).to.equal(new Set(given.map(({ approver }) => approver)).size);
        for (const approver of approvers) {
          held.approve(approver);
          given.push({ approver, repositories: hold.repositories, ms: held.scene.clock.now() });
        }
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 14, maxLength: 14 }), async (changes) => {
        const held = await HeldScene.open({ members: 9 });
        try {
          await run(held, changes);
        } finally {
          await held.close();
        }
      }),
      { numRuns: 4 },
    );
  });
});
