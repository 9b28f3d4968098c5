import { expect } from 'chai';
import { isEvaluateRefused, type OwnedRuleset, type RulesetBody } from '../../pkg/github/index.js';
import type { Organization } from '../fakes/github/index.js';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { clientFor, failureOf, never, TOKEN } from './support/clients.js';
import { serve } from './support/scripted-server.js';

const NAME = 'plus1-rollout-3f9a1c07';

describe('rulesets that Plus1 makes itself', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 10, production: 5 });
    github = await startGitHub({ organizations: [acme] });
  });
  afterEach(async () => {
    await github.close();
    expect(github.contract.violations).to.deep.equal([]);
  });

  const ids = (count: number): number[] => acme.repositories.slice(0, count).map(({ id }) => id);
  const bodyOf = (input: Partial<RulesetBody> = {}): RulesetBody => ({
    name: NAME,
    target: 'branch',
    enforcement: 'active',
    conditions: {
      ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
      repository_id: { repository_ids: ids(2) },
    },
    rules: [{ type: 'non_fast_forward' }, { type: 'rule_of_tomorrow', parameters: { a: 1 } }],
    bypass_actors: [],
    ...input,
  });
  const made = async (input: Partial<RulesetBody> = {}): Promise<OwnedRuleset> => {
    const outcome = await clientFor(github.apiURL).writer.owned.create('acme', bodyOf(input), never);
    if (outcome.state !== 'answered') throw new Error(outcome.why);
    return outcome.ruleset;
  };

  it('are created as they are sent, and read back by id', async () => {
    const tag = await made({ name: 'tags', target: 'tag', conditions: { ...bodyOf().conditions } });
    expect(tag.target).to.equal('tag');
    const ruleset = await made();
    const { reader } = clientFor(github.apiURL);
    const read = await reader.owned.read('acme', ruleset.id, never);
    expect(read).to.deep.equal(ruleset);
    expect([...(read?.members ?? [])]).to.deep.equal(ids(2));
    expect(read?.others.rules).to.deep.equal(bodyOf().rules);
    const [post] = github.requests.filter(
      ({ method, body }) => method === 'POST' && JSON.stringify(body).includes(NAME),
    );
    expect(post?.body).to.deep.equal(bodyOf());
  });

  it('are listed by name and id over all pages, without those of the enterprise', async () => {
    acme.addRuleset({ name: 'above', sourceType: 'Enterprise' });
    for (let n = 0; n < 110; n += 1) acme.addRuleset({ name: `own-${n}` });
    const rows = await clientFor(github.apiURL).reader.owned.list('acme', never);
    expect(rows.map(({ name }) => name)).to.include.members(['plus1_enforcement', 'own-0', 'own-109']);
    expect(rows.map(({ name }) => name)).to.not.include('above');
  });

  it('have other members or another enforcement after a change, and are as they were otherwise', async () => {
    acme.plan = 'enterprise';
    const live = await made({ enforcement: 'evaluate' });
    const { writer } = clientFor(github.apiURL);
    const wider = await writer.owned.change('acme', { live, members: ids(4) }, never);
    if (wider.state !== 'answered') throw new Error(wider.why);
    expect([...(wider.ruleset.members ?? [])]).to.deep.equal(ids(4));
    expect(wider.ruleset.enforcement).to.equal('evaluate');
    await writer.owned.change('acme', { live: wider.ruleset, enforcement: 'active' }, never);
    const { state } = acme.ruleset(live.id);
    expect(state.enforcement).to.equal('active');
    expect(state.conditions.repository_id?.repository_ids).to.deep.equal(ids(4));
    const puts = github.requests.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ body }) => Object.keys(body as object))).to.deep.equal([['conditions'], ['enforcement']]);
  });

  it('are deleted by id, and nothing else is', async () => {
    const { id, name } = await made();
    const before = acme.rulesets.length;
    const outcome = await clientFor(github.apiURL).writer.owned.delete('acme', { id, name }, never);
    expect(outcome).to.deep.equal({ state: 'answered' });
    expect(acme.rulesets).to.have.length(before - 1);
    expect(await clientFor(github.apiURL).reader.owned.read('acme', id, never)).to.equal(undefined);
  });

  const sends = {
    create: () => clientFor(github.apiURL).writer.owned.create('acme', bodyOf(), never),
    change: async () => {
      const live = (await clientFor(github.apiURL).reader.owned.read(
        'acme',
        acme.ruleset(NAME).id,
        never,
      )) as OwnedRuleset;
      return clientFor(github.apiURL).writer.owned.change('acme', { live, members: ids(3) }, never);
    },
    delete: () =>
      clientFor(github.apiURL).writer.owned.delete('acme', { id: acme.ruleset(NAME).id, name: NAME }, never),
  };
  const arrange = (send: string): void => {
    if (send !== 'create') acme.addRuleset({ ...bodyOf(), rules: [], bypass_actors: [] });
  };

  for (const [send, act] of Object.entries(sends)) {
    describe(`of a write that is to ${send} one`, () => {
      beforeEach(() => arrange(send));
      const lost = [
        { kind: 'put-applied-500' },
        { kind: 'put-applied-reset' },
        { kind: 'status', status: 502 },
        { kind: 'reset' },
        { kind: 'truncated' },
      ] as const;
      for (const fault of lost) {
        it(`nobody knows the outcome after ${fault.kind}, and it is sent once`, async () => {
          github.faults.when(({ isWrite }) => isWrite, fault);
          const outcome = await act();
          // An answer without a body has nothing that could be cut off.
          if (send === 'delete' && fault.kind === 'truncated') return;
          expect(outcome.state).to.equal('unknown');
          expect(github.counts().writes).to.equal(1);
        });
      }

      it('a missing permission is refused by its name, without the token', async () => {
        github.faults.when(({ isWrite }) => isWrite, { kind: 'forbidden' });
        const outcome = await act();
        if (outcome.state !== 'refused') throw new Error(outcome.state);
        expect(outcome.error?.code).to.equal('PLUS1_PERMISSION_MISSING');
        expect(outcome.error?.message).to.contain('organization_administration: write');
        expect(JSON.stringify([outcome.error?.message, outcome.why])).to.not.contain(TOKEN);
      });

      it('a limit of GitHub is thrown, since nothing was taken', async () => {
        github.faults.when(({ isWrite }) => isWrite, { kind: 'secondary', status: 403, retryAfter: 60 });
        const { code } = await failureOf(act());
        expect(code).to.equal('PLUS1_RATE_LIMITED');
      });
    });
  }

  it('are refused under a name in use, and where there are too many', async () => {
    await made();
    const twin = await sends.create();
    expect(twin).to.deep.include({ state: 'refused', why: 'Name must be unique' });
    for (let n = acme.rulesets.length; n < 75; n += 1) acme.addRuleset({ name: `own-${n}` });
    const many = await clientFor(github.apiURL).writer.owned.create('acme', bodyOf({ name: 'more' }), never);
    expect(many).to.deep.include({ state: 'refused', why: 'Only 75 rulesets are allowed' });
  });

  for (const denied of ['invalid', 'upgrade'] as const) {
    it(`are told apart that the plan has no evaluate for, where GitHub says ${denied}`, async () => {
      github.world.behaviour.evaluateDenied = denied;
      const body = bodyOf({ enforcement: 'evaluate' });
      const outcome = await clientFor(github.apiURL).writer.owned.create('acme', body, never);
      if (outcome.state !== 'refused') throw new Error(outcome.state);
      expect(isEvaluateRefused(body, outcome)).to.equal(true);
      expect(isEvaluateRefused(bodyOf(), outcome)).to.equal(false);
      const twin = { state: 'refused', why: 'Name must be unique', named: new Set<number>() } as const;
      expect(isEvaluateRefused(body, twin)).to.equal(false);
    });
  }

  it('are never sent without members', async () => {
    const { writer } = clientFor(github.apiURL);
    const live = await made();
    const empty = { ...bodyOf().conditions, repository_id: { repository_ids: [] } };
    const attempts = [
      async () => writer.owned.create('acme', bodyOf({ conditions: empty }), never),
      async () => writer.owned.change('acme', { live, members: [] }, never),
    ];
    for (const attempt of attempts) expect((await failureOf(attempt())).code).to.equal('PLUS1_INTERNAL');
    expect(github.counts().writes).to.equal(1);
  });

  it('are not sent too late, nor after the signal', async () => {
    const { writer, reader } = clientFor(github.apiURL);
    const late = await writer.owned.create('acme', bodyOf(), never, { sendByMs: reader.time.now() - 1 });
    expect(late.state).to.equal('late');
    const stopped = AbortSignal.abort(new Error('stop'));
    expect((await failureOf(writer.owned.create('acme', bodyOf(), stopped))).code).to.equal('PLUS1_INTERRUPTED');
    expect(github.counts().writes).to.equal(0);
  });

  it('are deleted for certain only where GitHub says 204', async () => {
    const server = await serve(() => ({ body: {} }));
    const outcome = await clientFor(server.url).writer.owned.delete('acme', { id: 5, name: NAME }, never);
    expect(outcome).to.deep.equal({ state: 'unknown', why: 'the answer to the deletion was 200' });
    await server.close();
  });
});
