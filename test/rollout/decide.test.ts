/** The steps of a rollout, one a pass. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  decide,
  leftAs,
  NEW_MEMORY,
  weakens,
  type Action,
  type RolloutMemory,
  type SeenCandidate,
  type Sight,
  type Step,
} from '../../pkg/rollout/index.js';
import {
  BAD,
  candidateOf,
  GOOD,
  HOUR_MS,
  mainOf,
  NOTHING,
  range,
  RULE,
  runningMemory,
  sightOf,
  specOf,
} from './builders.js';

const EVALUATE = { enforcement: 'evaluate' as const };
const members = ({ action }: Step): readonly number[] | undefined =>
  action.kind === 'create' || action.kind === 'change' ? action.members : undefined;

describe('A rollout', () => {
  /** 40 governed repositories, the first stage of the defaults. */
  const first = decide(sightOf());
  const inFirst = candidateOf(members(first) ?? [], EVALUATE);
  const inSecond = candidateOf(members(first) ?? []);
  const running = (stage: number, candidate: SeenCandidate, more: Partial<Sight> = {}): Sight =>
    sightOf({ memory: runningMemory(stage, candidate), candidate, ...more });

  it('begins with its candidate in Evaluate, over the first percent and the test environment', () => {
    expect(first.action).to.deep.include({ kind: 'create', enforcement: 'evaluate' });
    expect(members(first)).to.have.length(2);
    expect(members(decide(sightOf({ first: [99] })))).to.deep.equal([...(members(first) ?? []), 99]);
    expect(first.before.intended).to.deep.equal({ stage: 1, enforcement: 'evaluate' });
    expect([first.before.stage, first.after.stage]).to.deep.equal([0, 1]);
  });

  it('waits where it cannot begin, and says why', () => {
    const rows: [reason: string, more: Partial<Sight>][] = [
      ['EvaluateUnavailable', { lacksEvaluate: true }],
      ['NothingGoverned', { main: mainOf([]) }],
      ['RulesetNotEnforced', { main: mainOf([1], { enforcement: 'evaluate' }) }],
      ['BypassActorsUnknown', { main: mainOf([1], { others: { rules: [], bypassActors: 'unknown' } }) }],
      ['Paused', { spec: specOf({ paused: true }) }],
    ];
    for (const [reason, more] of rows) {
      const step = decide(sightOf(more));
      expect([step.action.kind, step.wait?.reason, step.after.stage], reason).to.deep.equal(['none', reason, 0]);
    }
  });

  it('goes on from a healthy stage, and the first that is Active waits for an approval', () => {
    const held = decide(running(1, inFirst, { tally: GOOD }));
    expect([held.action.kind, held.wait?.reason, held.held]).to.deep.equal(['none', 'Held', members(first)]);
    const released = decide(running(1, inFirst, { tally: GOOD, isApproved: (ids) => ids.length === 2 }));
    expect(released.action).to.deep.equal({ kind: 'change', enforcement: 'active' });
    expect(released.after).to.deep.include({ stage: 2, sinceMs: 1000 * HOUR_MS });
    expect(released.after.history.map(({ outcome }) => outcome)).to.deep.equal([undefined]);
    const none = { spec: specOf({ approval: 'None' }), tally: GOOD };
    expect(decide(running(1, inFirst, none)).after.stage).to.equal(2);
    const third = decide(running(2, inSecond, { tally: GOOD }));
    expect(members(third))
      .to.have.length(20)
      .and.include.members([...inSecond.members]);
  });

  it('has the approval before its rules hold, wherever the first Active stage is moved', () => {
    const stages = [5, 100].map((percent) => ({ percent, enforcement: 'Active', soak: '24h' }));
    const step = decide(running(1, inFirst, { spec: specOf({ stages }), tally: GOOD }));
    expect([step.action.kind, step.wait?.reason]).to.deep.equal(['none', 'Held']);
  });

  it('reaches no further by a stage that runs than when it began; that stage begins again as it is now', () => {
    const stagesOf = (...percents: number[]): object => ({
      stages: percents.map((percent) => ({ percent, enforcement: 'Active', soak: '24h' })),
    });
    const record = { stage: 1, percent: 5, enforcement: 'Active' as const, members: 2, startMs: 0 };
    const memory = runningMemory(1, inSecond, { history: [record] });
    for (const percents of [[100], [100, 100]]) {
      const sight = sightOf({
        memory,
        candidate: inSecond,
        spec: specOf(stagesOf(...percents)),
        isApproved: () => true,
      });
      expect(decide({ ...sight, tally: NOTHING }).action.kind, 'nobody enters').to.equal('none');
      const step = decide({ ...sight, tally: GOOD });
      expect([members(step)?.length, step.after.end, step.after.stage]).to.deep.equal([40, undefined, percents.length]);
      expect(step.after.history.at(-1)).to.include({ percent: 100 });
    }
  });

  it('switches no rules that hold to Evaluate, where the stages were edited', () => {
    const stages = [20, 50, 100].map((percent) => ({ percent, enforcement: 'Evaluate', soak: '2h' }));
    const step = decide(running(2, inSecond, { tally: GOOD, spec: specOf({ stages }) }));
    expect([step.action.kind, step.after.stage, step.wait?.reason]).to.deep.equal(['none', 2, 'CandidateChanged']);
    expect(step.wait?.message).to.match(/make it Active, or abort/);
  });

  it('switches them to Evaluate as little where the process ended between their write and its proof', () => {
    const stages = [100].map((percent) => ({ percent, enforcement: 'Evaluate', soak: '2h' }));
    const memory = runningMemory(0, inSecond, { intended: { stage: 1, enforcement: 'active' } });
    const step = decide(sightOf({ memory, candidate: inSecond, spec: specOf({ stages }) }));
    expect([step.action.kind, step.wait?.reason]).to.deep.equal(['none', 'CandidateChanged']);
  });

  it('switches them to Evaluate as little where nothing is remembered, or a larger stage has no proof yet', () => {
    const stages = [100].map((percent) => ({ percent, enforcement: 'Evaluate', soak: '2h' }));
    const intended = { stage: 1, enforcement: 'active' as const };
    for (const memory of [NEW_MEMORY, { ...NEW_MEMORY, intended }]) {
      const step = decide(sightOf({ memory, candidate: inSecond, spec: specOf({ stages }) }));
      expect([step.action.kind, step.wait?.reason]).to.deep.equal(['none', 'CandidateChanged']);
    }
  });

  it('lets nobody go by an approval who entered while people looked at the others', () => {
    const frozen = [...inSecond.members, 40];
    const candidate = candidateOf([...inSecond.members, 41, 42]);
    const stages = [5, 50, 100].map((percent, at) => ({
      percent,
      enforcement: at ? 'Active' : 'Evaluate',
      soak: '2h',
    }));
    const more = { spec: specOf({ stages }), frozen, isApproved: (ids: readonly number[]) => ids.length === 3 };
    const step = decide(running(1, candidate, { tally: GOOD, ...more }));
    expect(step.after.stage).to.equal(2);
    expect(members(step)).to.have.members([...frozen, 41, 42]);
  });

  it('loses protection by what switches off, empties or deletes its candidate, and by nothing else', () => {
    const off = candidateOf([1, 2], { enforcement: 'disabled' });
    const rows: [weak: boolean, action: Action, candidate: Sight['candidate']][] = [
      [true, { kind: 'delete' }, inFirst],
      [true, { kind: 'change', enforcement: 'evaluate' }, inSecond],
      [true, { kind: 'change', enforcement: 'disabled' }, inFirst],
      [true, { kind: 'change', members: [1], enforcement: 'active' }, off],
      [false, { kind: 'change', members: [2, 3], enforcement: 'evaluate' }, candidateOf([2, 99], EVALUATE)],
      [false, { kind: 'change', enforcement: 'active' }, inFirst],
      [false, { kind: 'change', members: [1, 2, 3] }, off],
      [false, { kind: 'create', members: [1], enforcement: 'evaluate' }, 'gone'],
      [false, { kind: 'none' }, inSecond],
    ];
    for (const [weak, action, candidate] of rows)
      expect(
        weakens(action, candidate, (id) => id === 99),
        JSON.stringify(action),
      ).to.equal(weak);
  });

  it('stays where it is on time alone', () => {
    for (const tally of [undefined, NOTHING, { ...GOOD, isWhole: false }]) {
      const step = decide(
        running(1, inFirst, { nowMs: 1e6 * HOUR_MS, isApproved: () => true, ...(tally && { tally }) }),
      );
      expect([step.action.kind, step.after.stage]).to.deep.equal(['none', 1]);
      expect(step.verdict?.state).to.equal(tally && 'Inconclusive');
    }
  });

  it('takes in who is governed since, and puts back who was taken out', () => {
    const lone = [...inSecond.members][0] ?? 0;
    const step = decide(running(2, candidateOf([lone]), { main: mainOf(range(1, 100)), tally: NOTHING }));
    expect(members(step)).to.have.length.of.at.least(5).and.include(lone);
    const late = [...(step.after.candidate?.late.keys() ?? [])];
    expect(late)
      .to.have.length((members(step)?.length ?? 0) - 1)
      .and.not.include(lone);
  });

  it('goes back to the test environment in one step where pushes fail, whatever else is the matter', () => {
    for (const more of [{}, { spec: specOf({ paused: true }) }, { lacksEvaluate: true }]) {
      const step = decide(running(2, inSecond, { tally: BAD, first: [7], ...more }));
      expect(step.action).to.deep.equal({ kind: 'change', members: [7] });
      expect([step.after.end, step.before.end]).to.deep.equal(['RolledBack', 'RolledBack']);
    }
    const changed = candidateOf(inSecond.members, { rules: [] });
    const memory = runningMemory(2, inSecond);
    expect(decide(sightOf({ memory, candidate: changed, tally: BAD, first: [7] })).after.end).to.equal('RolledBack');
  });

  it('switches its candidate off where there is no test environment, since no ruleset is ever empty', () => {
    const step = decide(running(2, inSecond, { tally: BAD }));
    expect(step.action).to.deep.equal({ kind: 'change', enforcement: 'disabled' });
    const off = candidateOf(inSecond.members, { enforcement: 'disabled' });
    expect(decide(sightOf({ memory: step.after, candidate: off })).action.kind).to.equal('none');
  });

  it('is back for good: a write that was lost is sent again, and good pushes change nothing', () => {
    const memory = { ...runningMemory(2, inSecond), end: 'RolledBack' as const };
    const again = decide(sightOf({ memory, candidate: inSecond, first: [7], tally: GOOD }));
    expect(again.action).to.deep.equal({ kind: 'change', members: [7] });
    const back = decide(sightOf({ memory, candidate: candidateOf([7]), first: [7], tally: GOOD }));
    expect([back.action.kind, back.after.end]).to.deep.equal(['none', 'RolledBack']);
  });

  it('ends where somebody aborts it, before it began as well', () => {
    const spec = specOf({ abort: true });
    const step = decide(running(3, candidateOf(range(1, 20)), { spec, first: [7] }));
    expect([step.action, step.after.end]).to.deep.equal([{ kind: 'change', members: [7] }, 'Aborted']);
    expect(decide(sightOf({ spec })).after.end).to.equal('Aborted');
  });

  it('begins again where somebody paused and resumed it, and not before', () => {
    const paused = specOf({ paused: true });
    const back = { ...runningMemory(2, inSecond), end: 'RolledBack' as const };
    const candidate = candidateOf([7]);
    const first = [7];
    const stopped = decide(sightOf({ memory: back, candidate, first, spec: paused }));
    expect([stopped.action.kind, stopped.after.end]).to.deep.equal(['none', 'RolledBack']);
    const resumed = decide(sightOf({ memory: stopped.after, candidate, first }));
    expect(resumed.action).to.deep.include({ kind: 'change', enforcement: 'evaluate' });
    expect([resumed.after.stage, resumed.after.end]).to.deep.equal([1, undefined]);
    const gone = decide(sightOf({ memory: runningMemory(2, inSecond), candidate: 'gone', spec: paused }));
    expect(decide(sightOf({ memory: gone.after, candidate: 'gone' })).action.kind).to.equal('create');
    const aborted = { ...stopped.after, end: 'Aborted' as const };
    const spec = specOf({ abort: true });
    expect(decide(sightOf({ memory: aborted, candidate, first, spec })).after.end).to.equal('Aborted');
  });

  it('begins a stage that pushes spoke for once an approval comes, though nothing was asked since', () => {
    const heldStep = decide(running(1, inFirst, { tally: GOOD }));
    expect(heldStep.after.ready).to.equal(2);
    const later = sightOf({ memory: heldStep.after, candidate: inFirst, isApproved: () => true });
    expect(decide(later).after.stage).to.equal(2);
    const worse = decide(running(1, inFirst, { memory: heldStep.after, tally: { ...GOOD, isWhole: false } }));
    expect(worse.after.ready).to.equal(undefined);
    const frozen = [...(members(first) ?? []), 40].sort((a, b) => a - b);
    expect(members(decide({ ...later, frozen }))).to.deep.equal(frozen);
  });

  it('begins no stage while it is paused', () => {
    const step = decide(running(2, inSecond, { tally: GOOD, spec: specOf({ paused: true }) }));
    expect([step.action.kind, step.wait?.reason, step.after.stage]).to.deep.equal(['none', 'Paused', 2]);
  });

  it('touches no candidate that somebody deleted or changed', () => {
    const memory = runningMemory(2, inSecond);
    const rows: [reason: string, candidate: Sight['candidate'], says: RegExp][] = [
      ['CandidateDeleted', 'gone', /gone/],
      ['CandidateChanged', candidateOf(inSecond.members, { rules: [RULE, { type: 'deletion' }] }), /other rules/],
      ['CandidateChanged', candidateOf(inSecond.members, { enforcement: 'disabled' }), /disabled, not active/],
      ['CandidateChanged', candidateOf(inSecond.members, { name: 'mine' }), /its name is "mine"/],
      ['CandidateChanged', candidateOf(inSecond.members, { bypassActors: [{ actor_id: 1 }] }), /bypass actors/],
    ];
    for (const [reason, candidate, says] of rows) {
      const step = decide(sightOf({ memory, ...(candidate && { candidate }), tally: GOOD }));
      expect([step.action.kind, step.wait?.reason], reason).to.deep.equal(['none', reason]);
      expect(step.wait?.message).to.match(says);
    }
    const other = decide(running(2, inSecond, { spec: specOf({ rules: [{ type: 'deletion' }] }), tally: GOOD }));
    expect(other.wait?.message).to.match(/put spec.rules back, or make another rollout/);
  });

  it('writes nothing at all to a candidate that has another name, or is the ruleset of the policy: no end of it either', () => {
    const ends: Partial<Sight>[] = [
      { tally: BAD },
      { spec: specOf({ abort: true }) },
      { memory: { ...runningMemory(2, inSecond), end: 'RolledBack' } },
      { memory: runningMemory(4, inSecond, { end: 'Completed', unneeded: 5 }) },
    ];
    for (const candidate of [
      candidateOf(inSecond.members, { name: 'mine' }),
      candidateOf(inSecond.members, { id: 900 }),
    ])
      for (const first of [[], [7]])
        for (const more of ends) {
          const sight = running(2, candidate, { first, ...more });
          const step = decide(sight);
          expect([step.action.kind, step.wait?.reason]).to.deep.equal(['none', 'CandidateChanged']);
          expect(step.after).to.equal(sight.memory);
        }
  });

  it('knows its write again where the process ended before it learned of it', () => {
    const made = sightOf({ memory: first.before, candidate: inFirst });
    expect(decide(made).after).to.deep.include({ stage: 1, sinceMs: made.nowMs });
    const released = decide(running(1, inFirst, { tally: GOOD, isApproved: () => true }));
    const applied = decide(sightOf({ memory: released.before, candidate: inSecond, tally: NOTHING }));
    expect([applied.after.stage, applied.after.candidate?.enforcement]).to.deep.equal([2, 'active']);
    expect(applied.wait).to.equal(undefined);
    const lost = decide(sightOf({ memory: released.before, candidate: inFirst, tally: GOOD, isApproved: () => true }));
    expect(lost.action).to.deep.equal(released.action);
  });

  describe('at its end', () => {
    const whole = candidateOf(range(1, 40));
    const completed = runningMemory(4, whole, { end: 'Completed' });
    const folded = mainOf(range(1, 40), { others: { rules: [{ type: 'deletion' }, RULE], bypassActors: [] } });

    it('is completed at 100 percent and healthy, and its candidate stays', () => {
      const step = decide(running(4, whole, { tally: GOOD }));
      expect([step.action.kind, step.after.end]).to.deep.equal(['none', 'Completed']);
      expect(decide(running(4, whole, { tally: NOTHING })).after.end).to.equal(undefined);
    });

    it('deletes its candidate once the main ruleset has all of it in two passes in a row', () => {
      const one = decide(sightOf({ memory: completed, candidate: whole, main: folded }));
      expect([one.action.kind, one.after.unneeded]).to.deep.equal(['none', 1]);
      const two = decide(sightOf({ memory: one.after, candidate: whole, main: folded }));
      expect(two.action.kind).to.equal('delete');
      expect([two.after.end, two.after.candidate, two.before.end]).to.deep.equal(['Folded', undefined, 'Completed']);
      const between = decide(sightOf({ memory: one.after, candidate: whole }));
      expect([between.action.kind, between.after.unneeded]).to.deep.equal(['none', 0]);
    });

    it('counts no pass that did not read the members, and does not begin again after one', () => {
      const mainDoubt = { why: 'not read', isUnread: true as const };
      const seen = { candidate: whole, main: folded };
      const one = decide(sightOf({ memory: completed, ...seen }));
      const unread = decide(sightOf({ memory: one.after, ...seen, mainDoubt }));
      expect([unread.action.kind, unread.after.unneeded, unread.needed]).to.deep.equal(['none', 1, 'not read']);
      expect(decide(sightOf({ memory: unread.after, ...seen })).action.kind).to.equal('delete');
    });

    it('keeps it where anything is missing', () => {
      const rules = [{ type: 'deletion' }, { ...RULE, parameters: { strict: true } }];
      const rows: [says: RegExp, main: Sight['main']][] = [
        [/other parameters: required_signatures/, mainOf(range(1, 40), { others: { rules, bypassActors: [] } })],
        [/does not target r40/, { ...folded, members: new Set(range(1, 39)) }],
        [/not active/, { ...folded, enforcement: 'evaluate' }],
        [/other branches/, { ...folded, refName: { include: ['~ALL'], exclude: [] } }],
      ];
      const doubted = decide(
        sightOf({
          ...{ memory: { ...completed, unneeded: 5 }, candidate: whole, main: folded },
          mainDoubt: { why: 'a write is open' },
        }),
      );
      expect([doubted.action.kind, doubted.after.unneeded, doubted.needed]).to.deep.equal([
        ...['none', 0],
        'a write is open',
      ]);
      for (const [says, main] of rows) {
        const step = decide(sightOf({ memory: { ...completed, unneeded: 5 }, candidate: whole, main }));
        expect([step.action.kind, step.after.unneeded]).to.deep.equal(['none', 0]);
        expect(step.needed).to.match(says);
      }
    });
  });

  it('never shrinks within a stage, in no history of pushes, populations, losses and pauses', () => {
    const pass: fc.Arbitrary<Pass> = fc.record({
      tally: fc.constantFrom(undefined, NOTHING, GOOD, GOOD, GOOD, BAD),
      governed: fc.integer({ min: 1, max: 60 }),
      isApproved: fc.boolean(),
      isLost: fc.boolean(),
      forgets: fc.boolean(),
      paused: fc.boolean(),
      hours: fc.integer({ min: 0, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(pass, { maxLength: 30 }), fc.constantFrom<number[]>([], [99]), (passes, firstIDs) => {
        let story: Story = { memory: sightOf().memory, nowMs: 0 };
        for (const each of passes) story = afterPass(story, each, firstIDs);
      }),
    );
  });
});

