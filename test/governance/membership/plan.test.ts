import { expect } from 'chai';
import { FINDING_STATUSES, type FindingStatus, type PlanStatus } from '../../../pkg/api/index.js';
import { MAX_CLOCKS, policyPlan, type AbsentMember, type Memory, type Plan } from '../../../pkg/governance/index.js';
import {
  at,
  clockOf,
  DAY,
  findingOf,
  findingsOf,
  HOUR,
  idsOf,
  liveOf,
  NO_MEMORY,
  NOW,
  range,
  reasonOf,
  specOf,
  type SpecInput,
} from '../builders.js';

type Effect = 'desired' | 'contrary' | 'kept';

/** The contract's table, written out by hand: what each status does under each setting. */
function expectedEffect(status: FindingStatus, onInvalid: string, onMissing: string): Effect {
  const invalid: Record<string, Effect> = { Govern: 'desired', Retain: 'kept', Release: 'contrary' };
  const table: Record<FindingStatus, Effect | undefined> = {
    valid_production: 'desired',
    valid_non_production: 'contrary',
    archived_skipped: 'contrary',
    excluded: 'contrary',
    missing_file: onMissing === 'Release' ? 'contrary' : 'kept',
    missing_lifecycle: invalid[onInvalid],
    invalid_yaml: invalid[onInvalid],
    invalid_schema: invalid[onInvalid],
    unreadable: invalid[onInvalid],
    unobserved: 'kept',
  };
  return table[status] ?? 'kept';
}

const ON_INVALID = ['Retain', 'Govern', 'Release'] as const;
const ON_MISSING = ['Release', 'Retain'] as const;

function planOne(status: FindingStatus, members: number[], spec: SpecInput, memory: Memory = NO_MEMORY): Plan {
  return policyPlan({ findings: findingsOf({ 1: status }), absent: [] }, liveOf(members), specOf(spec), memory, NOW);
}

describe('plan: what a status does to membership', () => {
  for (const onInvalid of ON_INVALID) {
    for (const onMissing of ON_MISSING) {
      for (const status of FINDING_STATUSES) {
        const effect = expectedEffect(status, onInvalid, onMissing);
        const catalog = { onInvalid, onMissing };
        const title = `${status} is ${effect} with onInvalid ${onInvalid}, onMissing ${onMissing}`;

        it(`${title}: not a member`, () => {
          const made = planOne(status, [], { catalog }, { leaving: [clockOf(1, NOW - 9 * DAY)] });
          expect(idsOf(made.enter)).to.deep.equal(effect === 'desired' ? [1] : []);
          expect(
            [made.leave, made.gone, made.retain, made.stay, made.clocks],
            'nothing else, and the clock is dropped',
          ).to.deep.equal([[], [], [], [], []]);
        });

        it(`${title}: a member without a clock`, () => {
          const made = planOne(status, [1], { catalog });
          expect(made.stay).to.deep.equal(effect === 'desired' ? [1] : []);
          expect(idsOf(made.retain)).to.deep.equal(effect === 'desired' ? [] : [1]);
          expect(idsOf(made.clocks)).to.deep.equal(effect === 'contrary' ? [1] : []);
          expect([made.enter, made.leave, made.gone]).to.deep.equal([[], [], []]);
        });

        it(`${title}: a member whose grace is over`, () => {
          const clock = clockOf(1, NOW - DAY);
          const made = planOne(status, [1], { catalog }, { leaving: [clock] });
          expect(idsOf(made.leave)).to.deep.equal(effect === 'contrary' ? [1] : []);
          expect(idsOf(made.retain)).to.deep.equal(effect === 'kept' ? [1] : []);
          expect(made.stay).to.deep.equal(effect === 'desired' ? [1] : []);
          expect(made.clocks.map(({ since }) => since)).to.deep.equal(effect === 'desired' ? [] : [clock.since]);
        });
      }
    }
  }
});

