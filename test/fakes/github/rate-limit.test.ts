import { expect } from 'chai';
import { Client } from './client.js';
import type { GitHubSimulator } from './index.js';
import { seedOrganization, startGitHub } from './index.js';

const QUERY = '{ rateLimit { limit remaining used resetAt } }';

describe('GitHub simulator: rate limits', () => {
  let github: GitHubSimulator;
  let client: Client;
  let now: number;

  beforeEach(async () => {
    now = Date.UTC(2026, 10, 22);
    github = await startGitHub({
      organizations: [seedOrganization({ login: 'acme', repositories: 3 })],
      clock: () => now,
      rateLimit: { rest: 3, graphql: 2 },
    });
    client = new Client(github);
  });
  afterEach(() => github.close());

  const remaining = async (): Promise<string | null> =>
    (await client.get('/orgs/acme')).headers.get('x-ratelimit-remaining');

  it('counts down by headers, refuses at 0, and fills up after an hour', async () => {
    expect([await remaining(), await remaining(), await remaining()]).to.deep.equal(['2', '1', '0']);
    const refused = await client.get('/orgs/acme');
    expect(refused.status).to.equal(403);
    expect(refused.body.message).to.match(/^API rate limit exceeded/);
    expect(refused.headers.get('x-ratelimit-reset')).to.equal(String(now / 1000 + 3_600));
    now += 3_600_000;
    expect(await remaining()).to.equal('2');
  });

  it('keeps GraphQL points apart, and refuses them with HTTP 200', async () => {
    await remaining();
    expect((await client.graphql(QUERY)).body.data.rateLimit).to.deep.equal({
      limit: 2,
      remaining: 1,
      used: 1,
      resetAt: '2026-11-22T01:00:00Z',
    });
    await client.graphql(QUERY);
    const { status, body, headers } = await client.graphql(QUERY);
    expect([
      status,
      body.errors[0].type,
      headers.get('x-ratelimit-remaining'),
      headers.get('x-ratelimit-resource'),
    ]).to.deep.equal([200, 'RATE_LIMITED', '0', 'graphql']);
  });

  it('lets somebody else spend', async () => {
    github.rateLimit.use('core', 1);
    expect(await remaining()).to.equal('1');
    github.rateLimit.use('core', 1);
    expect((await client.get('/rate_limit')).body.resources.core).to.include({ remaining: 0, used: 3 });
    now += 3_600_000;
    expect(await remaining()).to.equal('2');
  });

  it('can be set, with the time at which it fills', async () => {
    await remaining();
    github.rateLimit.set('core', { remaining: 0, resetInS: 30 });
    expect((await client.get('/orgs/acme')).headers.get('x-ratelimit-reset')).to.equal(String(now / 1000 + 30));
    now += 30_000;
    expect(await remaining()).to.equal('2');
  });

  it('tells the state for free', async () => {
    await remaining();
    for (let at = 0; at < 5; at += 1) {
      const { body } = await client.get('/rate_limit');
      expect([body.resources.core.remaining, body.resources.graphql.remaining]).to.deep.equal([2, 2]);
    }
  });

  it('gives every user an hourly budget of his own', async () => {
    github.world.tokens.add('other', { kind: 'classic', login: 'other', scopes: [] });
    await remaining();
    expect((await new Client(github, 'other').get('/orgs/acme')).headers.get('x-ratelimit-remaining')).to.equal('2');
  });

  it('enforces the limits by the minute where told to', async () => {
    const strict = await startGitHub({ organizations: [], rateLimit: { secondary: true }, clock: () => now });
    const fast = new Client(strict);
    // A write costs five points, so that 180 of them make the 900.
    for (let at = 0; at < 180; at += 1) await fast.call('DELETE', '/orgs/none/rulesets/1');
    const refused = await fast.get('/meta');
    now += 60_000;
    const later = await fast.get('/meta');
    await strict.close();
    expect([refused.status, refused.headers.get('retry-after'), later.status]).to.deep.equal([403, '60', 200]);
    expect(refused.body.message).to.contain('secondary rate limit');
    expect(refused.headers.get('x-ratelimit-remaining')).to.not.equal('0');
  });
});
