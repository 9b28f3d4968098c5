import { expect } from 'chai';
import { refusalText } from '../../pkg/github/rulesets/refusal-text.js';
import type { Organization } from '../fakes/github/index.js';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { clientFor, failureOf, never, textOf, TOKEN } from './support/clients.js';
import { serve } from './support/scripted-server.js';

const NAME = 'plus1_enforcement';

describe('rulesets', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 20, production: 10 });
    github = await startGitHub({ organizations: [acme] });
  });
  afterEach(async () => {
    await github.close();
    expect(github.contract.violations).to.deep.equal([]);
  });
  const ids = (): number[] => acme.repositories.map(({ id }) => id);

  describe('are found', () => {
    it('by name over all pages, and read by id', async () => {
      for (let i = 0; i < 120; i += 1) acme.addRuleset({ name: `other-${i}` });
      acme.addRuleset({
        name: 'the-last',
        conditions: {
          ref_name: { include: ['~ALL'], exclude: ['refs/heads/x'] },
          repository_id: { repository_ids: ids().slice(0, 3) },
        },
      });
      const live = await clientFor(github.apiURL).reader.findRuleset('acme', 'the-last', never);
      expect(live).to.deep.include({
        name: 'the-last',
        target: 'branch',
        enforcement: 'active',
        refName: { include: ['~ALL'], exclude: ['refs/heads/x'] },
      });
      expect([...live.members].sort()).to.deep.equal(ids().slice(0, 3).sort());
      expect(
        github.requests.map(({ path }) => path.split('?')[0]?.replace(/organizations.\d+/, 'orgs/acme')),
      ).to.deep.equal(['/orgs/acme/rulesets', '/orgs/acme/rulesets', `/orgs/acme/rulesets/${live.id}`]);
    });

    it('not where the name differs in case', async () => {
      const error = await failureOf(clientFor(github.apiURL).reader.findRuleset('acme', NAME.toUpperCase(), never));
      expect(error.code).to.equal('PLUS1_RULESET_NOT_FOUND');
      expect(error.fix).to.contain('Only selected repositories');
    });

    it('not where none bears the name: those that exist are named, ten at most, and nothing of them drives a terminal', async () => {
      const theirs = acme.rulesets.length;
      for (let i = 0; i < 12; i += 1) acme.addRuleset({ name: `a-${i}-\u202e\n"x"` });
      const error = await failureOf(clientFor(github.apiURL).reader.findRuleset('acme', 'plus1-enforcement', never));
      expect(error.message).to.match(/^acme has no ruleset named plus1-enforcement; it has "a-0- \\"x\\"", "a-1-/);
      expect(error.message.endsWith(` and ${theirs + 2} more`), error.message).to.equal(true);
      expect(error.message).to.not.match(/[\u202e\n]/);
      expect(error.message.match(/", "/g)).to.have.length(9);
    });

    it('not where two bear the name: both are named', async () => {
      acme.addRuleset({ name: NAME });
      const error = await failureOf(clientFor(github.apiURL).reader.findRuleset('acme', NAME, never));
      expect(error.code).to.equal('PLUS1_RULESET_AMBIGUOUS');
      expect(error.message).to.match(/acme has 2 rulesets named plus1_enforcement: \d+ and \d+/);
    });

    it('not where the enterprise owns it; one without a source counts as the organization’s', async () => {
      const item = { id: 3, name: NAME, enforcement: 'active' };
      const server = await serve(({ path }) =>
        path.includes('/rulesets/')
          ? { body: { ...item, conditions: { repository_id: { repository_ids: [1] } } } }
          : { body: [{ ...item, id: 9, source_type: 'Enterprise' }, item] },
      );
      expect((await clientFor(server.url).reader.findRuleset('acme', NAME, never)).id).to.equal(3);
      await server.close();
    });

    const targets = [
      {
        conditions: { repository_name: { include: ['~ALL'], exclude: [] } },
        says: 'targets all repositories, not repositories by id',
        reason: 'everything',
      },
      {
        conditions: { repository_name: { include: ['svc-*'], exclude: [] } },
        says: 'targets repositories by name, not repositories by id',
        reason: 'names',
      },
      {
        conditions: { repository_property: { include: [{ name: 'x', property_values: ['y'] }], exclude: [] } },
        says: 'targets repositories by their properties, not repositories by id',
        reason: 'properties',
      },
      ...[null, [], {}, { repository_id: null }].map((conditions) => ({
        conditions,
        says: 'does not say which repositories it targets: it has no conditions',
        reason: `nothing: ${JSON.stringify(conditions)}`,
      })),
      {
        conditions: { ref_name: { include: [], exclude: [] } },
        says: 'does not say which repositories it targets: its only conditions are ref_name',
        reason: 'branches alone',
      },
    ];
    for (const { conditions, says, reason } of targets) {
      it(`but not worked with where they target ${reason}`, async () => {
        const server = await serve(({ path }) => ({
          body: path.includes('/rulesets/')
            ? { id: 3, name: NAME, enforcement: 'active', conditions }
            : [{ id: 3, name: NAME }],
        }));
        const error = await failureOf(clientFor(server.url).reader.findRuleset('acme', NAME, never));
        expect(error.code).to.equal('PLUS1_RULESET_TARGETING');
        expect(error.message).to.equal(`the ruleset ${NAME} ${says}`);
        await server.close();
      });
    }

    const faults = [
      {
        reply: { status: 403, body: { message: 'Upgrade to GitHub Team to enable this feature.' } },
        code: 'PLUS1_PLAN_MISSING',
        reason: 'the plan has none',
      },
      {
        reply: { status: 404, body: { message: 'Not Found' } },
        code: 'PLUS1_PERMISSION_MISSING',
        reason: 'they are hidden',
      },
      { reply: { status: 409, body: [] }, code: 'PLUS1_GITHUB_UNAVAILABLE', reason: 'a conflict is no empty list' },
      { reply: { body: { nonsense: true } }, code: 'PLUS1_GITHUB_UNAVAILABLE', reason: 'an answer that is no list' },
      {
        reply: { status: 403, body: { message: 'Your token is awaiting approval by an owner' } },
        code: 'PLUS1_TOKEN_PENDING',
        reason: 'a pending token',
      },
    ];
    for (const { reply, code, reason } of faults) {
      it(`not, with ${code}, where ${reason}`, async () => {
        const server = await serve(() => reply);
        expect((await failureOf(clientFor(server.url).reader.findRuleset('acme', NAME, never))).code).to.equal(code);
        await server.close();
      });
    }

    it('not in a list that never ends', async () => {
      const server = await serve((_, index) => ({
        body: [],
        headers: { link: `<${server.url}/orgs/acme/rulesets?page=${index + 2}>; rel="next"` },
      }));
      expect((await failureOf(clientFor(server.url).reader.findRuleset('acme', NAME, never))).message).to.contain(
        'has no end',
      );
      expect(server.asked).to.have.length(20);
      await server.close();
    });
  });

  describe('are written', () => {
    const live = async (): ReturnType<ReturnType<typeof clientFor>['reader']['findRuleset']> =>
      clientFor(github.apiURL).reader.findRuleset('acme', NAME, never);

    it('with conditions and nothing else, and the rest of conditions as read', async () => {
      const ruleset = acme.ruleset(NAME);
      ruleset.edit({
        conditions: {
          ref_name: { include: ['~DEFAULT_BRANCH', 'refs/heads/release/*'], exclude: ['refs/heads/x'] },
          repository_id: { repository_ids: [ids()[0] ?? 0] },
        },
      });
      const before = { rules: ruleset.state.rules, enforcement: ruleset.state.enforcement };
      const target = ids().slice(2, 6);
      const outcome = await clientFor(github.apiURL).writer.writeMembers('acme', await live(), target, never);
      const put = github.requests.find(({ method }) => method === 'PUT');
      expect(put?.body).to.deep.equal({
        conditions: {
          ref_name: { include: ['~DEFAULT_BRANCH', 'refs/heads/release/*'], exclude: ['refs/heads/x'] },
          repository_id: { repository_ids: target },
        },
      });
      expect(outcome.state).to.equal('answered');
      if (outcome.state === 'answered') expect([...outcome.ruleset.members].sort()).to.deep.equal([...target].sort());
      expect({ rules: ruleset.state.rules, enforcement: ruleset.state.enforcement }).to.deep.equal(before);
    });

    it('with a condition that is null as it was read: what is left out may be taken for a change', async () => {
      const conditions = {
        ref_name: { include: ['~ALL'], exclude: [], since: null },
        repository_name: null,
        repository_id: { repository_ids: [1], protected: null },
      };
      const server = await serve(() => ({ body: { id: 7, name: NAME, rules: [], enforcement: 'active', conditions } }));
      const client = clientFor(server.url);
      await client.writer.writeMembers('acme', await client.reader.readRuleset('acme', 7, never), [1, 2], never);
      const [put] = server.asked.filter(({ method }) => method === 'PUT');
      await server.close();
      expect(JSON.parse(put?.body ?? '')).to.deep.equal({
        conditions: { ...conditions, repository_id: { repository_ids: [1, 2], protected: null } },
      });
    });

    const unknowns = [
      { fault: { kind: 'status', status: 502 }, reason: 'a bad gateway' },
      { fault: { kind: 'put-applied-500' }, reason: 'a failure after it was applied' },
      { fault: { kind: 'put-applied-reset' }, reason: 'a connection that broke after it was applied' },
      { fault: { kind: 'put-applied-timeout' }, reason: 'no answer after it was applied' },
      { fault: { kind: 'reset' }, reason: 'a connection that broke before' },
      { fault: { kind: 'truncated' }, reason: 'an answer cut short' },
      { fault: { kind: 'malformed' }, reason: 'an answer that is no JSON' },
    ] as const;
    for (const { fault, reason } of unknowns) {
      it(`once only: ${reason} leaves the outcome unknown`, async () => {
        const before = await live();
        github.faults.at(1, fault, 'rest-write');
        const outcome = await clientFor(github.apiURL, { requestTimeoutMs: 400 }).writer.writeMembers(
          'acme',
          before,
          ids().slice(0, 2),
          never,
        );
        expect(outcome.state).to.equal('unknown');
        expect(github.counts().writes).to.equal(1);
        expect(github.faults.misfired).to.deep.equal([]);
      });
    }

    it('an answer without conditions proves nothing', async () => {
      const server = await serve(() => ({ body: { id: 7, name: NAME, enforcement: 'active' } }));
      const outcome = await clientFor(server.url).writer.writeMembers('acme', await live(), [1], never);
      expect(outcome).to.deep.equal({ state: 'unknown', why: 'the answer does not hold the ruleset' });
      await server.close();
    });

    it('not where GitHub refuses: its words are told', async () => {
      github.world.behaviour.unknownIDs = 'refuse';
      const outcome = await clientFor(github.apiURL).writer.writeMembers('acme', await live(), [999_999_999], never);
      expect(outcome.state).to.equal('refused');
      if (outcome.state === 'refused') expect(outcome.why).to.have.length.above(5);
    });

    it('never with an empty set', async () => {
      const before = await live();
      expect((await failureOf(clientFor(github.apiURL).writer.writeMembers('acme', before, [], never))).code).to.equal(
        'PLUS1_INTERNAL',
      );
      expect(github.counts().writes).to.equal(0);
    });

    for (const { status, code } of [
      { status: 401, code: 'PLUS1_TOKEN_REJECTED' },
      { status: 403, code: 'PLUS1_ACCESS_REFUSED' },
      { status: 404, code: 'PLUS1_PERMISSION_MISSING' },
    ]) {
      it(`not with ${status}: GitHub positively did not take it`, async () => {
        const server = await serve(() => ({ status, body: { message: `no, ${TOKEN}` } }));
        const outcome = await clientFor(server.url).writer.writeMembers('acme', await live(), [1], never);
        await server.close();
        if (outcome.state !== 'refused' || outcome.error === undefined) throw new Error(outcome.state);
        expect(outcome.error.code).to.equal(code);
        expect(textOf(outcome.error) + outcome.why).to.not.contain(TOKEN);
      });
    }

    it('not at all by a run that was told to stop before', async () => {
      const before = await live();
      const error = await failureOf(
        clientFor(github.apiURL).writer.writeMembers('acme', before, [1], AbortSignal.abort()),
      );
      expect(error.code).to.equal('PLUS1_INTERRUPTED');
      expect(github.counts().writes).to.equal(0);
    });

    it('with an unknown outcome where the run is told to stop meanwhile', async () => {
      const before = await live();
      github.latency = { requestMs: 500 };
      const outcome = await clientFor(github.apiURL).writer.writeMembers(
        'acme',
        before,
        ids().slice(0, 1),
        AbortSignal.timeout(100),
      );
      expect(outcome.state).to.equal('unknown');
    });
  });

  describe('the words of a refusal', () => {
    const cases = [
      { data: { message: 'Validation Failed', errors: ['one', 'two'] }, text: 'one; two', reason: 'plain strings' },
      {
        data: { message: 'x', errors: [{ message: 'Invalid\nids' }] },
        text: 'Invalid ids',
        reason: 'objects with a message',
      },
      {
        data: { message: 'x', errors: [{ resource: 'R', field: 'f', code: 'invalid' }] },
        text: 'R f invalid',
        reason: 'objects without one',
      },
      { data: { message: 'Nope' }, text: 'Nope', reason: 'no errors at all' },
      { data: '<html>', text: 'GitHub answered 422', reason: 'no JSON' },
      { data: { errors: ['ab '.repeat(300)] }, text: `${'ab '.repeat(166).trim()}…`, reason: 'bounded' },
    ];
    for (const { data, text, reason } of cases)
      it(reason, () => expect(refusalText(data, 'GitHub answered 422')).to.equal(text));
  });

  describe('a repository that the list does not hold', () => {
    it('is told with its owner', async () => {
      const [repository] = acme.repositories;
      const fate = await clientFor(github.apiURL).reader.lookUp(repository?.id ?? 0, never);
      const { name, nodeID } = repository ?? {};
      expect(fate).to.deep.equal({ state: 'owned', name, nodeID, ownerID: acme.id, owner: 'acme' });
    });

    const fates = [
      {
        reply: {
          status: 404,
          body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
        },
        fate: 'missing',
        reason: 'GitHub knows none',
      },
      {
        reply: {
          status: 404,
          headers: { 'x-github-request-id': '' },
          body: { message: 'no Route matched with those values' },
        },
        fate: 'unknown',
        reason: 'a gateway does not let the question through',
      },
      { reply: { status: 404, body: {} }, fate: 'unknown', reason: 'nobody says that there is none' },
      { reply: { status: 502, body: {} }, fate: 'unknown', reason: 'GitHub did not answer' },
      {
        reply: { status: 451, body: { message: 'Repository access blocked' } },
        fate: 'unknown',
        reason: 'access is blocked',
      },
      {
        reply: { status: 403, body: { message: 'Repository access blocked' } },
        fate: 'unknown',
        reason: 'access is refused',
      },
      {
        reply: { body: { id: 6, name: 'x', owner: { id: 1, login: 'y' } } },
        fate: 'unknown',
        reason: 'another repository came',
      },
      { reply: { body: [] }, fate: 'unknown', reason: 'something else came' },
    ];
    for (const { reply, fate, reason } of fates) {
      it(`is ${fate} where ${reason}`, async () => {
        const server = await serve(() => reply);
        expect((await clientFor(server.url).reader.lookUp(5, never)).state).to.equal(fate);
        await server.close();
      });
    }

    it('is nobody’s fault where the token is rejected: that ends the pass', async () => {
      const server = await serve(() => ({ status: 401, body: {} }));
      expect((await failureOf(clientFor(server.url).reader.lookUp(5, never))).code).to.equal('PLUS1_TOKEN_REJECTED');
      await server.close();
    });
  });
});
