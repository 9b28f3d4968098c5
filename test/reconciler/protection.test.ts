/**
 * Green that is not true: a last good value, an empty set, or what was hoped for, shown as success. Status, conditions and
 * report are held against the ruleset as GitHub has it.
 */
import { expect } from 'chai';
import type { ConditionType } from '../../pkg/api/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { complianceReport, outcomeText, type Report } from '../../pkg/report/index.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { kept, PATH, PRODUCTION, town } from '../builders.js';
import { Scene, type SpecInput } from '../integration/passes.js';

const is = ({ status }: PassOutcome, type: ConditionType): string => {
  const { status: holds, reason } = status.conditions?.find((each) => each.type === type) ?? {};
  return `${holds} ${reason}`;
};
const counts = (outcome: PassOutcome): Report['compliance_status'] | undefined =>
  complianceReport(outcome)?.compliance_status;
const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';

describe('What a ruleset protects', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, others: 2 }));
    expect(is(await scene.pass(), 'Compliant')).to.equal('True AllGoverned');
  });
  afterEach(() => scene.close());

  const ungoverned = (outcome: PassOutcome): void => {
    expect(outcome.status.compliance).to.include({ summary: '0/4', production: 4, governed: 0, ungoverned: 4 });
    expect(outcome.status.compliance).to.have.property('ungovernedSince');
  };

  const switchedOff: { how: string; change: () => void; message: RegExp }[] = [
    { how: 'emptied of its rules', change: () => kept(scene.organization).edit({ rules: [] }), message: /no rules/ },
    { how: 'disabled', change: () => kept(scene.organization).edit({ enforcement: 'disabled' }), message: /disabled/ },
    {
      how: 'in evaluate',
      change: () => kept(scene.organization).edit({ enforcement: 'evaluate' }),
      message: /evaluat/,
    },
    { how: 'turned to tags', change: () => kept(scene.organization).edit({ target: 'tag' }), message: /branches/ },
    {
      how: 'turned to another branch than the default one',
      change: () => {
        const { conditions } = kept(scene.organization);
        const refName = { include: ['refs/heads/nowhere'], exclude: [] };
        kept(scene.organization).edit({ conditions: { ...conditions, ref_name: refName } });
      },
      message: /ref_name/,
    },
  ];
  for (const { how, change, message } of switchedOff) {
    it(`is nothing once it is ${how}, by status, condition, report and text alike`, async () => {
      change();
      const outcome = await scene.pass();
      ungoverned(outcome);
      expect(is(outcome, 'Compliant')).to.equal('False RulesetNotEnforced');
      expect(outcome.status.conditions?.find(({ type }) => type === 'Compliant')?.message).to.match(message);
      expect(counts(outcome)).to.include({ governed_repositories: 0, compliance_percentage: 0 });
      expect(complianceReport(outcome)?.repositories.filter(({ governed }) => governed)).to.deep.equal([]);
      expect(outcomeText(outcome, { color: false }))
        .to.include('0 of them governed (0.0 %)')
        .and.match(/Warning: The ruleset protects nothing/);
    });
  }

  it('is nothing where only branches of repositories that are not in production are covered', async () => {
    for (const repository of scene.organization.repositories)
      if (repository.name.startsWith('member-')) repository.setDefaultBranch('trunk');
    const { conditions } = kept(scene.organization);
    const refName = { include: ['refs/heads/main'], exclude: [] };
    kept(scene.organization).edit({ conditions: { ...conditions, ref_name: refName } });
    const outcome = await scene.pass();
    ungoverned(outcome);
    expect(is(outcome, 'Compliant')).to.equal('False RulesetNotEnforced');
  });

  it('is nothing once it was deleted, with the production count of the last look, until it is there again', async () => {
    const ruleset = kept(scene.organization);
    const { conditions, rules } = ruleset;
    scene.organization.deleteRuleset(ruleset);
    for (let pass = 1; pass <= 2; pass += 1) {
      const outcome = await scene.pass();
      ungoverned(outcome);
      expect([is(outcome, 'Ready'), is(outcome, 'Stalled'), is(outcome, 'Compliant')]).to.deep.equal([
        'False RulesetNotFound',
        'True RulesetNotFound',
        'False RulesetNotFound',
      ]);
    }
    // A fault that hides GitHub is no sight of the ruleset either.
    scene.github.faults.when(() => true, { kind: 'status', status: 502 }, Infinity);
    expect(is(await scene.pass(), 'Compliant')).to.equal('False RulesetNotFound');
    scene.github.reset();
    scene.organization.addRuleset({ name: 'plus1_enforcement', conditions, rules: [...rules] });
    expect(is(await scene.pass(), 'Compliant')).to.equal('True AllGoverned');
  });

  it('is nothing where it is deleted while a pass runs', async () => {
    scene.organization.createRepository({ name: 'new', files: { [PATH]: PRODUCTION } });
    const ruleset = kept(scene.organization);
    let reads = 0;
    scene.github.beforeRequest(({ operation }) => {
      if (operation === 'repos/get-org-ruleset' && (reads += 1) === 2) scene.organization.deleteRuleset(ruleset);
    });
    const outcome = await scene.pass();
    expect(outcome.error?.code).to.equal('PLUS1_RULESET_NOT_FOUND');
    expect(is(outcome, 'Compliant')).to.equal('False RulesetNotFound');
    expect(outcome.status.compliance).to.include({ summary: '0/5' });
    expect(counts(outcome)).to.include({ governed_repositories: 0, compliance_percentage: 0 });
  });

  it('is not known where it no longer targets repositories by id', async () => {
    kept(scene.organization).edit({
      conditions: {
        ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        repository_name: { include: ['nobody-*'], exclude: [] },
      },
    });
    expect(is(await scene.pass(), 'Compliant')).to.equal('Unknown NotObserved');
  });

  const nobody: { how: string; spec: SpecInput }[] = [
    { how: 'lifecycle', spec: { catalog: { productionLifecycles: ['prod'] } } },
    { how: 'filter', spec: { repositories: { include: ['other-*'] } } },
  ];
  for (const { how, spec } of nobody) {
    it(`is no success where a wrong ${how} leaves nothing in production`, async () => {
      const outcome = await scene.pass({ ...spec, mode: 'Observe' });
      expect(is(outcome, 'Compliant')).to.equal('Unknown NothingInProduction');
      expect(counts(outcome)).to.include({ production_repositories: 0, compliance_percentage: null });
      expect(outcomeText(outcome, { color: false }))
        .to.include('Warning: nothing is in production')
        .and.not.match(/100/);
    });
  }

  it('is not said to be all where something that is no member was not observed', async () => {
    const hidden = scene.organization.get('other-001');
    scene.organization.get('other-001').commit(PATH, PRODUCTION);
    for (let at = 0; at < 6; at += 1) {
      scene.github.faults.when(
        ({ body }) => idsOf(body).indexOf(hidden.nodeID) === at,
        { kind: 'graphql-partial', target: 'node', index: at },
        Infinity,
      );
    }
    const outcome = await scene.pass();
    expect(outcome.result).to.equal('Incomplete');
    const ready = outcome.status.conditions?.find(({ type }) => type === 'Ready');
    expect(ready?.message).to.match(/; not read: other-001$/);
    expect(is(outcome, 'Compliant')).to.equal('Unknown NotObserved');
  });

  it('is what was last seen for a day of failing passes, and then not known; what was bad stays bad', async () => {
    scene.github.faults.when(() => true, { kind: 'status', status: 502 }, Infinity);
    expect(is(await scene.pass(), 'Compliant')).to.equal('True AllGoverned');
    scene.clock.pass(25 * 3_600_000);
    expect(is(await scene.pass(), 'Compliant')).to.equal('Unknown NotObserved');
    scene.github.reset();
    kept(scene.organization).edit({ enforcement: 'disabled' });
    await scene.pass();
    scene.github.faults.when(() => true, { kind: 'status', status: 502 }, Infinity);
    scene.clock.pass(25 * 3_600_000);
    expect(is(await scene.pass(), 'Compliant')).to.equal('False RulesetNotEnforced');
  });

  for (const { title, edit } of [
    { title: 'disabled', edit: { enforcement: 'disabled' } },
    { title: 'only evaluated', edit: { enforcement: 'evaluate' } },
    { title: 'without rules', edit: { rules: [] } },
  ] as const) {
    it(`is nothing where a pass reads that the ruleset is ${title}, and then fails at the listing`, async () => {
      kept(scene.organization).edit(edit as { enforcement: 'disabled' });
      scene.github.faults.when(({ operation }) => operation === 'list', { kind: 'status', status: 502 }, Infinity);
      const outcome = await scene.pass();
      expect([outcome.result, is(outcome, 'Compliant')]).to.deep.equal(['Failed', 'False RulesetNotEnforced']);
      ungoverned(outcome);
      scene.github.reset();
      kept(scene.organization).edit({ enforcement: 'active', rules: [{ type: 'deletion' }] });
      expect(is(await scene.pass(), 'Compliant')).to.equal('True AllGoverned');
    });
  }

  it('counts of a write that nobody knows the outcome of only who is a member either way', async () => {
    scene.organization.createRepository({ name: 'new', files: { [PATH]: PRODUCTION } });
    let sent = false;
    scene.github.on('request', (request) => (sent ||= isPut(request)));
    scene.github.faults.when(isPut, { kind: 'put-applied-500' });
    scene.github.faults.when(
      ({ operation }) => sent && operation === 'repos/get-org-ruleset',
      { kind: 'status', status: 502 },
      Infinity,
    );
    const outcome = await scene.pass();
    expect(outcome.acted?.pending).to.equal(true);
    expect(counts(outcome)).to.include({ governed_repositories: 4, ungoverned_repositories: 1 });
    expect(is(outcome, 'Compliant')).to.equal('False Ungoverned');
  });
});

const idsOf = (body: unknown): string[] =>
  (body as { variables?: { ids?: string[] } } | undefined)?.variables?.ids ?? [];
