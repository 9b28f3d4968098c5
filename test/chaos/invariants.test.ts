/** Each invariant finds a history that breaks it, and no fault with one that is as it should be. */
import { expect } from 'chai';
import { PRODUCTION, RETIRED, RULESET, town } from '../builders.js';
import { SOMEBODY } from '../fakes/github/index.js';
import type { History } from './history.js';
import { BEGIN, historyOf, HOUR, leaving, rowOf, SPEC } from './history.js';
import { budget } from './invariants/budget.js';
import { evidence, grace, productionStays } from './invariants/leaving.js';
import { pace } from './invariants/pace.js';
import { untouched } from './invariants/untouched.js';
import { conditionsOnly, intentFirst, mode, readFirst } from './invariants/writes.js';

const PATH = '/orgs/acme/rulesets/7';

const found = (wrong: readonly string[], what: string): void => {
  expect(wrong.join('\n')).to.include(what);
};

describe('The invariant production-stays', () => {
  it('finds one in production that is taken out', () => {
    const truth = [{ row: rowOf(1), text: PRODUCTION, changedAt: 0 }];
    found(productionStays(leaving({}, { truth })), 'production-stays: 1 in pass 2');
  });

  it('says nothing of one that is retired, that changed during the pass, or that is exempted', () => {
    expect(productionStays(leaving())).to.deep.equal([]);
    const changed = [{ row: rowOf(1), text: PRODUCTION, changedAt: BEGIN + 2 * HOUR + 1 }];
    expect(productionStays(leaving({}, { truth: changed }))).to.deep.equal([]);
    const truth = [{ row: rowOf(1), text: PRODUCTION, changedAt: 0 }];
    const exemption = { effect: 'Release' as const, reason: 'by hand', owner: 'a', expiresAt: '2027-01-01T00:00:00Z' };
    const exempted = leaving({ exemptions: [{ repository: 'svc-1', ...exemption }] }, { truth });
    expect(productionStays(exempted)).to.deep.equal([]);
  });
});

describe('The invariant evidence', () => {
  it('finds one that leaves though its pass was shown nothing of it', () => {
    const history = historyOf();
    history.pass(0, { 1: RETIRED });
    history.pass(2 * HOUR, { 2: PRODUCTION });
    history.put([2], [1, 2]);
    found(evidence(history), 'evidence: 1 in pass 2');
  });

  it('finds one that leaves by one answer alone', () => {
    const history = historyOf({ exit: { gracePeriod: '0s' } });
    history.pass(0, { 1: RETIRED, 2: PRODUCTION });
    history.put([2], [1, 2]);
    found(evidence(history), 'evidence: 1 in pass 1');
  });

  it('says nothing of two answers that agree, of two rows, and of a look-up that names another owner', () => {
    expect(evidence(leaving())).to.deep.equal([]);
    const archived = historyOf({ exit: { gracePeriod: '0s' } });
    archived.pass(0, { 2: PRODUCTION });
    for (const _ of [1, 2]) archived.shows({ id: 1, kind: 'row', row: rowOf(1, { isArchived: true }) });
    archived.put([2], [1, 2]);
    expect(evidence(archived)).to.deep.equal([]);
    const transferred = historyOf();
    transferred.pass(0, { 2: PRODUCTION });
    transferred.shows({ id: 1, kind: 'elsewhere' });
    transferred.put([2], [1, 2]);
    expect([...evidence(transferred), ...grace(transferred)]).to.deep.equal([]);
  });
});

