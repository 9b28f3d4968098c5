/** What a pass keeps of workflow files for the checklist: whatever is left out, each check says the same. */
import { expect } from 'chai';
import fc from 'fast-check';
import { judgeBaseline, seenByChecks, type BaselineSettings, type Sight } from '../../pkg/baseline/index.js';
import { runsOf } from '../sample.js';

const OFF = { enabled: false };
const settingsWith = (uses: string | undefined, path: string | undefined): BaselineSettings => ({
  securityWorkflow: { enabled: true, uses, path, rule: false },
  rulesetsInherited: { ...OFF, names: [] },
  customProperties: { ...OFF, required: [] },
  codeowners: { enabled: true, owners: ['@acme/security'], paths: ['/.github/workflows/', '/README.md'] },
  branchProtection: { ...OFF, require: [] },
  securityScan: { ...OFF, tools: [], maxAgeMs: 0 },
});

const PATHS = ['scan.yml', 'ci.yml', 'release.yaml'].map((name) => `.github/workflows/${name}`);
const use = fc.record({
  name: fc.constantFrom('acme/security/.github/workflows/scan.yml', 'ACME/Security/.github/workflows/scan.yml', 'a/b'),
  ref: fc.constantFrom('v1', 'main'),
});
const seen = fc.record({
  files: fc
    .subarray(PATHS)
    .chain((paths) =>
      fc.tuple(...paths.map((path) => fc.record({ path: fc.constant(path), uses: fc.array(use, { maxLength: 3 }) }))),
    ),
  unreadable: fc.subarray(PATHS),
});
const wanted = fc.constantFrom(
  ...[undefined, 'acme/security/.github/workflows/scan.yml', 'acme/security/.github/workflows/scan.yml@v1'],
);
const owners = fc.constantFrom(
  ...['* @acme/security\n', '* @acme/security\n/.github/workflows/ci.yml @x\n', '/.github/ @x\n'],
);

const sightOf = (workflows: Sight['workflows'], text: string): Sight => ({
  ...{ workflows, rules: { seen: { rules: [], isWhole: true } }, classic: { seen: null } },
  ...{ codeowners: { seen: { path: 'CODEOWNERS', text } }, codeownersErrors: { seen: [] } },
  ...{ properties: { unknown: 'off' }, scan: { unknown: 'off' } },
});

describe('What is kept of workflow files for the checklist', () => {
  it('gives the same results as all of them', () => {
    const results = new Set<string>();
    fc.assert(
      fc.property(seen, wanted, fc.constantFrom(undefined, PATHS[0]), owners, (files, uses, path, text) => {
        const settings = settingsWith(uses, path);
        const whole = judgeBaseline(sightOf({ seen: files }, text), settings, 0);
        for (const { name, result } of whole) results.add(`${name} ${result}`);
        const kept = seenByChecks(settings)(files);
        expect(judgeBaseline(sightOf({ seen: kept }, text), settings, 0)).to.deep.equal(whole);
      }),
      runsOf(2_000, 500),
    );
    expect([...results].sort()).to.deep.equal([
      ...['codeowners fail', 'codeowners pass'],
      ...['securityWorkflow fail', 'securityWorkflow pass', 'securityWorkflow unknown'],
    ]);
  });

  it('has one object for files of one name that call nothing of it', () => {
    const keep = seenByChecks(settingsWith('acme/security/.github/workflows/scan.yml', undefined));
    const files = () => [{ path: '.github/workflows/ci.yml', uses: [{ name: 'actions/checkout', ref: 'v4' }] }];
    const [one, other] = [1, 2].map(() => keep({ files: files(), unreadable: [] }));
    expect(one?.files[0]).to.equal(other?.files[0]);
    expect(one?.files[0]?.uses).to.deep.equal([]);
  });
});