describe('plan: exit clocks', () => {
  it('start at the first contrary observation, with its commit and author', () => {
    const finding = findingOf(1, 'valid_non_production', { commit: 'abc', author: 'mallory' });
    const made = policyPlan({ findings: [finding], absent: [] }, liveOf([1]), specOf(), NO_MEMORY, NOW);
    expect(made.clocks).to.deep.equal([
      {
        id: 1,
        name: 'svc-1',
        reason: 'valid_non_production',
        since: '2026-11-22T10:00:00Z',
        dueTime: '2026-11-23T10:00:00Z',
        commit: 'abc',
        author: 'mallory',
      },
    ]);
  });

  it("run on with today's status and name, and the first commit and author", () => {
    const memory = { leaving: [clockOf(1, NOW - HOUR, { commit: 'first', author: 'alice', name: 'old-name' })] };
    const finding = findingOf(1, 'missing_file', { commit: 'second', author: 'bob' });
    const [clock] = policyPlan({ findings: [finding], absent: [] }, liveOf([1]), specOf(), memory, NOW).clocks;
    expect(clock).to.include({
      reason: 'missing_file',
      name: 'svc-1',
      commit: 'first',
      author: 'alice',
      since: at(NOW - HOUR),
    });
  });

  for (const { status, graceOver } of [
    { status: 'unobserved', graceOver: false },
    { status: 'unobserved', graceOver: true },
    { status: 'invalid_yaml', graceOver: false },
    { status: 'invalid_yaml', graceOver: true },
  ] as const) {
    it(`are left alone by ${status}${graceOver ? ', also when the grace is over' : ''}`, () => {
      const before = clockOf(1, graceOver ? NOW - 2 * DAY : NOW - HOUR, { reason: 'archived_skipped', commit: 'abc' });
      const made = planOne(status, [1], {}, { leaving: [before] });
      expect(made.clocks).to.deep.equal([
        { ...before, dueTime: at(NOW + (graceOver ? -DAY : 23 * HOUR)).replace('.000Z', 'Z') },
      ]);
      expect(made.leave).to.deep.equal([]);
    });
  }

  it("recompute dueTime from since and today's grace", () => {
    const memory = { leaving: [clockOf(1, NOW - HOUR)] };
    const [clock] = planOne('valid_non_production', [1], { exit: { gracePeriod: '3h' } }, memory).clocks;
    expect(clock?.dueTime).to.equal('2026-11-22T12:00:00Z');
  });

  const edges: { reason: string; since: number; grace: string; leaves: boolean }[] = [
    { reason: 'one millisecond early', since: NOW - HOUR + 1, grace: '1h', leaves: false },
    { reason: 'exactly over', since: NOW - HOUR, grace: '1h', leaves: true },
    { reason: 'shortened by the policy', since: NOW - HOUR, grace: '30m', leaves: true },
    { reason: 'lengthened by the policy', since: NOW - HOUR, grace: '2h', leaves: false },
  ];
  for (const { reason, since, grace, leaves } of edges) {
    it(`${leaves ? 'let leave' : 'keep'}: ${reason}`, () => {
      const made = planOne(
        'valid_non_production',
        [1],
        { exit: { gracePeriod: grace } },
        { leaving: [clockOf(1, since)] },
      );
      expect(idsOf(made.leave)).to.deep.equal(leaves ? [1] : []);
      expect(Date.parse(made.clocks[0]?.since ?? '')).to.equal(since);
    });
  }

  it('count from now where they start in the future: the clock was ahead, and nobody waits for as long as it was', () => {
    const spec = { exit: { gracePeriod: '1h' } };
    const made = planOne('valid_non_production', [1], spec, { leaving: [clockOf(1, NOW + 400 * DAY)] });
    expect(made.leave, 'not early').to.deep.equal([]);
    expect(made.clocks[0]).to.include({ since: '2026-11-22T10:00:00Z', dueTime: '2026-11-22T11:00:00Z' });
    const unknown = planOne('unobserved', [1], spec, { leaving: [clockOf(1, NOW + 400 * DAY)] });
    expect(unknown.clocks[0]?.since).to.equal('2026-11-22T10:00:00Z');
  });

  it('keep milliseconds, so that no grace is cut short by rounding', () => {
    const first = policyPlan(
      { findings: findingsOf({ 1: 'excluded' }), absent: [] },
      liveOf([1]),
      specOf({ exit: { gracePeriod: '1s' } }),
      NO_MEMORY,
      NOW + 999,
    );
    const memory = { leaving: first.clocks };
    const next = (now: number): Plan =>
      policyPlan(
        { findings: findingsOf({ 1: 'excluded' }), absent: [] },
        liveOf([1]),
        specOf({ exit: { gracePeriod: '1s' } }),
        memory,
        now,
      );
    expect(idsOf(next(NOW + 1_998).leave)).to.deep.equal([]);
    expect(idsOf(next(NOW + 1_999).leave)).to.deep.equal([1]);
  });

  it('start again where their time cannot be read', () => {
    const memory = { leaving: [clockOf(1, NOW, { since: 'yesterday' })] };
    const made = planOne('valid_non_production', [1], {}, memory);
    expect(made.leave).to.deep.equal([]);
    expect(made.clocks[0]?.since).to.equal('2026-11-22T10:00:00Z');
  });

  it('are not needed with grace 0: a member leaves in the same pass', () => {
    const made = planOne('valid_non_production', [1], { exit: { gracePeriod: '0s' } });
    expect(idsOf(made.leave)).to.deep.equal([1]);
    expect(made.clocks).to.deep.equal([]);
  });

  it('never run out for an unknown observation, not even with grace 0', () => {
    const made = planOne('unobserved', [1], { exit: { gracePeriod: '0s' } }, { leaving: [clockOf(1, NOW - 9 * DAY)] });
    expect(made.leave).to.deep.equal([]);
  });
});

