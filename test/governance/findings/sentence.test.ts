/** What people read about a repository: each status in its own words, and nothing foreign that is more than text. */
import { expect } from 'chai';
import { absentSentence, exemptionSentence, sentence, shown } from '../../../pkg/governance/findings/sentence.js';
import type { AbsentMember, Finding } from '../../../pkg/governance/index.js';
import { findingOf, reasonOf, specOf } from '../builders.js';

const withoutEvidence = ({ evidence: _, ...finding }: Finding): Finding => finding;

const reasons = [reasonOf({ severity: 'warning', line: 1, found: 'a hint' }), reasonOf()];
const own = { catalog: { productionLifecycles: ['live', 'prod'] } };
const twoPaths = { catalog: { paths: ['a.yaml', 'b.yaml'] } };

const SAYS: { it: string; finding: ReturnType<typeof findingOf>; spec?: Parameters<typeof specOf>[0]; says: string }[] =
  [
    {
      it: 'production, with its place',
      finding: findingOf(1, 'valid_production'),
      says: 'entity.datadog.yaml:7 declares lifecycle production',
    },
    {
      it: 'production that is remembered without its place',
      finding: withoutEvidence(findingOf(1, 'valid_production', { lifecycles: ['a', 'b'] })),
      says: 'the catalogue declares lifecycle a, b',
    },
    {
      it: 'another lifecycle, by the default words',
      finding: findingOf(1, 'valid_non_production'),
      says: 'entity.datadog.yaml:7 says lifecycle staging',
    },
    {
      it: 'another lifecycle, by words of the policy',
      finding: findingOf(1, 'valid_non_production'),
      spec: own,
      says: 'entity.datadog.yaml:7 says lifecycle staging, which is none of: live, prod',
    },
    {
      it: 'another lifecycle, by one of the two default words',
      finding: findingOf(1, 'valid_non_production'),
      spec: { catalog: { productionLifecycles: ['production'] } },
      says: 'entity.datadog.yaml:7 says lifecycle staging, which is none of: production',
    },
    {
      it: 'another lifecycle, by as many words as the default has',
      finding: findingOf(1, 'valid_non_production'),
      spec: { catalog: { productionLifecycles: ['production', 'live'] } },
      says: 'entity.datadog.yaml:7 says lifecycle staging, which is none of: production, live',
    },
    {
      it: 'no lifecycle',
      finding: findingOf(1, 'missing_lifecycle'),
      says: 'the catalogue file declares no lifecycle',
    },
    {
      it: 'no lifecycle, with the first error as its place',
      finding: findingOf(1, 'missing_lifecycle', { reasons }),
      says: 'entity.datadog.yaml:3 declares no lifecycle',
    },
    {
      it: 'no lifecycle, with a warning as its place where there is no error',
      finding: findingOf(1, 'missing_lifecycle', { reasons: reasons.slice(0, 1) }),
      says: 'entity.datadog.yaml:1 declares no lifecycle',
    },
    { it: 'no file', finding: findingOf(1, 'missing_file'), says: 'entity.datadog.yaml is missing' },
    {
      it: 'no file of two',
      finding: findingOf(1, 'missing_file'),
      spec: twoPaths,
      says: 'none of a.yaml, b.yaml exists',
    },
    {
      it: 'broken YAML',
      finding: findingOf(1, 'invalid_yaml', { reasons }),
      says: 'entity.datadog.yaml:3 is not valid YAML: a tab',
    },
    {
      it: 'broken YAML without a reason',
      finding: findingOf(1, 'invalid_yaml'),
      says: 'the catalogue file is not valid YAML',
    },
    {
      it: 'no entity',
      finding: findingOf(1, 'invalid_schema', { reasons }),
      says: 'entity.datadog.yaml:3 is not a valid entity: a tab',
    },
    {
      it: 'a file that cannot be read',
      finding: findingOf(1, 'unreadable', { reasons }),
      says: 'entity.datadog.yaml cannot be read: a tab',
    },
    { it: 'one without a reason', finding: findingOf(1, 'unreadable'), says: 'the catalogue file cannot be read' },
    { it: 'not observed', finding: findingOf(1, 'unobserved', { reasons }), says: 'not observed: a hint' },
    { it: 'archived', finding: findingOf(1, 'archived_skipped', { reasons }), says: 'archived' },
    { it: 'excluded', finding: findingOf(1, 'excluded', { reasons }), says: 'excluded by the policy: a hint' },
  ];

describe('The sentence about a finding', () => {
  for (const { it: name, finding, spec, says } of SAYS)
    it(`says ${name}`, () => {
      expect(sentence(finding, specOf(spec))).to.equal(says);
    });

  it('shows nothing of a foreign lifecycle but text, and cuts it', () => {
    const lifecycle = `a\u202e\n${'x'.repeat(100)}`;
    const evidence = { file: 'a.yaml', line: 1, column: 1, lifecycle };
    const said = sentence(findingOf(1, 'valid_production', { evidence }), specOf());
    expect(said).to.equal(`a.yaml:1 declares lifecycle a\ufffd\ufffd${'x'.repeat(76)}…`);
  });
});

describe('A foreign text that is shown', () => {
  for (const { text, says } of [
    { text: 'ab😀c', says: 'ab😀c' },
    { text: 'a\u0000\u2028\u2029\u200bb', says: 'a\ufffd\ufffd\ufffd\ufffdb' },
    { text: 'y'.repeat(80), says: 'y'.repeat(80) },
    { text: '😀'.repeat(81), says: `${'😀'.repeat(79)}…` },
  ])
    it(`is ${says.slice(0, 12)} of ${JSON.stringify(text.slice(0, 12))}`, () => {
      expect(shown(text)).to.equal(says);
    });
});

describe('The sentence about a member that is not listed', () => {
  const SENTENCES: [Pick<AbsentMember, 'fate' | 'owner'> | undefined, string][] = [
    [
      { fate: 'gone' },
      'gone: not listed and not found by its id, and the credential is proved to see every repository',
    ],
    [{ fate: 'transferred' }, 'transferred to another owner'],
    [{ fate: 'transferred', owner: 'evil\u001bcorp' }, 'transferred to evil\ufffdcorp'],
    [
      { fate: 'contradicted', owner: 'globex' },
      'said to be transferred to globex, which proves nothing while the organization has more repositories than are listed',
    ],
    [{ fate: 'unseen' }, 'in no listing, yet found by its id in the organization'],
    [
      { fate: 'missing' },
      'not listed and not found by its id, which proves nothing while the credential may not see everything',
    ],
    [{ fate: 'unknown' }, 'not listed, and GitHub did not say what became of it'],
    [{ fate: 'waiting' }, 'not listed, and waits for its turn to be looked up'],
    [undefined, 'not listed, and waits for its turn to be looked up'],
  ];
  for (const [member, says] of SENTENCES)
    it(`says: ${says.slice(0, 40)}`, () => {
      expect(absentSentence(member)).to.equal(says);
    });
});

describe('The sentence about an exemption', () => {
  for (const [effect, word] of [
    ['Govern', 'governed'],
    ['Release', 'released'],
  ] as const)
    it(`says that it is ${word}, until when, by whom and why`, () => {
      const expiresAt = '2027-01-01T00:00:00Z';
      const exemption = { repository: 'svc-7', effect, owner: 'team\nx', reason: 'retired soon', expiresAt };
      expect(exemptionSentence(exemption)).to.equal(
        `exempted: ${word} by the policy until 2027-01-01T00:00:00Z (team\ufffdx: retired soon)`,
      );
    });
});