describe('The invariant grace', () => {
  const early = (): History => {
    const history = historyOf({ exit: { gracePeriod: '3h' } });
    history.pass(0, { 1: RETIRED, 2: PRODUCTION });
    history.pass(2 * HOUR, { 1: RETIRED, 2: PRODUCTION });
    history.put([2], [1, 2]);
    return history;
  };

  it('finds one that leaves before its grace period is over, and says nothing of one that waited', () => {
    found(grace(early()), 'grace: 1 in pass 2');
    expect(grace(leaving())).to.deep.equal([]);
  });

  it('counts from an answer that was contrary by the policy of its time, and from none that the policy of its time kept', () => {
    const history = (first: 'Release' | 'Retain', later: 'Release' | 'Retain'): History => {
      const made = historyOf({ catalog: { ...SPEC.catalog, onMissing: first } });
      made.pass(0, { 1: null, 2: PRODUCTION });
      made.versions.push({ at: BEGIN + HOUR, spec: { ...SPEC, catalog: { ...SPEC.catalog, onMissing: later } } });
      made.pass(2 * HOUR - 60_000, { 1: RETIRED, 2: PRODUCTION });
      made.pass(2 * HOUR, { 1: RETIRED, 2: PRODUCTION });
      made.put([2], [1, 2]);
      return made;
    };
    expect(grace(history('Release', 'Retain'))).to.deep.equal([]);
    found(grace(history('Retain', 'Retain')), 'grace: 1 in pass 3');
  });

  it('counts from the first contrary answer after the last one of production', () => {
    const history = historyOf();
    history.pass(0, { 1: RETIRED, 2: PRODUCTION });
    history.pass(HOUR, { 1: PRODUCTION, 2: PRODUCTION });
    history.pass(HOUR + HOUR / 2, { 1: RETIRED, 2: PRODUCTION });
    history.pass(2 * HOUR, { 1: RETIRED, 2: PRODUCTION });
    history.put([2], [1, 2]);
    found(grace(history), 'grace: 1 in pass 4');
  });

  it('finds one that is called gone by one look-up, and says nothing of two that are an hour apart', () => {
    const history = historyOf();
    for (const [pass, members] of [[1, [2]] as const, [2, [2]] as const].entries()) {
      history.pass(pass * HOUR + 60_000, { 2: PRODUCTION });
      history.shows({ id: 1, kind: 'missing' });
      history.put([...members[1]], [1, 2]);
    }
    expect(grace(history)).to.have.length(1);
    found(grace(history), 'grace: 1 in pass 1');
  });

  describe('after a rollback was asked for', () => {
    it('is waived in the first pass that carries it out', () => {
      const history = early();
      history.asks.push({ at: BEGIN + HOUR, kind: 'rollback' });
      expect(grace(history)).to.deep.equal([]);
    });

    it('is not waived where the rollback was released before', () => {
      const history = early();
      history.asks.push({ at: BEGIN + HOUR, kind: 'rollback' }, { at: BEGIN + HOUR + 1, kind: 'release' });
      found(grace(history), 'grace: 1');
    });

    it('is not waived in a later pass of the same rollback', () => {
      const history = historyOf({ exit: { gracePeriod: '8h' } });
      history.pass(0, { 1: RETIRED, 2: RETIRED, 3: PRODUCTION });
      history.asks.push({ at: BEGIN + HOUR, kind: 'rollback' });
      history.pass(2 * HOUR, { 1: RETIRED, 2: RETIRED, 3: PRODUCTION });
      history.put([2, 3], [1, 2, 3]);
      history.pass(3 * HOUR, { 2: RETIRED, 3: PRODUCTION });
      history.put([3], [2, 3]);
      expect(grace(history)).to.have.length(1);
      found(grace(history), 'grace: 2 in pass 3');
    });

    it('is not waived for an exemption, whose grace period is its own', () => {
      const history = historyOf({ exit: { gracePeriod: '8h' } });
      history.asks.push({ at: BEGIN - 1, kind: 'rollback' });
      const exemption = {
        effect: 'Release' as const,
        reason: 'by hand',
        owner: 'a',
        expiresAt: '2027-01-01T00:00:00Z',
      };
      history.versions.push({
        at: BEGIN - HOUR / 2,
        spec: { ...SPEC, exit: { gracePeriod: '8h' }, exemptions: [{ repository: 'svc-1', ...exemption }] },
      });
      history.pass(0, { 1: PRODUCTION, 2: PRODUCTION });
      history.put([2], [1, 2]);
      found(grace(history), 'grace: 1 in pass 1');
    });
  });
});

describe('The invariants of a write by itself', () => {
  it('conditions-only finds another field, another ruleset and another condition', () => {
    expect(conditionsOnly(leaving(), PATH)).to.deep.equal([]);
    found(conditionsOnly(leaving({}, { path: '/orgs/acme/rulesets/8' }), PATH), 'wrote to /orgs/acme/rulesets/8');
    const rules = { conditions: { ref_name: {}, repository_id: {} }, rules: [] };
    found(conditionsOnly(leaving({}, { body: rules }), PATH), 'sent conditions,rules');
    const narrow = { conditions: { repository_id: {} } };
    found(conditionsOnly(leaving({}, { body: narrow }), PATH), 'sent repository_id');
  });

  it('intent-first finds a write without an intent on the disk', () => {
    expect(intentFirst(leaving())).to.deep.equal([]);
    found(intentFirst(leaving({}, { hasIntent: false })), 'intent-first: pass 2');
  });

  it('read-first finds a write after something else than a read, and one that changes nothing', () => {
    expect(readFirst(leaving())).to.deep.equal([]);
    found(readFirst(leaving({}, { before: 'POST /graphql' })), 'was sent after POST /graphql');
    found(readFirst(leaving({}, { read: undefined })), 'read-first: pass 2');
    found(readFirst(leaving({}, { read: [2] })), 'changes nothing');
  });

  it('mode finds a write of a policy that observes, is suspended, or cannot be read', () => {
    expect(mode(leaving())).to.deep.equal([]);
    found(mode(leaving({ mode: 'Observe' })), 'mode: pass 2');
    found(mode(leaving({ suspend: true })), 'mode: pass 2');
    const gone = leaving();
    gone.versions.push({ at: BEGIN + HOUR, spec: undefined });
    found(mode(gone), 'mode: pass 2');
  });
});

