/**
 * Kind of fault: a ruleset is taken for another by a number alone. What is written to a ruleset that Plus1 made (members, enforcement,
 * deletion) must never reach one that a policy keeps: neither where its owner gave the one the name of the other, nor where somebody edited
 * an id of `status.ownedRulesets`. And no policy keeps the members of one that Plus1 made.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { IncidentStatus, PolicyStatus } from '../../pkg/api/index.js';
import { isolationName } from '../../pkg/incident/index.js';
import { say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { incident } from './incident-document.js';
import { inputOf } from './input.js';
import { HOUR, Loop } from './loop.js';
import { RolloutStage, rolloutText } from './rollout-stage.js';

type Ruleset = ReturnType<Organization['ruleset']>;

/** Edits what is kept of `acme`, as somebody with the state folder may. */
function edited(loop: Loop, edit: (owned: NonNullable<PolicyStatus['ownedRulesets']>) => void): void {
  const object = JSON.parse(JSON.stringify(loop.object('acme'))) as { status: PolicyStatus };
  edit(object.status.ownedRulesets ?? []);
  loop.putState('acme', object);
}

describe('The loop over a folder: a rollout whose candidate is not its own any more', () => {
  const ONE = { stages: [{ percent: 100, enforcement: 'Active', soak: '1h' }] };
  const first = ['sandbox-api'];
  let stage: RolloutStage;
  let main: Ruleset;
  let candidate: Ruleset;

  async function begun(spec: object): Promise<void> {
    stage.loop.put('rollout.yaml', rolloutText(spec));
    await stage.loop.start();
    main = stage.acme.ruleset('plus1_enforcement');
    if (stage.candidate === undefined) throw new Error('no candidate was made');
    ({ candidate } = stage);
  }

  beforeEach(async () => {
    stage = await RolloutStage.open();
  });
  afterEach(() => stage.loop.close());

  const ENDS: Record<string, (spec: object) => Promise<void>> = {
    'is aborted': (spec) => stage.loop.edit('rollout.yaml', rolloutText({ ...spec, abort: true }), 'acme'),
    'sees pushes fail': async () => {
      for (const id of candidate.members) stage.acme.get(id).push({ breaks: ['required_signatures'] });
      await stage.loop.pass(2 * HOUR);
    },
  };
  for (const [how, end] of Object.entries(ENDS))
    for (const spec of [ONE, { ...ONE, first }])
      it(`leaves it as it is where it ${how}, ${'first' in spec ? 'with' : 'without'} a test environment`, async () => {
        await begun(spec);
        const { members } = candidate;
        main.edit({ name: 'plus1_enforcement_old', enforcement: 'disabled' });
        candidate.edit({ name: 'plus1_enforcement', rules: [...main.rules, ...candidate.rules] });
        await stage.look();
        expect(stage.loop.ready('acme')).to.equal('False Conflict');
        await end(spec);
        await stage.look();
        expect([candidate.enforcement, candidate.members]).to.deep.equal(['active', members]);
        expect(stage.loop.condition('acme', 'Ready')?.message).to.include(
          'which Plus1 made for a rollout or an incident',
        );
      });

  it('writes nothing to one that was renamed, and ends as soon as it has its name again', async () => {
    await begun({ ...ONE, first });
    const { members, name } = candidate;
    candidate.edit({ name: 'mine' });
    await stage.loop.edit('rollout.yaml', rolloutText({ ...ONE, first, abort: true }), 'acme');
    expect([candidate.enforcement, candidate.members]).to.deep.equal(['active', members]);
    expect(stage.is('Ready')).to.equal('False CandidateChanged');
    expect(stage.says('Ready')).to.include(`its name is "mine"; name it ${name} again`);
    candidate.edit({ name });
    await stage.look();
    expect(candidate.members).to.deep.equal([stage.acme.get('sandbox-api').id]);
  });

  for (const spec of [{}, { first }])
    it(`touches the ruleset of the policy never, whose id stands in its place, ${'first' in spec ? 'with' : 'without'} a test environment`, async () => {
      await begun(spec);
      await stage.loop.stop();
      edited(stage.loop, (owned) => owned.forEach((each) => (each.id = main.id)));
      stage.loop.put('rollout.yaml', rolloutText({ ...spec, abort: true }));
      await stage.loop.start();
      await stage.look();
      expect(stage.isMainUntouched).to.equal(true);
      expect(stage.loop.ready('acme')).to.equal('False Conflict');
    });
});

describe('The loop over a folder: the rulesets of an incident and those of policies', () => {
  const isolate = { repositories: ['member-001', 'member-002'] };
  let acme: Organization;
  let loop: Loop;
  const status = (): IncidentStatus => inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', 'leak')?.status ?? {};
  const own = (): Ruleset => {
    const uid = inputOf<{ metadata: { uid: string } } & { status: object }>(loop, 'Plus1Incident', 'leak')?.metadata
      .uid;
    return acme.ruleset(isolationName(uid ?? '', 'branch'));
  };

  beforeEach(async () => {
    acme = town({ members: 30 });
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme', { isolation: { max: '100%' }, schedule: { interval: '1h' } }));
    loop.put('leak.yaml', incident('leak', { isolate }));
    await loop.start();
  });
  afterEach(() => loop.close());

  function approve(): void {
    const folder = join(loop.state, '.approvals', 'default', 'acme');
    mkdirSync(folder, { recursive: true });
    const creationTimestamp = new Date(loop.clock.now()).toISOString();
    const approval = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
      metadata: { name: 'a-leak', namespace: 'default', uid: 'uid-leak', creationTimestamp },
      spec: { policyRef: { name: 'acme' }, planHash: status().hold?.planHash, approver: 'ann', reason: 'Looked at' },
    };
    writeFileSync(join(folder, 'a-leak.json'), JSON.stringify(approval));
  }

  it('deletes the ruleset of the policy never, whose id stands in place of its own, though the release is approved', async () => {
    const main = acme.ruleset('plus1_enforcement');
    await loop.stop();
    edited(loop, (owned) => {
      for (const each of owned) if (!each.name.endsWith('-tags')) each.id = main.id;
    });
    loop.put('leak.yaml', incident('leak', { isolate, closed: true }));
    await loop.start();
    approve();
    await loop.pass(1.1 * HOUR);
    expect([acme.rulesets.includes(main), main.enforcement, main.members.length]).to.deep.equal([true, 'active', 30]);
    const released = status().conditions?.find(({ type }) => type === 'Released');
    expect(released?.status).to.equal('False');
    // A pass that may not keep the members of such a ruleset sees nothing, and releases nobody.
    expect(loop.lines.filter(({ code }) => code === 'PLUS1_NAME_IN_USE')).to.have.length.of.at.least(1);
  });

  it('lets no policy keep the members of one that was renamed to its ruleset, whatever its own files and guards say', async () => {
    const ruleset = own();
    ruleset.edit({ name: 'team_enforcement' });
    say(acme.get('member-001'), 'deprecated');
    const lax = { ruleset: { name: 'team_enforcement' }, exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };
    loop.put('team.yaml', loop.policy('team', { organization: 'acme', ...lax }));
    await loop.until(() => loop.ready('team') !== ' ', 'a pass of the second policy');
    await loop.settle();
    expect(loop.ready('team')).to.equal('False Conflict');
    expect(loop.condition('team', 'Ready')?.message).to.include('an incident of the policy default/acme');
    expect(ruleset.members).to.include(acme.get('member-001').id);
  });
});
