import { expect } from 'chai';
import { foreignLine } from '../../pkg/text/index.js';
import { clientFor, failureOf, never, textOf, TOKEN } from './support/clients.js';
import { serve, type Reply, type ScriptedServer } from './support/scripted-server.js';

/** GitHub's sentences as users have met them. */
const ALLOW_LIST =
  'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.';
const LIFETIME =
  "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/12885303";
const RESTRICTED =
  'Although you appear to have the correct authorization credentials, the `acme` organization has enabled OAuth App access restrictions, meaning that data access to third-parties is limited.';

describe('a 403', () => {
  let server: ScriptedServer;
  const answering = async (reply: Reply): Promise<ReturnType<typeof clientFor>> => {
    server = await serve(() => reply);
    return clientFor(server.url);
  };
  afterEach(() => server.close());

  const known: { reason: string; message: string; code: string; says: RegExp; fix: RegExp }[] = [
    {
      reason: 'an IP allow list',
      message: ALLOW_LIST,
      ...{ code: 'PLUS1_ACCESS_REFUSED', says: /IP allow list leaves out the address.*"Although you/, fix: /NAT/ },
    },
    {
      reason: 'a token that lives too long',
      message: LIFETIME,
      ...{ code: 'PLUS1_TOKEN_REJECTED', says: /lives longer.*tokens\/12885303/, fix: /expires within 90 days/ },
    },
    {
      reason: 'a classic token that lives too long for the enterprise',
      message:
        "The 'Big' enterprise forbids access via a personal access tokens (classic) if the token's lifetime is greater than 365 days.",
      ...{ code: 'PLUS1_TOKEN_REJECTED', says: /lives longer/, fix: /within 365 days/ },
    },
    {
      reason: 'a kind of token that is forbidden',
      message: '`acme` forbids access via a fine-grained personal access token. Please use a GitHub App.',
      ...{ code: 'PLUS1_TOKEN_REJECTED', says: /forbids this kind of token/, fix: /GitHub App/ },
    },
    {
      reason: 'a suspended installation',
      message: 'This installation has been suspended',
      ...{ code: 'PLUS1_INSTALLATION_NOT_FOUND', says: /App is suspended/, fix: /unsuspend/ },
    },
    {
      reason: 'a suspended account',
      message: 'Sorry. Your account was suspended. Please contact support.',
      ...{ code: 'PLUS1_TOKEN_REJECTED', says: /account .* is suspended/, fix: /another account/ },
    },
    {
      reason: 'an OAuth App that nobody approved',
      message: RESTRICTED,
      ...{ code: 'PLUS1_ACCESS_REFUSED', says: /restricts OAuth Apps/, fix: /OAuth app policy/ },
    },
    {
      reason: 'a block',
      message: 'Repository access blocked',
      ...{ code: 'PLUS1_ACCESS_REFUSED', says: /has blocked access: "Repository access blocked"/, fix: /Support/ },
    },
    {
      reason: 'a missing right of an owner',
      message: 'You must be an organization owner to do that.',
      ...{ code: 'PLUS1_PERMISSION_MISSING', says: /lacks organization_administration: write/, fix: /Administration/ },
    },
    {
      reason: 'no reason at all',
      message: '',
      ...{ code: 'PLUS1_PERMISSION_MISSING', says: /lacks organization_administration: write/, fix: /Administration/ },
    },
    {
      reason: 'a sentence that only sounds like a missing right',
      message: 'You must be on a corporate network; permission is granted by the security team.',
      ...{
        code: 'PLUS1_ACCESS_REFUSED',
        says: /GitHub answered 403: "You must be on a corporate network; permission is granted by the security team\."$/,
        fix: /do what GitHub says/,
      },
    },
    {
      reason: 'something new, in its own words',
      message: 'The moon\u0007 is\n full\u202E.',
      ...{
        code: 'PLUS1_ACCESS_REFUSED',
        says: /cannot look at the organization acme: GitHub answered 403: "The moon is full\."$/,
        fix: /do what GitHub says.*Administration: write/,
      },
    },
  ];
  for (const { reason, message, code, says, fix } of known) {
    it(`tells ${reason}`, async () => {
      const client = await answering({ status: 403, body: { message, documentation_url: 'https://docs' } });
      const error = await failureOf(client.reader.preflight('acme', never));
      expect(error.code).to.equal(code);
      expect(error.message).to.match(says);
      expect(error.fix).to.match(fix);
      expect(error.class).to.equal('configuration');
    });
  }

  it('of a proxy is not put into the mouth of GitHub', async () => {
    const client = await answering({
      status: 403,
      headers: { 'content-type': 'text/html' },
      body: '<html>Blocked by policy: permission denied</html>',
    });
    const error = await failureOf(client.reader.preflight('acme', never));
    expect(error.code).to.equal('PLUS1_ACCESS_REFUSED');
    expect(error.message).to.not.contain('Blocked');
    expect(error.fix).to.contain('proxy');
  });

  it('that GraphQL tells of the organization is told in the same words', async () => {
    const client = await answering({
      body: {
        data: { organization: null },
        errors: [
          { type: 'FORBIDDEN', path: ['organization'], message: ALLOW_LIST, extensions: { saml_failure: false } },
        ],
      },
    });
    const request = { organization: 'acme', paths: ['x'], wanted: () => true, judge: () => 1 };
    const error = await failureOf(client.reader.inventory(request, never));
    expect(error.code).to.equal('PLUS1_ACCESS_REFUSED');
    expect(error.message).to.contain('IP allow list');
  });

  it('shows no part of a token that it repeats, wherever the quote is cut', async () => {
    for (let before = 250; before < 310; before += 3) {
      const client = await answering({ status: 403, body: { message: `${'x '.repeat(before / 2)}${TOKEN} and more` } });
      const error = await failureOf(client.reader.preflight('acme', never));
      expect(textOf(error)).to.not.contain(TOKEN.slice(0, 8));
      await server.close();
    }
  });

  it('is cut between words, and not in the middle of a character', async () => {
    await answering({});
    expect(foreignLine('one two three', 9)).to.equal('one two…');
    expect(foreignLine('one two three', 13)).to.equal('one two three');
    expect(foreignLine('onetwothree', 5)).to.equal('…');
  });
});
