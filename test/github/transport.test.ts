import { expect } from 'chai';
import type { ServerOptions } from 'node:https';
import type { GitHubOptions } from '../../pkg/github/index.js';
import { clientFor, failureOf, never, textOf, TOKEN } from './support/clients.js';
import { certificate } from './support/certificate.js';
import { startProxy, type ConnectProxy } from './support/connect-proxy.js';
import { serve, type ScriptedServer } from './support/scripted-server.js';

describe('the transport', () => {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0)) await each.close();
  });
  const start = async (tls: ServerOptions = {}): Promise<ScriptedServer> => {
    const { key, cert } = certificate();
    const server = await serve(() => ({ body: { id: 1, login: 'acme' } }), { key, cert, ...tls });
    closing.push(server);
    return server;
  };
  const proxy = async (options: { refuse?: number } = {}): Promise<ConnectProxy> => {
    const started = await startProxy(options);
    closing.push(started);
    return started;
  };
  const client = (server: ScriptedServer, options: Partial<GitHubOptions> = {}): ReturnType<typeof clientFor> => {
    const made = clientFor(server.url, { caCert: certificate().cert, attempts: 0, ...options });
    closing.push(made);
    return made;
  };

  describe('over TLS', () => {
    it('speaks 1.3, and trusts the CA that it was given', async () => {
      const server = await start({ minVersion: 'TLSv1.3' });
      expect((await client(server).reader.preflight('acme', never)).login).to.equal('acme');
    });

    it('does not trust a server whose CA nobody named, and sends it nothing', async () => {
      const server = await start();
      const bare = clientFor(server.url, { attempts: 0 });
      closing.push(bare);
      const error = await failureOf(bare.reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      expect(error.message).to.match(/SELF_SIGNED/);
      expect(server.asked).to.have.length(0);
    });

    it('refuses 1.2 unless it was allowed', async () => {
      const server = await start({ maxVersion: 'TLSv1.2' });
      const error = await failureOf(client(server).reader.preflight('acme', never));
      expect(error.message).to.match(
        /cannot look at the organization acme: the connection to localhost:\d+ failed \(.*(PROTOCOL|SSL|TLS).*\): .* speak TLS 1\.3 .* --tls-min-version 1\.2$/,
      );
      expect(server.asked).to.have.length(0);
      expect((await client(server, { tlsMinVersion: '1.2' }).reader.preflight('acme', never)).login).to.equal('acme');
    });
  });

  describe('through a proxy', () => {
    it('tunnels, so that the proxy sees neither the request nor the credential', async () => {
      const [server, through] = [await start(), await proxy()];
      await client(server, { proxy: { https: through.url } }).reader.preflight('acme', never);
      expect(through.tunnels).to.deep.equal([{ target: `localhost:${server.port}`, authorization: undefined }]);
      expect(server.asked[0]?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
    });

    it('gives the proxy its own credential', async () => {
      const [server, through] = [await start(), await proxy()];
      await client(server, { proxy: { https: through.url.replace('//', '//user:p%40ss@') } }).reader.preflight(
        'acme',
        never,
      );
      expect(through.tunnels[0]?.authorization).to.equal(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    });

    it('keeps the least version of TLS', async () => {
      const [server, through] = [await start({ maxVersion: 'TLSv1.2' }), await proxy()];
      await failureOf(client(server, { proxy: { https: through.url } }).reader.preflight('acme', never));
      expect(through.tunnels).to.have.length(1);
      expect(server.asked).to.have.length(0);
      await client(server, { proxy: { https: through.url }, tlsMinVersion: '1.2' }).reader.preflight('acme', never);
      expect(server.asked).to.have.length(1);
    });

    for (const { no, tunnels, reason } of [
      { no: 'localhost', tunnels: 0, reason: 'a host that is excepted' },
      { no: 'example.com, LOCALHOST', tunnels: 0, reason: 'one of several, in any case' },
      { no: '*', tunnels: 0, reason: 'everything' },
      { no: 'example.com', tunnels: 1, reason: 'another host: the proxy is used' },
      { no: '', tunnels: 1, reason: 'nothing: the proxy is used' },
    ]) {
      it(`goes straight for NO_PROXY "${no}": ${reason}`, async () => {
        const [server, through] = [await start(), await proxy()];
        await client(server, { proxy: { https: through.url, no } }).reader.preflight('acme', never);
        expect(through.tunnels).to.have.length(tunnels);
        expect(server.asked).to.have.length(1);
      });
    }

    it('tells in one line that the proxy refused, without its password', async () => {
      const [server, through] = [await start(), await proxy({ refuse: 407 })];
      const error = await failureOf(
        client(server, { proxy: { https: through.url.replace('//', '//user:hunter2@') } }).reader.preflight(
          'acme',
          never,
        ),
      );
      expect(error.code).to.equal('PLUS1_PROXY_REFUSED');
      expect(error.message).to.include(`the proxy ${new URL(through.url).host} does not accept user and password`);
      expect(textOf(error)).to.not.contain('hunter2').and.not.contain(TOKEN);
      expect(server.asked).to.have.length(0);
    });

    it('names the proxy that cannot be reached, by host and port alone', async () => {
      const [server, through] = [await start(), await startProxy()];
      await through.close();
      const https = through.url.replace('//', '//user:hunter2@');
      const error = await failureOf(client(server, { proxy: { https } }).reader.preflight('acme', never));
      const { host } = new URL(through.url);
      expect(error.message).to.equal(
        `cannot look at the organization acme: the connection to the proxy ${host} failed (ECONNREFUSED)`,
      );
      await server.close();
      const own = await failureOf(
        client(server, { proxy: { https, no: 'localhost' } }).reader.preflight('acme', never),
      );
      expect(own.message).to.include(`the connection to localhost:${server.port} failed (ECONNREFUSED)`);
    });

    it('never sends plain http to it: that stays on this machine', async () => {
      const through = await proxy();
      const server = await serve(() => ({ body: { id: 1, login: 'acme' } }));
      closing.push(server);
      await client(server, { proxy: { https: through.url } }).reader.preflight('acme', never);
      expect(through.tunnels).to.have.length(0);
    });

    it('does not read the environment by itself', async () => {
      const through = await proxy();
      const server = await start();
      const before = { ...process.env };
      Object.assign(process.env, { HTTPS_PROXY: through.url, https_proxy: through.url, NO_PROXY: '', no_proxy: '' });
      try {
        await client(server).reader.preflight('acme', never);
      } finally {
        for (const name of ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy']) {
          if (before[name] === undefined) delete process.env[name];
          else process.env[name] = before[name];
        }
      }
      expect(through.tunnels).to.have.length(0);
    });
  });
});
