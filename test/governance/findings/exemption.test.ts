/** Which exemption decides about a repository, and when it ends. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { Exemption } from '../../../pkg/api/index.js';
import {
  exempt,
  exemptionCounts,
  exemptionOf,
  exemptionState,
  unmatchedExemptions,
} from '../../../pkg/governance/index.js';
import { at, DAY, findingOf, NOW } from '../builders.js';

/** In force for a year unless told otherwise. */
export function exemptionFor(repository: string, input: Partial<Exemption> = {}): Exemption {
  return {
    ...{ repository, effect: 'Release', reason: 'Retired in the first quarter', owner: 'team-x' },
    expiresAt: at(NOW + 365 * DAY),
    ...input,
  };
}

const JUST_NOW = { earlierMs: NOW, laterMs: NOW };

const ROWS: { reason: string; exemptions: Exemption[]; decides: number | undefined }[] = [
  { reason: 'none is there', exemptions: [], decides: undefined },
  { reason: 'another name', exemptions: [exemptionFor('svc-8')], decides: undefined },
  { reason: 'its name', exemptions: [exemptionFor('svc-7')], decides: 0 },
  {
    reason: 'its name in another case: GitHub has one repository for both',
    exemptions: [exemptionFor('SVC-7')],
    decides: 0,
  },
  {
    reason: 'its id, under a name that it had before',
    exemptions: [exemptionFor('old', { repositoryID: 7 })],
    decides: 0,
  },
  {
    reason: 'its name beside the id of another: the name was given up, and somebody took it',
    exemptions: [exemptionFor('svc-7', { repositoryID: 9 })],
    decides: undefined,
  },
  {
    reason: 'one by name and one by id: the id is sure',
    exemptions: [exemptionFor('svc-7', { effect: 'Govern' }), exemptionFor('x', { repositoryID: 7 })],
    decides: 1,
  },
  {
    reason: 'two by name: the one that protects',
    exemptions: [exemptionFor('svc-7'), exemptionFor('SVC-7', { effect: 'Govern' })],
    decides: 1,
  },
  {
    reason: 'one by id that has ended, and one by name',
    exemptions: [exemptionFor('x', { repositoryID: 7, expiresAt: at(NOW) }), exemptionFor('svc-7')],
    decides: 1,
  },
];

/** Which effect counts for a repository of which that is known; by its id, if `byID`, else by its name. */
interface Evidence {
  it: string;
  effect: Exemption['effect'];
  byID?: true;
  known?: { alsoNamed?: string; isDoubtful?: true; name?: string };
  /** Of the two clocks, from the end of the exemption, ms. */
  earlierMs?: number;
  laterMs?: number;
  counts: boolean;
}

const EVIDENCE: Evidence[] = [
  { it: 'Release by a name that one row has', effect: 'Release', counts: true },
  { it: 'Release by a name of a doubtful row', effect: 'Release', known: { isDoubtful: true }, counts: false },
  { it: 'Release by the name of one answer of two', effect: 'Release', known: { alsoNamed: 'other' }, counts: false },
  { it: 'Release by both answers, in other letters', effect: 'Release', known: { alsoNamed: 'SVC-7' }, counts: true },
  { it: 'Release by id, whatever the row', effect: 'Release', byID: true, known: { isDoubtful: true }, counts: true },
  {
    it: 'Govern by the name of the second answer',
    effect: 'Govern',
    known: { name: 'x', alsoNamed: 'svc-7' },
    counts: true,
  },
  { it: 'Govern by the name of the first', effect: 'Govern', known: { alsoNamed: 'other' }, counts: true },
  { it: 'Govern by a name of a doubtful row', effect: 'Govern', known: { isDoubtful: true }, counts: true },
  { it: 'Release that is over by one clock', effect: 'Release', earlierMs: -1, laterMs: 1, counts: false },
  { it: 'Govern that is over by one clock', effect: 'Govern', earlierMs: -1, laterMs: 1, counts: true },
  { it: 'Govern that is over by both', effect: 'Govern', earlierMs: 1, laterMs: 2, counts: false },
  { it: 'Release where no time was told', effect: 'Release', laterMs: Infinity, counts: false },
];

