/** Secrets stay where they were: whatever GitHub answers, and wherever it sends us, no output and no file holds one. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { town } from '../builders.js';
import { plus1, temporaryFolder, type Ran } from './cli.js';
import { echoing, type Echo } from './echoing-github.js';
import { sampleOf } from '../sample.js';

/** Of no shape that anybody could know by heart: an opaque token of some server. Lower case, since host names are. */
const SECRET = 'zq7-plain-opaque-5e1d9c40b7';

/** Organization, rulesets, ruleset, list, files, ruleset again, PUT. */
const REQUESTS = 7;

const ECHOES: { place: string; echo: (secret: string, elsewhere: string) => Echo }[] = [
  { place: 'the message of a 401', echo: (s) => ({ status: 401, body: { message: `Bad credentials ${s}` } }) },
  {
    place: 'the message of a 403',
    echo: (s) => ({ status: 403, body: { message: `Resource not accessible by ${s}` } }),
  },
  {
    place: 'the message of a 404',
    echo: (s) => ({ status: 404, body: { message: `Not Found ${s}`, documentation_url: s } }),
  },
  {
    place: 'the errors of a 422',
    echo: (s) => ({ status: 422, body: { message: `Invalid ${s}`, errors: [s, { message: s, code: s, field: s }] } }),
  },
  { place: 'the body of a 500', echo: (s) => ({ status: 500, body: { message: s } }) },
  { place: 'a body that is no answer', echo: (s) => ({ status: 200, body: { message: s, id: s, [s]: s } }) },
  {
    place: 'the address of the single sign-on',
    echo: (s) => ({
      status: 403,
      headers: { 'x-github-sso': `required; url=https://github.com/orgs/acme/sso?authorization_request=${s}` },
      body: { message: 'Resource protected by organization SAML enforcement.' },
    }),
  },
  { place: 'retry-after', echo: (s) => ({ status: 429, headers: { 'retry-after': s }, body: { message: s } }) },
  { place: 'the scopes', echo: (s) => ({ status: 200, headers: { 'x-oauth-scopes': s }, body: {} }) },
  {
    place: 'a redirect on the host',
    echo: (s) => ({ status: 301, headers: { location: `/elsewhere/${s}` }, body: { url: s } }),
  },
  {
    place: 'a redirect to another host',
    echo: (s, to) => ({ status: 302, headers: { location: `${to}/${s}?token=${s}` } }),
  },
  {
    place: 'the name of another host',
    echo: (s) => ({ status: 307, headers: { location: `https://${s}.example.com/` } }),
  },
  {
    place: 'errors of GraphQL',
    echo: (s) => ({
      status: 200,
      body: { data: null, errors: [{ type: s.toUpperCase(), message: s, path: [s, 'nodes', s], extensions: { s } }] },
    }),
  },
  {
    place: 'the next page',
    echo: (s, to) => ({ status: 200, headers: { link: `<${to}/?${s}>; rel="next"` }, body: [] }),
  },
];

describe('A token', function () {
  let github: GitHubSimulator;
  let thief: { url: string; got: string[]; close: () => void };
  beforeEach(async () => {
    github = await startGitHub({ organizations: [town({ members: 3, demoted: 1, promoted: 1 })] });
    thief = await listening();
  });
  afterEach(async () => {
    thief.close();
    await github.close();
  });

  for (const { place, echo } of ECHOES) {
    it(`that the server repeats in ${place}, at any request, is seen nowhere`, async () => {
      const requests = Array.from({ length: REQUESTS }, (_, index) => index + 1);
      for (const at of sampleOf(requests, 3, place)) {
        const server = await echoing(github, (secret, n) => (n === at ? echo(secret, thief.url) : undefined));
        try {
          const folder = temporaryFolder();
          const ran = await sync(server.url, folder);
          unseen(ran, folder, `request ${at}`);
        } finally {
          await server.close();
        }
      }
      expect(thief.got).to.deep.equal([]);
    });
  }

  it('from a Secret is in no state, report or log of a run that succeeds', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'credentials', 'key'), { recursive: true });
    writeFileSync(join(folder, 'credentials', 'key', 'token'), SECRET);
    writeFileSync(join(folder, 'credentials', 'key', 'githubAppBaseURL'), github.apiURL);
    const policy = join(folder, 'policy.json');
    const spec = {
      organization: 'acme',
      github: { apiURL: github.apiURL, credentials: { secretRef: { name: 'key' } } },
    };
    writeFileSync(
      policy,
      JSON.stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
    );
    const out = temporaryFolder();
    const ran = await plus1([
      ...['sync', '-f', policy, '--credentials', join(folder, 'credentials'), '--verbose'],
      ...['--state', join(out, 'state'), '--output', join(out, 'report.json')],
    ]);
    expect(ran.code, ran.stderr).to.equal(0);
    expect(github.requests.every(({ headers }) => headers.authorization?.endsWith(SECRET))).to.equal(true);
    unseen(ran, out, 'the run');
  });

  for (const { kind, reason } of [
    { kind: 'environment', reason: 'it belongs to GITHUB_API_URL' },
    { kind: 'flag', reason: 'it belongs to --api-url' },
  ]) {
    it(`from the ${kind} never goes to the host that a policy names: ${reason}`, async () => {
      const folder = temporaryFolder();
      const policy = join(folder, 'policy.json');
      const spec = { organization: 'acme', github: { apiURL: thief.url } };
      writeFileSync(
        policy,
        JSON.stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
      );
      const own = kind === 'flag' ? ['--token', SECRET, '--api-url', github.apiURL] : [];
      const env = kind === 'flag' ? {} : { GHE_ADMIN_TOKEN: SECRET, GITHUB_API_URL: github.apiURL };
      const refused = await plus1(['sync', '-f', policy, ...own], { env });
      expect(refused.code).to.equal(2);
      expect(refused.stderr).to.match(/^PLUS1_HOST_NOT_ALLOWED: /);
      expect(thief.got).to.deep.equal([]);
      const host = new URL(thief.url).host;
      await plus1(['sync', '-f', policy, ...own, '--allowed-host', host], { env: { ...env, RETRY_ATTEMPTS: '0' } });
      expect([...new Set(thief.got)], 'allowed by name, it goes there').to.deep.equal([`Bearer ${SECRET}`]);
    });
  }
});

const sync = (url: string, folder: string): Promise<Ran> =>
  plus1(
    [
      ...['sync', '--org', 'acme', '--api-url', url, '--token', SECRET, '--verbose', '--grace-period', '0s'],
      ...['--state', join(folder, 'state'), '--output', join(folder, 'report.json'), '--max-wait', '0'],
    ],
    { env: { RETRY_ATTEMPTS: '1' } },
  );

function unseen(ran: Ran, folder: string, where: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map(({ name, parentPath }): [string, string] => [
    name,
    readFileSync(join(parentPath, name), 'utf8'),
  ]);
  for (const [place, text] of [['stdout', ran.stdout], ['stderr', ran.stderr], ...texts] as const)
    expect(text.toLowerCase().includes(SECRET), `${place} at ${where}: ${excerpt(text)}`).to.equal(false);
}

function excerpt(text: string): string {
  const at = text.toLowerCase().indexOf(SECRET);
  return at < 0 ? '' : text.slice(Math.max(0, at - 100), at + 40);
}

/** A host that must never hear from us; it remembers with which credential it was asked. */
async function listening(): Promise<{ url: string; got: string[]; close: () => void }> {
  const got: string[] = [];
  const server = createServer((request, response) => {
    got.push(request.headers.authorization ?? '(none)');
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, close: () => void server.close() };
}
