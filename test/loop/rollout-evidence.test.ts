/**
 * Kind of fault: absence without a proof that presence would have been seen, in the ruleset of a rollout. A list that is whole is all that
 * the credential sees, and a 404 says no more; and a ruleset that lets others pass does not do what the candidate did.
 */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { PATH, PRODUCTION } from '../builders.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { HOUR } from './loop.js';
import { RolloutStage, rolloutText, RULE } from './rollout-stage.js';

describe('The loop over a folder: the end of a rollout', () => {
  let stage: RolloutStage;
  beforeEach(async () => {
    stage = await RolloutStage.open();
    stage.loop.put('rollout.yaml', rolloutText({ first: ['sandbox-api'] }));
    await stage.loop.start();
    for (let n = 0; n < 3; n += 1) await stage.goodStage();
    expect(stage.is('Completed')).to.equal('True Completed');
  });
  afterEach(() => stage.close());

  /** The token sees all but these from now on. */
  function hide(...names: string[]): void {
    const repositories = stage.acme.repositories.filter(({ name }) => !names.includes(name)).map(({ id }) => id);
    stage.loop.github.world.tokens.add('ghp_environment', {
      ...{ kind: 'fine-grained', organization: 'acme', repositories },
      permissions: {
        metadata: 'read',
        contents: 'read',
        organization_administration: 'write',
        administration: 'write',
      },
    });
  }

  const fold = async (more: object = {}): Promise<void> => {
    const main = stage.acme.ruleset('plus1_enforcement');
    stage.ownerEdits({ rules: [...main.rules, RULE], ...more });
    for (let n = 0; n < 3; n += 1) {
      await stage.look();
      await stage.loop.pass(HOUR);
    }
  };

  it('keeps the candidate while it protects one that the token does not see any more', async () => {
    hide('sandbox-api');
    await fold();
    expect(stage.candidate?.enforcement).to.equal('active');
    expect(stage.members).to.include(stage.acme.get('sandbox-api').id);
    expect(stage.says('Completed')).to.match(/does not target the repository/);
  });

  it('deletes it where that one is gone, and the token sees all there are', async () => {
    stage.acme.get('sandbox-api').delete();
    await fold();
    expect([stage.candidate, stage.is('Completed')]).to.deep.equal([undefined, 'True Folded']);
  });

  it('deletes it where that one is gone, though quick passes come between the full ones', async () => {
    const schedule = { interval: '1h', quickInterval: '20m' };
    await stage.loop.edit('acme.yaml', stage.loop.policy('acme', { schedule }), 'acme');
    stage.acme.get('sandbox-api').delete();
    stage.ownerEdits({ rules: [...stage.acme.ruleset('plus1_enforcement').rules, RULE] });
    let quick = 0;
    for (let n = 0; n < 24; n += 1) {
      stage.acme.get('member-001').commit('README.md', `${n}`);
      await stage.loop.pass(HOUR / 4);
      if (stage.loop.running.home.list()[0]?.status.lastPass?.type === 'Quick') quick += 1;
    }
    expect(quick).to.be.greaterThan(6);
    expect([stage.candidate, stage.is('Completed')]).to.deep.equal([undefined, 'True Folded']);
  });

  it('keeps it where the main ruleset loses the rules while the pass that would delete it runs', async () => {
    stage.acme.get('sandbox-api').delete();
    const main = stage.acme.ruleset('plus1_enforcement');
    const { rules } = main;
    stage.ownerEdits({ rules: [...rules, RULE] });
    await stage.look();
    expect(stage.status.unneeded).to.equal(1);
    let hasFired = false;
    const { id } = stage.candidate ?? { id: 0 };
    stage.loop.github.beforeRequest(({ method, path }) => {
      if (hasFired || method !== 'GET' || !path.endsWith(`/rulesets/${id}`)) return;
      hasFired = true;
      stage.ownerEdits({ rules: [...rules] });
    });
    await stage.look();
    expect([hasFired, stage.candidate?.enforcement]).to.deep.equal([true, 'active']);
    expect(stage.says('Ready')).to.match(/its candidate stays: the main ruleset lacks these rules/);
  });

  it('keeps it while a write to the main ruleset may still be applied late, and take out who entered since', async () => {
    stage.isMembershipFree = true;
    stage.acme.get('sandbox-api').delete();
    stage.ownerEdits({ rules: [...stage.acme.ruleset('plus1_enforcement').rules, RULE] });
    stage.acme.createRepository({ name: 'entering', files: { [PATH]: PRODUCTION } });
    const { id } = stage.acme.ruleset('plus1_enforcement');
    const isPut = ({ method, path }: LoggedRequest): boolean => method === 'PUT' && path.endsWith(`/rulesets/${id}`);
    stage.loop.github.faults.when(isPut, { kind: 'status', status: 502 });
    for (let n = 0; n < 4; n += 1) await stage.look();
    expect(stage.candidate?.enforcement).to.equal('active');
    expect(stage.says('Completed')).to.match(/may still change until .* an earlier write has no known outcome/);
    await stage.loop.pass(HOUR);
    for (let n = 0; n < 3; n += 1) await stage.look();
    expect([stage.candidate, stage.is('Completed')]).to.deep.equal([undefined, 'True Folded']);
  });

  const withRule = (): void => stage.ownerEdits({ rules: [...stage.acme.ruleset('plus1_enforcement').rules, RULE] });
  const withoutRule = (): void => {
    const { rules } = stage.acme.ruleset('plus1_enforcement');
    stage.ownerEdits({ rules: rules.filter(({ type }) => type !== RULE.type) });
  };
  function deleteCandidate(): void {
    if (stage.candidate !== undefined) stage.acme.deleteRuleset(stage.candidate);
  }

  it('makes it again where its deletion is applied late, and the main ruleset lost the rules meanwhile', async () => {
    stage.acme.get('sandbox-api').delete();
    withRule();
    let sent = 0;
    const isDelete = ({ method }: LoggedRequest): boolean => method === 'DELETE';
    stage.loop.github.beforeRequest((request) => void (sent += isDelete(request) ? 1 : 0));
    stage.loop.github.faults.when(isDelete, { kind: 'status', status: 502 });
    await stage.look();
    await stage.look();
    withoutRule();
    await stage.look();
    expect(sent).to.equal(1);
    expect(stage.says('Ready')).to.match(/may still be changed by an earlier write/);
    const { members } = stage;
    deleteCandidate();
    // GitHub is away in the very pass that would make it again.
    const isPost = ({ method }: LoggedRequest): boolean => method === 'POST';
    stage.loop.github.faults.when((request) => isPost(request) && request.path.endsWith('/rulesets'), {
      kind: 'forbidden',
    });
    await stage.loop.pass(HOUR / 30);
    await stage.look();
    const governed = members.filter((id) => stage.acme.repository(id) !== undefined);
    expect([stage.candidate?.enforcement, stage.members]).to.deep.equal(['active', governed]);
    withRule();
    for (let n = 0; n < 3; n += 1) await stage.look();
    expect([stage.candidate, stage.is('Completed')]).to.deep.equal([undefined, 'True Folded']);
  });

  it('says that it is gone where somebody deletes it before the main ruleset has the rules', async () => {
    deleteCandidate();
    await stage.look();
    expect(stage.is('Ready')).to.equal('False CandidateDeleted');
    expect(stage.says('Completed')).to.match(/its candidate ruleset is gone, and Plus1 did not delete it/);
    withRule();
    await stage.look();
    expect(stage.is('Completed')).to.equal('True Folded');
  });

  it('says where the status of the policy lost it, and takes it for neither gone nor its own', async () => {
    await stage.loop.stop();
    const object = JSON.parse(JSON.stringify(stage.loop.object('acme'))) as { status: PolicyStatus };
    delete object.status.ownedRulesets;
    stage.loop.putState('acme', object);
    await stage.loop.start();
    await stage.look();
    expect([stage.candidate?.enforcement, stage.is('Ready')]).to.deep.equal(['active', 'False Conflict']);
    withRule();
    for (let n = 0; n < 3; n += 1) await stage.look();
    expect([stage.candidate?.enforcement, stage.status.end]).to.deep.equal(['active', 'Completed']);
    deleteCandidate();
    await stage.look();
    expect(stage.is('Completed')).to.equal('True Folded');
  });

  it('is folded where the process ended between the deletion and its status', async () => {
    stage.acme.get('sandbox-api').delete();
    withRule();
    await stage.look();
    const kept = temporaryFolder();
    let isKept = false;
    stage.loop.github.beforeRequest(({ method }) => {
      if (isKept || method !== 'DELETE') return;
      isKept = true;
      cpSync(stage.loop.state, kept, { recursive: true });
    });
    await stage.look();
    await stage.loop.stop();
    for (const name of readdirSync(stage.loop.state)) rmSync(join(stage.loop.state, name), { recursive: true });
    cpSync(kept, stage.loop.state, { recursive: true });
    for (const name of readdirSync(stage.loop.state)) if (name.endsWith('.lock')) rmSync(join(stage.loop.state, name));
    await stage.loop.start();
    await stage.look();
    expect([isKept, stage.is('Completed')]).to.deep.equal([true, 'True Folded']);
  });

  it('keeps it where the main ruleset lets somebody pass whom the candidate stops', async () => {
    stage.acme.get('sandbox-api').delete();
    await fold({ bypass_actors: [{ actor_id: 7, actor_type: 'Team', bypass_mode: 'always' }] });
    expect(stage.candidate?.enforcement).to.equal('active');
    expect(stage.says('Completed')).to.include('the main ruleset lets 1 bypass that the candidate does not');
  });
});