describe('The invariant budget', () => {
  const LIMIT = { life: 1, kind: 'graphql' as const, limit: 5_000, resetAt: BEGIN + HOUR };
  const asked = (told: { remaining: number; retryAt?: number }, afterMs: number, operation = 'query'): History => {
    const history = historyOf();
    history.limits.push({ at: BEGIN, ...LIMIT, ...told });
    history.asked.push({ at: BEGIN + afterMs, life: 1, operation, kind: 'graphql', isWrite: false });
    return history;
  };

  it('finds a question below a fifth of the limit, until the hour is over', () => {
    found(budget(asked({ remaining: 999 }, 60_000)), 'with 999 of 5000 left');
    expect(budget(asked({ remaining: 1_000 }, 60_000))).to.deep.equal([]);
    expect(budget(asked({ remaining: 999 }, HOUR))).to.deep.equal([]);
    expect(budget(asked({ remaining: 999 }, 60_000, `GET ${PATH}`))).to.deep.equal([]);
  });

  it('finds a question within a wait that GitHub asked for', () => {
    const retryAt = BEGIN + 60_000;
    found(budget(asked({ remaining: 5_000, retryAt }, 30_000)), 'did not wait as GitHub asked');
    expect(budget(asked({ remaining: 5_000, retryAt }, 60_000))).to.deep.equal([]);
  });
});

describe('The invariant pace', () => {
  const many = (everyMs: number): History => {
    const history = historyOf();
    for (let index = 0; index < 20; index += 1) history.pass(index * everyMs);
    return history;
  };

  it('finds twenty passes within a minute, unless GitHub itself named a wait', () => {
    found(pace(many(1_000)), 'pace: process 1 began 20 passes');
    expect(pace(many(4_000))).to.deep.equal([]);
    const told = many(1_000);
    told.limits.push({ at: BEGIN + 1, life: 1, kind: 'rest', limit: 5_000, remaining: 0, resetAt: BEGIN + 2_000 });
    expect(pace(told)).to.deep.equal([]);
  });
});

describe('The invariant untouched', () => {
  it('finds a rule or a branch that our hand changed, and nothing that somebody else did', () => {
    const organization = town({ members: 2 });
    const ruleset = organization.ruleset(RULESET);
    ruleset.edit({ rules: [] }, SOMEBODY);
    const us = { ...SOMEBODY, id: SOMEBODY.id + 1 };
    ruleset.setMembers([ruleset.members[0] ?? 0], us);
    expect(untouched(organization)).to.deep.equal([]);
    ruleset.edit({ rules: [{ type: 'update' }] }, us);
    found(untouched(organization), 'untouched: ');
  });

  it('takes what a person changed within the ten minutes before for a write that came late, and nothing older', () => {
    const us = { ...SOMEBODY, id: SOMEBODY.id + 1 };
    const byHand = [{ type: 'update' }];
    for (const [minutes, isLate] of [
      [9, true],
      [11, false],
    ] as const) {
      const organization = town({ members: 2 });
      const ruleset = organization.ruleset(RULESET);
      const { rules } = ruleset;
      ruleset.edit({ rules: byHand }, SOMEBODY);
      const changed = ruleset.history.at(-1);
      ruleset.edit({ rules: [...rules] }, us);
      const written = ruleset.history.at(-1);
      if (changed === undefined || written === undefined) throw new Error('no version');
      written.updated_at = new Date(Date.parse(changed.updated_at) + minutes * 60_000).toISOString();
      if (isLate) expect(untouched(organization), `${minutes} minutes`).to.deep.equal([]);
      else found(untouched(organization), 'untouched: ');
    }
  });

  it('finds another ruleset that our hand wrote', () => {
    const us = { ...SOMEBODY, id: SOMEBODY.id + 1 };
    const other = town({ members: 2 });
    other.ruleset('somebody_elses').setMembers([1], us);
    found(untouched(other), 'untouched: the ruleset somebody_elses was written');
  });
});
