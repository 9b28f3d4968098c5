/** `ruleset.template` against a simulator: made once where the ruleset is missing, with those that enter; never changed afterwards. */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { eventsOf } from '../../pkg/reconciler/publishers/pass-events.js';
import { complianceReport, outcomeText } from '../../pkg/report/index.js';
import { kept, memberNames, PRODUCTION, PROPERTY, RULESET, town } from '../builders.js';
import { ALL_FAULTS, type LoggedRequest } from '../fakes/github/index.js';
import { JournalScene } from './journal-scene.js';
import { Scene, type SpecInput } from './passes.js';

const TEMPLATE = {
  rules: [
    { type: 'non_fast_forward' },
    {
      type: 'required_status_checks',
      parameters: { required_status_checks: [{ context: 'ci' }], strict_required_status_checks_policy: true },
    },
  ],
  bypassActors: [{ actor_type: 'OrganizationAdmin', bypass_mode: 'pull_request' }],
  refName: { include: ['~DEFAULT_BRANCH', 'refs/heads/release/*'], exclude: [] },
};
const SPEC = { ruleset: { template: TEMPLATE } } satisfies SpecInput;

describe('A ruleset template', () => {
  let scene: Scene;
  let desk: JournalScene;
  const open = async (plan: 'team' | 'enterprise' = 'enterprise', promoted = 2): Promise<void> => {
    const acme = town({ promoted, others: 2 });
    acme.deleteRuleset(kept(acme));
    acme.plan = plan;
    scene = await Scene.open(acme);
    desk = new JournalScene(scene);
  };
  beforeEach(() => open());
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const pass = (spec: SpecInput = SPEC): Promise<PassOutcome> => desk.pass({ spec });
  const writes = (): LoggedRequest[] => scene.github.requests.filter(({ isWrite }) => isWrite);
  const codeOf = ({ error }: PassOutcome): string | undefined => error?.code;
  const kinds = async (): Promise<string[]> => (await desk.records()).map(({ kind }) => kind);
  const isThere = (): boolean => scene.organization.rulesets.some(({ name }) => name === RULESET);

  it('makes it where two listings in a row lack it, as it is written, with those that enter', async () => {
    const first = await pass();
    expect([codeOf(first), writes().length]).to.deep.equal(['PLUS1_RULESET_NOT_FOUND', 0]);
    expect(first.error?.retryAt).to.be.a('number');
    expect(first.status.rulesetMissingTime).to.be.a('string');
    const second = await pass();
    expect([codeOf(second), second.result]).to.deep.equal([undefined, 'Succeeded']);
    const { state, id } = kept(scene.organization);
    expect(memberNames(scene.organization)).to.deep.equal(['promoted-001', 'promoted-002']);
    expect(state).to.deep.include({ target: 'branch', enforcement: 'evaluate' });
    expect(state.conditions.ref_name).to.deep.equal(TEMPLATE.refName);
    expect(state.rules.map(({ type }) => type)).to.deep.equal(['non_fast_forward', 'required_status_checks']);
    expect(state.bypass_actors).to.deep.equal(TEMPLATE.bypassActors);
    expect(writes().map(({ method }) => method)).to.deep.equal(['POST']);
    const { status } = second;
    expect(status.ruleset).to.deep.include({ id, members: 2, enforcement: 'Evaluate' });
    expect(status.ownedRulesets).to.deep.equal([{ name: RULESET, purpose: 'Template', id }]);
    expect([status.rulesetMissingTime, status.templateDifferences, status.lastPass?.entered]).to.deep.equal([
      undefined,
      undefined,
      2,
    ]);
    const third = await pass();
    expect([third.result, writes().length]).to.deep.equal(['Succeeded', 1]);
  });

  it('is told by event, text and report, and in the journal with its membership', async () => {
    await pass();
    const before = scene.status;
    const outcome = await pass();
    expect(eventsOf(outcome, before).map(({ reason, message }) => `${reason}: ${message}`)).to.include(
      `RulesetUpdated: Made the ruleset ${RULESET} (${kept(scene.organization).id}, evaluate) from ruleset.template; entered: promoted-001, promoted-002`,
    );
    expect(outcomeText(outcome, { color: false })).to.contain(`Made the ruleset ${RULESET}`);
    expect(complianceReport(outcome)?.changes_applied.repositories_added).to.equal(2);
    const all = await kinds();
    expect(all).to.include.members(['CreateIntended', 'CreateProved']);
    expect(all).to.not.include.members(['DriftSeen']);
    await desk.expectSame('after it was made');
    await desk.expectWhole();
  });

  it('is Active where the plan has no Evaluate, and where it says so', async () => {
    for (const denied of ['invalid', 'upgrade'] as const) {
      await scene.close();
      await open('team');
      scene.github.world.behaviour.evaluateDenied = denied;
      await pass();
      const { status, error } = await pass();
      expect([error, kept(scene.organization).enforcement, status.templateDifferences]).to.deep.equal([
        undefined,
        'active',
        undefined,
      ]);
      expect(status.conditions?.find(({ type }) => type === 'Compliant')?.reason).to.equal('AllGoverned');
    }
    await scene.close();
    await open('enterprise');
    const spec = { ruleset: { template: { ...TEMPLATE, enforcement: 'Active' as const } } };
    await pass(spec);
    await pass(spec);
    expect(kept(scene.organization).enforcement).to.equal('active');
    expect(writes()).to.have.length(1);
  });

  it('makes none where nobody enters, until somebody does', async () => {
    await scene.close();
    await open('enterprise', 0);
    for (let n = 0; n < 3; n += 1) expect(codeOf(await pass())).to.equal('PLUS1_RULESET_NOT_FOUND');
    scene.organization.get('other-001').commit('entity.datadog.yaml', PRODUCTION);
    expect(codeOf(await pass())).to.equal(undefined);
    expect(memberNames(scene.organization)).to.deep.equal(['other-001']);
  });

  const none: { title: string; spec: SpecInput }[] = [
    { title: 'without a template', spec: {} },
    { title: 'with create: false', spec: { ruleset: { template: { ...TEMPLATE, create: false } } } },
    { title: 'in mode Observe', spec: { ...SPEC, mode: 'Observe' } },
  ];
  for (const { title, spec } of none) {
    it(`makes none ${title}, as ever`, async () => {
      for (let n = 0; n < 3; n += 1) {
        const outcome = await pass(spec);
        const stalled = outcome.status.conditions?.find(({ type }) => type === 'Stalled');
        expect([codeOf(outcome), stalled?.reason]).to.deep.equal(['PLUS1_RULESET_NOT_FOUND', 'RulesetNotFound']);
        expect(outcome.error?.retryAt).to.equal(undefined);
      }
      expect(writes()).to.deep.equal([]);
    });
  }

  it('makes none in a run that keeps nothing, which says so', async () => {
    for (let n = 0; n < 3; n += 1) {
      const { error } = await scene.pass(SPEC, { dependencies: { record: { keepOwned: undefined as never } } });
      expect(error?.message).to.contain('a run without a memory');
    }
    expect(writes()).to.deep.equal([]);
  });

  it('counts only listings in a row: one that has it starts the count again', async () => {
    await pass();
    const made = scene.organization.addRuleset({
      name: RULESET,
      conditions: {
        ref_name: { include: ['~ALL'], exclude: [] },
        repository_id: { repository_ids: [scene.organization.get('promoted-001').id] },
      },
      rules: [{ type: 'deletion' }],
    });
    expect((await pass()).status.rulesetMissingTime).to.equal(undefined);
    scene.organization.deleteRuleset(made);
    expect(codeOf(await pass())).to.equal('PLUS1_RULESET_NOT_FOUND');
    expect(isThere()).to.equal(false);
    expect(codeOf(await pass())).to.equal(undefined);
    expect(isThere()).to.equal(true);
  });

  it('does not count a listing that failed', async () => {
    for (let n = 0; n < 2; n += 1) {
      scene.github.faults.when(
        ({ operation }) => operation === 'repos/get-org-rulesets',
        { kind: 'status', status: 502 },
        9,
      );
      await pass();
      scene.github.faults.clear();
    }
    expect(scene.status.rulesetMissingTime).to.equal(undefined);
    expect(codeOf(await pass())).to.equal('PLUS1_RULESET_NOT_FOUND');
    expect(isThere()).to.equal(false);
  });

  it('shows in a dry run what would be made, and writes nothing', async () => {
    const outcome = await scene.pass(SPEC, {
      dependencies: { writer: undefined as never, record: { keepStatus: async () => undefined } },
    });
    expect([outcome.error, outcome.dryRun, writes().length]).to.deep.equal([undefined, true, 0]);
    const text = outcomeText(outcome, { color: false });
    expect(text).to.contain(
      `found no ruleset "${RULESET}": it would be made in Evaluate, or Active where the plan has no Evaluate, with 2 repositories`,
    );
    expect(text).to.match(/\+ promoted-001/);
    expect(complianceReport(outcome)?.findings?.map(({ code }) => code)).to.deep.equal(['ruleset-to-make']);
  });

  it('is never corrected: what somebody changed is told, once, and stays', async () => {
    await pass();
    await pass();
    const ruleset = kept(scene.organization);
    ruleset.edit({ rules: [{ type: 'deletion' }], enforcement: 'active' });
    const before = scene.status;
    const outcome = await pass();
    expect(outcome.status.templateDifferences).to.deep.equal(['Rules']);
    const told = eventsOf(outcome, before).filter(({ reason }) => reason === 'TemplateDiffers');
    expect(told.map(({ message }) => message)).to.deep.equal([
      'The ruleset differs from ruleset.template: Rules. It is left as it is',
    ]);
    expect(complianceReport(outcome)?.findings?.map(({ code }) => code)).to.deep.equal(['template-differs']);
    const again = await pass();
    expect(eventsOf(again, outcome.status).filter(({ reason }) => reason === 'TemplateDiffers')).to.deep.equal([]);
    expect([ruleset.rules, ruleset.enforcement, writes().length]).to.deep.equal([[{ type: 'deletion' }], 'active', 1]);
    ruleset.edit({
      bypass_actors: [],
      conditions: { ...ruleset.conditions, ref_name: { include: ['~ALL'], exclude: [] } },
      enforcement: 'disabled',
    });
    expect((await pass()).status.templateDifferences).to.deep.equal([
      'Enforcement',
      'RefName',
      'Rules',
      'BypassActors',
    ]);
  });

  it('goes on with a ruleset of that name that somebody made meanwhile, and leaves it as it is', async () => {
    await pass();
    let id = 0;
    scene.github.beforeRequest(({ method }) => {
      if (method !== 'POST' || id !== 0) return;
      const conditions = {
        ref_name: { include: ['~ALL'], exclude: [] },
        repository_id: { repository_ids: [scene.organization.get('other-001').id] },
      };
      id = scene.organization.addRuleset({ name: RULESET, conditions, rules: [{ type: 'deletion' }] }).id;
    });
    const lost = await pass();
    expect(lost.error?.code).to.be.oneOf(['PLUS1_GITHUB_LAGS', 'PLUS1_WRITE_REFUSED']);
    expect(lost.status.ownedRulesets).to.equal(undefined);
    const { status, error } = await pass();
    expect([error, status.ruleset?.id]).to.deep.equal([undefined, id]);
    expect(kept(scene.organization).rules).to.deep.equal([{ type: 'deletion' }]);
    expect(memberNames(scene.organization)).to.include.members(['promoted-001', 'promoted-002']);
  });

  it('makes one ruleset, whatever fault meets whichever request, and the records agree with it', async function () {
    const skipped = new Set(['timeout', 'put-applied-timeout', 'redirect', 'ruleset-changed']);
    for (const { example } of ALL_FAULTS.filter(
      ({ kind, appliesTo }) => !skipped.has(kind) && appliesTo.includes('rest-write'),
    )) {
      await scene.close();
      await open();
      await pass();
      scene.github.faults.next('repos/create-org-ruleset', example);
      await pass();
      scene.github.faults.clear();
      for (let n = 0; n < 3 && !isThere(); n += 1) await pass();
      const { status } = await pass();
      const rulesets = scene.organization.rulesets.filter(({ name }) => name === RULESET);
      expect(rulesets, example.kind).to.have.length(1);
      expect(status.ownedRulesets, example.kind).to.deep.equal([
        { name: RULESET, purpose: 'Template', id: rulesets[0]?.id },
      ]);
      await desk.expectSame(example.kind);
      await desk.expectWhole();
    }
  });

  it('targets by property where the policy does, and lets enter by it', async () => {
    scene.organization.properties.define({
      property_name: PROPERTY.name,
      value_type: 'true_false',
      values_editable_by: 'org_actors',
    });
    const spec = { ruleset: { template: TEMPLATE, targeting: 'CustomProperty' as const, property: PROPERTY } };
    const options = { spec, github: { targeting: 'CustomProperty' as const, property: PROPERTY } };
    await desk.pass(options);
    const { error } = await desk.pass(options);
    expect(error).to.equal(undefined);
    expect(kept(scene.organization).aim).to.deep.include({ name: PROPERTY.name, property_values: [PROPERTY.value] });
    expect(memberNames(scene.organization)).to.deep.equal(['promoted-001', 'promoted-002']);
    await desk.expectSame('by property');
  });
});
