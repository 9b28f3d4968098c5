/** `plus1 onboard` from outside: the checklists that a pass kept, in each format, with its exit codes. */
import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import { baselineFolder } from '../../cmd/plus1/kept-beside.js';
import { onboardCommand } from '../../cmd/plus1/onboard.js';
import type { CheckResult } from '../../pkg/baseline/index.js';
import { StateFolder } from '../../pkg/policies/index.js';
import type { KnownChecklist } from '../../pkg/reconciler/index.js';
import { judged } from '../baseline/build.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';

const NEVER = new AbortController().signal;
const BAD = judged({ codeowners: { seen: null }, scan: { unknown: 'so', fix: '=cmd' } }).filter(
  ({ result }) => result !== 'pass',
);

describe('plus1 onboard', () => {
  let state: string;
  const entry = (id: number, name: string, checks: CheckResult[], isInScope = true): KnownChecklist => ({
    ...{ id, name, checks, isInScope, isInProduction: true, askedMs: 1, head: 'a' },
  });
  const keep = async (
    folder: string,
    name: string,
    organization: string,
    repositories: KnownChecklist[],
  ): Promise<void> => {
    const key = { namespace: 'default', name };
    const policy = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { ...key, uid: name } },
      ...{ spec: { organization }, status: {} },
    };
    mkdirSync(folder, { recursive: true });
    await new StateFolder(folder).write(key, policy as never, NEVER);
    const index = { version: 1, rules: 'r', organizationID: 1, propertiesMs: 1, lacks: [], lacksMs: 1, repositories };
    await baselineFolder(folder).save(key, index, NEVER);
  };

  before(async () => {
    state = temporaryFolder();
    await keep(state, 'acme', 'acme', [
      entry(1, 'shop', judged({})),
      entry(2, 'Pay', BAD),
      entry(3, 'old', judged({}), false),
      entry(4, 'fresh', []),
    ]);
  });

  const run = (...flags: string[]): Promise<Outcome> =>
    runCommand(onboardCommand, [...flags, '--state', state], { cwd: state });

  it('shows what a repository meets', async () => {
    const { stdout, code } = await run('acme/SHOP');
    expect(code).to.equal(0);
    expect(stdout.split('\n')[0]).to.equal('shop: 6 of 6 checks pass');
    expect(stdout).to.include('  pass  branchProtection   all of them, by rulesets');
    expect(stdout).not.to.include('Fix:');
  });

  it('shows what it lacks, what was expected, and how to correct it, and ends with 1', async () => {
    const { stdout, code } = await run('acme/pay');
    expect(code).to.equal(1);
    expect(stdout).to.equal(
      [
        'Pay: 0 of 2 checks pass',
        '  fail     codeowners    no CODEOWNERS file',
        '                         Expected: an owner of @acme/security for /.github/workflows/, /.github/CODEOWNERS',
        '                         Fix: add .github/CODEOWNERS with /.github/workflows/ @acme/security',
        '  unknown  securityScan  so',
        '                         Expected: an analysis by CodeQL within 720h',
        '                         Fix: =cmd',
        '',
      ].join('\n'),
    );
  });

  it('shows all within the scope as JSON', async () => {
    const { stdout, code } = await run('--all', '--format', 'json');
    expect(code).to.equal(1);
    const { repositories } = JSON.parse(stdout) as { repositories: { name: string; checks: CheckResult[] }[] };
    expect(repositories.map(({ name, checks }) => [name, checks.length])).to.deep.equal([
      ['Pay', 2],
      ['fresh', 0],
      ['shop', 6],
    ]);
    expect(Object.keys(repositories[0]?.checks[0] ?? {})).to.have.members([
      'name',
      'result',
      'found',
      'expected',
      'fix',
    ]);
  });

  it('writes CSV in which no cell is a formula, and Markdown in which nothing is a mention', async () => {
    const { stdout: csv } = await run('acme/pay', '--format', 'csv');
    expect(csv.split('\r\n')[0]).to.equal('repository,check,result,found,expected,fix');
    expect(csv).to.include(",'=cmd");
    const { stdout: markdown } = await run('acme/pay', '--format', 'markdown');
    expect(markdown).to.match(/^### Pay\n\n- \[ \] \*\*codeowners\*\* \(fail\): no CODEOWNERS file\./);
    expect(markdown).not.to.include('@acme');
  });

  it('says that nothing is known of a repository that has no checklist', async () => {
    const { stderr, code } = await run('acme/nobody');
    expect(code).to.equal(1);
    expect(stderr).to.include('PLUS1_NOT_KNOWN: no checklist of acme/nobody');
    expect((await run('acme/old')).code).to.equal(1);
    expect((await run('other/shop')).stderr).to.include('baseline.enabled');
  });

  it('says what is wrong with its use', async () => {
    for (const flags of [[], ['acme'], ['acme/a/b'], ['acme/shop', '--all']]) {
      const { code, stderr } = await run(...flags);
      expect(code, flags.join(' ')).to.equal(2);
      expect(stderr).to.include('PLUS1_USAGE');
    }
  });

  it('asks which policy is meant where there are several', async () => {
    const folder = temporaryFolder();
    await keep(folder, 'one', 'acme', [entry(1, 'shop', judged({}))]);
    await keep(folder, 'two', 'globex', [entry(1, 'shop', judged({}))]);
    const { code, stderr } = await runCommand(onboardCommand, ['--all', '--state', folder], { cwd: folder });
    expect(code).to.equal(2);
    expect(stderr).to.match(/--policy: found checklists of .*one.*two/);
    expect(
      (await runCommand(onboardCommand, ['--all', '--policy', 'two', '--state', folder], { cwd: folder })).code,
    ).to.equal(0);
  });
});
