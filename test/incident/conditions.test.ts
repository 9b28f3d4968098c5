import { expect } from 'chai';
import type { IncidentHold } from '../../pkg/api/index.js';
import { incidentConditions, type IncidentFacts } from '../../pkg/incident/index.js';
import { specOf } from './support/spec.js';

const NOW = Date.UTC(2025, 2, 14, 16);
const HOLD: IncidentHold = {
  ...{ planHash: `sha256:${'a'.repeat(64)}`, since: '2025-03-14T16:00:00.000Z', count: 40, approvals: 0 },
  ...{ reason: 'TooManyIsolated', repositories: ['a', 'b'] },
};
const FACTS: IncidentFacts = {
  ...{ spec: specOf({ commander: 'grace' }), wanted: 2, isolated: 2, faults: [], respondersUnknown: [], unmatched: [] },
  ...{ inventory: undefined, evidence: { files: 4, missing: [] }, hold: undefined, release: undefined },
};

const told = (more: Partial<IncidentFacts>, type: string): string => {
  const found = incidentConditions({ ...FACTS, ...more }, { generation: 3, now: NOW }).find(
    (each) => each.type === type,
  );
  return found === undefined ? 'absent' : `${found.status} ${found.reason}: ${found.message}`;
};

describe('the conditions of an incident', () => {
  for (const [what, facts, type, says] of [
    ['isolated wholly', {}, 'Isolated', /^True Isolated: 2 repositories/],
    [
      'isolated in part',
      { isolated: 1, faults: ['b: GitHub refused it'] },
      'Isolated',
      /^False Incomplete: 1 of 2.*refused/,
    ],
    ['isolated in part, in Ready', { isolated: 1 }, 'Ready', /^False Progressing: 1 of 2 repositories/],
    ['a drill, in Ready', { spec: specOf({ drill: true }), isolated: 0 }, 'Ready', /^True Drill/],
    [
      'about to be released, in Ready',
      { release: { isDone: false, left: [], faults: [] } },
      'Ready',
      /^False Progressing: The release is not done/,
    ],
    ['held', { hold: HOLD, isolated: 0, wanted: 40 }, 'Isolated', /^False TooManyIsolated: 0 of 40/],
    ['held, in Ready', { hold: HOLD }, 'Ready', /^False Held/],
    ['held, with the hash', { hold: HOLD }, 'Held', /^True TooManyIsolated: 40 repositories.*sha256:a+/],
    ['not held', {}, 'Held', /^absent$/],
    ['a drill', { spec: specOf({ drill: true }), isolated: 0 }, 'Isolated', /^True Drill: 2 repositories would be/],
    ['without a commander', { spec: specOf({}) }, 'Acknowledged', /^False NoCommander/],
    ['with one', {}, 'Acknowledged', /^True Commander: grace/],
    [
      'evidence that is missing',
      { evidence: { files: 1, missing: ['runs of b: refused'] } },
      'EvidenceKept',
      /^False Missing: .*runs of b/,
    ],
    ['no team', { respondersUnknown: ['ops'] }, 'Ready', /^True Reported: no team ops/],
    ['a policy that observes', { idle: 'The policy observes' }, 'Ready', /^False NotWritten/],
    ['released', { release: { isDone: true, left: [], faults: [] } }, 'Released', /^True Released/],
    [
      'released but for one',
      { release: { isDone: true, left: ['c: archived'], faults: [] } },
      'Released',
      /^True ReleasedInPart: .*c: archived/,
    ],
    ['not released', {}, 'Released', /^False Open/],
    [
      'being released, whatever is recorded of its repositories',
      { release: { isDone: false, isBegun: true, left: [], faults: [] } },
      'Isolated',
      /^False Releasing: .*not isolated any more/,
    ],
  ] as [string, Partial<IncidentFacts>, string, RegExp][])
    it(`say of one that is ${what}`, () => {
      expect(told(facts, type)).to.match(says);
    });

  it('never call an inventory complete of which something is not known', () => {
    const spec = specOf({ indicators: { actions: [{ name: 'a/b' }] }, window: { start: '2025-03-14T00:00:00Z' } });
    const inventory = { refers: 3, ran: 1, unknown: 1, whyUnknown: 'GitHub refused its runs' };
    expect(told({ spec, inventory }, 'Inventoried')).to.match(/^False Unknown: 3 references, 1 run .*1 is not known/);
    expect(told({ spec, inventory: { ...inventory, unknown: 0 } }, 'Inventoried')).to.match(/^True Inventoried/);
  });

  it('move a time of transition only where the status changes', () => {
    const first = incidentConditions(FACTS, { generation: 1, now: NOW });
    const second = incidentConditions({ ...FACTS, isolated: 1 }, { before: first, generation: 1, now: NOW + 60_000 });
    const times = (type: string): boolean =>
      first.find((each) => each.type === type)?.lastTransitionTime ===
      second.find((each) => each.type === type)?.lastTransitionTime;
    expect([times('Acknowledged'), times('Isolated')]).to.deep.equal([true, false]);
  });
});
