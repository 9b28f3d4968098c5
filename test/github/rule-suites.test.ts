/** Rule suites and the rules in force on branches, as the client reads them. */
import { expect } from 'chai';
import type { GitHubSimulator, Organization, Repository as Simulated } from '../fakes/github/index.js';
import { seedOrganization, startGitHub } from '../fakes/github/index.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { serve } from './support/scripted-server.js';

const row = (id: number, more: object = {}): object => ({
  ...{ id, repository_id: 1, repository_name: 'a', ref: 'refs/heads/main', pushed_at: '2026-06-01T00:00:00Z' },
  ...{ result: 'pass', ...more },
});

describe('Rule suites', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let repository: Simulated;
  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 4, production: 4, rulesetMembers: 'production' });
    github = await startGitHub({ organizations: [acme] });
    repository = acme.expecting('valid_production')[0] as Simulated;
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  it('are listed over all pages, one request each, and those that failed are opened', async () => {
    const failed = repository.push({ breaks: ['pull_request'] });
    for (let n = 0; n < 120; n += 1) repository.push();
    const { reader } = clientFor(github.apiURL);
    const listed = await reader.listRuleSuites('acme', 'hour', never);
    expect([listed.suites.length, listed.isWhole]).to.deep.equal([121, true]);
    expect(github.counts().requests).to.equal(2);
    const id = failed?.id ?? 0;
    expect(listed.suites.find((suite) => suite.id === id)).to.deep.equal({
      ...{ id, repositoryID: repository.id, repositoryName: repository.name, ref: 'refs/heads/main' },
      ...{ pushedMs: failed?.pushedAt, result: 'fail' },
    });
    const opened = await reader.openRuleSuites('acme', [id, 7], never);
    expect(github.counts().requests).to.equal(4);
    expect(opened.get(7), 'one that is gone has no evaluations').to.deep.equal([]);
    expect(opened.get(id)).to.deep.include({
      rulesetID: acme.ruleset('plus1_enforcement').id,
      ...{ type: 'pull_request', result: 'fail' },
    });
  });

  it('are not whole where a row cannot be read, or pages never end', async () => {
    const odd = await serve(() => ({
      body: [row(1), row(2, { result: 'later' }), row(3, { evaluation_result: null })],
    }));
    const some = await clientFor(odd.url).reader.listRuleSuites('acme', 'day', never);
    expect([some.suites.map(({ id }) => id), some.isWhole]).to.deep.equal([[1, 3], false]);
    expect(some.suites[1]).to.not.have.property('evaluationResult');
    await odd.close();
    let n = 0;
    const endless = await serve(() => ({ body: [row((n += 1))], headers: { link: '<https://x/>; rel="next"' } }));
    const many = await clientFor(endless.url).reader.listRuleSuites('acme', 'month', never);
    expect([many.suites.length, many.isWhole, n]).to.deep.equal([20, false, 20]);
    await endless.close();
  });

  it('of which an evaluation cannot be read are not known, and a limit ends the opening', async () => {
    const odd = { body: { rule_evaluations: [{ result: 'maybe', rule_type: 'x' }] } };
    const limit = {
      status: 429,
      headers: { 'retry-after': '600' },
      body: { message: 'You have exceeded a secondary rate limit' },
    };
    let n = 0;
    const server = await serve(() => ((n += 1) === 1 ? odd : limit));
    const opened = await clientFor(server.url, { attempts: 0 }).reader.openRuleSuites('acme', [1, 2, 3], never);
    expect([opened.size, n]).to.deep.equal([0, 2]);
    await server.close();
  });

  it('need the permission for rulesets, by name', async () => {
    github.world.tokens.acceptAny = false;
    github.world.tokens.add('github_pat_x', {
      ...{ kind: 'fine-grained', organization: 'acme', permissions: { contents: 'read' } },
    });
    const { reader } = clientFor(github.apiURL, { credential: { kind: 'Token', token: 'github_pat_x' } });
    const error = await failureOf(reader.listRuleSuites('acme', 'day', never));
    expect(error.code).to.equal('PLUS1_PERMISSION_MISSING');
  });

  it('stand beside the rules in force on default branches, with their parameters', async () => {
    const { reader } = clientFor(github.apiURL);
    const ask = { id: repository.id, nodeID: repository.nodeID, name: repository.name, defaultBranch: 'main' };
    const flags = { isArchived: false, isDisabled: false, isEmpty: false, isFork: false, isTemplate: false };
    const asked = [
      { ...ask, ...flags, visibility: 'Private' as const },
      { ...{ id: 5, nodeID: 'x', name: 'gone', defaultBranch: 'main' }, ...flags, visibility: 'Private' as const },
    ];
    const known = await reader.readBranchRules('acme', asked, never);
    expect([...known.keys()]).to.deep.equal([repository.id]);
    expect(known.get(repository.id)?.map((rule) => (rule as { type: string }).type)).to.include('pull_request');
  });
});
