/** Each derivation of a record: from what is recorded and what was seen. */
import { expect } from 'chai';
import fc from 'fast-check';
import { membersHash } from '../../../pkg/base/index.js';
import type { Entry } from '../../../pkg/journal/index.js';
import type { Exemption } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import {
  dateOf,
  daySummary,
  emptyDay,
  endOfDay,
  readDay,
  withPass,
} from '../../../pkg/reconciler/journal/day-counters.js';
import { exemptionChanges, exemptionsInForce } from '../../../pkg/reconciler/journal/exemptions.js';
import { exposedIDs, exposureBetween, exposureChanges } from '../../../pkg/reconciler/journal/exposure.js';
import { repositoryChanges } from '../../../pkg/reconciler/journal/findings-changed.js';
import { membershipSeen } from '../../../pkg/reconciler/journal/membership-seen.js';
import { originsOf } from '../../../pkg/reconciler/journal/pass-entries.js';
import { policyChanged } from '../../../pkg/reconciler/journal/policy-changed.js';
import { redacted } from '../../../pkg/reconciler/journal/redacted.js';
import { rulesetChanged, rulesetRest } from '../../../pkg/reconciler/journal/ruleset-changed.js';
import { anomalyEvents, contestedEvents, errorEvents } from '../../../pkg/reconciler/journal/security-events.js';
import type { Finding } from '../../../pkg/governance/index.js';
import type { PassObservation } from '../../../pkg/reconciler/index.js';
import { liveOf } from '../../governance/builders.js';
import { recordedBy, started, TIME } from './recorded.js';

const HOUR = 3_600_000;
const nameOf = (id: number): string => `svc-${id}`;
const kinds = (entries: readonly Entry[]): string[] => entries.map(({ kind }) => kind);

const intended = (before: readonly number[], enter: readonly number[], leave: readonly number[]): Entry => {
  const after = [...before.filter((id) => !leave.includes(id)), ...enter];
  const member = (id: number): { id: number; name: string } => ({ id, name: nameOf(id) });
  return {
    kind: 'WriteIntended',
    data: {
      ...{ planHash: 'p', enter: enter.map(member), leave: leave.map(member) },
      ...{ membersBefore: before.length, membersAfter: after.length },
      ...{ hashBefore: membersHash(before), hashAfter: membersHash(after) },
    },
  };
};
const UNPROVED: Entry = { kind: 'WriteUnproved', data: { planHash: 'p' } };

describe('What a look at the ruleset adds to the journal', () => {
  const seen = (entries: readonly Entry[], members: readonly number[]): string[] =>
    kinds(membershipSeen(recordedBy(...entries), { members: new Set(members), nameOf }));

  for (const [what, entries, members, expected] of [
    ['nothing, where it is as recorded', [started([1, 2])], [1, 2], []],
    ['drift, where somebody changed it', [started([1, 2])], [2, 3], ['DriftSeen']],
    ['the proof of an open intent', [started([1]), intended([1], [2], [])], [1, 2], ['WriteProved']],
    ['that an open intent was not applied', [started([1]), intended([1], [2], [])], [1], ['WriteUnproved']],
    [
      'both, where the ruleset is another one',
      [started([1]), intended([1], [2], [])],
      [3],
      ['WriteUnproved', 'DriftSeen'],
    ],
    [
      'the late proof of a write that was unproved',
      [started([1]), intended([1], [2], []), UNPROVED],
      [1, 2],
      ['WriteProved'],
    ],
    [
      'drift, where an unproved write does not explain it',
      [started([1]), intended([1], [2], []), UNPROVED],
      [1, 3],
      ['DriftSeen'],
    ],
  ] as [string, Entry[], number[], string[]][]) {
    it(`is ${what}`, () => expect(seen(entries, members)).to.deep.equal(expected));
  }

  it('always leads to the membership that was read', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(ids, ids, ids, fc.boolean(), ids, (before, enter, leave, isClosed, live) => {
        const from = [...before];
        const write = intended(
          from,
          enter.filter((id) => !from.includes(id)),
          leave.filter((id) => from.includes(id)),
        );
        const entries = [started(from), write, ...(isClosed ? [UNPROVED] : [])];
        const more = membershipSeen(recordedBy(...entries), { members: new Set(live), nameOf });
        const after = recordedBy(...entries, ...more);
        expect([...after.members.keys()].sort()).to.deep.equal([...live].sort());
        expect(after.openIntent).to.equal(undefined);
        expect(membershipSeen(after, { members: new Set(live), nameOf })).to.deep.equal([]);
      }),
    );
  });
});