interface Pass extends Record<'isApproved' | 'isLost' | 'forgets' | 'paused', boolean> {
  tally: Sight['tally'] | undefined;
  /** So many repositories. */
  governed: number;
  hours: number;
}

interface Story {
  memory: RolloutMemory;
  candidate?: SeenCandidate | undefined;
  nowMs: number;
}

function afterPass({ memory, candidate, ...story }: Story, pass: Pass, first: readonly number[]): Story {
  const nowMs = story.nowMs + pass.hours * HOUR_MS;
  const { tally, isLost } = pass;
  const step = decide({
    ...sightOf({ memory, nowMs, main: mainOf(range(1, pass.governed)), first }),
    ...{ spec: specOf({ paused: pass.paused }), isApproved: () => pass.isApproved },
    ...(candidate && { candidate }),
    ...(tally && { tally }),
  });
  expectEvidence(step, memory, tally);
  const seen = isLost ? candidate : played(step, candidate);
  expect(seen?.members.size).to.not.equal(0);
  // A process that ends here leaves what was kept before the write.
  const kept = isLost || pass.forgets ? step.before : withCandidate(step.after, seen);
  return { memory: kept, candidate: seen, nowMs };
}

/** A stage begins on evidence alone, of this pass or of an earlier one. */
function expectEvidence(step: Step, memory: RolloutMemory, tally: Pass['tally']): void {
  expect(step.wait?.reason).to.not.equal('CandidateChanged');
  if (step.after.stage > memory.stage && memory.stage > 0) {
    expect(step.after.stage).to.equal(memory.stage + 1);
    const isReady = memory.ready === step.after.stage;
    expect(tally === GOOD || isReady || memory.intended !== undefined).to.equal(true);
  }
  if (step.after.ready !== memory.ready && step.after.ready !== undefined) expect(tally).to.equal(GOOD);
}

/** The candidate once the action is applied. */
function played({ action, after }: Step, candidate: SeenCandidate | undefined): SeenCandidate | undefined {
  expect(action.kind).to.not.equal('delete');
  if (action.kind === 'create') return candidateOf(action.members, { enforcement: action.enforcement });
  if (action.kind !== 'change' || candidate === undefined) return candidate;
  const { members: ids = [...candidate.members], enforcement = candidate.enforcement } = action;
  if (after.end !== 'RolledBack') expect(ids).to.include.members([...candidate.members]);
  return { ...candidate, members: new Set(ids), enforcement };
}

/** The id of a candidate is learned with the answer to its creation. */
function withCandidate(memory: RolloutMemory, candidate: SeenCandidate | undefined): RolloutMemory {
  if (memory.candidate !== undefined || candidate === undefined || memory.stage === 0) return memory;
  return { ...memory, candidate: leftAs(candidate) };
}
