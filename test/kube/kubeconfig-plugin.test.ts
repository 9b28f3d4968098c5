/** Kind: what the client library did not know of a kubeconfig was passed over, or refused without the name of the field. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { certificate } from '../github/support/certificate.js';
import { refusal, type Handler } from './support/fake-api.js';
import { base64, CA, GET, KubeconfigStage, never, printing } from './support/kubeconfig-stage.js';

describe('A kubeconfig with another program between', function () {
  let stage: KubeconfigStage;
  let proxy: Server | undefined;
  const start = async (handler?: Handler, name?: string): Promise<void> => {
    stage = await KubeconfigStage.start(handler, name);
  };
  afterEach(async () => {
    proxy?.closeAllConnections();
    proxy?.close();
    await stage.end();
  });

  describe('asks a plug-in', () => {
    const info = (from: string): Record<string, unknown> =>
      JSON.parse(readFileSync(stage.path(from), 'utf8')) as Record<string, unknown>;

    it('of a path relative to it, with args, env and the environment', async () => {
      await start();
      const status = { token: '$1-$INNER-$OUTER' };
      const script = printing(status)
        .replace('$1', `'"$1"'`)
        .replace('$INNER', `'"$INNER"'`)
        .replace('$OUTER', `'"$OUTER"'`);
      await stage.ask({ user: stage.plugin(script, { args: ['arg'], env: [{ name: 'INNER', value: 'inner' }] }) });
      expect(stage.authorizations).to.deep.equal(['Bearer arg-inner-outer']);
    });

    for (const version of ['v1', 'v1beta1']) {
      it(`of ${version}, and says which version it understands`, async () => {
        await start();
        const script = `printf %s "$KUBERNETES_EXEC_INFO" > '${stage.api.folder}/info'\n${printing({ token: 't' }, version)}`;
        const apiVersion = `client.authentication.k8s.io/${version}`;
        await stage.ask({ user: stage.plugin(script, { apiVersion, provideClusterInfo: true }) });
        expect(info('info')).to.deep.equal({
          apiVersion,
          kind: 'ExecCredential',
          spec: { interactive: false, cluster: { server: stage.api.url, ...CA } },
        });
      });
    }

    it('for a client certificate', async () => {
      await start();
      const { cert, key } = certificate('bob');
      await stage.ask({ user: stage.plugin(printing({ clientCertificateData: cert, clientKeyData: key })) });
      expect(stage.api.asked[0]?.client).to.equal('bob');
    });

    it('again once what it gave has expired, and no sooner', async () => {
      await start();
      const runs = stage.path('runs');
      const status = { token: 'RUN', expirationTimestamp: '2026-01-01T01:00:00Z' };
      const script = `echo x >> '${runs}'\n${printing(status).replace('RUN', `'"$(grep -c x '${runs}')"'`)}`;
      let now = Date.parse('2026-01-01T00:00:00Z');
      const connection = stage.connection(
        stage.write('config', stage.config({ user: stage.plugin(script) })),
        () => now,
      );
      for (let count = 0; count < 3; count += 1) await connection.call(GET, never);
      now = Date.parse('2026-01-01T01:00:00Z');
      await connection.call(GET, never);
      expect(stage.authorizations).to.deep.equal(['Bearer 1', 'Bearer 1', 'Bearer 1', 'Bearer 2']);
    });

    it('again where the server refuses what it gave', async () => {
      await start(({ headers }) => (headers.authorization === 'Bearer 2' ? {} : refusal(401, 'Unauthorized')));
      const runs = stage.path('runs');
      const script = `echo x >> '${runs}'\n${printing({ token: 'RUN' }).replace('RUN', `'"$(grep -c x '${runs}')"'`)}`;
      await stage.ask({ user: stage.plugin(script) });
      expect(stage.authorizations).to.deep.equal(['Bearer 1', 'Bearer 2']);
    });

    it('that hangs, and holds neither a call beyond its bound nor the end of the process', async () => {
      await start();
      const connection = stage.connection(
        stage.write('config', stage.config({ user: stage.plugin('exec sleep 600') })),
      );
      const thrown = await connection.call({ ...GET, timeoutMs: 50 }, never).catch((error: unknown) => error);
      expect(thrown).to.have.property('message', 'no answer within 0.05 s');
      await connection.close();
    });

    const refused: { reason: string; more?: object; script?: string; message: RegExp }[] = [
      {
        reason: 'is not there',
        more: { command: 'no-such-command', installHint: 'Install\nit' },
        message: /exec: command: "no-such-command" was not found\. Install it$/,
      },
      { reason: 'has no command', more: { command: '' }, message: /exec: command: it is missing/ },
      {
        reason: 'speaks a version that is gone',
        more: { apiVersion: 'client.authentication.k8s.io/v1alpha1' },
        message: /exec: apiVersion: found .*v1alpha1", allowed: .*v1, .*v1beta1/,
      },
      {
        reason: 'needs a terminal',
        more: { interactiveMode: 'Always' },
        message: /exec: interactiveMode: found "Always"/,
      },
      {
        reason: 'fails',
        script: 'echo s3cret >&2; exit 3',
        message: /"[^"]*bin\/login" gave no credential: it ended with 3/,
      },
      { reason: 'prints no JSON', script: 'echo s3cret', message: /gave no credential: it did not print JSON/ },
      {
        reason: 'answers in another version',
        script: printing({ token: 's3cret' }, 'v1beta1'),
        message: /another apiVersion/,
      },
      { reason: 'gives nothing', script: printing({}), message: /status has neither token nor clientCertificateData/ },
      {
        reason: 'gives a certificate without a key',
        script: printing({ clientCertificateData: 's3cret' }),
        message: /clientKeyData one is missing/,
      },
      {
        reason: 'gives a token of two lines',
        script: printing({ token: 's3cret\nb' }),
        message: /exec: the token has characters/,
      },
    ];
    for (const { reason, more = {}, script = 'true', message } of refused) {
      it(`and says which field is at fault where it ${reason}`, async () => {
        await start();
        const told = await stage.fault(stage.write('config', stage.config({ user: stage.plugin(script, more) })));
        expect(told)
          .to.contain(`${stage.path('config')}: users "u"`)
          .and.match(message);
        expect(told).to.not.contain('s3cret');
        expect(stage.api.asked).to.deep.equal([]);
      });
    }
  });

  describe('goes through its proxy-url', () => {
    const heard: string[] = [];
    const startProxy = async (status = 200): Promise<string> => {
      heard.length = 0;
      proxy = createServer().on('connect', (request, socket) => {
        heard.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`.trim());
        if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
        const [host = '', port = ''] = (request.url ?? '').split(':');
        const there = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        for (const each of [socket, there]) each.on('error', () => undefined);
        socket.pipe(there).pipe(socket);
      });
      await new Promise<void>((resolve) => proxy?.listen(0, '127.0.0.1', resolve));
      return `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    };

    it('with its password, and trusts there what it trusts elsewhere', async () => {
      await start(undefined, 'api.internal');
      const address = await startProxy();
      const cluster = {
        'certificate-authority-data': base64(certificate('api.internal').cert),
        'proxy-url': `http://me:pw@${address}`,
      };
      await stage.ask({ cluster: { ...cluster, 'tls-server-name': 'api.internal' } });
      expect(heard).to.deep.equal([`${new URL(stage.api.url).host} Basic ${base64('me:pw')}`]);
      const thrown = await stage.ask({ cluster }).catch((error: unknown) => error);
      expect(thrown).to.have.property('message').that.contains('ERR_TLS_CERT_ALTNAME_INVALID');
      expect(stage.api.asked).to.have.length(1);
    });

    it('with the client certificate of a plug-in', async () => {
      await start();
      const cluster = { ...CA, 'proxy-url': `http://${await startProxy()}` };
      const { cert, key } = certificate('bob');
      await stage.ask({ cluster, user: stage.plugin(printing({ clientCertificateData: cert, clientKeyData: key })) });
      expect(stage.api.asked[0]?.client).to.equal('bob');
    });

    it('and says what the proxy answered', async () => {
      await start();
      const address = await startProxy(407);
      const thrown = await stage
        .ask({ cluster: { ...CA, 'proxy-url': `http://me:pw@${address}` } })
        .catch((error: unknown) => error);
      expect(thrown).to.have.property('name', 'NoAnswer');
      expect(thrown).to.have.property('message', `the proxy ${address} refused the connection (407)`);
    });
  });
});
