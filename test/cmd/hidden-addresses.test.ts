/** Kind: an address that is refused, with a secret in it. The message names the field, and not the secret. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { plus1, temporaryFolder } from '../integration/cli.js';

const SECRET = 'hunter2';
const ADDRESSES = [
  `user:${SECRET}@x`,
  `${SECRET}@x`,
  `https://user:${SECRET}@x`,
  `https:user:${SECRET}@x`,
  `//user:${SECRET}@x/api`,
  `https://api.github.com/?token=${SECRET}`,
  `https://api.github.com/api?${SECRET}`,
  `https://api.github.com/#${SECRET}`,
  `api.github.com?token=${SECRET}`,
];

describe('An address with a secret in it', () => {
  const says = async (args: string[], env: Record<string, string> = {}): Promise<string> => {
    const ran = await plus1(args, { env: { GITHUB_TOKEN: 'ghp_x', ...env } });
    expect(ran.code).to.equal(2);
    expect(`${ran.stdout}${ran.stderr}`).to.not.include(SECRET);
    return ran.stderr;
  };

  for (const address of ADDRESSES) {
    it(`is not shown: ${address}`, async () => {
      const field = /^PLUS1_(USAGE|POLICY_INVALID): [^\n]*spec\.github\.apiURL: allowed: [^\n]*URL/;
      expect(await says(['sync', '--org', 'acme', '--api-url', address])).to.match(field);
      expect(await says(['sync', '--org', 'acme'], { GITHUB_API_URL: address })).to.match(field);
      const file = join(temporaryFolder(), 'acme.yaml');
      const spec = { organization: 'acme', github: { apiURL: address } };
      writeFileSync(
        file,
        stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
      );
      expect(await says(['sync', '-f', file])).to.match(field);
    });
  }

  for (const address of ADDRESSES.filter((each) => /:.*@|[?].*=/.test(each)))
    it(`is not shown as a host: ${address}`, async () => {
      expect(await says(['sync', '--org', 'acme', '--allowed-host', address])).to.include('--allowed-host');
    });

  for (const proxy of [
    `http://proxy.example:3128/?x=${SECRET}`,
    `http://proxy.example:3128/${SECRET}`,
    `proxy/${SECRET}`,
  ])
    it(`is not shown as a proxy, which has no path: ${proxy}`, async () => {
      expect(await says(['sync', '--org', 'acme'], { HTTPS_PROXY: proxy })).to.match(
        /^PLUS1_USAGE: HTTPS_PROXY: allowed/,
      );
    });

  it('is shown where it holds none, so that a slip is seen', async () => {
    const ran = await plus1(['sync', '--org', 'acme', '--api-url', 'ftp://github.example'], {
      env: { GITHUB_TOKEN: 'x' },
    });
    expect(ran.stderr).to.include('found "ftp://github.example"');
  });
});
