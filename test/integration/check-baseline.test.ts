/** `plus1 check` of a policy with a checklist: each permission beyond those of a pass is a line of its own, and never a fault. */
import { expect } from 'chai';
import type { Permissions } from '../fakes/github/index.js';
import { CheckStage, classic, fine, PAT, reportOf, USUAL, type CheckReport } from './check-stage.js';
import { plus1 } from './cli.js';

const spec = { baseline: { enabled: true, checks: { customProperties: { required: ['team'] } } } };
const NEEDED = [
  [
    'baseline-properties',
    'organization_custom_properties',
    'customProperties',
    'Organization permissions > Custom properties',
  ],
  ['baseline-protection', 'administration', 'branchProtection', 'Repository permissions > Administration'],
  ['baseline-scans', 'security_events', 'securityScan', 'Repository permissions > Code scanning alerts'],
] as const;
const ALL: Permissions = {
  ...USUAL,
  ...{ organization_custom_properties: 'read', administration: 'read', security_events: 'read' },
};

describe('plus1 check, of a policy with a checklist', () => {
  let stage: CheckStage;
  beforeEach(async () => {
    stage = await CheckStage.open();
  });
  afterEach(() => stage.close());

  const lines = ({ checks }: CheckReport): string[] =>
    checks.filter(({ name }) => /^baseline-|^workflow-runs$/.test(name)).map(({ name, result }) => `${name} ${result}`);
  const app = (permissions: Permissions, of: object = spec): Promise<CheckReport & { code: number | undefined }> =>
    reportOf(plus1([...stage.app({ spec: of, permissions }).args, '--format', 'json']));

  it('is content with an App that has all of it', async () => {
    const report = await app(ALL);
    expect(lines(report)).to.deep.equal(NEEDED.map(([name]) => `${name} ok`));
    expect(report.code).to.equal(0);
  });

  for (const [name, key, check, place] of NEEDED)
    it(`warns of ${key} alone where that is missing, and says that ${check} stays unknown`, async () => {
      const report = await app(Object.fromEntries(Object.entries(ALL).filter(([each]) => each !== key)));
      expect(lines(report)).to.deep.equal(NEEDED.map(([each]) => `${each} ${each === name ? 'warning' : 'ok'}`));
      const found = report.checks.find((each) => each.name === name);
      expect(found?.message).to.match(
        new RegExp(
          `^the installation of the App lacks ${key}: read; the check ${check} of the checklist stays unknown`,
        ),
      );
      expect(found?.fix).to.include(`${place}: Read-only`);
      expect(report.code).to.equal(0);
    });

  it('says nothing of what the policy does not ask', async () => {
    expect(lines(await app({ ...USUAL }, {}))).to.deep.equal([]);
  });

  it('says nothing of a check that is off, or has nothing to ask', async () => {
    const off = { baseline: { enabled: true, checks: { securityScan: { enabled: false } } } };
    expect(lines(await app({ ...USUAL }, off))).to.deep.equal(['baseline-protection warning']);
  });

  it('is content with a classic token, and says of a fine-grained one that GitHub does not say', async () => {
    const asked = ['--for', 'baseline', 'inventory', '--format', 'json'];
    const names = [...NEEDED.map(([name]) => name), 'workflow-runs'];
    const whole = await reportOf(stage.withToken(classic(['repo', 'admin:org']), 'ghp_x', asked));
    expect(lines(whole)).to.deep.equal(names.map((name) => `${name} ok`));
    expect(lines(await reportOf(stage.withToken(fine(), PAT, asked)))).to.deep.equal(
      names.map((name) => `${name} warning`),
    );
  });
});
