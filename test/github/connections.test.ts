/** Every way in which a connection can fail is bounded alike: as many connections as tries, and the reason in the message. */
import { expect } from 'chai';
import { createServer as createTLSServer } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import type { GitHubOptions } from '../../pkg/github/index.js';
import { certificate } from './support/certificate.js';
import { clientFor, failureOf, never, textOf } from './support/clients.js';
import { startProxy } from './support/connect-proxy.js';
import { request } from './support/inventory-request.js';
import { answerWith, serveRaw, type RawServer } from './support/raw-server.js';
import { serve, type Reply, type ScriptedServer } from './support/scripted-server.js';

const TRIES = 3;
const OK = 'HTTP/1.1 200 OK\r\n';

/** Goes on writing until the connection is gone. */
const forever =
  (first: string, then: string) =>
  (socket: Socket): void => {
    socket.once('data', () => {
      socket.write(first);
      const timer = setInterval(() => socket.write(then), 2);
      socket.on('close', () => clearInterval(timer));
    });
  };
const onceAsked =
  (act: (socket: Socket) => void) =>
  (socket: Socket): void => {
    socket.once('data', () => act(socket));
  };

const FAILURES: { name: string; act: (socket: Socket) => void; direct?: RegExp; proxy?: RegExp }[] = [
  { name: 'closes at once', act: (socket) => socket.end(), direct: /closed before/, proxy: /closed before/ },
  { name: 'is destroyed at once', act: (socket) => socket.destroy() },
  { name: 'is reset at once', act: (socket) => socket.resetAndDestroy(), direct: /ECONNRESET|EPIPE/ },
  {
    name: 'closes when it was asked',
    act: onceAsked((socket) => socket.end()),
    direct: /closed before/,
    proxy: /closed before/,
  },
  { name: 'is reset when it was asked', act: onceAsked((socket) => socket.resetAndDestroy()) },
  { name: 'is closed by half', act: (socket) => socket.on('data', () => undefined).end() },
  {
    name: 'sends garbage',
    act: answerWith('garbage\r\n\r\n'),
    direct: /no answer of HTTP/,
    proxy: /no answer of HTTP/,
  },
  { name: 'sends garbage before it is asked', act: (socket) => socket.write('garbage\r\n\r\n') },
  { name: 'never answers', act: (socket) => socket.on('data', () => undefined), direct: /no whole answer within/ },
  { name: 'sends half a status line', act: answerWith('HTTP/1.1 20'), direct: /no whole answer within/ },
  { name: 'closes after a status line', act: onceAsked((socket) => socket.end(OK)), proxy: /closed before/ },
  { name: 'has headers without end', act: forever(OK, `x: ${'a'.repeat(2_000)}\r\n`), direct: /headers .* do not end/ },
  {
    name: 'drips',
    act: forever(`${OK}content-length: 99999\r\n\r\n`, ' '),
    direct: /no whole answer within/,
  },
  { name: 'only says 100', act: forever('', 'HTTP/1.1 100 Continue\r\n\r\n') },
  { name: 'switches protocols', act: answerWith('HTTP/1.1 101 No\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n') },
  {
    name: 'breaks within the body',
    act: onceAsked((socket) => socket.end(`${OK}content-length: 99\r\n\r\n{`)),
    direct: /closed before/,
  },
  {
    name: 'breaks within a chunk',
    act: onceAsked((socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\nff\r\n{`)),
    direct: /closed before/,
  },
  { name: 'closes behind a 200', act: onceAsked((socket) => socket.end(`${OK}\r\n`)) },
  { name: 'sends garbage behind a 200', act: answerWith(`${OK}\r\ngarbage`) },
  {
    name: 'is packed wrongly',
    act: answerWith(`${OK}content-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello`),
  },
  { name: 'answers 502', act: answerWith('HTTP/1.1 502 x\r\ncontent-length: 0\r\n\r\n'), direct: /502/, proxy: /502/ },
  { name: 'answers 999', act: answerWith('HTTP/1.1 999 x\r\ncontent-length: 0\r\n\r\n'), direct: /999/, proxy: /999/ },
];

describe('a connection', () => {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0)) await each.close();
  });
  const raw = async (act: (socket: Socket) => void): Promise<RawServer> => {
    const server = await serveRaw(act);
    closing.push(server);
    return server;
  };
  const scripted = async (handler: Parameters<typeof serve>[0]): Promise<ScriptedServer> => {
    const server = await serve(handler);
    closing.push(server);
    return server;
  };
  const client = (url: string, options: Partial<GitHubOptions> = {}): ReturnType<typeof clientFor> => {
    const made = clientFor(url, { attempts: TRIES - 1, requestTimeoutMs: 250, ...options });
    closing.unshift(made);
    return made;
  };

  for (const { name, act, direct = /./, proxy = /./ } of FAILURES) {
    it(`that ${name} is tried as often as told, and no more`, async () => {
      const server = await raw(act);
      const github = client(server.url);
      const error = await failureOf(github.reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      expect(error.message).to.match(direct);
      expect(github.heard.requests).to.have.length(TRIES);
      // After a time-out undici connects once more for the request that was given up.
      expect(server.connections()).to.be.at.most(2 * TRIES);
    });

    it(`to a proxy that ${name} is tried as often as told, and no more`, async () => {
      const server = await raw(act);
      const https = server.url.replace('//', '//user:hunter2@');
      const github = client('https://github.invalid', { proxy: { https } });
      const error = await failureOf(github.reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      expect(error.message).to.match(proxy);
      expect(textOf(error)).to.not.contain('hunter2');
      expect(github.heard.requests).to.have.length(TRIES);
      expect(server.connections()).to.be.at.most(2 * TRIES);
    });
  }

  it('to a proxy that closes it is tried for each question of an inventory as often as told', async () => {
    const server = await raw((socket) => socket.end());
    const github = client('https://github.invalid', { proxy: { https: server.url } });
    await failureOf(github.reader.inventory(request(), never));
    expect(server.connections()).to.be.at.most(2 * TRIES);
  });

  it('to a proxy that closes it leaves a write unknown, and is tried once', async () => {
    const server = await raw((socket) => socket.end());
    const github = client('https://github.invalid', { proxy: { https: server.url } });
    const conditions = { repository_id: { repository_ids: [1] } };
    const live = { id: 7, name: 'r', targeting: 'RepositoryID', members: new Set([1]), conditions };
    const written = await github.writer.writeMembers('acme', live as never, [1, 2], never);
    expect(written.state).to.equal('unknown');
    expect(server.connections()).to.equal(1);
  });

  it('that closes after the TLS handshake is tried as often as told', async () => {
    let connections = 0;
    const server = createTLSServer(certificate(), (socket) => {
      connections += 1;
      socket.on('error', () => undefined).destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const tunnel = await startProxy();
    closing.push(tunnel, { close: () => new Promise((resolve) => server.close(() => resolve())) });
    for (const proxy of [{}, { https: tunnel.url }]) {
      connections = 0;
      const github = client(`https://localhost:${port}`, { caCert: certificate().cert, proxy });
      await failureOf(github.reader.preflight('acme', never));
      expect(connections).to.be.within(1, TRIES);
    }
    expect(tunnel.tunnels).to.have.length(TRIES);
  });

  it('to a name that does not exist is tried as often as told', async () => {
    const github = client('https://github.invalid');
    const error = await failureOf(github.reader.preflight('acme', never));
    expect(error.message).to.match(/the connection to github\.invalid failed \((ENOTFOUND|EAI_AGAIN)\)/);
    expect(github.heard.requests).to.have.length(TRIES);
  });

  it('gives a CONNECT that nobody answers up, also where its request is long gone', async () => {
    let open = 0;
    const server = await raw((socket) => {
      open += 1;
      socket.on('data', () => undefined).on('close', () => (open -= 1));
      socket.on('end', () => socket.end());
    });
    const github = client('https://github.invalid', { proxy: { https: server.url }, attempts: 0 });
    await failureOf(github.reader.preflight('acme', never));
    while (open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.connections()).to.be.at.least(1);
  });

  describe('to a proxy that answers', () => {
    it('407 is not tried again, and the message says what to check', async () => {
      const proxy = await startProxy({ refuse: 407 });
      closing.push(proxy);
      const github = client('https://github.invalid', { proxy: { https: proxy.url.replace('//', '//user:hunter2@') } });
      const error = await failureOf(github.reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_PROXY_REFUSED');
      expect(error.class).to.equal('configuration');
      expect(error.message).to.equal(
        `cannot look at the organization acme: the proxy ${new URL(proxy.url).host} does not accept user and password: it answered 407`,
      );
      expect(error.fix).to.match(/user and password in HTTPS_PROXY/);
      expect(textOf(error)).to.not.contain('hunter2');
      expect(proxy.tunnels).to.have.length(1);
    });

    it('407 to a write sends nothing, and says so', async () => {
      const proxy = await startProxy({ refuse: 407 });
      closing.push(proxy);
      const github = client('https://github.invalid', { proxy: { https: proxy.url } });
      const conditions = { repository_id: { repository_ids: [1] } };
      const live = { id: 7, name: 'r', targeting: 'RepositoryID', members: new Set([1]), conditions };
      const error = await failureOf(github.writer.writeMembers('acme', live as never, [1, 2], never));
      expect(error.code).to.equal('PLUS1_PROXY_REFUSED');
    });

    for (const { refuse, tries } of [
      { refuse: 400, tries: 1 },
      { refuse: 403, tries: 1 },
      { refuse: 429, tries: TRIES },
      { refuse: 500, tries: TRIES },
      { refuse: 503, tries: TRIES },
    ]) {
      it(`${refuse} is tried ${tries} times, and the message has the status`, async () => {
        const proxy = await startProxy({ refuse });
        closing.push(proxy);
        const github = client('https://github.invalid', { proxy: { https: proxy.url } });
        const error = await failureOf(github.reader.preflight('acme', never));
        expect(error.message).to.equal(
          `cannot look at the organization acme: the proxy ${new URL(proxy.url).host} opened no tunnel to github.invalid: it answered ${refuse}`,
        );
        expect(proxy.tunnels).to.have.length(tries);
      });
    }
  });

  it('on which somebody in between answers 407 is not tried again', async () => {
    const server = await scripted(() => ({ status: 407, body: '<html>Login</html>' }));
    const error = await failureOf(client(server.url).reader.preflight('acme', never));
    expect(error.code).to.equal('PLUS1_PROXY_REFUSED');
    expect(error.message).to.contain('407');
    expect(server.asked).to.have.length(1);
  });

  describe('to web pages in place of the API', () => {
    const page = '<!DOCTYPE html><html><title>Sign in</title></html>';
    const answers: { reason: string; reply: (path: string) => Reply }[] = [
      { reason: 'a page', reply: () => ({ body: page }) },
      { reason: 'a page behind a blank', reply: () => ({ body: `\n  <html>${page}` }) },
      { reason: 'no such page', reply: () => ({ status: 404, body: page }) },
      { reason: 'no such type', reply: () => ({ status: 406, body: page }) },
      {
        reason: 'a login',
        reply: (path) =>
          path === '/login' ? { body: page } : { status: 302, headers: { location: '/login' }, body: page },
      },
    ];
    for (const { reason, reply } of answers) {
      it(`is a wrong address at the root of an Enterprise Server: ${reason}`, async () => {
        const server = await scripted(({ path }) => reply(path));
        const error = await failureOf(client(server.url).reader.preflight('acme', never));
        expect(error.code).to.equal('PLUS1_API_ADDRESS_WRONG');
        expect(error.message).to.match(/the answer is a web page with the status \d{3}$/);
        expect(error.fix).to.equal(`add /api/v3: use ${server.url}/api/v3`);
      });
    }

    it('is an outage at the right address, with its status', async () => {
      const server = await scripted(() => ({ status: 203, body: page }));
      const error = await failureOf(client(`${server.url}/api/v3`).reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      expect(error.message).to.contain('the answer with the status 203 is a web page, not JSON');
      expect(server.asked).to.have.length(TRIES);
    });

    it('is asked again before it is believed', async () => {
      const server = await scripted((_, n) => (n === 0 ? { body: page } : { body: { id: 1, login: 'acme' } }));
      expect((await client(server.url).reader.preflight('acme', never)).login).to.equal('acme');
    });

    it('is no bad token where a gateway wants a login', async () => {
      const server = await scripted(() => ({ status: 401, body: page }));
      const error = await failureOf(client(server.url).reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_ACCESS_REFUSED');
      expect(error.fix).to.match(/proxy or gateway/);
    });
  });
});