describe('plan: at most 500 exit clocks', () => {
  const everyone = range(1, MAX_CLOCKS + 3);
  const contrary = (ids: number[]): ReturnType<typeof findingsOf> =>
    ids.map((id) => findingOf(id, 'valid_non_production'));

  it('gives the places to the oldest, then to the smallest ids; the others wait and say so', () => {
    const old = MAX_CLOCKS + 3;
    const made = policyPlan(
      { findings: contrary(everyone), absent: [] },
      liveOf([...everyone].reverse()),
      specOf(),
      { leaving: [clockOf(old, NOW - HOUR)] },
      NOW,
    );
    expect(idsOf(made.clocks)).to.deep.equal([old, ...range(1, MAX_CLOCKS - 1)]);
    const waiting = made.retain.filter(({ reason }) => reason.endsWith('; waits for one of the 500 exit clocks'));
    expect(idsOf(waiting)).to.deep.equal(range(MAX_CLOCKS, MAX_CLOCKS + 2));
  });

  it('does not let one who waited leave before a clock of its own ran out', () => {
    const running = range(1, MAX_CLOCKS).map((id) => clockOf(id, NOW - 2 * DAY));
    const made = policyPlan(
      { findings: contrary(everyone), absent: [] },
      liveOf(everyone),
      specOf(),
      { leaving: running },
      NOW,
    );
    expect(idsOf(made.leave).sort((a, b) => a - b)).to.deep.equal(range(1, MAX_CLOCKS));
    expect(made.clocks).to.have.length(MAX_CLOCKS);
    expect(made.retain).to.have.length(3);
  });

  it('lets all of them leave at once with grace 0', () => {
    const made = policyPlan(
      { findings: contrary(everyone), absent: [] },
      liveOf(everyone),
      specOf({ exit: { gracePeriod: '0s' } }),
      NO_MEMORY,
      NOW,
    );
    expect(made.leave).to.have.length(MAX_CLOCKS + 3);
  });
});