describe('The rest of a ruleset', () => {
  const others = { rules: [{ type: 'deletion' }, { type: 'creation' }], bypassActors: [{ actor_id: 1 }] };
  const live = liveOf([1], { others });
  const rest = rulesetRest(live);

  it('is another one where a rule, an actor, the enforcement, ref_name or the name changed', () => {
    for (const change of [
      { others: { ...others, rules: [] } },
      { others: { ...others, bypassActors: [] } },
      { enforcement: 'disabled' as const },
      { refName: { include: ['~ALL'], exclude: [] } },
      { name: 'other' },
    ]) {
      const [entry] = rulesetChanged(rest, { ...live, ...change });
      expect(entry?.kind, JSON.stringify(change)).to.equal('RulesetChanged');
    }
  });

  it('is the same in another order, and with other members', () => {
    const turned = { ...others, rules: [...others.rules].reverse() };
    expect(rulesetChanged(rest, liveOf([1, 2], { others: turned }))).to.deep.equal([]);
  });

  it('keeps the bypass actors that are known where a credential does not see them, and records them once it does', () => {
    const unseen = { ...live, others: { ...others, bypassActors: 'unknown' as const } };
    expect(rulesetChanged(rest, unseen)).to.deep.equal([]);
    const [entry] = rulesetChanged(rulesetRest(unseen), live);
    expect(entry?.data).to.have.nested.property('before.bypassActors', 'unknown');
  });
});

describe('A finding that changed', () => {
  const finding = (id: number, status: Finding['status'], more: Partial<Finding> = {}): Finding => ({
    ...{ id, name: nameOf(id), status, lifecycles: [], reasons: [] },
    ...more,
  });
  const repository = (name: string, status: string): { name: string; status: string; since: string } => ({
    ...{ name, status, since: TIME },
  });
  const originOf = (): undefined => undefined;

  it('is one with another status or another name, a new one, and one that a whole list lacks', () => {
    const recorded = new Map([
      [1, repository('svc-1', 'valid_production')],
      [2, repository('svc-2', 'valid_production')],
      [3, repository('old-3', 'missing_file')],
      [4, repository('svc-4', 'excluded')],
    ]);
    const findings = [
      finding(1, 'valid_production'),
      finding(2, 'missing_file'),
      finding(3, 'missing_file'),
      finding(5, 'excluded'),
    ];
    const changes = (isWhole: boolean): unknown[] =>
      repositoryChanges(recorded, { findings, isWhole, originOf }).map(({ id, from, to }) => [id, from, to]);
    const some = [
      [2, 'valid_production', 'missing_file'],
      [3, 'missing_file', 'missing_file'],
    ];
    expect(changes(true)).to.deep.equal([...some, [4, 'excluded', null], [5, null, 'excluded']]);
    expect(changes(false), 'a short list proves nothing').to.deep.equal([...some, [5, null, 'excluded']]);
  });

  it('whose name looks like a credential is recorded once, without it', () => {
    const name = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    const findings = [finding(1, 'missing_file', { name })];
    const recorded = new Map([[1, repository(redacted(name), 'missing_file')]]);
    expect(repositoryChanges(recorded, { findings, isWhole: true, originOf })).to.deep.equal([]);
  });
});

describe('Who started a change', () => {
  const findings = [{ id: 1, commit: 'c0ffee' }, { id: 2, commit: 'beef' }, { id: 3 }] as unknown as Finding[];
  const origins = new Map([[2, { commit: 'dead', author: 'ada', pullRequest: 7 }]]);

  it('is what was looked for; else the commit that was read, without a name, and else nothing', () => {
    const originOf = originsOf({ seen: { findings, origins } as unknown as PassObservation });
    expect([1, 2, 3].map(originOf)).to.deep.equal([
      { commit: 'c0ffee' },
      { commit: 'dead', author: 'ada', pullRequest: 7 },
      undefined,
    ]);
  });
});

