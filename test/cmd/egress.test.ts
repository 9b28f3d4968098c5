/** `plus1 egress` on files: what a request writes, and what a check of a pull request says. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { plus1, temporaryFolder } from '../integration/cli.js';

const FLAGS = ['--policy', 'team/acme', '--reason', 'Packages of the build', '--owner', 'team-build'];
const request = (...args: string[]) => plus1(['egress', 'request', 'packages', ...FLAGS, ...args]);

/** Answers every question with `NXDOMAIN`, or with an address where the name begins with `good`. */
async function startDNS(): Promise<Socket> {
  const server = createSocket('udp4');
  server.on('message', (message, { address, port }) => {
    const isGood = message.subarray(13, 17).toString() === 'good';
    const end = message.indexOf(0, 12) + 5;
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(isGood ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(isGood ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
    server.send(Buffer.concat([header, message.subarray(12, end), ...(isGood ? [answer] : [])]), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('plus1 egress', () => {
  let folder: string;
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  beforeEach(() => (folder = temporaryFolder()));

  it('request writes the document that its flags ask for, and a check finds it right', async () => {
    const scope = ['--repository', 'pay-*', '--exclude', 'pay-old', '--workflow', 'release.yml'];
    const { code, stdout } = await request('--endpoint', 'packages.example.com:443', ...scope);
    expect(code).to.equal(0);
    expect(parse(stdout)).to.deep.equal({
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1EgressRule',
      metadata: { name: 'packages', namespace: 'team' },
      spec: {
        ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build' },
        endpoints: ['packages.example.com:443'],
        scope: { repositories: { include: ['pay-*'], exclude: ['pay-old'] }, workflows: ['release.yml'] },
      },
    });
    const checked = await plus1(['egress', 'check', put('rule.yaml', stdout)]);
    expect([checked.code, checked.stdout]).to.deep.equal([0, `${join(folder, 'rule.yaml')}:1: packages: ok\n`]);
  });

  const wrong: { args: string[]; says: RegExp }[] = [
    { args: [], says: /spec\.endpoints: .*1 to 64 endpoints/ },
    { args: ['--endpoint', 'packages.example.com'], says: /spec\.endpoints\.0: .*with a port/ },
    { args: ['--endpoint', '*.com:443'], says: /two labels after it/ },
    { args: ['--endpoint', 'a.example.com:443', '--emergency'], says: /expiresAt together with kind Emergency/ },
    { args: ['--endpoint', 'a.example.com:443', '--review-every', '1h'], says: /reviewEvery: .*168h to 8784h/ },
    { args: ['--endpoint', 'a.example.com:443', '--ticket', 'http://x'], says: /ticket: .*https URL/ },
  ];
  for (const { args, says } of wrong)
    it(`request refuses ${args.join(' ') || 'a rule without an endpoint'}`, async () => {
      const { code, stdout, stderr } = await request(...args);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(says);
    });

  it('check tells faults by line, and where a Deny of the same files wins', async () => {
    const good = (await request('--endpoint', '*.blob.example.net:443')).stdout;
    const deny = (await request('--endpoint', 'leak.blob.example.net:443', '--deny')).stdout;
    const bad = good.replace('*.blob.example.net:443', 'Packages.example.com');
    const path = put(
      'rules.yaml',
      `${good}---\n${deny.replace('name: packages', 'name: leak')}---\n${bad}---\nkind: Other\n`,
    );
    const { code, stdout } = await plus1(['egress', 'check', path, '-j']);
    expect(code).to.equal(1);
    const { rules } = JSON.parse(stdout) as {
      rules: { name: string; line: number; faults: string[]; notes: string[] }[];
    };
    expect(rules.map(({ name, faults, notes }) => [name, faults.length, notes])).to.deep.equal([
      ['packages', 0, ['*.blob.example.net:443: leak denies it, and wins']],
      ['leak', 0, []],
      ['packages', 1, []],
    ]);
    expect(rules[2]?.line).to.be.above(20);
  });

  it('check tells a file that is broken, and one that is not there', async () => {
    expect(await plus1(['egress', 'check', put('rules.yaml', '{')])).to.include({ code: 1 });
    const absent = await plus1(['egress', 'check', join(folder, 'none.yaml')]);
    expect(absent.code).to.be.above(0);
    expect(absent.stderr).to.contain('PLUS1_FILE_UNREADABLE');
  });

  it('check --resolve refuses a name that DNS proves to be gone', async () => {
    const dns = await startDNS();
    try {
      const { stdout } = await request('--endpoint', 'good.example.com:443', '--endpoint', 'gone.example.com:443');
      const env = { PLUS1_DNS_SERVERS: `127.0.0.1:${dns.address().port}` };
      const checked = await plus1(['egress', 'check', put('rule.yaml', stdout), '--resolve'], { env });
      expect(checked.code).to.equal(1);
      expect(checked.stdout).to.contain('gone.example.com: it does not resolve, which disarms every job');
      expect(checked.stdout).not.to.contain('good.example.com');
    } finally {
      dns.close();
    }
  });

  it('list and render say so where there is nothing, and where no such policy is known', async () => {
    const list = await plus1(['egress', 'list', '--state', folder]);
    expect([list.code, list.stdout, list.stderr]).to.deep.equal([0, '', 'No egress rules found.\n']);
    expect((await plus1(['egress', 'render', '--state', folder])).stdout).to.equal('\n');
    expect(await plus1(['egress', 'list', 'nobody', '--state', folder])).to.include({ code: 1 });
    expect(await plus1(['get', 'egressrules', '--state', folder])).to.include({
      code: 0,
      stderr: 'No egress rules found.\n',
    });
  });
});