describe('The loop over a folder: an abort of a rollout', () => {
  const stages = [{ percent: 100, enforcement: 'Active', soak: '1h' }];
  let stage: RolloutStage;
  const begin = async (spec: object = {}): Promise<void> => {
    stage = await RolloutStage.open();
    stage.loop.put('rollout.yaml', rolloutText({ stages, ...spec }));
    await stage.loop.start();
    expect(stage.candidate?.enforcement).to.equal('active');
  };
  const edit = (spec: object): Promise<void> =>
    stage.loop.edit('rollout.yaml', rolloutText({ stages, ...spec }), 'acme');
  afterEach(() => stage.close());

  it('lets nobody leave once it was taken back, where GitHub refused it before', async () => {
    await begin();
    stage.loop.github.faults.when(({ method }) => method === 'PUT', { kind: 'forbidden' });
    await edit({ abort: true });
    expect(stage.status.end).to.equal('Aborted');
    await edit({});
    await stage.look();
    expect([stage.candidate?.enforcement, stage.members.length]).to.deep.equal(['active', 10]);
    await edit({ abort: true });
    expect(stage.candidate?.enforcement).to.equal('disabled');
  });

  it('leaves those in its candidate whom it left there, also where their names are taken out after it', async () => {
    const first = ['sandbox-api', 'member-001', 'member-002'];
    await begin({ first });
    await edit({ first, abort: true });
    expect(stage.members).to.have.length(3);
    await edit({ first: ['sandbox-api'], abort: true });
    await edit({ first: ['sandbox-api'] });
    expect([stage.members.length, stage.status.end]).to.deep.equal([3, 'Aborted']);
  });
});