describe('plan: members that the listing does not contain', () => {
  const rows: { fate: AbsentMember['fate']; leaves: boolean; status: PlanStatus; says: string }[] = [
    { fate: 'gone', leaves: false, status: 'gone', says: 'gone: not listed' },
    { fate: 'transferred', leaves: true, status: 'gone', says: 'transferred to elsewhere' },
    { fate: 'missing', leaves: false, status: 'unobserved', says: 'not listed and not found by its id' },
    { fate: 'unseen', leaves: false, status: 'unobserved', says: 'in no listing, yet found by its id' },
    { fate: 'unknown', leaves: false, status: 'unobserved', says: 'GitHub did not say' },
    { fate: 'waiting', leaves: false, status: 'unobserved', says: 'waits for its turn' },
  ];
  for (const { fate, leaves, status, says } of rows) {
    it(`${fate}: ${leaves ? 'leaves at once' : 'stays'}`, () => {
      const absent = [{ id: 1, name: 'svc-1', owner: 'elsewhere', fate }];
      const made = policyPlan(
        { findings: [], absent },
        liveOf([1, 2]),
        specOf(),
        { leaving: [clockOf(1, NOW - 9 * DAY)] },
        NOW,
      );
      const item = made[leaves ? 'gone' : 'retain'].find(({ id }) => id === 1);
      expect(item).to.include({ name: 'svc-1', status });
      expect(item?.reason).to.contain(says);
      expect(made.leave).to.deep.equal([]);
    });
  }

  it('stay when nobody looked them up at all', () => {
    const made = policyPlan(
      { findings: [], absent: [] },
      liveOf([1, 2]),
      specOf(),
      { leaving: [clockOf(2, NOW - 9 * DAY)] },
      NOW,
    );
    expect(made.retain.map(({ id, name, status }) => [id, name, status])).to.deep.equal([
      [1, 'repository 1', 'unobserved'],
      [2, 'svc-2', 'unobserved'],
    ]);
  });

  it('are members still where the listing does contain them', () => {
    const made = policyPlan(
      { findings: findingsOf({ 1: 'valid_production' }), absent: [{ id: 1, fate: 'transferred' }] },
      liveOf([1]),
      specOf(),
      NO_MEMORY,
      NOW,
    );
    expect([made.stay, made.gone]).to.deep.equal([[1], []]);
  });
});

describe('plan: a listing that names a repository twice', () => {
  for (const order of [0, 1]) {
    it(`believes the finding that protects more (order ${order})`, () => {
      const findings = [findingOf(1, 'valid_non_production'), findingOf(1, 'valid_production')];
      if (order === 1) findings.reverse();
      const spec = specOf({ exit: { gracePeriod: '0s' } });
      expect(policyPlan({ findings, absent: [] }, liveOf([1]), spec, NO_MEMORY, NOW).stay).to.deep.equal([1]);
      expect(idsOf(policyPlan({ findings, absent: [] }, liveOf([]), spec, NO_MEMORY, NOW).enter)).to.deep.equal([1]);
    });
  }
});

describe('plan: modes', () => {
  const observation = {
    findings: findingsOf({ 1: 'valid_production', 2: 'valid_non_production', 3: 'excluded' }),
    absent: [{ id: 4, name: 'svc-4', owner: 'elsewhere', fate: 'transferred' as const }],
  };
  const memory = { leaving: [clockOf(2, NOW - 2 * DAY)] };
  const live = liveOf([2, 3, 4]);

  it('EnterOnly lists what would leave under retain, and clocks run on', () => {
    const made = policyPlan(observation, live, specOf({ mode: 'EnterOnly' }), memory, NOW);
    expect([made.leave, made.gone]).to.deep.equal([[], []]);
    expect(made.retain.map(({ id, reason }) => [id, reason])).to.deep.equal([
      [2, 'entity.datadog.yaml:7 says lifecycle staging; stays while mode is EnterOnly'],
      [3, 'excluded by the policy; leaves after 2026-11-23T10:00:00Z'],
      [4, 'transferred to elsewhere; stays while mode is EnterOnly'],
    ]);
    expect(idsOf(made.enter)).to.deep.equal([1]);
    expect(idsOf(made.clocks)).to.deep.equal([2, 3]);
  });

  it('Observe plans as Enforce does', () => {
    const enforce = policyPlan(observation, live, specOf(), memory, NOW);
    expect(policyPlan(observation, live, specOf({ mode: 'Observe' }), memory, NOW)).to.deep.equal(enforce);
    expect([idsOf(enforce.leave), idsOf(enforce.gone)]).to.deep.equal([[2], [4]]);
  });
});

