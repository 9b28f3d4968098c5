/** When a token ends: what GitHub's header says, who is told of it, and what takes it back. */
import { expect } from 'chai';
import type { AppCredential } from '../../pkg/github/index.js';
import { parseExpiration } from '../../pkg/github/requester/expiry.js';
import { seedOrganization, startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { serve } from './support/scripted-server.js';

const END = Date.parse('2026-12-01T12:00:00Z');
const HEADER = 'github-authentication-token-expiration';

describe('the header with the end of a token', () => {
  for (const { header, ms } of [
    { header: '2026-12-01 12:00:00 UTC', ms: END },
    { header: '2026-12-01 14:00:00 +0200', ms: END },
    { header: '2026-12-01 04:00:00 -08:00', ms: END },
    { header: ' 2026-12-01 12:00:00 UTC ', ms: END },
    { header: undefined, ms: undefined },
    { header: '', ms: undefined },
    { header: 'never', ms: undefined },
    { header: '2026-13-01 12:00:00 UTC', ms: undefined },
    { header: '2026-12-01 12:00:00', ms: undefined },
    { header: '2026-12-01 12:00:00 PST', ms: undefined },
    { header: '1796126400', ms: undefined },
  ]) {
    it(`${JSON.stringify(header)} is ${ms === undefined ? 'no time' : 'that time'}`, () => {
      expect(parseExpiration(header)).to.equal(ms);
    });
  }
});

describe('the end of a credential', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 8, production: 4 });
    github = await startGitHub({ organizations: [acme] });
  });
  afterEach(() => github.close());
  const list = { organization: 'acme', paths: ['x'], wanted: () => true, judge: () => 1 };

  it('is told from answers over REST and over GraphQL', async () => {
    const expiresAt = Math.floor(Date.now() / 1_000) * 1_000 + 86_400_000;
    github.world.tokens.add('ghp_x', { kind: 'classic', scopes: ['repo', 'admin:org'], expiresAt });
    const client = clientFor(github.apiURL, { credential: { kind: 'Token', token: 'ghp_x' } });
    await client.reader.preflight('acme', never);
    expect(client.heard.ends).to.deep.equal([expiresAt]);
    await client.reader.inventory(list, never);
    expect(new Set(client.heard.ends)).to.deep.equal(new Set([expiresAt]));
  });

  it('is taken back by an answer over REST that names none, and by no other', async () => {
    const client = clientFor(github.apiURL);
    await client.reader.inventory(list, never);
    expect(client.heard.ends).to.deep.equal([]);
    await client.reader.preflight('acme', never);
    expect(client.heard.ends).to.deep.equal([undefined]);
  });

  for (const { title, reply } of [
    { title: 'a refusal', reply: { status: 401, body: { message: 'Bad credentials' } } },
    { title: 'a fault of GitHub', reply: { status: 502, body: { message: 'Server Error' } } },
  ]) {
    it(`is not taken back by ${title}`, async () => {
      const server = await serve(() => reply);
      const client = clientFor(server.url, { attempts: 0 });
      await failureOf(client.reader.preflight('acme', never));
      expect(client.heard.ends).to.deep.equal([]);
      await server.close();
    });
  }

  it('is never that of the token of an App, which lives for an hour: a Secret that holds an App now has no end', async () => {
    const app = github.world.apps.add({ id: 12 });
    const installation = app.install(acme);
    const credential: AppCredential = {
      ...{ kind: 'App', appID: '12', installationID: installation.id },
      privateKey: app.privateKey,
    };
    const server = await serve(({ path }) => {
      if (path.endsWith('/access_tokens')) {
        const expires_at = new Date(Date.now() + 3_600_000).toISOString();
        const permissions = { metadata: 'read', contents: 'read', organization_administration: 'write' };
        return { status: 201, body: { token: 'ghs_x', expires_at, permissions, repository_selection: 'all' } };
      }
      return { headers: { [HEADER]: '2026-12-01 12:00:00 UTC' }, body: { id: 1, login: 'acme' } };
    });
    const client = clientFor(server.url, { credential });
    await client.reader.preflight('acme', never);
    expect(client.heard.ends).to.deep.equal([undefined]);
    await server.close();
  });
});
