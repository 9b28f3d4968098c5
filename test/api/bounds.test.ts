import { expect } from 'chai';
import { documentOf, faultsOf, read, specWith, valueAt } from './builders.js';

const times = (count: number, prefix = 'v'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

interface Field {
  path: string;
  good: unknown[];
  bad: unknown[];
}

/** Every bound of the schema with a value on it and a value one beyond it. */
const FIELDS: Field[] = [
  {
    path: 'organization',
    good: ['a', 'A-1', 'x'.repeat(39), 'a--b'],
    bad: ['', 'x'.repeat(40), '-a', 'a-', 'a_b', 'a b', 'a/b', 'a\n', 7],
  },
  {
    path: 'github.apiURL',
    good: [
      'https://ghes.example.com/api/v3',
      'https://api.sub.ghe.com',
      'http://localhost:8080',
      'http://127.0.0.1:1',
      'http://[::1]:80/x',
      `https://h.example/${'x'.repeat(2048 - 18)}`,
    ],
    bad: [
      '',
      'api.github.com',
      'http://ghes.example.com',
      'https://u:p@h',
      'https://h?x',
      'https://h#x',
      `https://h.example/${'x'.repeat(2049 - 18)}`,
      7,
    ],
  },
  {
    path: 'github.credentials',
    good: [
      { secretRef: { name: 'x' } },
      { secretRef: { name: 'x'.repeat(253) } },
      { secretRef: { name: 'x' }, backupSecretRef: { name: 'y' } },
    ],
    bad: [
      {},
      { secretRef: {} },
      { secretRef: { name: '' } },
      { secretRef: { name: 'x'.repeat(254) } },
      { secretRef: { name: 'x', key: 'y' } },
      { backupSecretRef: { name: 'y' } },
      { secretRef: { name: 'x' }, backupSecretRef: { name: '' } },
    ],
  },
  {
    path: 'catalog.paths',
    good: [['a'], times(8), ['x'.repeat(256)], ['.github/entity.yaml'], ['a..b'], ['a/..b/c..']],
    bad: [[], times(9), ['x'.repeat(257)], [''], ['/a'], ['../a'], ['a/../b'], ['a/..'], ['..'], ['a', 'a'], 'a', [7]],
  },
  {
    path: 'catalog.productionLifecycles',
    good: [['p'], times(16), ['x'.repeat(128)], ['🚀'.repeat(128)], ['pre production'], ['\u00a0p']],
    bad: [[], times(17), ['x'.repeat(129)], ['🚀'.repeat(129)], [''], [' p'], ['p '], ['p\n'], ['p', 'p']],
  },
  { path: 'catalog.onInvalid', good: ['Retain', 'Govern', 'Release'], bad: ['retain', '', 'Keep'] },
  { path: 'catalog.onMissing', good: ['Release', 'Retain'], bad: ['Govern', ''] },
  {
    path: 'repositories.include',
    good: [[], ['*'], times(64), ['x'.repeat(128)]],
    bad: [times(65), ['x'.repeat(129)], [''], ['a', 'a'], '*'],
  },
  { path: 'repositories.exclude', good: [[], times(64)], bad: [times(65), ['']] },
  { path: 'repositories.forks', good: ['Include', 'Exclude'], bad: ['include', true] },
  { path: 'repositories.templates', good: ['Include', 'Exclude'], bad: ['include', false] },
  {
    path: 'repositories.visibilities',
    good: [['Public'], ['Internal', 'Private', 'Public']],
    bad: [[], ['public'], ['Public', 'Public']],
  },
  {
    path: 'ruleset.name',
    good: ['x', 'x'.repeat(100), 'with blanks', 'plus1_enforcement', 'plus1-incident', 'my plus1-rollout-x'],
    // Those that Plus1 makes for incidents and rollouts: a policy that kept one would let its members go by files of theirs.
    bad: ['', 'x'.repeat(101), 'plus1-incident-592c1c63', 'plus1-incident-592c1c63-tags', 'plus1-rollout-592c1c63'],
  },
  { path: 'ruleset.targeting', good: ['RepositoryID'], bad: ['Name', ''] },
  { path: 'ruleset.verify.interval', good: ['0s', '1h', '168h'], bad: ['59m', '168h1s', '1d', 0] },
  {
    path: 'schedule.interval',
    good: ['1s', '168h', '10m', '1h30m', '1000ms'],
    bad: ['999ms', '0.9999s', '0s', '168h1s', '10', '1d', 600],
  },
  { path: 'schedule.cron', good: ['0 4 * * *', 'x'.repeat(128)], bad: ['', 'x'.repeat(129)] },
  {
    path: 'schedule.quickInterval',
    good: ['0s', '10s', '1m', '1h'],
    bad: ['9s', '1h1s', '', '1ms', '-1s', 0, 'off'],
  },
  { path: 'schedule.timeout', good: ['1m', '2h', '60s'], bad: ['59s', '2h1s', ''] },
  { path: 'mode', good: ['Enforce', 'Observe', 'EnterOnly'], bad: ['', 'DryRun'] },
  { path: 'suspend', good: [true, false], bad: ['true', 0] },
  {
    path: 'guards.maxLeaving',
    good: [0, 1, 2 ** 31 - 1, '0%', '9%', '25%', '99%', '100%'],
    bad: [-1, 1.5, 2 ** 31, '25', '101%', '-1%', '1.5%', '%', '', '25 %', true, Number.NaN],
  },
  { path: 'guards.window', good: ['1h', '168h', '60m'], bad: ['59m', '168h1s', '7d'] },
  { path: 'guards.minMembers', good: [1, 2 ** 31 - 1], bad: [0, -1, 1.5, 2 ** 31, '1'] },
  { path: 'exit.gracePeriod', good: ['0s', '720h', '90m'], bad: ['-1s', '720h1s', '0', 0, '30d'] },
];

describe('policy: bounds', () => {
  for (const { path, good, bad } of FIELDS) {
    describe(`spec.${path}`, () => {
      for (const value of good) {
        it(`takes ${short(value)} as it is`, () => {
          expect(valueAt(read(documentOf(specWith(path, value))), path)).to.deep.equal(value);
        });
      }
      for (const value of bad) {
        it(`refuses ${short(value)} by name`, () => {
          const faults = faultsOf(documentOf(specWith(path, value)));
          expect(faults).to.not.deep.equal([]);
          for (const fault of faults) expect(fault).to.match(new RegExp(`^spec\\.${path.replaceAll('.', '\\.')}\\b`));
        });
      }
    });
  }

  const schedules: { schedule: object; faults: string[]; reason: string }[] = [
    { schedule: { interval: '5m' }, faults: [], reason: 'an interval alone' },
    { schedule: { cron: '0 4 * * *', timeZone: 'Europe/Berlin' }, faults: [], reason: 'cron with a time zone' },
    { schedule: { interval: '5m', cron: '0 4 * * *' }, faults: ['interval or cron, not both'], reason: 'both' },
    { schedule: { cron: '0 4 * * *', quickInterval: '0s' }, faults: [], reason: 'cron without quick passes' },
    {
      schedule: { cron: '0 4 * * *', quickInterval: '1m' },
      faults: ['quickInterval together with cron only as 0s'],
      reason: 'cron with quick passes',
    },
    {
      schedule: { timeZone: 'Etc/UTC' },
      faults: ['timeZone only together with cron'],
      reason: 'a time zone of nothing',
    },
  ];
  for (const { schedule, faults, reason } of schedules) {
    it(`${faults.length === 0 ? 'accepts' : 'refuses'} a schedule: ${reason}`, () => {
      expect(
        faultsOf(documentOf({ schedule })).map((fault) => fault.replace(/^spec\.schedule: found .*, allowed: /, '')),
      ).to.deep.equal(faults);
    });
  }

  const property = { name: 'plus1-governed', value: 'true' };
  const longest = { name: 'n'.repeat(75), value: 'v'.repeat(75) };
  const targetings: { ruleset: object; faults: RegExp[]; reason: string }[] = [
    { ruleset: { targeting: 'CustomProperty', property }, faults: [], reason: 'by a property that is named' },
    { ruleset: { targeting: 'CustomProperty', property: longest }, faults: [], reason: 'by the longest property' },
    {
      ruleset: { targeting: 'CustomProperty' },
      faults: [/allowed: property with targeting/],
      reason: 'by no property',
    },
    { ruleset: { property }, faults: [/allowed: property with targeting/], reason: 'by id, with a property' },
    {
      ruleset: { targeting: 'CustomProperty', property: { name: '', value: 'v'.repeat(76) } },
      faults: [/^spec\.ruleset\.property\.name/, /^spec\.ruleset\.property\.value/],
      reason: 'by a property without a name, and a value that is too long',
    },
  ];
  for (const { ruleset, faults, reason } of targetings) {
    it(`${faults.length === 0 ? 'accepts' : 'refuses'} targeting ${reason}`, () => {
      const found = faultsOf(documentOf({ ruleset }));
      expect(found).to.have.length(faults.length);
      for (const [index, fault] of faults.entries()) expect(found[index]).to.match(fault);
    });
  }

  const names: { metadata: object; good: boolean }[] = [
    { metadata: { name: 'a' }, good: true },
    { metadata: { name: 'x'.repeat(253) }, good: true },
    { metadata: { name: 'a.b-c' }, good: true },
    { metadata: { name: 'x'.repeat(254) }, good: false },
    { metadata: { name: 'Acme' }, good: false },
    { metadata: { name: 'a..b' }, good: false },
    { metadata: { name: 'a-.b' }, good: false },
    { metadata: { name: '-a' }, good: false },
    { metadata: { name: '../a' }, good: false },
    { metadata: { name: '' }, good: false },
    { metadata: {}, good: false },
    { metadata: { name: 'a', namespace: 'x'.repeat(63) }, good: true },
    { metadata: { name: 'a', namespace: 'x'.repeat(64) }, good: false },
    { metadata: { name: 'a', namespace: 'a.b' }, good: false },
    { metadata: { name: 'a', namespace: '..' }, good: false },
  ];
  for (const { metadata, good } of names) {
    it(`${good ? 'accepts' : 'refuses'} metadata ${short(metadata)}, since names become file names`, () => {
      expect(faultsOf(documentOf({}, { metadata })).length === 0).to.equal(good);
    });
  }
});

describe('policy: guards and exemptions', () => {
  const exemption = {
    repository: 'a',
    effect: 'Release',
    reason: 'long enough',
    owner: 'team-x',
    expiresAt: '2027-03-31T00:00:00Z',
  };
  const accepted: { path: string; value: unknown }[] = [
    { path: 'guards.approval', value: {} },
    { path: 'guards.approval.policy', value: 'WhenHeld' },
    { path: 'guards.approval.required', value: 1 },
    { path: 'guards.approval.timeout', value: '48h' },
    { path: 'guards.approval.timeout', value: '2880m' },
    { path: 'guards.maxEntering', value: 200 },
    { path: 'guards.maxEntering', value: '25%' },
    { path: 'guards.approval.policy', value: 'Always' },
    { path: 'guards.approval.required', value: 10 },
    { path: 'guards.approval.timeout', value: '720h' },
    { path: 'guards.approval.groups', value: ['security', 'compliance'] },
    { path: 'guards.approval.emergencyGroups', value: ['a'.repeat(128)] },
    { path: 'exemptions', value: [] },
    { path: 'exemptions', value: [exemption] },
    { path: 'exemptions', value: [exemption, { ...exemption, repository: 'b', repositoryID: 7 }] },
  ];
  for (const { path, value } of accepted) {
    it(`accepts spec.${path} ${short(value)}`, () => {
      expect(faultsOf(documentOf(specWith(path, value)))).to.deep.equal([]);
    });
  }

  const outOfBounds: { path: string; value: unknown }[] = [
    { path: 'guards.approval.required', value: 0 },
    { path: 'guards.approval.required', value: 11 },
    { path: 'guards.approval.timeout', value: '59m' },
    { path: 'guards.approval.timeout', value: 'soon' },
    { path: 'guards.approval.policy', value: 'Never' },
    { path: 'guards.approval.timeout', value: '721h' },
    { path: 'guards.maxEntering', value: '25' },
    { path: 'guards.approval.groups', value: [''] },
    { path: 'guards.approval.groups', value: ['a', 'a'] },
    { path: 'guards.approval.emergencyGroups', value: Array.from({ length: 9 }, (_, index) => `g${index}`) },
    { path: 'exemptions', value: {} },
    { path: 'exemptions', value: [{ ...exemption, reason: 'short' }] },
    { path: 'exemptions', value: Array.from({ length: 257 }, () => exemption) },
  ];
  for (const { path, value } of outOfBounds) {
    it(`knows the bounds of spec.${path} all the same: ${short(value)}`, () => {
      const faults = faultsOf(documentOf(specWith(path, value))).filter((fault) => !fault.endsWith('the feature yet'));
      expect(faults[0]).to.match(new RegExp(`^spec\\.${path.replaceAll('.', '\\.')}`));
    });
  }
});

function short(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 50 ? `${json.slice(0, 40)}… (${json.length})` : json;
}