describe('plan: reasons', () => {
  const broken = { reasons: [reasonOf({ severity: 'warning', line: 1 }), reasonOf()] };
  const rows: { status: FindingStatus; input?: object; spec?: SpecInput; says: string }[] = [
    { status: 'valid_production', says: 'entity.datadog.yaml:7 declares lifecycle production' },
    { status: 'missing_file', says: 'entity.datadog.yaml is missing' },
    {
      status: 'missing_file',
      spec: { catalog: { paths: ['a.yaml', 'b.yaml'] } },
      says: 'none of a.yaml, b.yaml exists',
    },
    { status: 'archived_skipped', says: 'archived' },
    { status: 'excluded', input: { reasons: [reasonOf({ found: 'a fork' })] }, says: 'excluded by the policy: a fork' },
    { status: 'missing_lifecycle', input: broken, says: 'entity.datadog.yaml:3 declares no lifecycle' },
    { status: 'invalid_yaml', input: broken, says: 'entity.datadog.yaml:3 is not valid YAML: a tab' },
    { status: 'invalid_schema', input: broken, says: 'entity.datadog.yaml:3 is not a valid entity: a tab' },
    { status: 'unreadable', input: broken, says: 'entity.datadog.yaml cannot be read: a tab' },
    { status: 'unobserved', input: broken, says: 'not observed: a tab; stays until it is observed' },
    { status: 'valid_non_production', says: 'entity.datadog.yaml:7 says lifecycle staging' },
    {
      status: 'valid_non_production',
      input: { evidence: { file: 'entity.datadog.yaml', line: 7, column: 14, lifecycle: 'production' } },
      spec: { catalog: { productionLifecycles: ['prod', 'li\u202eve'] } },
      says: 'entity.datadog.yaml:7 says lifecycle production, which is none of: prod, li\ufffdve',
    },
  ];
  for (const { status, input, spec, says } of rows) {
    it(`${status}: ${says}`, () => {
      const settings = {
        exit: { gracePeriod: '0s' },
        ...spec,
        catalog: { onInvalid: 'Release' as const, ...spec?.catalog },
      };
      const live = status === 'valid_production' ? [] : [1];
      const made = policyPlan(
        { findings: [findingOf(1, status, input)], absent: [] },
        liveOf(live),
        specOf(settings),
        NO_MEMORY,
        NOW,
      );
      expect([...made.enter, ...made.leave, ...made.retain].map(({ reason }) => reason)).to.deep.equal([says]);
    });
  }

  it('say until when a member stays, and by which setting', () => {
    const findings = findingsOf({ 1: 'valid_non_production', 2: 'invalid_yaml', 3: 'missing_file' });
    const spec = specOf({ catalog: { onMissing: 'Retain' } });
    const made = policyPlan({ findings, absent: [] }, liveOf([1, 2, 3]), spec, NO_MEMORY, NOW);
    expect(made.retain.map(({ reason }) => reason)).to.deep.equal([
      'entity.datadog.yaml:7 says lifecycle staging; leaves after 2026-11-23T10:00:00Z',
      'the catalogue file is not valid YAML; stays by catalog.onInvalid Retain',
      'entity.datadog.yaml is missing; stays by catalog.onMissing Retain',
    ]);
  });

  it('hold foreign text to one short line', () => {
    const lifecycle = `a\n\u001b[31m\u202eb\u2028${'x'.repeat(300)}`;
    const finding = findingOf(1, 'valid_production', { evidence: { file: 'f', line: 1, column: 1, lifecycle } });
    const [item] = policyPlan({ findings: [finding], absent: [] }, liveOf([]), specOf(), NO_MEMORY, NOW).enter;
    expect(item?.reason).to.not.match(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(item?.reason.length).to.be.below(120);
  });

  it('come sorted by name, then by id', () => {
    const names = ['b', 'a', 'B', 'a'];
    const findings = names.map((name, index) => findingOf(9 - index, 'valid_production', { name }));
    const made = policyPlan({ findings, absent: [] }, liveOf([]), specOf(), NO_MEMORY, NOW);
    expect(made.enter.map(({ id, name }) => `${name}${id}`)).to.deep.equal(['B7', 'a6', 'a8', 'b9']);
  });
});
