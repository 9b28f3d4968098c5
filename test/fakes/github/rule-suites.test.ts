/** Rule suites of the simulator. */
import { expect } from 'chai';
import { Client } from './client.js';
import type { GitHubSimulator, Organization, Repository } from './index.js';
import { seedOrganization, startGitHub } from './index.js';

const PATH = '/orgs/acme/rulesets/rule-suites';
const HOUR_MS = 3_600_000;

describe('GitHub simulator: rule suites', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let client: Client;
  let repository: Repository;
  let nowMs = Date.UTC(2026, 5, 1);

  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 4, production: 4, rulesetMembers: 'production' });
    github = await startGitHub({ organizations: [acme], clock: () => nowMs });
    client = new Client(github);
    repository = acme.expecting('valid_production')[0] as Repository;
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const candidate = (enforcement: 'active' | 'evaluate'): ReturnType<Organization['addRuleset']> =>
    acme.addRuleset({
      ...{ name: 'candidate', enforcement, rules: [{ type: 'required_signatures' }] },
      conditions: {
        ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        repository_id: { repository_ids: [repository.id] },
      },
    });
  const list = async (query = ''): Promise<Record<string, unknown>[]> =>
    (await client.get(`${PATH}${query}`)).body as Record<string, unknown>[];

  it('are made of pushes that rules are aimed at, and of no others', async () => {
    expect(repository.push()?.result).to.equal('pass');
    expect(repository.push({ branch: 'feature' })).to.equal(undefined);
    const head = repository.commit('a.txt', 'a');
    const rows = await list();
    expect(rows.map(({ ref, result, after_sha: sha }) => [ref, result, sha]).at(0)).to.deep.equal([
      ...['refs/heads/main', 'pass', head.oid],
    ]);
    expect(rows).to.have.length(2);
    expect(rows[0]).to.not.have.property('evaluation_result');
  });

  it('name the ruleset that failed in the suite alone', async () => {
    const own = candidate('active');
    const before = repository.head?.oid;
    const suite = repository.push({ breaks: ['required_signatures'] });
    expect(suite?.result).to.equal('fail');
    expect(repository.head?.oid, 'a push that is refused changes nothing').to.equal(before);
    const [row] = await list();
    expect(row).to.not.have.property('rule_evaluations');
    const { body } = await client.get(`${PATH}/${suite?.id}`);
    const failed = body.rule_evaluations.filter(({ result }: { result: string }) => result === 'fail');
    expect(failed.map((each: { rule_source: { id: number } }) => each.rule_source.id)).to.deep.equal([own.id]);
    acme.deleteRuleset(own);
    const again = await client.get(`${PATH}/${suite?.id}`);
    expect(again.body.rule_evaluations.at(-1).enforcement).to.equal('deleted ruleset');
    expect((await client.get(`${PATH}/1`)).status).to.equal(404);
  });

  it('tell what evaluate would have done, while the push goes through', async () => {
    candidate('evaluate');
    repository.push({ breaks: ['required_signatures'] });
    repository.push();
    expect((await list()).map(({ result, evaluation_result: other }) => [result, other])).to.deep.equal([
      ['pass', 'pass'],
      ['pass', 'fail'],
    ]);
    expect(await list('?evaluate_status=evaluate')).to.have.length(2);
  });

  it('tell of those who bypass the rules', async () => {
    candidate('active');
    expect(repository.push({ breaks: ['required_signatures'], bypasses: true })?.result).to.equal('bypass');
    expect(await list('?rule_suite_result=bypass')).to.have.length(1);
    expect(await list('?rule_suite_result=fail')).to.have.length(0);
  });

  it('are listed for a time, newest first, by pages, and late where told so', async () => {
    for (let n = 0; n < 3; n += 1) {
      repository.push();
      nowMs += 10 * HOUR_MS;
    }
    expect(await list('?time_period=hour')).to.have.length(0);
    expect(await list()).to.have.length(2);
    expect(await list('?time_period=week&repository_name=no-such')).to.have.length(0);
    const reply = await client.get(`${PATH}?time_period=week&per_page=2`);
    expect(reply.headers.get('link')).to.include('rel="next"');
    expect(reply.body[0].id).to.be.greaterThan(reply.body[1].id);
    github.world.behaviour.ruleSuiteLagMs = 15 * HOUR_MS;
    expect(await list('?time_period=week')).to.have.length(2);
    expect((await client.get(`${PATH}?time_period=year`)).status).to.equal(422);
  });
});
