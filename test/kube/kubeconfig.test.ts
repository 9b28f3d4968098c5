/** Kind: what the client library did not know of a kubeconfig was passed over, or refused without the name of the field. */
import { expect } from 'chai';
import { mkdirSync } from 'node:fs';
import { delimiter } from 'node:path';
import { systemClock } from '../../cmd/plus1/clock.js';
import { Connection } from '../../pkg/kube/index.js';
import { certificate } from '../github/support/certificate.js';
import type { Handler } from './support/fake-api.js';
import { base64, CA, GET, KubeconfigStage, never, type Parts } from './support/kubeconfig-stage.js';

describe('A kubeconfig over HTTPS', function () {
  let stage: KubeconfigStage;
  const start = async (handler?: Handler, name?: string): Promise<void> => {
    stage = await KubeconfigStage.start(handler, name);
  };
  afterEach(() => stage.end());

  describe('trusts', () => {
    it('a certificate authority that it names by a path relative to it', async () => {
      await start();
      stage.write('ca.pem', certificate().cert);
      await stage.ask({ cluster: { 'certificate-authority': 'ca.pem' } });
      expect(stage.authorizations).to.deep.equal(['Bearer abc']);
    });

    it('that authority too where the context names no user', async () => {
      await start();
      await stage.ask({ context: { user: '' } });
      expect(stage.authorizations).to.deep.equal([undefined]);
    });

    it('nobody else', async () => {
      await start();
      const thrown = await stage.ask({ cluster: {} }).catch((error: unknown) => error);
      expect(thrown)
        .to.have.property('message')
        .that.matches(/failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
      expect(stage.api.asked).to.deep.equal([]);
    });

    it('anybody with insecure-skip-tls-verify', async () => {
      await start();
      await stage.ask({ cluster: { 'insecure-skip-tls-verify': true } });
      expect(stage.api.asked).to.have.length(1);
    });

    it('the name of tls-server-name in place of the address', async () => {
      await start(undefined, 'api.internal');
      const cluster = { 'certificate-authority-data': base64(certificate('api.internal').cert) };
      const thrown = await stage.ask({ cluster }).catch((error: unknown) => error);
      expect(thrown).to.have.property('message').that.contains('ERR_TLS_CERT_ALTNAME_INVALID');
      await stage.ask({ cluster: { ...cluster, 'tls-server-name': 'api.internal' } });
      expect(stage.api.asked).to.have.length(1);
    });
  });

  describe('signs', () => {
    it('with a client certificate and key by paths relative to it', async () => {
      await start();
      stage.write('me.pem', certificate('alice').cert);
      stage.write('me.key', certificate('alice').key);
      await stage.ask({ user: { 'client-certificate': 'me.pem', 'client-key': 'me.key' } });
      expect(stage.api.asked[0]?.client).to.equal('alice');
    });

    it('with user and password', async () => {
      await start();
      await stage.ask({ user: { username: 'alice', password: 'päss' } });
      expect(stage.authorizations).to.deep.equal([`Basic ${base64('alice:päss')}`]);
    });

    it('as somebody else: every field of an impersonation becomes a header', async () => {
      await start();
      const user = {
        token: 'abc',
        as: 'alice',
        'as-uid': '42',
        'as-groups': ['dev', 'ops'],
        'as-user-extra': { 'acme.com/project': ['one', 'two'] },
      };
      await stage.ask({ user });
      const raw = stage.api.asked[0]?.rawHeaders ?? [];
      const sent = raw.flatMap((name, at) =>
        name.startsWith('Impersonate-') ? [`${name}: ${raw[at + 1] ?? ''}`] : [],
      );
      expect(sent).to.have.members([
        'Impersonate-User: alice',
        'Impersonate-Uid: 42',
        'Impersonate-Group: dev',
        'Impersonate-Group: ops',
        'Impersonate-Extra-acme.com%2Fproject: one',
        'Impersonate-Extra-acme.com%2Fproject: two',
      ]);
    });
  });

  describe('of several files', () => {
    it('takes whole entries, and the current context, from the first that has them', async () => {
      await start();
      const first = stage.write('one', { users: [{ name: 'u', user: { token: 'first' } }], 'current-context': 'x' });
      const second = stage.write(
        'two',
        stage.config({ user: { token: 'second', as: 'alice' }, top: { 'current-context': 'y' } }),
      );
      await stage.connection([first, stage.path('missing'), second].join(delimiter)).call(GET, never);
      expect(stage.authorizations).to.deep.equal(['Bearer first']);
      expect(stage.api.asked[0]?.headers).to.not.have.property('impersonate-user');
    });

    it('reads paths relative to the file that has them', async () => {
      await start();
      mkdirSync(stage.path('sub'));
      stage.write('sub/ca.pem', certificate().cert);
      stage.write('sub/token', 'from-sub');
      const users = [{ name: 'u', user: { tokenFile: 'token' } }];
      const sub = stage.write('sub/config', {
        users,
        clusters: [{ name: 'c', cluster: { server: stage.api.url, 'certificate-authority': 'ca.pem' } }],
      });
      await stage
        .connection([stage.write('empty', ''), sub, stage.write('main', stage.config())].join(delimiter))
        .call(GET, never);
      expect(stage.authorizations).to.deep.equal(['Bearer from-sub']);
    });
  });

  const alice = certificate('alice');
  const pair = { 'client-certificate-data': base64(alice.cert), 'client-key-data': base64(alice.key) };
  const faults: { reason: string; parts: Parts; message: RegExp }[] = [
    {
      reason: 'a current context that is not there',
      parts: { top: { 'current-context': 'z' } },
      message: /current-context: found "z", which is not in contexts: "x"/,
    },
    {
      reason: 'no current context',
      parts: { top: { 'current-context': '' } },
      message: /set current-context to one of contexts: "x"/,
    },
    {
      reason: 'a context with a missing cluster',
      parts: { context: { cluster: 'd' } },
      message: /contexts "x": cluster: found "d", which is not in clusters: "c"/,
    },
    {
      reason: 'a context with a missing user',
      parts: { context: { user: 'v' } },
      message: /contexts "x": user: found "v", which is not in users: "u"/,
    },
    {
      reason: 'a cluster without a server',
      parts: { cluster: { server: '' } },
      message: /clusters "c": server: it is missing/,
    },
    {
      reason: 'a server that is no address',
      parts: { cluster: { server: 'host:6443' } },
      message: /clusters "c": server: it is not an address/,
    },
    {
      reason: 'a credential over http',
      parts: { cluster: { server: 'http://127.0.0.1:1' } },
      message: /server: over http everybody/,
    },
    {
      reason: 'an authority and insecure-skip-tls-verify',
      parts: { cluster: { ...CA, 'insecure-skip-tls-verify': true } },
      message: /insecure-skip-tls-verify: a certificate authority is given as well/,
    },
    {
      reason: 'a flag in quotes',
      parts: { cluster: { 'insecure-skip-tls-verify': 'true' } },
      message: /insecure-skip-tls-verify: found a value of type string/,
    },
    {
      reason: 'an authority as file and data',
      parts: { cluster: { ...CA, 'certificate-authority': 'ca.pem' } },
      message: /certificate-authority: certificate-authority-data is given as well/,
    },
    {
      reason: 'an authority that is not there',
      parts: { cluster: { 'certificate-authority': 'ca.pem' } },
      message: /certificate-authority: \/.*ca\.pem cannot be read: it does not exist/,
    },
    {
      reason: 'an authority that is none',
      parts: { cluster: { 'certificate-authority-data': base64('nothing') } },
      message: /certificate-authority: it is not a certificate in PEM/,
    },
    {
      reason: 'data that is no base64',
      parts: { cluster: { 'certificate-authority-data': '-----BEGIN' } },
      message: /certificate-authority-data: it is not base64/,
    },
    {
      reason: 'a proxy of another kind',
      parts: { cluster: { ...CA, 'proxy-url': 'ftp://proxy' } },
      message: /proxy-url: it is not the address of a proxy; allowed/,
    },
    {
      reason: 'a certificate as file and data',
      parts: { user: { ...pair, 'client-certificate': 'me.pem' } },
      message: /client-certificate: client-certificate-data is given as well/,
    },
    {
      reason: 'a key as file and data',
      parts: { user: { ...pair, 'client-key': 'me.key' } },
      message: /client-key: client-key-data is given as well/,
    },
    {
      reason: 'a certificate without a key',
      parts: { user: { 'client-certificate-data': base64(alice.cert) } },
      message: /client-key: it is missing/,
    },
    {
      reason: 'a key of another certificate',
      parts: { user: { ...pair, 'client-key-data': base64(certificate().key) } },
      message: /client-key: it is not the key of client-certificate/,
    },
    {
      reason: 'a token and a password',
      parts: { user: { token: 's3cret', username: 'me', password: 's3cret' } },
      message: /username: token is given as well/,
    },
    {
      reason: 'a token that is a number',
      parts: { user: { token: 123456 } },
      message: /token: found a value of type number, needed a text; put it in quotes/,
    },
    {
      reason: 'a token file that is not there',
      parts: { user: { tokenFile: 'nowhere' } },
      message: /tokenFile: \/.*nowhere cannot be read: it does not exist/,
    },
    {
      reason: 'an auth-provider that kubectl has no more',
      parts: { user: { 'auth-provider': { name: 'gcp' } } },
      message: /auth-provider: kubectl has it no more; use exec with gke-gcloud-auth-plugin/,
    },
    {
      reason: 'another auth-provider',
      parts: { user: { 'auth-provider': { name: 'oidc', config: { 'id-token': 's3cret' } } } },
      message: /auth-provider: it is not supported; use exec/,
    },
    {
      reason: 'an impersonation without a name',
      parts: { user: { token: 'abc', 'as-groups': ['dev'] } },
      message: /as-groups: it needs as/,
    },
    {
      reason: 'an object of another kind',
      parts: { top: { kind: 'Pod' } },
      message: /kind: found "Pod", needed "Config"/,
    },
    {
      reason: 'a list that is none',
      parts: { top: { users: {} } },
      message: /users: found a value of type mapping, needed a list/,
    },
    {
      reason: 'two entries of one name',
      parts: { top: { users: [{ name: 'u' }, { name: 'u' }] } },
      message: /users: "u" is there twice/,
    },
  ];
  for (const { reason, parts, message } of faults) {
    it(`is refused in one line that names the field: ${reason}`, async () => {
      await start();
      const told = await stage.fault(stage.write('config', stage.config(parts)));
      expect(told).to.contain(stage.path('config')).and.match(message);
      expect(told).to.not.contain('s3cret');
      expect(stage.api.asked).to.deep.equal([]);
    });
  }

  it('is not needed in a pod: its account names the server, the authority, the token and the namespace', async () => {
    await start();
    stage.write('ca.crt', certificate().cert);
    stage.write('token', 'pod\n');
    stage.write('namespace', 'plus1-system');
    const { hostname, port } = new URL(stage.api.url);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const source = { inCluster: true, env, accountFolder: stage.api.folder };
    const connection = new Connection({ source, userAgent: 'test', clock: systemClock });
    await connection.call(GET, never);
    stage.write('token', 'rotated\n');
    await connection.call(GET, never);
    expect(stage.authorizations).to.deep.equal(['Bearer pod', 'Bearer rotated']);
    expect(await connection.namespace()).to.equal('plus1-system');
    await connection.close();
  });

  it('is refused with the line where it is not YAML', async () => {
    await start();
    const told = await stage.fault(stage.write('config', 'users:\n- name: u\n  user: {token: s3cret\n'));
    expect(told).to.match(/config:\d+: it is not valid YAML$/);
  });
});