describe('An exemption', () => {
  const exemption = {
    repository: 'svc-1',
    effect: 'Release',
    reason: 'it moves',
    owner: 'ada',
    expiresAt: TIME,
  } as const;
  const before = Date.parse(TIME) - HOUR;
  const changes = (recorded: readonly Entry[], exemptions: readonly Exemption[], nowMs = before): Entry[] =>
    exemptionChanges(recordedBy(started([]), ...recorded).exemptions, exemptionsInForce(exemptions, nowMs));

  it('begins once, ends by itself, and ends where the policy has it no more or in other words', () => {
    const first = changes([], [exemption]);
    expect(first).to.deep.equal([{ kind: 'ExemptionStarted', data: exemption }]);
    expect(changes(first, [exemption])).to.deep.equal([]);
    expect(kinds(changes(first, [exemption], Date.parse(TIME) + HOUR))).to.deep.equal(['ExemptionEnded']);
    expect(kinds(changes(first, []))).to.deep.equal(['ExemptionEnded']);
    const other = { ...exemption, effect: 'Govern' } as const;
    expect(kinds(changes(first, [other]))).to.deep.equal(['ExemptionEnded', 'ExemptionStarted']);
  });
});

describe('Exposure', () => {
  const live = liveOf([1]);
  const branches = new Map([1, 2, 3].map((id): [number, string] => [id, 'main']));
  const finding = (id: number, status: Finding['status']): Finding => ({
    ...{ id, name: nameOf(id), status, lifecycles: [], reasons: [] },
  });
  const exposed = (findings: Finding[], before: number[], isWhole = true): number[] =>
    [...exposedIDs({ findings, isWhole, branches, live, members: live.members }, before)].sort();

  it('is that of production which the ruleset does not protect', () => {
    expect(exposed([finding(1, 'valid_production'), finding(2, 'valid_production')], [])).to.deep.equal([2]);
  });

  it('goes on while nobody can read the repository, and ends with what is seen', () => {
    expect(exposed([finding(2, 'unobserved')], [2])).to.deep.equal([2]);
    expect(exposed([], [2], false), 'a short list').to.deep.equal([2]);
    expect(exposed([], [2])).to.deep.equal([]);
    expect(exposed([finding(2, 'missing_file')], [2])).to.deep.equal([]);
    expect(exposed([finding(1, 'unobserved')], [1]), 'a member is protected, whatever its file says').to.deep.equal([]);
  });

  it('says since when and for how long, and counts only what lies between two times', () => {
    const nowMs = Date.parse(TIME) + HOUR;
    const entries = exposureChanges({ before: new Map([[1, TIME]]), now: new Set([2]), nowMs, nameOf });
    expect(entries.map(({ data }) => data)).to.deep.equal([
      { repositories: [{ id: 2, name: 'svc-2', since: new Date(nowMs).toISOString(), seconds: 0 }] },
      { repositories: [{ id: 1, name: 'svc-1', since: TIME, seconds: 3_600 }] },
    ]);
    const two = new Map([
      [1, TIME],
      [2, new Date(nowMs).toISOString()],
    ]);
    expect(exposureBetween(two, Date.parse(TIME) - HOUR, nowMs)).to.equal(3_600);
    expect(exposureBetween(two, nowMs, nowMs + HOUR)).to.equal(7_200);
  });
});

describe('A generation of a policy', () => {
  const spec = { organization: 'acme' } as Parameters<typeof policyChanged>[1]['spec'];
  const other = { organization: 'acme', mode: 'Observe' } as typeof spec;

  it('is recorded once, with the one before it where that is known', () => {
    const first = policyChanged({ spec, generation: undefined }, { spec, generation: 3 });
    expect(first.map(({ data }) => data)).to.deep.equal([{ generation: 3, before: null, after: spec, manager: null }]);
    expect(policyChanged({ spec, generation: 3 }, { spec, generation: 3 })).to.deep.equal([]);
    const [second] = policyChanged({ spec, generation: 3 }, { spec: other, generation: 4, manager: 'kubectl' });
    expect(second?.data).to.deep.equal({ generation: 4, before: spec, after: other, manager: 'kubectl' });
  });

  it('is counted by its spec where nobody counts it', () => {
    const [next] = policyChanged({ spec, generation: 1 }, { spec: other });
    expect(next?.data).to.include({ generation: 2 });
    expect(policyChanged({ spec, generation: 2 }, { spec })).to.deep.equal([]);
  });
});

