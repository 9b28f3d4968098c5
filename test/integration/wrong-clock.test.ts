/**
 * A wall clock that is wrong: by what, when in the pass, and for how long does not matter. Nobody leaves by a time that did
 * not agree with GitHub's for the whole pass; what enters enters; and nothing waits for as long as the clock was wrong.
 */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { memberNames, names, say, town } from '../builders.js';
import { Scene } from './passes.js';
import { tampering } from './tampering-github.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('A clock that is wrong', () => {
  let scene: Scene;
  /** Local minus true, ms. */
  let offsetMs: number;
  const clock = (): number => scene.clock.now() + offsetMs;
  const pass = (spec = {}): Promise<PassOutcome> => scene.pass(spec, { github: { clock } });
  const isMember = (name = 'member-001'): boolean => memberNames(scene.organization).includes(name);
  const setWhen = (nth: number, ms: number): void => {
    let count = 0;
    scene.github.beforeRequest(async () => {
      if ((count += 1) === nth) offsetMs = ms;
    });
  };

  beforeEach(async () => {
    offsetMs = 0;
    scene = await Scene.open(town({ members: 9, others: 2 }));
    say(scene.organization.get('member-001'), 'deprecated');
    await pass();
    expect(scene.status.leaving).to.have.length(1);
    scene.clock.pass(HOUR_MS);
    say(scene.organization.get('member-002'), 'deprecated');
    say(scene.organization.get('other-001'), 'production');
  });
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const wrong: { reason: string; start: number; then?: { nth: number; ms: number } }[] = [
    { reason: 'a day ahead', start: DAY_MS },
    { reason: 'a year behind', start: -365 * DAY_MS },
    { reason: 'six minutes ahead', start: 6 * MINUTE_MS },
    ...[1, 2, 3, 4, 5, 6].map((nth) => ({
      reason: `a day ahead, and set right at request ${nth}`,
      start: DAY_MS,
      then: { nth, ms: 0 },
    })),
    ...[1, 2, 3, 4, 5, 6].map((nth) => ({
      reason: `set a day ahead at request ${nth}`,
      start: 0,
      then: { nth, ms: DAY_MS },
    })),
    ...[2, 4].map((nth) => ({ reason: `set a day back at request ${nth}`, start: 0, then: { nth, ms: -DAY_MS } })),
  ];
  for (const { reason, start, then } of wrong) {
    it(`${reason}: nobody leaves, no clock starts or ends, and what enters enters`, async () => {
      const { leaving } = scene.status;
      offsetMs = start;
      if (then !== undefined) setWhen(then.nth, then.ms);
      const outcome = await pass();
      expect([outcome.result, outcome.seen?.skewed]).to.deep.equal(['Incomplete', true]);
      expect(outcome.acted?.decision.toLeave).to.deep.equal([]);
      expect(memberNames(scene.organization)).to.include.members([...names('member', 9), 'other-001']);
      expect(scene.status.leaving, 'the wrong time left no trace').to.deep.equal(leaving);
      expect(scene.status.window).to.equal(undefined);
      offsetMs = 0;
      scene.github.reset();
      scene.clock.pass(22.9 * HOUR_MS);
      await pass();
      expect(isMember(), 'not early').to.equal(true);
      scene.clock.pass(0.1 * HOUR_MS);
      await pass();
      expect(isMember(), 'and not late').to.equal(false);
    });
  }

  it('set while the last read before a PUT is under way: nobody leaves by that PUT', async () => {
    scene.clock.pass(DAY_MS);
    let reads = 0;
    scene.github.beforeRequest(async ({ path, isWrite }) => {
      // The ruleset is read once to plan on, and once more just before the PUT.
      if (/\/rulesets\/\d+$/.test(path) && !isWrite && (reads += 1) === 2) offsetMs = -DAY_MS;
    });
    const outcome = await pass();
    expect([outcome.result, isMember(), isMember('other-001')]).to.deep.equal(['Incomplete', true, true]);
    expect(outcome.acted?.written, 'what enters is written').to.equal(true);
  });

  it('that nobody can check, because no answer tells the time: nobody leaves', async () => {
    scene.clock.pass(DAY_MS);
    const reader = scene.connect();
    const { time } = reader.reader;
    const unchecked = { now: () => time.now(), deviationMs: undefined, isTold: false };
    const blind = new Proxy(reader.reader, {
      get: (target, name) => {
        if (name === 'time') return unchecked;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
    const outcome = await scene.pass({}, { dependencies: { reader: blind } });
    await reader.close();
    expect([outcome.result, isMember()]).to.deep.equal(['Incomplete', true]);
  });

  it('was checked, and not again by the read just before a PUT: nobody leaves by that PUT, and the next pass lets them', async () => {
    scene.clock.pass(DAY_MS);
    let ruleset: unknown;
    let reads = 0;
    const proxy = await tampering(scene.github, async ({ method, path, forward }) => {
      if (method !== 'GET' || !/\/rulesets\/\d+$/.test(path)) return undefined;
      reads += 1;
      // The first is forwarded; those after it are answered by somebody in between, without a time.
      if (reads > 1) return { status: 200, body: ruleset };
      ruleset = (await forward()).body;
      return undefined;
    });
    try {
      const outcome = await scene.pass({}, { github: { apiURL: proxy.url } });
      expect([outcome.result, isMember(), isMember('other-001')]).to.deep.equal(['Succeeded', true, true]);
      expect(outcome.acted?.decision.plan.retain[0]?.reason).to.match(
        /GitHub did not give the time just before the write/,
      );
      expect(outcome.status.conditions?.find(({ type }) => type === 'Ready')?.message).to.match(
        /1 until a pass reads again what speaks against it/,
      );
    } finally {
      await proxy.close();
    }
    await pass();
    expect(isMember()).to.equal(false);
  });

  it('five minutes are not wrong', async () => {
    scene.clock.pass(DAY_MS);
    offsetMs = 4.9 * MINUTE_MS;
    expect([(await pass()).result, isMember()]).to.deep.equal(['Succeeded', false]);
  });

  for (const [when, first, then] of [
    ['behind at its start and ahead at its end', -4.9, 4.9],
    ['behind at its start', -4.9, 0],
    ['ahead at its end', 0, 4.9],
    ['ahead all the time', 4.9, 4.9],
    ['behind all the time', -4.9, -4.9],
    ['ahead at its start and behind at its end', 4.9, -4.9],
  ] as const) {
    it(`five minutes ${when} make no grace period and no window shorter`, async () => {
      const spec = { exit: { gracePeriod: '30m' }, guards: { maxLeaving: 1, window: '1h' } };
      const [start, end] = [first * MINUTE_MS, then * MINUTE_MS];
      // The clock of member-002 starts now; member-001 leaves, and opens the window.
      offsetMs = start;
      await pass(spec);
      expect([isMember(), isMember('member-002')]).to.deep.equal([false, true]);
      expect(scene.status.window?.left).to.equal(1);
      offsetMs = end;
      scene.clock.pass(29 * MINUTE_MS);
      const early = await pass(spec);
      expect(
        early.acted?.decision.plan.leave.map(({ name }) => name),
        'grace',
      ).to.deep.equal([]);
      expect(early.result).to.equal('Succeeded');
      scene.clock.pass(30 * MINUTE_MS);
      expect([(await pass(spec)).result, isMember('member-002')], 'window').to.deep.equal(['Held', true]);
      // Never later than by what the clock was wrong.
      scene.clock.pass(11 * MINUTE_MS);
      await pass(spec);
      expect(isMember('member-002')).to.equal(false);
    });
  }

  it('an observation of production by a wrong clock clears the exit clock: it needs no time', async () => {
    say(scene.organization.get('member-001'), 'production');
    offsetMs = DAY_MS;
    await pass();
    expect(scene.status.leaving).to.deep.equal([]);
    say(scene.organization.get('member-001'), 'deprecated');
    offsetMs = 0;
    scene.clock.pass(23.5 * HOUR_MS);
    await pass();
    expect(isMember(), 'the evidence did not hold all that time').to.equal(true);
  });

  it('keeps a plan held that is held: that nobody leaves says nothing of the hold', async () => {
    const held = { guards: { maxLeaving: 0 }, exit: { gracePeriod: '0s' } };
    expect((await pass(held)).result).to.equal('Held');
    const { hold } = scene.status;
    offsetMs = DAY_MS;
    await pass(held);
    expect(scene.status.hold).to.deep.equal(hold);
    expect(scene.status.conditions?.find(({ type }) => type === 'Held')?.reason).to.equal('TooManyLeaving');
  });

  for (const { reason, guards } of [
    { reason: 'while nothing is written', guards: { maxLeaving: 0 } },
    { reason: 'while somebody leaves', guards: {} },
  ]) {
    it(`memory from the future counts from now, ${reason}`, async () => {
      scene.github.reset();
      const future = new Date(scene.clock.now() + 365 * DAY_MS).toISOString();
      const [clockOfMember] = scene.status.leaving ?? [];
      scene.kept = JSON.stringify({
        ...scene.status,
        leaving: [{ ...clockOfMember, since: future, dueTime: future }],
        window: { startTime: future, members: 9, left: 1 },
      });
      const now = new Date(scene.clock.now()).toISOString();
      await pass({ guards });
      expect(isMember(), 'not early').to.equal(true);
      expect(scene.status.leaving?.[0]?.since.slice(0, 19)).to.equal(now.slice(0, 19));
      expect(scene.status.window?.startTime.slice(0, 19)).to.equal(now.slice(0, 19));
      scene.clock.pass(DAY_MS);
      await pass();
      expect(isMember(), 'and not for as long as the clock was ahead').to.equal(false);
    });
  }

  it('a verdict that was read in the future is read again where verdicts have a time to live', async () => {
    offsetMs = DAY_MS;
    await scene.pass({}, { github: { clock }, dependencies: { cacheTTLMs: HOUR_MS } });
    offsetMs = 0;
    const before = scene.github.requests.filter(({ operation }) => operation === 'files').length;
    await scene.pass({}, { github: { clock }, dependencies: { cacheTTLMs: HOUR_MS } });
    const files = scene.github.requests.filter(({ operation }) => operation === 'files').length;
    expect(files).to.be.greaterThan(before);
  });
});
