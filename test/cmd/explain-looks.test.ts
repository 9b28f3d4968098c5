/** `plus1 explain` of a policy that looks at checklists and workflow files: what the last pass found of a repository, and what to do. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { explainCommand } from '../../cmd/plus1/explain.js';
import type { Explained } from '../../cmd/plus1/explained.js';
import { readLooks } from '../../cmd/plus1/kept-looks.js';
import { town } from '../builders.js';
import { Loop, MINUTE } from '../loop/loop.js';
import { runCommand } from './command.js';

const JOBS = `jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: step-security/harden-runner@v2.16.0
        with: {egress-policy: block, allowed-endpoints: 'github.com:443'}
  lint:
    runs-on: ubuntu-latest
    steps: [{run: make}]
`;

describe('plus1 explain, of what passes look at beside the catalogue file', () => {
  let loop: Loop;
  before(async () => {
    const acme = town({ members: 2, others: 1 });
    acme.get('member-001').commit('.github/workflows/ci.yml', JOBS);
    acme.get('member-001').commit('.github/CODEOWNERS', '* @acme/security\n');
    loop = await Loop.open({ organizations: [acme] });
    const off = { enabled: false };
    const checks = {
      ...{ securityWorkflow: off, customProperties: off, branchProtection: off, securityScan: off },
      codeowners: { owners: ['@acme/security'], paths: ['/.github/'] },
      rulesetsInherited: off,
    };
    const asks = { baseline: { enabled: true, checks }, workflows: { enabled: true } };
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' }, ...asks }));
    await loop.start();
    await loop.pass(2 * MINUTE);
    await loop.stop();
  });
  after(() => loop.close());

  const explain = async (name: string, ...more: string[]): Promise<string> => {
    const { stdout, code } = await runCommand(explainCommand, [`acme/${name}`, '--state', loop.state, ...more], {
      cwd: loop.state,
      nowMs: loop.clock.now(),
    });
    expect(code).to.equal(0);
    return stdout;
  };

  it('shows a checklist that passes, and the jobs by status', async () => {
    const text = await explain('member-001');
    expect(text).to.match(/\n {2}Checklist {2}1 of 1 checks pass\n {13}pass {2}codeowners {2}\S/);
    expect(text).to.match(/\n {2}Workflows {2}jobs: 1 \w+, 1 unprotected\n {2}Policy/);
    expect(text).not.to.include('Fix:');
  });

  it('shows of a check that does not pass what was found, what is expected and what to do', async () => {
    const text = await explain('member-002');
    expect(text).to.match(
      /\n {2}Checklist {2}0 of 1 checks pass\n {13}fail {2}codeowners {2}no CODEOWNERS file\n {31}Expected: .*\n {31}Fix: add /,
    );
    expect(text).to.include('\n  Workflows  no jobs\n');
  });

  it('has both in its JSON, as plus1 onboard has a checklist', async () => {
    const { answers } = JSON.parse(await explain('member-002', '-o', 'json')) as { answers: Explained[] };
    const [check] = answers[0]?.checks ?? [];
    expect(check).to.have.all.keys('name', 'result', 'found', 'expected', 'fix');
    expect(check).to.include({ name: 'codeowners', result: 'fail', found: 'no CODEOWNERS file' });
    expect(answers[0]?.workflows).to.deep.equal({ jobs: [], filesUnreadable: 0 });
    const other = JSON.parse(await explain('other-001', '--output', 'json')) as { answers: Explained[] };
    expect(other.answers[0]).to.include({ name: 'other-001', governed: false, checks: null });
  });

  it('is read for one repository as for all', async () => {
    const key = { namespace: 'default', name: 'acme' };
    const spec = { baseline: { enabled: true }, workflows: { enabled: true } };
    const [, id] = /\(id (\d+)\)/.exec(await explain('member-002')) ?? [];
    const { signal } = new AbortController();
    const one = await readLooks(loop.state, { key, spec }, signal, Number(id));
    const all = await readLooks(loop.state, { key, spec }, signal);
    expect(one(Number(id)))
      .to.have.all.keys('checks', 'workflows')
      .and.to.deep.equal(all(Number(id)));
  });

  it('says nothing of a checklist that nobody keeps, and nothing of either where the policy asks for neither', async () => {
    const text = await explain('other-001');
    expect(text).not.to.include('Checklist');
    const file = join(loop.state, 'default', 'acme.json');
    const kept = readFileSync(file, 'utf8');
    const { spec, ...rest } = JSON.parse(kept) as { spec: object };
    writeFileSync(file, JSON.stringify({ ...rest, spec: { ...spec, baseline: {}, workflows: null } }));
    const off = await explain('member-001');
    expect(off)
      .to.include('Governed   yes')
      .and.not.match(/Checklist|Workflows/);
    writeFileSync(file, kept);
  });
});
