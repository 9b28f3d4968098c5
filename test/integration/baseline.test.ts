/** Checklists over an organization: what is asked, when, what it comes to, and what is told of new repositories. */
import { expect } from 'chai';
import { tokenCredential } from '../../pkg/github/index.js';
import { readBaseline, type PassOutcome } from '../../pkg/reconciler/index.js';
import { complianceReport } from '../../pkg/report/index.js';
import { eventsOf } from '../../pkg/reconciler/publishers/pass-events.js';
import { PATH, PRODUCTION, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { Scene, type SpecInput } from './passes.js';

type Baseline = NonNullable<SpecInput['baseline']>;

const CHECKS: Baseline['checks'] = {
  securityWorkflow: { uses: 'acme/security/.github/workflows/scan.yml' },
  customProperties: { required: ['team'] },
  codeowners: { owners: ['@acme/security'], paths: ['/.github/'] },
  branchProtection: { require: ['deletion'] },
};
const ON: SpecInput = { baseline: { enabled: true, checks: CHECKS } };
const CALL = 'jobs:\n  x:\n    uses: acme/security/.github/workflows/scan.yml@v1\n';
const DAY_MS = 24 * 3_600_000;

describe('Checklists of an organization', () => {
  let scene: Scene;
  let organization: Organization;
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const open = async (shape: Parameters<typeof town>[0]): Promise<void> => {
    scene = await Scene.open(town(shape));
    ({ organization } = scene);
    organization.ruleset('plus1_enforcement').edit({ rules: [{ type: 'deletion' }] });
    organization.properties.define({ property_name: 'team', value_type: 'string' });
  };
  const complete = (name: string): void => {
    const repository = organization.get(name);
    repository.commit('.github/workflows/scan.yml', CALL);
    repository.commit('.github/CODEOWNERS', '* @acme/security\n');
    organization.properties.set(repository.id, 'team', 'shop');
    repository.security.analyze('CodeQL', scene.clock.now() - 1_000);
  };
  const condition = ({ status }: PassOutcome): string | undefined => {
    const found = status.conditions?.find(({ type }) => type === 'BaselineMet');
    return found && `${found.status} ${found.reason}: ${found.message}`;
  };
  const told = (outcome: PassOutcome): string[] =>
    eventsOf(outcome, {})
      .filter(({ reason }) => reason.startsWith('Onboard'))
      .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  const results = (outcome: PassOutcome, name: string): Record<string, string> =>
    Object.fromEntries(
      (outcome.baseline?.results.get(organization.get(name).id) ?? []).map((each) => [each.name, each.result]),
    );
  const requests = (since: number, operation: string | RegExp): number =>
    scene.github.requests
      .slice(since)
      .filter((each) => (typeof operation === 'string' ? each.operation === operation : operation.test(each.path)))
      .length;

  it('are not looked at where nobody asks for it', async () => {
    await open({ members: 2 });
    const outcome = await scene.pass();
    expect(scene.lists).to.equal(undefined);
    expect(outcome.status).to.not.have.property('baseline');
    expect(condition(outcome)).to.equal(undefined);
  });

  it('say of each governed repository what each check found', async () => {
    await open({ members: 2, others: 1 });
    complete('member-001');
    const outcome = await scene.pass(ON);
    expect(results(outcome, 'member-001')).to.deep.equal({
      ...{ securityWorkflow: 'pass', rulesetsInherited: 'pass', customProperties: 'pass' },
      ...{ codeowners: 'pass', branchProtection: 'pass', securityScan: 'pass' },
    });
    expect(results(outcome, 'member-002')).to.deep.equal({
      ...{ securityWorkflow: 'fail', rulesetsInherited: 'pass', customProperties: 'fail' },
      ...{ codeowners: 'fail', branchProtection: 'pass', securityScan: 'fail' },
    });
    expect(outcome.status.baseline).to.deep.include({ met: 1, repositories: 2 });
    expect(outcome.status.baseline?.checks[0]).to.deep.equal({
      ...{ name: 'securityWorkflow', pass: 1, fail: 1, unknown: 0, notAvailable: 0 },
    });
    expect(condition(outcome)).to.equal('False NotMet: 1 of 2 repositories do not meet it: member-002');
    expect(outcome.status.conditions?.find(({ type }) => type === 'Ready')?.status).to.equal('True');
    expect(outcome.status).to.not.have.property('workflows');
    expect(told(outcome)).to.deep.equal([]);
  });

  it('are in the report, with the jobs of workflow files, for each repository and in sum', async () => {
    await open({ members: 1, others: 1 });
    complete('member-001');
    const report = complianceReport(await scene.pass({ ...ON, workflows: { enabled: true } }));
    const [member, other] = report?.repositories ?? [];
    expect(member?.baseline?.map(({ result }) => result)).to.deep.equal(Array(6).fill('pass'));
    expect(member?.workflows).to.deep.equal({ jobs: [{ status: 'delegated', count: 1 }], files_unreadable: 0 });
    expect(other).not.to.have.any.keys('baseline', 'workflows');
    expect(report?.baseline_summary).to.deep.include({ met: 1, repositories: 1, pending: 0 });
    expect(report?.workflow_summary).to.deep.equal(member?.workflows);
    expect(complianceReport(await scene.pass())).not.to.have.any.keys('baseline_summary', 'workflow_summary');
  });

  it('are met where every check passes', async () => {
    await open({ members: 1 });
    complete('member-001');
    expect(condition(await scene.pass(ON))).to.match(/^True AllMet/);
  });

  it('cost one question of one point for 50 repositories, and nothing in a pass that finds nothing new', async () => {
    await open({ members: 120 });
    for (const { name } of organization.repositories) complete(name);
    await scene.pass();
    const start = scene.github.requests.length;
    await scene.pass(ON);
    expect(requests(start, 'baseline')).to.equal(3);
    expect(requests(start, /code-scanning/)).to.equal(100);
    expect(requests(start, /properties\/values/)).to.equal(2);
    const second = scene.github.requests.length;
    const outcome = await scene.pass(ON);
    expect([requests(second, 'baseline'), requests(second, /properties/)]).to.deep.equal([0, 0]);
    expect(requests(second, /code-scanning/)).to.equal(20);
    expect(condition(outcome)).to.match(/^True/);
    const third = scene.github.requests.length;
    await scene.pass(ON);
    expect(requests(third, /code-scanning|properties/) + requests(third, 'baseline')).to.equal(0);
  });

  it('are asked for again where a head moved, and all of them once the interval is over', async () => {
    await open({ members: 60 });
    for (const { name } of organization.repositories) complete(name);
    await scene.pass(ON);
    organization.get('member-001').commit('.github/CODEOWNERS', '* @eve\n');
    const moved = scene.github.requests.length;
    const outcome = await scene.pass(ON);
    expect(requests(moved, 'baseline')).to.equal(1);
    expect(condition(outcome)).to.include('member-001');
    scene.clock.pass(DAY_MS);
    const later = scene.github.requests.length;
    await scene.pass(ON);
    expect(requests(later, 'baseline')).to.equal(2);
    expect(requests(later, /code-scanning/)).to.equal(0);
    scene.clock.pass(31 * DAY_MS);
    const old = scene.github.requests.length;
    expect(condition(await scene.pass(ON))).to.match(/^False NotMet/);
    expect(requests(old, /code-scanning/)).to.equal(60);
  });

  it('are judged again at once where the policy asks otherwise', async () => {
    await open({ members: 1 });
    complete('member-001');
    await scene.pass(ON);
    const outcome = await scene.pass({
      baseline: { enabled: true, checks: { ...CHECKS, branchProtection: { require: ['deletion', 'pull_request'] } } },
    });
    expect(results(outcome, 'member-001')['branchProtection']).to.equal('fail');
  });

  it('tell of a new repository once that its checklist is not complete, and once that it is', async () => {
    await open({ members: 1 });
    complete('member-001');
    expect(told(await scene.pass(ON))).to.deep.equal([]);
    organization.createRepository({ name: 'fresh', files: { [PATH]: PRODUCTION } });
    expect(told(await scene.pass(ON))).to.deep.equal([
      'Warning OnboardingIncomplete: The checklist lacks: fresh (securityWorkflow, customProperties, codeowners, securityScan)',
    ]);
    expect(told(await scene.pass(ON))).to.deep.equal([]);
    complete('fresh');
    scene.clock.pass(DAY_MS);
    const outcome = await scene.pass(ON);
    expect(told(outcome)).to.deep.equal(['Normal Onboarded: The checklist is complete: fresh']);
    expect(outcome.baseline?.onboarded[0]?.seconds).to.be.within(DAY_MS / 1_000, DAY_MS / 1_000 + 3_600);
    expect(told(await scene.pass(ON))).to.deep.equal([]);
    organization.get('fresh').commit('.github/CODEOWNERS', null);
    expect(told(await scene.pass(ON))).to.deep.equal([]);
  });

  it('tell of a new repository that is complete at first that it is, without a word of what is missing', async () => {
    await open({ members: 1 });
    complete('member-001');
    await scene.pass(ON);
    organization.createRepository({ name: 'fresh', files: { [PATH]: PRODUCTION } });
    complete('fresh');
    expect(told(await scene.pass(ON))).to.deep.equal(['Normal Onboarded: The checklist is complete: fresh']);
  });

  const permissions = {
    ...{ metadata: 'read', contents: 'read', administration: 'read', security_events: 'read' },
    ...{ organization_custom_properties: 'read', organization_administration: 'write' },
  } as const;
  const LOST = {
    administration: 'branchProtection',
    security_events: 'securityScan',
    organization_custom_properties: 'customProperties',
  };
  for (const [permission, check] of Object.entries(LOST))
    it(`lose ${check} alone, by name, where ${permission} is missing`, async () => {
      await open({ members: 2 });
      for (const { name } of organization.repositories) {
        organization.get(name).set({ visibility: 'private' });
        complete(name);
      }
      // By a classic protection alone, which administrators are shown.
      for (const { security } of organization.repositories) security.protect();
      organization.ruleset('plus1_enforcement').edit({ rules: [{ type: 'non_fast_forward' }] });
      const { [permission as keyof typeof permissions]: _lost, ...rest } = permissions;
      scene.github.world.tokens.add('github_pat_r', { kind: 'fine-grained', organization: 'acme', permissions: rest });
      const outcome = await scene.pass(ON, { github: { credential: tokenCredential('github_pat_r', 'the token') } });
      const all = outcome.baseline?.results.get(organization.get('member-001').id) ?? [];
      expect(all.filter(({ result }) => result !== 'pass').map(({ name }) => name)).to.deep.equal([check]);
      const lost = all.find(({ name }) => name === check);
      expect(lost?.result).to.equal('unknown');
      expect(lost?.found).to.match(/the credential lacks (?:Repository|Organization) permissions > /);
      expect(condition(outcome)).to.match(/^Unknown NotObserved/);
    });

  it('forget nothing that was told, and ask again, where a question fails', async () => {
    await open({ members: 1 });
    complete('member-001');
    await scene.pass(ON);
    organization.get('member-001').commit('README.md', 'x');
    scene.github.faults.when(({ operation }) => operation === 'baseline', { kind: 'status', status: 502 }, Infinity);
    const outcome = await scene.pass(ON);
    expect(results(outcome, 'member-001')).to.include({ rulesetsInherited: 'unknown', customProperties: 'pass' });
    expect(condition(outcome)).to.match(/^Unknown/);
    scene.github.reset();
    expect(condition(await scene.pass(ON))).to.match(/^True/);
    expect(readBaseline(JSON.parse(scene.lists ?? ''))?.repositories).to.have.length(1);
  });

  it('are not available where the server lacks the fields, which is found out once', async () => {
    await open({ members: 1 });
    complete('member-001');
    scene.github.world.behaviour.hasRefRules = false;
    const outcome = await scene.pass(ON);
    expect(results(outcome, 'member-001')).to.include({
      ...{ rulesetsInherited: 'not_available', branchProtection: 'not_available', codeowners: 'pass' },
    });
    expect(condition(outcome)).to.match(/^True/);
    organization.get('member-001').commit('README.md', 'x');
    const start = scene.github.requests.length;
    await scene.pass(ON);
    expect(requests(start, 'baseline')).to.equal(1);
  });
});
