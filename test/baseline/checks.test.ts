/** The six checks: what each says of each answer. What nobody saw is never told as pass or fail. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  askedChecks,
  isMet,
  judgeBaseline,
  summarizeBaseline,
  type Answer,
  type BaselineSettings,
  type Sight,
} from '../../pkg/baseline/index.js';
import { GOOD, HOUR_MS, judged, NOW_MS, open, SETTINGS } from './build.js';

const UNKNOWN = { unknown: 'the credential lacks Administration: read', fix: 'grant it' };
const LACKING = { lacking: 'this version of GitHub does not have it' };

const workflows = (files: [path: string, ...uses: string[]][], unreadable: string[] = []): Sight['workflows'] => ({
  seen: {
    files: files.map(([path, ...uses]) => ({
      path,
      uses: uses.map((each) => ({ name: each.split('@')[0] ?? '', ref: each.split('@')[1] ?? '' })),
    })),
    unreadable,
  },
});
const rules = (
  types: string[],
  { ruleset, isWhole = true }: { ruleset?: string; isWhole?: boolean } = {},
): Sight['rules'] => ({
  seen: { rules: types.map((type) => ({ type, ...(ruleset !== undefined && { ruleset }) })), isWhole },
});
const owners = (text: string | null): Partial<Sight> => ({ codeowners: { seen: { path: 'CODEOWNERS', text } } });
const scan = (ageHours: number, tool = 'CodeQL', isWhole = true): Sight['scan'] => ({
  seen: { newest: new Map([[tool, NOW_MS - ageHours * HOUR_MS]]), isWhole },
});

describe('the checklist', () => {
  it('passes where all is as it should be, and says what was found', () => {
    expect(judged({}).map(({ result, fix }) => [result, fix])).to.deep.equal(Array(6).fill(['pass', null]));
    expect(judged({}).map(({ found }) => found)).to.deep.equal([
      '.github/workflows/ci.yml calls acme/security/.github/workflows/scan.yml@v1',
      'rules of plus1_enforcement in force',
      'team: shop, tier: 1',
      '.github/CODEOWNERS has them',
      'all of them, by rulesets',
      'CodeQL: 2026-11-21',
    ]);
  });

  const NONE = workflows([['.github/workflows/ci.yml', 'actions/checkout@v4']]);
  const withRule = (paths: string[]): Sight['rules'] => ({
    seen: {
      rules: [
        ...('seen' in GOOD.rules ? GOOD.rules.seen.rules : []),
        { type: 'workflows', workflows: paths, ruleset: 'org' },
      ],
      isWhole: true,
    },
  });
  const PATH = { securityWorkflow: { enabled: true, path: '.github/workflows/security.yml', rule: false } };
  const cases: [
    what: string,
    sight: Partial<Sight>,
    expected: Record<string, string>,
    settings?: Partial<BaselineSettings>,
  ][] = [
    ['no call of the workflow', { workflows: NONE }, { securityWorkflow: 'fail' }],
    [
      'a call in other letters',
      { workflows: workflows([['a.yml', 'Acme/Security/.github/workflows/scan.yml@v9']]) },
      {},
    ],
    [
      'a call at another reference than the wanted one',
      {},
      { securityWorkflow: 'fail' },
      { securityWorkflow: { enabled: true, uses: 'acme/security/.github/workflows/scan.yml@main', rule: true } },
    ],
    ['the workflow by a rule', { workflows: NONE, rules: withRule(['.github/workflows/scan.yml']) }, {}],
    [
      'another workflow by a rule',
      { workflows: NONE, rules: withRule(['.github/workflows/x.yml']) },
      { securityWorkflow: 'fail' },
    ],
    [
      'any workflow by a rule, where none is named',
      { rules: withRule(['x.yml']) },
      {},
      { securityWorkflow: { enabled: true, rule: true } },
    ],
    ['the file at the path', { workflows: workflows([['.github/workflows/security.yml']]) }, {}, PATH],
    ['no file at the path', {}, { securityWorkflow: 'fail' }, PATH],
    [
      'a file that cannot be read beside no call',
      { workflows: workflows([], ['b.yml']) },
      { securityWorkflow: 'unknown' },
    ],
    [
      'a file that cannot be read beside a call',
      { workflows: workflows([['a.yml', 'acme/security/.github/workflows/scan.yml@1']], ['b.yml']) },
      {},
    ],
    ['workflows that nobody read', { workflows: UNKNOWN }, { securityWorkflow: 'unknown' }],
    [
      'workflows that nobody read beside a rule',
      { workflows: UNKNOWN, rules: withRule(['.github/workflows/scan.yml']) },
      {},
    ],
    [
      'rules that nobody read',
      { rules: UNKNOWN, workflows: NONE },
      { securityWorkflow: 'unknown', rulesetsInherited: 'unknown', branchProtection: 'unknown' },
    ],
    [
      'rules that the server does not have',
      { rules: LACKING, workflows: NONE },
      { securityWorkflow: 'not_available', rulesetsInherited: 'not_available', branchProtection: 'not_available' },
    ],
    [
      'rules of the server lacking, and a classic protection',
      { rules: LACKING, classic: { seen: ['pull_request', 'deletion'] } },
      { rulesetsInherited: 'not_available' },
    ],
    [
      'a ruleset that is not inherited',
      { rules: rules(['pull_request', 'deletion'], { ruleset: 'other' }) },
      { rulesetsInherited: 'fail' },
    ],
    ['rules whose ruleset is hidden', { rules: rules(['pull_request', 'deletion']) }, { rulesetsInherited: 'unknown' }],
    [
      'a page of rules that is cut',
      { rules: rules(['deletion'], { ruleset: 'other', isWhole: false }), workflows: NONE },
      { securityWorkflow: 'unknown', rulesetsInherited: 'unknown', branchProtection: 'unknown' },
    ],
    [
      'a cut page that shows what is wanted',
      { rules: rules(['pull_request', 'deletion'], { ruleset: 'plus1_enforcement', isWhole: false }) },
      {},
    ],
    [
      'a missing rule',
      { rules: rules(['pull_request'], { ruleset: 'plus1_enforcement' }) },
      { branchProtection: 'fail' },
    ],
    [
      'a rule by a classic protection',
      { rules: rules(['pull_request'], { ruleset: 'plus1_enforcement' }), classic: { seen: ['deletion'] } },
      {},
    ],
    [
      'a missing rule where classic protection is hidden',
      { rules: rules(['pull_request'], { ruleset: 'plus1_enforcement' }), classic: UNKNOWN },
      { branchProtection: 'unknown' },
    ],
    ['all rules where classic protection is hidden', { classic: UNKNOWN }, {}],
    [
      'a property that is not set',
      {
        properties: {
          seen: { values: new Map([['team', 'a']]), defaults: new Map(), defined: new Set(['team', 'tier']) },
        },
      },
      { customProperties: 'fail' },
    ],
    [
      'a property that has its default',
      {
        properties: {
          seen: {
            values: new Map([
              ['team', 'a'],
              ['tier', '3'],
            ]),
            defaults: new Map([['tier', '3']]),
            defined: new Set(['team', 'tier']),
          },
        },
      },
      { customProperties: 'fail' },
    ],
    [
      'a property that nobody defined',
      { properties: { seen: { values: new Map([['team', 'a']]), defaults: new Map(), defined: new Set(['team']) } } },
      { customProperties: 'fail' },
    ],
    ['properties that nobody may read', { properties: UNKNOWN }, { customProperties: 'unknown' }],
    ['no CODEOWNERS', { codeowners: { seen: null }, codeownersErrors: UNKNOWN }, { codeowners: 'fail' }],
    ['a CODEOWNERS that is too large', owners(null), { codeowners: 'fail' }],
    ['a CODEOWNERS that nobody read', { codeowners: UNKNOWN }, { codeowners: 'unknown' }],
    ['faulty lines that nobody read', { codeownersErrors: UNKNOWN }, { codeowners: 'unknown' }],
    ['faulty lines that the server does not say', { codeownersErrors: LACKING }, { codeowners: 'not_available' }],
    [
      'one workflow that has another owner',
      owners('* @acme/security\n/.github/workflows/deploy.yml @ops\n'),
      { codeowners: 'fail' },
    ],
    [
      'a workflow that is taken away by its name alone',
      { ...owners('* @acme/security\nci.yml\n') },
      { codeowners: 'fail' },
    ],
    ['a path that no line holds', owners('/.github/workflows/ @acme/security\n'), { codeowners: 'fail' }],
    [
      'the team on a line that GitHub skips',
      { ...owners('* @acme/security\n'), codeownersErrors: { seen: [1] } },
      { codeowners: 'fail' },
    ],
    ['owners in other letters, among others', owners('* @eve @ACME/Security\n'), {}],
    ['any owner, where none is named', owners('* @eve\n'), {}, { codeowners: { ...SETTINGS.codeowners, owners: [] } }],
    ['no scan', { scan: { seen: { newest: new Map(), isWhole: true } } }, { securityScan: 'fail' }],
    ['an old scan', { scan: scan(721) }, { securityScan: 'fail' }],
    ['a scan that is just young enough', { scan: scan(720) }, {}],
    ['a scan by another tool', { scan: scan(1, 'Other') }, { securityScan: 'fail' }],
    ['a scan by another tool on a page that is cut', { scan: scan(1, 'Other', false) }, { securityScan: 'unknown' }],
    ['scans that are not available', { scan: LACKING }, { securityScan: 'not_available' }],
    ['scans that nobody may read', { scan: UNKNOWN }, { securityScan: 'unknown' }],
  ];
  for (const [what, sight, expected, settings] of cases)
    it(`tells ${what} as ${Object.values(expected)[0] ?? 'pass'}`, () => {
      expect(open(sight, settings)).to.deep.equal(expected);
    });

  it('says what was found, expected and how to correct it', () => {
    const [result] = judged(owners('/.github/workflows/ @ops\n* @eve extra\n')).filter(
      ({ name }) => name === 'codeowners',
    );
    expect(result).to.deep.equal({
      name: 'codeowners',
      result: 'fail',
      found:
        'CODEOWNERS: line 1 gives /.github/workflows/ to @ops, no line holds /.github/CODEOWNERS; GitHub skips the faulty line 2',
      expected: 'an owner of @acme/security for /.github/workflows/, /.github/CODEOWNERS',
      fix: 'correct line 2, and end CODEOWNERS with lines such as /.github/workflows/ @acme/security',
    });
    const [scanned] = judged({ scan: UNKNOWN }).filter(({ name }) => name === 'securityScan');
    expect(scanned).to.include({ found: UNKNOWN.unknown, fix: UNKNOWN.fix });
  });

  it('asks nothing that is switched off or has nothing to ask', () => {
    const all = Object.entries(SETTINGS) as [keyof BaselineSettings, BaselineSettings[keyof BaselineSettings]][];
    const off = Object.fromEntries(all.map(([name, each]) => [name, { ...each, enabled: false }]));
    expect(judged({}, off)).to.deep.equal([]);
    const empty: BaselineSettings = {
      securityWorkflow: { enabled: true, rule: false },
      rulesetsInherited: { enabled: true, names: [] },
      customProperties: { enabled: true, required: [] },
      codeowners: { enabled: true, owners: [], paths: [] },
      branchProtection: { enabled: true, require: [] },
      securityScan: { enabled: true, tools: [], maxAgeMs: HOUR_MS },
    };
    expect(askedChecks(empty)).to.deep.equal([]);
  });

  it('never tells what no answer says as pass or fail, and never what an answer says as unknown', () => {
    const any = <T>(good: Answer<T>): fc.Arbitrary<Answer<T>> => fc.constantFrom<Answer<T>>(good, UNKNOWN, LACKING);
    const sights = fc.record<Sight>({
      rules: any(GOOD.rules),
      classic: any(GOOD.classic),
      codeowners: any(GOOD.codeowners),
      codeownersErrors: any(GOOD.codeownersErrors),
      properties: any(GOOD.properties),
      workflows: any(GOOD.workflows),
      scan: any(GOOD.scan),
    });
    fc.assert(
      fc.property(sights, (sight) => {
        for (const { name, result } of judgeBaseline(sight, SETTINGS, NOW_MS)) {
          const needs: Record<string, Answer<unknown>[]> = {
            securityWorkflow: [sight.workflows],
            rulesetsInherited: [sight.rules],
            customProperties: [sight.properties],
            codeowners: [sight.codeowners, sight.codeownersErrors],
            branchProtection: [sight.rules],
            securityScan: [sight.scan],
          };
          const isWhole = (needs[name] ?? []).every((answer) => 'seen' in answer);
          expect(result === 'pass' || result === 'fail', name).to.equal(isWhole);
        }
      }),
    );
  });

  it('is met where nothing fails and nothing is unknown, and counts each answer', () => {
    const named = (name: string, sight: Partial<Sight>): { name: string; checks: ReturnType<typeof judged> } => ({
      name,
      checks: judged(sight),
    });
    const all = [
      named('a', {}),
      named('b', { scan: LACKING }),
      named('c', { scan: UNKNOWN }),
      named('d', { scan: scan(999) }),
    ];
    expect(all.map(isMet)).to.deep.equal([true, true, false, false]);
    const { met, repositories, checks } = summarizeBaseline(all, askedChecks(SETTINGS));
    expect([met, repositories]).to.deep.equal([2, 4]);
    expect(checks.at(-1)).to.deep.equal({ name: 'securityScan', pass: 1, fail: 1, unknown: 1, notAvailable: 1 });
    expect(summarizeBaseline([], ['codeowners']).checks).to.deep.equal([
      { name: 'codeowners', pass: 0, fail: 0, unknown: 0, notAvailable: 0 },
    ]);
  });
});
