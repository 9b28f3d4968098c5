/** What a pass over a thousand repositories costs, and what a second one costs that knows the first. */
import { expect } from 'chai';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { plus1, reportOf, temporaryFolder, type Ran } from './cli.js';

const REPOSITORIES = 1_000;
/** One for the organization, two for the ruleset, 10 pages, 20 times 50 files, the re-read and the write. */
const MOST_REQUESTS = 35;

describe('A pass over 1,000 repositories', function () {
  let github: GitHubSimulator;
  let state: string;

  beforeEach(async () => {
    const organization = seedOrganization({
      login: 'acme',
      repositories: REPOSITORIES,
      production: 450,
      missingFile: 50,
    });
    github = await startGitHub({ organizations: [organization] });
    state = temporaryFolder();
  });
  afterEach(() => github.close());

  const sync = (args: string[] = [], env: Record<string, string> = {}): Promise<Ran> => {
    github.reset();
    return plus1(['sync', '--org', 'acme', '--format', 'json', ...args], { github, env });
  };
  const reads = (): number => github.requests.filter(({ operation }) => operation === 'files').length;

  it(`makes at most ${MOST_REQUESTS} requests, one of them a write; the second pass writes nothing`, async () => {
    const first = await sync();
    expect(first.code, first.stderr).to.equal(0);
    expect(github.counts().requests).to.be.at.most(MOST_REQUESTS);
    expect(github.counts().writes).to.equal(1);
    expect(reportOf(first).compliance_status).to.include({ production_repositories: 450, governed_repositories: 450 });
    const second = await sync();
    expect(second.code, second.stderr).to.equal(0);
    expect(github.counts().writes).to.equal(0);
    expect(reportOf(second).plan).to.include({ held: false }).and.to.deep.include({ enter: [], leave: [] });
    expect(github.contractViolations).to.deep.equal([]);
  });

  it('reads no file again whose head commit did not change, where it has a memory', async () => {
    await sync(['--state', state]);
    expect(reads()).to.equal(REPOSITORIES / 50);
    const second = await sync(['--state', state]);
    expect(second.code, second.stderr).to.equal(0);
    expect([reads(), github.counts().writes]).to.deep.equal([0, 0]);
    const changed = github.world.get('acme').expecting('valid_production')[7];
    changed?.commit('README.md', 'changed');
    const third = await sync(['--state', state]);
    const asked = github.requests
      .filter(({ operation }) => operation === 'files')
      .map(({ body }) => JSON.stringify(body));
    expect(asked).to.have.length(1);
    expect(asked[0]).to.include(changed?.nodeID);
    expect(asked[0]?.match(/R_kw/g)).to.have.length(1);
    expect(reportOf(third).repositories.map(({ status }) => status)).to.deep.equal(
      reportOf(second).repositories.map(({ status }) => status),
    );
  });

  it('reads every file again where CACHE_TTL is 0, or where the question is another', async () => {
    await sync(['--state', state]);
    await sync(['--state', state], { CACHE_TTL: '0' });
    expect(reads()).to.equal(REPOSITORIES / 50);
    // And once more those members of whom it speaks against: all 450.
    await sync(['--state', state, '--dry-run', '--production-lifecycle', 'deprecated']);
    expect(reads()).to.equal(REPOSITORIES / 50 + 450 / 50);
  });
});
