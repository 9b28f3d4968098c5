/** Effective rules against a simulator: a member to which no rule applies is found, what is not known is never told as such, and what it costs. */
import { expect } from 'chai';
import { complianceReport } from '../../pkg/report/index.js';
import { eventsOf } from '../../pkg/reconciler/publishers/pass-events.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { town } from '../builders.js';
import type { LoggedRequest, RulesetState } from '../fakes/github/index.js';
import { Scene } from './passes.js';

const HOUR_MS = 3_600_000;

describe('Effective rules', () => {
  let scene: Scene;
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const ruleset = (): ReturnType<Scene['organization']['ruleset']> => scene.organization.ruleset('plus1_enforcement');
  const asked = (operation = 'rules'): readonly LoggedRequest[] =>
    scene.github.requests.filter((request) => request.operation === operation);
  const compliant = ({ status }: PassOutcome): string | undefined => {
    const found = status.conditions?.find(({ type }) => type === 'Compliant');
    return found && `${found.status} ${found.reason}: ${found.message}`;
  };
  const effective = (outcome: PassOutcome): Record<string, boolean | null> =>
    Object.fromEntries(complianceReport(outcome)?.repositories.map(({ name, effective }) => [name, effective]) ?? []);
  const events = (outcome: PassOutcome, before: PassOutcome['status']): string[] =>
    eventsOf(outcome, before).map(({ reason }) => reason);

  /** Members 2 and 3 have another default branch than the first. */
  async function openWithBranches(): Promise<void> {
    scene = await Scene.open(town({ members: 3 }));
    for (const name of ['member-002', 'member-003']) scene.organization.get(name).setDefaultBranch('trunk');
  }

  it('are in force, and that is told of each, in the status and in the report', async () => {
    scene = await Scene.open(town({ members: 2, others: 1 }));
    const outcome = await scene.pass();
    expect(effective(outcome)).to.deep.equal({ 'member-001': true, 'member-002': true, 'other-001': null });
    expect(outcome.status.effective).to.include({ checked: 2, ineffective: 0 });
    expect(compliant(outcome)).to.match(/^True AllGoverned/);
    expect(asked()).to.have.length(1);
    expect(asked()[0]?.points).to.equal(1);
  });

  const OFF: readonly { what: string; edit: Partial<RulesetState>; whom: string[]; reason: string }[] = [
    {
      what: 'a ref that is excluded',
      edit: { conditions: { ref_name: { include: ['~ALL'], exclude: ['refs/heads/trunk'] } } },
      whom: ['member-002', 'member-003'],
      reason: 'Ungoverned',
    },
    {
      what: 'a ref pattern that misses the default branch',
      edit: { conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } } },
      whom: ['member-002', 'member-003'],
      reason: 'Ungoverned',
    },
    {
      what: 'evaluate',
      edit: { enforcement: 'evaluate' },
      whom: ['member-001', 'member-002', 'member-003'],
      reason: 'RulesetNotEnforced',
    },
  ];

  for (const { what, edit, whom, reason } of OFF)
    it(`are found not to be in force: ${what}`, async () => {
      await openWithBranches();
      const conditions = edit.conditions && { conditions: { ...ruleset().conditions, ...edit.conditions } };
      ruleset().edit({ ...edit, ...conditions });
      const outcome = await scene.pass();
      const found = Object.entries(effective(outcome)).filter(([, each]) => each === false);
      expect(found.map(([name]) => name)).to.deep.equal(whom);
      expect(outcome.status.effective).to.include({ checked: 3, ineffective: whom.length });
      expect(compliant(outcome)).to.contain(`False ${reason}`);
      expect(events(outcome, {})).to.include('RulesetIneffective');
    });

  it('make the policy not compliant where all members seem to be covered, until they are in force; the event comes once', async () => {
    scene = await Scene.open(town({ members: 12 }));
    // GitHub applies no rules there for a reason that the ruleset does not show.
    const suspended = new Set(scene.organization.repositories.slice(0, 11).map(({ id }) => id));
    scene.organization.withoutRules = suspended;
    const first = await scene.pass();
    expect(compliant(first)).to.match(
      /^False Ineffective: No rule of the ruleset is in force on the default branch of member-001, .* and 1 more, though it targets them$/,
    );
    expect(first.status.compliance?.summary).to.equal('12/12');
    expect(events(first, {})).to.include('RulesetIneffective');
    const second = await scene.pass();
    expect(compliant(second)).to.contain('Ineffective');
    expect(events(second, first.status)).not.to.include('RulesetIneffective');
    suspended.clear();
    scene.github.reset();
    const third = await scene.pass();
    expect(compliant(third)).to.match(/^True AllGoverned/);
    expect(third.status.effective).to.include({ checked: 12, ineffective: 0 });
    scene.github.reset();
    await scene.pass();
    expect(asked(), 'all are in force, and none is due').to.have.length(0);
  });

  it('that nobody knows are null and no fault: a question that failed, more than 100 rules without ours', async () => {
    await openWithBranches();
    scene.github.faults.when(({ operation }) => operation === 'rules', { kind: 'status', status: 502 }, Infinity);
    const failed = await scene.pass();
    expect(Object.values(effective(failed))).to.deep.equal([null, null, null]);
    expect(failed.result).to.equal('Succeeded');
    expect(compliant(failed)).to.match(/^True AllGoverned/);
    expect(failed.status.effective).to.include({ checked: 0, ineffective: 0 });
    scene.github.reset();
    const many = Array.from({ length: 101 }, (_, index) => ({ type: `rule_${index}` }));
    const all = { ref_name: { include: ['~ALL'], exclude: [] }, repository_name: { include: ['~ALL'], exclude: [] } };
    scene.organization.addRuleset({ name: 'many', conditions: all, rules: many });
    // Listed before ours.
    scene.organization.rulesets.reverse();
    scene.clock.pass(2 * HOUR_MS);
    const hidden = await scene.pass();
    expect(Object.values(effective(hidden))).to.deep.equal([null, null, null]);
    expect(asked().length, 'asked again, an hour after an answer that says nothing').to.equal(1);
  });

  it('that an error names one of are null for that one alone', async () => {
    await openWithBranches();
    scene.github.faults.when(({ operation }) => operation === 'rules', {
      kind: 'graphql-partial',
      target: 'node',
      index: 1,
      type: 'NOT_FOUND',
    });
    const outcome = await scene.pass();
    expect(Object.values(effective(outcome)).filter((each) => each === null)).to.have.length(1);
    expect(outcome.status.effective).to.include({ checked: 2, ineffective: 0 });
  });

  it('are asked about once an interval, at once where a person asks, of new members with the next full pass, and never where it is off', async () => {
    scene = await Scene.open(town({ members: 2, promoted: 1 }));
    const counted = async (...args: Parameters<Scene['pass']>): Promise<number> => {
      scene.github.reset();
      await scene.pass(...args);
      return asked().length;
    };
    expect(await counted({ ruleset: { verify: { interval: '0s' } } })).to.equal(0);
    expect(scene.status.effective).to.equal(undefined);
    expect(await counted()).to.equal(1);
    expect(await counted()).to.equal(0);
    expect(await counted({}, { isAsked: true })).to.equal(1);
    scene.clock.pass(25 * HOUR_MS);
    expect(await counted()).to.equal(1);
    expect(await counted({ ruleset: { verify: { interval: '0s' } } })).to.equal(0);
    expect(scene.status.effective).to.equal(undefined);
  });

  it('of a ruleset without rules are not checked, and the report says so', async () => {
    scene = await Scene.open(town({ members: 2 }));
    ruleset().edit({ rules: [] });
    const outcome = await scene.pass();
    expect(asked()).to.have.length(0);
    expect(Object.values(effective(outcome))).to.deep.equal([null, null]);
    expect(complianceReport(outcome)?.findings?.map(({ code }) => code)).to.deep.equal(['ruleset-without-rules']);
    expect(outcome.status.effective).to.equal(undefined);
  });

  it('of an older server are asked over REST, at most 100 a pass, those who waited longest first', async () => {
    scene = await Scene.open(town({ members: 130 }));
    scene.github.world.behaviour.hasRefRules = false;
    scene.organization.get('member-130').setDefaultBranch('feature/x');
    const first = await scene.pass();
    expect([asked().length, asked('repos/get-branch-rules').length]).to.deep.equal([1, 100]);
    expect(first.status.effective).to.include({ checked: 100, ineffective: 0 });
    scene.github.reset();
    const second = await scene.pass();
    expect(asked('repos/get-branch-rules')).to.have.length(30);
    expect(second.status.effective).to.include({ checked: 130, ineffective: 0 });
  });

  it('of a thousand take at most 20 questions and 20 points', async () => {
    scene = await Scene.open(town({ members: 1_000 }));
    const outcome = await scene.pass();
    expect(outcome.status.effective).to.include({ checked: 1_000, ineffective: 0 });
    expect(asked()).to.have.length(20);
    expect(asked().reduce((sum, { points }) => sum + points, 0)).to.equal(20);
  });

  it('do not keep a pass from ending well where the limit is used up', async () => {
    await openWithBranches();
    scene.github.faults.when(({ operation }) => operation === 'rules', { kind: 'graphql-error', type: 'RATE_LIMITED' });
    const outcome = await scene.pass({}, { github: { maxWaitMs: 0 } });
    expect(outcome.result).to.equal('Succeeded');
    expect(Object.values(effective(outcome))).to.deep.equal([null, null, null]);
    expect(outcome.status.effective, 'nobody was asked about').to.equal(undefined);
  });
});