describe('Exemptions: what one needs', () => {
  for (const { it: name, effect, byID, known, earlierMs = -2, laterMs = -1, counts } of EVIDENCE) {
    it(`${counts ? 'counts' : 'does not count'}: ${name}`, () => {
      const exemption = exemptionFor('svc-7', { effect, ...(byID && { repositoryID: 7 }), expiresAt: at(NOW) });
      const now = { earlierMs: NOW + earlierMs, laterMs: NOW + laterMs };
      const found = exemptionOf({ id: 7, name: 'svc-7', ...known }, [exemption], now);
      expect(found !== undefined).to.equal(counts);
    });
  }
});

describe('Exemptions: which one decides', () => {
  for (const { reason, exemptions, decides } of ROWS) {
    it(reason, () => {
      const found = exemptionOf({ id: 7, name: 'svc-7' }, exemptions, JUST_NOW);
      expect(found).to.equal(decides === undefined ? undefined : exemptions[decides]);
    });
  }

  it('marks findings and changes nothing else of them', () => {
    const findings = [findingOf(7, 'archived_skipped'), findingOf(8, 'valid_production')];
    const [marked, other] = exempt(findings, [exemptionFor('svc-7')], JUST_NOW);
    expect([marked?.status, marked?.exemption?.effect]).to.deep.equal(['archived_skipped', 'Release']);
    expect(other).to.equal(findings[1]);
  });

  it('leaves findings as they are where the policy exempts nobody', () => {
    const findings = [findingOf(7, 'valid_production'), findingOf(8, 'unobserved')];
    for (const exemptions of [undefined, []]) expect(exempt(findings, exemptions, JUST_NOW)).to.deep.equal(findings);
    expect(exemptionOf({ id: 7, name: 'svc-7' }, undefined, JUST_NOW)).to.equal(undefined);
    expect(unmatchedExemptions(findings, undefined, NOW)).to.deep.equal([]);
  });

  it('takes away the mark of an exemption that is in force no more, and keeps one that still is', () => {
    const exemption = exemptionFor('svc-7');
    const marked = findingOf(7, 'valid_production', { exemption });
    const [kept] = exempt([marked], [exemption], JUST_NOW);
    expect(kept).to.equal(marked);
    const [over] = exempt([marked], [exemptionFor('svc-9')], JUST_NOW);
    expect(over).to.not.have.property('exemption');
    expect(over?.status).to.equal('valid_production');
  });

  it('does not call one misspelt that is about a doubtful row, or about one of many', () => {
    const findings = [findingOf(7, 'valid_production', { isDoubtful: true }), findingOf(8, 'valid_production')];
    expect(unmatchedExemptions(findings, [exemptionFor('svc-7')], NOW)).to.deep.equal([]);
    expect(unmatchedExemptions(findings, [exemptionFor('svc-8')], NOW)).to.deep.equal([]);
  });

  it('names those that no repository has, but none that has ended', () => {
    const exemptions = [
      exemptionFor('svc-7'),
      exemptionFor('svc-9'),
      exemptionFor('svc-10', { expiresAt: at(NOW - 1) }),
    ];
    const unmatched = unmatchedExemptions([findingOf(7, 'valid_production')], exemptions, NOW);
    expect(unmatched.map(({ repository }) => repository)).to.deep.equal(['svc-9']);
  });
});

describe('Exemptions: when they end', () => {
  for (const { expiresAt, says } of [
    { expiresAt: at(NOW + 14 * DAY + 1), says: 'active' },
    { expiresAt: at(NOW + 14 * DAY), says: 'expiring' },
    { expiresAt: at(NOW + 1), says: 'expiring' },
    { expiresAt: at(NOW), says: 'expired' },
    { expiresAt: '2026-11-22T11:00:00.5+01:00', says: 'expiring' },
    { expiresAt: '2026-11-22T11:00:00+01:00', says: 'expired' },
    { expiresAt: 'never', says: 'expired' },
  ]) {
    it(`${says} at ${at(NOW)}: ends at ${expiresAt}`, () => {
      expect(exemptionState(exemptionFor('a', { expiresAt }), NOW)).to.equal(says);
    });
  }

  it('counts each once as in force or ended, and those that expire soon among those in force', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 20 }), (days) => {
        const exemptions = days.map((day, index) => exemptionFor(`svc-${index}`, { expiresAt: at(NOW + day * DAY) }));
        const { active, expiring, expired } = exemptionCounts(exemptions, NOW);
        expect(active + expired).to.equal(days.length);
        expect(expiring).to.equal(days.filter((day) => day > 0 && day <= 14).length);
      }),
    );
  });
});
