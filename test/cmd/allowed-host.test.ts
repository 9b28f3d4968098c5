import { expect } from 'chai';
import { parsePolicy } from '../../pkg/api/index.js';
import { errorLine, type Plus1Error } from '../../pkg/errors/index.js';
import { resolveAccess, type AccessSources } from '../../pkg/reconciler/index.js';
import { plus1 } from '../integration/cli.js';

describe('--allowed-host', () => {
  const commands = [
    ['sync', '--org', 'acme'],
    ['plan', '--org', 'acme'],
    ['controller', '--policies', '/nowhere'],
    ['controller', '--all-namespaces'],
  ];
  for (const command of commands) {
    for (const host of ['https://github.example.com/', 'github.example.com/api', 'a b', '', 'x:0', 'x:99999', 'u@x']) {
      it(`${host} is refused by ${command.join(' ')}, with what is allowed`, async () => {
        const ran = await plus1([...command, '--allowed-host', host]);
        expect([ran.code, ran.stdout]).to.deep.equal([2, '']);
        expect(ran.stderr).to.match(/^PLUS1_USAGE: [^\n]*--allowed-host[^\n]*allowed: HOST\[:PORT\][^\n]*\n$/);
      });
    }
  }

  it('shows no password of a URL that is refused', async () => {
    const ran = await plus1(['sync', '--org', 'acme', '--allowed-host', 'https://me:s3cret@github.example.com']);
    expect(ran.code).to.equal(2);
    expect(ran.stderr).to.not.contain('s3cret');
  });

  const fits: { apiURL: string; host: string; allowed: boolean; reason: string }[] = [
    { apiURL: 'https://ghe.example/api/v3', host: 'GHE.example', allowed: true, reason: 'whatever its case' },
    { apiURL: 'https://ghe.example/api/v3', host: 'ghe.example:443', allowed: true, reason: 'with the usual port' },
    {
      apiURL: 'https://ghe.example:443',
      host: 'ghe.example',
      allowed: true,
      reason: 'where the URL has the usual port',
    },
    { apiURL: 'https://ghe.example:8443', host: 'ghe.example', allowed: false, reason: 'not on another port' },
    { apiURL: 'http://127.0.0.1', host: '127.0.0.1:443', allowed: false, reason: 'not without TLS on another port' },
    { apiURL: 'https://[::1]:443', host: '[::1]', allowed: true, reason: 'an address of IPv6' },
  ];
  for (const { apiURL, host, allowed, reason } of fits) {
    it(`${host} allows ${apiURL}: ${allowed}, ${reason}`, async () => {
      const parsed = parsePolicy({
        apiVersion: 'plus1.dev/v1alpha1',
        kind: 'Plus1Policy',
        metadata: { name: 'acme' },
        spec: { organization: 'acme', github: { apiURL } },
      });
      if (!parsed.ok) throw new Error(parsed.faults.join());
      const sources = { environmentToken: 'ghp_x', allowedHosts: [host], plainHTTPMustBeAllowed: true };
      const access = resolveAccess(parsed.policy, sources, new AbortController().signal);
      const code = await access.then(
        () => '',
        (error: { code: string }) => error.code,
      );
      expect(code).to.equal(allowed ? '' : 'PLUS1_HOST_NOT_ALLOWED');
    });
  }

  describe('says what can be done', () => {
    const refusal = async (github: object, sources: Partial<AccessSources>): Promise<Plus1Error> => {
      const parsed = parsePolicy({
        apiVersion: 'plus1.dev/v1alpha1',
        kind: 'Plus1Policy',
        metadata: { name: 'acme' },
        spec: { organization: 'acme', github },
      });
      if (!parsed.ok) throw new Error(parsed.faults.join());
      const access = resolveAccess(parsed.policy, { allowedHosts: [], ...sources }, new AbortController().signal);
      return access.then(
        () => expect.fail('it was allowed'),
        (error: Plus1Error) => error,
      );
    };
    const secrets = { read: async (): Promise<Record<string, string>> => ({ token: 'ghp_x' }) };

    it('to the author of a policy in a cluster, who has no flags', async () => {
      const github = { apiURL: 'https://ghe.example/api/v3', credentials: { secretRef: { name: 'main' } } };
      const error = await refusal(github, { secrets, howToAllow: 'ask the operator' });
      expect(errorLine(error))
        .to.include('githubAppBaseURL of the Secret main')
        .and.include('ask the operator')
        .and.not.include('--');
      expect(errorLine(await refusal(github, { secrets }))).to.include('--allowed-host');
    });

    it('of plain http to a host that is allowed, which no list of hosts explains', async () => {
      const tokenURL = 'http://127.0.0.1:3000';
      const error = await refusal(
        { apiURL: tokenURL },
        { environmentToken: 'ghp_x', tokenURL, plainHTTPMustBeAllowed: true },
      );
      expect(error.message)
        .to.match(/^plain http to 127\.0\.0\.1:3000 is refused/)
        .and.not.match(/only to/);
    });
  });
});
