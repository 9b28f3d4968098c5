/** Rollouts over a folder, in virtual time: from the first stage to the end of the candidate, and whatever comes between. */
import { expect } from 'chai';
import { HOUR } from './loop.js';
import { RolloutStage, rolloutText, RULE } from './rollout-stage.js';

describe('The loop over a folder: a rollout', () => {
  let stage: RolloutStage;
  beforeEach(async () => {
    stage = await RolloutStage.open();
  });
  afterEach(() => stage.close());
  const begin = async (spec: object = {}): Promise<void> => {
    stage.loop.put('rollout.yaml', rolloutText(spec));
    await stage.loop.start();
  };
  const edit = (spec: object): Promise<void> => stage.loop.edit('rollout.yaml', rolloutText(spec), 'acme');

  it('goes through its stages on pushes that keep to the rules; its candidate goes once the rules stand in the main ruleset', async () => {
    await begin();
    expect(stage.candidate?.enforcement).to.equal('evaluate');
    expect([stage.candidate?.rules, stage.members.length]).to.deep.equal([[RULE], 2]);
    expect([stage.status.stage, stage.is('Progressing')]).to.deep.equal([1, 'True StageRunning']);
    const first = stage.members;
    await stage.goodStage();
    expect([stage.status.stage, stage.candidate?.enforcement]).to.deep.equal([2, 'active']);
    expect(stage.members).to.have.length(5).and.include.members(first);
    await stage.goodStage();
    expect(stage.members).to.have.length(10);
    await stage.goodStage();
    expect(stage.is('Completed')).to.equal('True Completed');
    expect(stage.status.history?.map(({ outcome }) => outcome)).to.deep.equal(['Healthy', 'Healthy', 'Healthy']);
    expect(stage.isMainUntouched).to.equal(true);
    await stage.look();
    expect(stage.candidate).to.not.equal(undefined);
    const main = stage.acme.ruleset('plus1_enforcement');
    stage.ownerEdits({ rules: [...main.rules, RULE] });
    await stage.look();
    expect(stage.candidate, 'one pass is not two').to.not.equal(undefined);
    await stage.look();
    expect([stage.candidate, stage.is('Completed')]).to.deep.equal([undefined, 'True Folded']);
    expect(stage.loop.events('StageBegan')).to.have.length(3);
    expect(stage.loop.events('Folded')).to.have.length(1);
  });

  it('is never promoted by time alone', async () => {
    await begin({ analysis: { minPushes: 2, interval: '72h' } });
    await stage.loop.pass(30 * 24 * HOUR);
    expect([stage.status.stage, stage.is('Healthy')]).to.deep.equal([1, 'Unknown Inconclusive']);
    expect(stage.says('Healthy')).to.include('it needs 2 that were judged');
    stage.push(2, { branch: 'feature' });
    await stage.loop.pass(72 * HOUR);
    expect(stage.status.stage, 'pushes to other branches prove nothing').to.equal(1);
    stage.push(2);
    await stage.loop.pass(72 * HOUR);
    expect(stage.status.stage).to.equal(2);
  });

  it('goes back to the test environment in one pass where pushes fail, and begins again after a pause', async () => {
    const sandbox = stage.acme.get('sandbox-api').id;
    await begin({ first: ['sandbox-api', 'no-such'] });
    expect(stage.members).to.include(sandbox);
    await stage.goodStage();
    expect(stage.members).to.have.length(6);
    stage.push(6, { breaks: ['required_signatures'] });
    await stage.loop.pass(HOUR);
    expect(stage.members).to.deep.equal([sandbox]);
    expect([stage.is('RolledBack'), stage.is('Healthy'), stage.status.end]).to.deep.equal([
      ...['True Failed', 'False Failed', 'RolledBack'],
    ]);
    expect(stage.says('RolledBack')).to.match(/6 pushes failed, analysis.maxFailedPushes is 1: /);
    expect(stage.loop.events('RolledBack')).to.have.length(1);
    await stage.goodStage();
    await stage.look();
    expect(stage.members, 'good pushes change nothing').to.deep.equal([sandbox]);
    expect(stage.says('RolledBack'), 'why is told for good').to.match(/6 pushes failed/);
    await edit({ first: ['sandbox-api'], paused: true });
    expect(stage.members).to.deep.equal([sandbox]);
    await edit({ first: ['sandbox-api'] });
    expect([stage.status.stage, stage.status.end, stage.members.length]).to.deep.equal([1, undefined, 3]);
    expect(stage.isMainUntouched).to.equal(true);
  });

  it('keeps its members while pushes fail within the limits, and some pass', async () => {
    await begin();
    for (let n = 0; n < 3; n += 1) {
      stage.push(1, n === 1 ? { breaks: ['required_signatures'] } : {});
      await stage.loop.pass(HOUR);
    }
    expect([stage.status.stage, stage.status.end]).to.deep.equal([2, undefined]);
    stage.push(1, { breaks: ['required_signatures'] });
    stage.push(3, { breaks: ['deletion'] });
    await stage.loop.pass(HOUR);
    expect(stage.status.analysis).to.deep.include({ failed: 1, passed: 3 });
    expect(stage.status.end).to.equal(undefined);
  });

  it('lists rule suites once an interval, and opens each that failed once, over restarts', async () => {
    await begin({ analysis: { minPushes: 50, maxFailedPushes: 9, maxFailingRepositories: 9, interval: '1h' } });
    stage.push(3, { breaks: ['required_signatures'] });
    const before = stage.suiteRequests;
    await stage.loop.pass(3 * HOUR);
    expect(stage.suiteRequests).to.deep.equal({ lists: before.lists + 3, opened: before.opened + 3 });
    await stage.loop.restart();
    await stage.look();
    expect(stage.suiteRequests.lists).to.equal(before.lists + 3);
    await stage.loop.pass(HOUR);
    expect(stage.suiteRequests).to.deep.equal({ lists: before.lists + 4, opened: before.opened + 3 });
    expect(stage.status.analysis).to.deep.include({ failed: 3 });
  });

  it('stands still while it is paused, and ends where it is aborted', async () => {
    await begin();
    await edit({ paused: true });
    await stage.goodStage();
    expect([stage.status.stage, stage.is('Paused'), stage.is('Progressing')]).to.deep.equal([
      ...[1, 'True Paused', 'False Paused'],
    ]);
    await edit({});
    expect(stage.status.stage, 'what pushes spoke for begins at once').to.equal(2);
    await edit({ abort: true });
    expect([stage.candidate?.enforcement, stage.status.end]).to.deep.equal(['disabled', 'Aborted']);
    expect(stage.is('RolledBack')).to.equal('True Aborted');
    await stage.goodStage();
    expect([stage.candidate?.enforcement, stage.isMainUntouched]).to.deep.equal(['disabled', true]);
  });

  it('leaves a candidate alone that somebody changed or deleted, and says so', async () => {
    await begin();
    stage.candidate?.edit({ enforcement: 'disabled' });
    await stage.goodStage();
    expect([stage.is('Ready'), stage.candidate?.enforcement]).to.deep.equal(['False CandidateChanged', 'disabled']);
    stage.candidate?.edit({ enforcement: 'evaluate' });
    await stage.look();
    expect(stage.is('Ready')).to.equal('True Running');
    const [lone = 0, ...others] = stage.members;
    stage.candidate?.setMembers([lone]);
    await stage.look();
    expect(stage.members, 'who was taken out is put back').to.include.members(others);
    stage.acme.deleteRuleset(stage.acme.ruleset(stage.candidate?.name ?? ''));
    await stage.look();
    await stage.look();
    expect([stage.is('Ready'), stage.candidate]).to.deep.equal(['False CandidateDeleted', undefined]);
    await edit({ paused: true });
    await edit({});
    expect([stage.status.stage, stage.members.length]).to.deep.equal([1, 2]);
  });

  it('refuses Evaluate by name where the plan has none, and asks once a day', async () => {
    stage.acme.plan = 'team';
    await begin();
    for (let n = 0; n < 3; n += 1) await stage.look();
    expect([stage.is('Ready'), stage.candidate]).to.deep.equal(['False EvaluateUnavailable', undefined]);
    expect(stage.says('Ready')).to.include('spec.stages');
    expect(stage.loop.github.counts().writes).to.equal(1);
    await edit({ stages: [{ percent: 100, enforcement: 'Active', soak: '2h' }] });
    expect([stage.is('Ready'), stage.members.length]).to.deep.equal(['True Running', 10]);
  });

  it('grows with what the policy governs, and never shrinks within a stage', async () => {
    stage.isMembershipFree = true;
    await begin();
    await stage.goodStage();
    const before = stage.members;
    for (let n = 0; n < 10; n += 1)
      stage.acme.createRepository({ name: `new-${n}`, files: { 'entity.datadog.yaml': PRODUCTION } });
    await stage.look();
    expect(stage.members).to.have.length.of.at.least(10).and.include.members(before);
    const exclude = ['member-*'];
    const text = stage.loop.policy('acme', { repositories: { exclude }, exit: { gracePeriod: '0s' } });
    await stage.loop.edit('acme.yaml', text, 'acme');
    await stage.look();
    expect(stage.members).to.include.members(before);
    expect(stage.status.stage).to.equal(2);
  });

  it('says that its rules stay as they are while it runs', async () => {
    await begin();
    await edit({ rules: [{ type: 'deletion' }] });
    expect([stage.is('Ready'), stage.candidate?.rules]).to.deep.equal(['False CandidateChanged', [RULE]]);
  });

  describe('that waits for an approval', () => {
    const HELD = { approval: 'FirstActive' };
    const approve = (hash: string, approver: string): Promise<void> => stage.approve(hash, approver);
    const hash = (): string => stage.status.hold?.planHash ?? '';

    it('shows the impact, and begins its first Active stage once it was given', async () => {
      await begin(HELD);
      stage.push(1, { breaks: ['required_signatures'] });
      await stage.goodStage();
      expect([stage.is('Held'), stage.is('Progressing')]).to.deep.equal(['True ApprovalRequired', 'False Held']);
      expect(stage.status.impact).to.deep.include({ repositories: 10, wouldBlock: 1, inForce: 0, unknown: 9 });
      expect(stage.says('Held')).to.include(hash());
      expect(stage.status.hold?.members?.map(({ impact }) => impact)).to.have.members([
        ...['wouldBlock', 'unknown', 'unknown', 'unknown', 'unknown'],
      ]);
      const before = hash();
      await stage.look();
      expect(hash(), 'it stays as it is').to.equal(before);
      await approve(hash(), 'ann');
      await stage.look();
      expect([stage.status.stage, stage.candidate?.enforcement, stage.is('Held')]).to.deep.equal([2, 'active', '']);
      expect(await stage.approvalStates()).to.deep.equal(['Used']);
      await stage.goodStage();
      expect(stage.status.stage, 'one approval is for all that is Active').to.equal(3);
    });

    it('before it has a candidate where its first stage is Active, and a rollback needs none', async () => {
      await begin({ ...HELD, stages: [{ percent: 100, enforcement: 'Active', soak: '1h' }] });
      expect([stage.candidate, stage.is('Held')]).to.deep.equal([undefined, 'True ApprovalRequired']);
      await approve(hash(), 'ann');
      await stage.look();
      expect(stage.members).to.have.length(10);
      stage.push(9, { breaks: ['required_signatures'] });
      await stage.loop.pass(HOUR);
      expect(stage.candidate?.enforcement).to.equal('disabled');
    });

    it('of the rules that people saw: with others it waits again, and shows what is known of those', async () => {
      const { loop } = stage;
      const guards = { approval: { required: 2 } };
      loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '24h', quickInterval: '0s' }, guards }));
      const stages = [{ percent: 100, enforcement: 'Active', soak: '2h' }];
      const main = stage.acme.ruleset('plus1_enforcement');
      stage.ownerEdits({ rules: [...main.rules, { type: 'update' }] });
      await begin({ approval: 'FirstActive', stages });
      const before = stage.status.hold?.planHash ?? '';
      await stage.approve(before, 'ann');
      await stage.look();
      expect(stage.status.hold?.approvals).to.equal(1);
      await loop.pass(HOUR);
      await edit({ approval: 'FirstActive', stages, rules: [{ type: 'update' }] });
      const { planHash = '', approvals, members = [] } = stage.status.hold ?? {};
      expect([planHash === before, approvals]).to.deep.equal([false, 0]);
      expect(new Set(members.map(({ impact }) => impact))).to.deep.equal(new Set(['inForce']));
      await stage.approve(planHash, 'bob');
      await stage.look();
      expect(stage.candidate).to.equal(undefined);
      await stage.approve(planHash, 'ann');
      await stage.look();
      expect(stage.candidate?.rules).to.deep.equal([{ type: 'update' }]);
    });

    it('of as many people as the policy wants', async () => {
      const guards = { approval: { required: 2 } };
      const text = stage.loop.policy('acme', { schedule: { interval: '24h' }, guards });
      stage.loop.put('acme.yaml', text);
      await begin(HELD);
      await stage.goodStage();
      await approve(hash(), 'ann');
      await stage.look();
      expect([stage.status.stage, stage.status.hold?.approvals]).to.deep.equal([1, 1]);
      await approve(hash(), 'bob');
      await stage.look();
      expect(stage.status.stage).to.equal(2);
    });
  });

  it('has its numbers among the metrics, and none once it is deleted', async () => {
    await begin();
    stage.push(1, { breaks: ['required_signatures'] });
    stage.push(2);
    await stage.loop.pass(HOUR);
    const { loop } = stage;
    const of = { policy: 'default/acme', organization: 'acme' };
    expect(await loop.metric('plus1_rollout_stage', { ...of, rollout: 'signed' })).to.equal(1);
    expect(await loop.metric('plus1_rollout_pushes', { ...of, rollout: 'signed', result: 'failed' })).to.equal(1);
    expect(await loop.metric('plus1_rule_suites_total', { ...of, result: 'pass' })).to.equal(3);
    const name = stage.candidate?.name;
    await loop.edit('rollout.yaml', undefined, 'acme');
    expect(await loop.metric('plus1_rollout_stage', { ...of, rollout: 'signed' })).to.equal(undefined);
    const names = stage.acme.rulesets.map((ruleset) => ruleset.name);
    expect(names, 'nobody loses protection by it').to.include(name);
  });
});

const PRODUCTION = 'apiVersion: v3\nkind: service\nmetadata:\n  name: x\nspec:\n  lifecycle: production\n';