describe('A security event', () => {
  const events = (entries: readonly Entry[]): unknown[] =>
    entries.map(({ data }) => (data as { event?: string }).event);
  const ready = (message: string): { conditions: never[] } =>
    ({ conditions: [{ type: 'Ready', status: 'False', message }] }) as unknown as { conditions: never[] };

  it('follows from the code of an error, once', () => {
    for (const [code, message, expected] of [
      ['PLUS1_TOKEN_REJECTED', 'x', ['FailedAuthentication']],
      ['PLUS1_TOKEN_SSO', 'x', ['UnauthorizedAccess']],
      ['PLUS1_HOST_NOT_ALLOWED', 'x', ['UnauthorizedAccess']],
      ['PLUS1_RATE_LIMITED', "GitHub's secondary rate limit is reached", ['SuspiciousActivity']],
      ['PLUS1_RATE_LIMITED', "GitHub's hourly rate limit is reached", []],
      ['PLUS1_GITHUB_UNAVAILABLE', 'x', []],
    ] as const) {
      const error = new Plus1Error(code, message);
      expect(events(errorEvents(error, {})), code).to.deep.equal(expected);
      expect(errorEvents(error, ready(`${code}: x. Fix: y`)), `${code} again`).to.deep.equal([]);
    }
  });

  it('is a write that was undone three times in a row, when that is so', () => {
    const undone = (count: number): { ruleset: never } => ({ ruleset: { undone: count } as never });
    expect(events(contestedEvents(undone(3), undone(2)))).to.deep.equal(['SuspiciousActivity']);
    expect(contestedEvents(undone(4), undone(3))).to.deep.equal([]);
    expect(contestedEvents(undone(2), undone(1))).to.deep.equal([]);
  });

  it('is more than a fifth of the statuses, a tenth of the repositories, or a hostile file', () => {
    const change = (id: number, from: string | null, to: string | null, codes: string[] = []): never =>
      ({ id, name: nameOf(id), from, to, codes }) as never;
    const many = (count: number, from: string | null, to: string | null): never[] =>
      Array.from({ length: count }, (_, at) => change(at, from, to));
    const found = (changes: never[]): unknown[] => events(anomalyEvents({ changes, before: 100 }));
    expect(found(many(21, 'valid_production', 'missing_file'))).to.deep.equal(['DataAnomaly']);
    expect(found(many(20, 'valid_production', 'missing_file'))).to.deep.equal([]);
    expect(found(many(50, 'valid_production', 'unobserved')), 'an outage changes no data').to.deep.equal([]);
    expect(found(many(11, 'excluded', null))).to.deep.equal(['DataAnomaly']);
    expect(found(many(10, 'excluded', null))).to.deep.equal([]);
    expect(found([change(1, 'missing_file', 'unreadable', ['alias-limit'])])).to.deep.equal(['DataAnomaly']);
  });
});

describe('The counters of a day', () => {
  const start = Date.parse(TIME);
  const pass = { result: 'Succeeded' as const, seconds: 2, requests: 10 };

  it('add up to its summary, and outlive what keeps them', () => {
    let day = emptyDay(start);
    day = withPass(day, { ...pass, endMs: start });
    const kept = readDay(JSON.parse(JSON.stringify(day)));
    expect(kept).to.deep.equal(day);
    day = withPass(day, { ...pass, endMs: start + HOUR, result: 'Failed', code: 'PLUS1_TIMEOUT', seconds: 4 });
    const [summary] = daySummary(day);
    expect(summary?.data).to.deep.include({
      ...{ date: '2026-11-28', passes: { full: { Succeeded: 1, Failed: 1 } }, errors: { PLUS1_TIMEOUT: 1 } },
      ...{ longestGapSeconds: 3_600, requests: 20, passSeconds: { mean: 3, max: 4 }, members: null },
    });
  });

  it('of a day without a pass are no summary, and what was not kept whole is none', () => {
    expect(daySummary(emptyDay(start))).to.deep.equal([]);
    for (const wrong of [undefined, null, 7, {}, { ...emptyDay(start), v: 2 }, { ...emptyDay(start), date: 'x' }])
      expect(readDay(wrong), JSON.stringify(wrong)).to.equal(undefined);
    expect([dateOf(endOfDay('2026-11-28') - 1), dateOf(endOfDay('2026-11-28'))]).to.deep.equal([
      '2026-11-28',
      '2026-11-29',
    ]);
  });
});
