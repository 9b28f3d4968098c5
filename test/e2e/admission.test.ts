import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from './support/cluster.js';
import { eventually } from './support/eventually.js';
import { sharedCluster } from './support/shared-cluster.js';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const NAMESPACE = 'plus1-system';

/** All of them may edit policies; each lacks what the name says. */
const USERS = {
  'has-all': { secret: true, enforce: true },
  'no-secret': { secret: false, enforce: true },
  'no-enforce': { secret: true, enforce: false },
};
type User = keyof typeof USERS;

const policy = ({
  name = 'acme',
  namespace = NAMESPACE,
  mode = 'Observe',
  apiURL = 'https://api.github.com',
}): string => `
apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: ${name}, namespace: ${namespace}}
spec: {organization: ${name}, mode: ${mode}, github: {apiURL: '${apiURL}', credentials: {secretRef: {name: acme-github}}}}
`;

const rights = (user: User): string => {
  const { secret, enforce } = USERS[user];
  const rules = [
    { apiGroups: ['plus1.dev'], resources: ['plus1policies'], verbs: ['get', 'create', 'patch', 'update', 'delete'] },
    ...(secret ? [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['acme-github'], verbs: ['get'] }] : []),
    ...(enforce ? [{ apiGroups: ['plus1.dev'], resources: ['plus1policies'], verbs: ['enforce'] }] : []),
  ];
  const both = ['default', NAMESPACE].flatMap((namespace) => [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: user, namespace }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: user, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: user },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  ]);
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: both });
};

describe('plain manifests and admission policy: on an API server', function () {
  this.timeout(180_000);
  // Its own: a policy that judges every author would judge the other tests' authors too.
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster({ tools: sharedCluster().tools });
    await cluster.kubectl('apply', '-f', `${DEPLOY}/install.yaml`);
    await cluster.kubectl('wait', '--for=condition=Established', 'crd/plus1policies.plus1.dev', '--timeout=30s');
    await cluster.kubectl('apply', '-f', DEPLOY);
    for (const user of Object.keys(USERS) as User[]) {
      await cluster.kubectl('apply', '-f', '-', { stdin: rights(user) });
    }
    // A policy of admission takes effect a moment after it was made.
    await eventually(async () => (await create('no-secret', {})).code === 1, { what: 'the admission policy' });
  });
  after(async () => {
    await cluster?.stop();
  });

  const create = (as: User, of: Parameters<typeof policy>[0]): ReturnType<Cluster['kubectl']> =>
    cluster.kubectl('create', '--dry-run=server', '-f', '-', { stdin: policy(of), as, mayFail: true });
  const patch = (as: User, spec: object): ReturnType<Cluster['kubectl']> => {
    const body = JSON.stringify({ spec });
    const args = ['patch', 'plus1policy', 'acme', '-n', NAMESPACE, '--type=merge', '-p', body];
    return cluster.kubectl(...args, { as, mayFail: true });
  };
  const reset = async (mode: string): Promise<void> => {
    await cluster.kubectl('delete', 'plus1policies', '--all', '-n', NAMESPACE);
    await cluster.kubectl('create', '-f', '-', { stdin: policy({ mode }) });
  };

  it('every document of deploy/ can be applied again, and the pods are admitted', async () => {
    const files = readdirSync(DEPLOY).filter((name) => name.endsWith('.yaml'));
    expect(files).to.include('install.yaml');
    const again = await cluster.kubectl('apply', '--dry-run=server', '-f', DEPLOY, '-f', `${DEPLOY}/crds`);
    expect(again.stderr).to.equal('');
    const args = ['get', 'pod', 'plus1-0', '-n', NAMESPACE];
    await eventually(async () => (await cluster.kubectl(...args)).code === 0, { what: 'the pod' });
  });

  it('the API server finds no fault in the types of its expressions', async () => {
    const name = `validatingadmissionpolicy/plus1-${NAMESPACE}`;
    const looked = async (): Promise<{ observedGeneration?: number; typeChecking?: object } | undefined> => {
      const { stdout } = await cluster.kubectl('get', name, '-o', 'jsonpath={.status}');
      return stdout === '' || stdout === '{}' ? undefined : (JSON.parse(stdout) as object);
    };
    const status = await eventually(looked, { what: 'the types to be checked' });
    expect(status).to.deep.equal({ observedGeneration: 1, typeChecking: {} });
  });

  const CREATES: readonly { as: User; of: Parameters<typeof policy>[0]; says?: RegExp; reason: string }[] = [
    { as: 'has-all', of: { mode: 'Enforce' }, reason: 'may all that it asks for' },
    {
      as: 'no-secret',
      of: {},
      says: /you may not read the Secret acme-github/,
      reason: 'the credential of somebody else',
    },
    { as: 'no-enforce', of: {}, reason: 'looking is free' },
    { as: 'no-enforce', of: { mode: 'Enforce' }, says: /needs the verb enforce/, reason: 'a new policy that writes' },
    { as: 'no-enforce', of: { mode: 'EnterOnly' }, says: /needs the verb enforce/, reason: 'it writes too' },
    { as: 'has-all', of: { apiURL: 'https://API.github.com' }, reason: 'hosts have no case' },
    { as: 'has-all', of: { apiURL: 'https://evil.example' }, says: /list of allowed hosts/, reason: 'another host' },
    {
      as: 'has-all',
      of: { apiURL: 'https://api.github.com:8443' },
      says: /list of allowed hosts/,
      reason: 'another port is another server',
    },
    {
      as: 'has-all',
      of: { apiURL: 'https://api.github.com.evil.example' },
      says: /list of allowed hosts/,
      reason: 'only its beginning',
    },
    { as: 'has-all', of: { apiURL: 'http://127.0.0.1:80' }, says: /list of allowed hosts/, reason: 'plain http' },
    { as: 'no-secret', of: { namespace: 'default' }, reason: 'a namespace that this release does not look after' },
  ];
  for (const { as, of, says, reason } of CREATES) {
    it(`${says === undefined ? 'accepts' : 'refuses'} ${JSON.stringify(of)} by ${as}: ${reason}`, async () => {
      const { code, stderr } = await create(as, of);
      if (says === undefined) expect(stderr).to.equal('');
      else
        expect(stderr)
          .to.match(says)
          .and.match(/forbidden/i);
      expect(code).to.equal(says === undefined ? 0 : 1);
    });
  }

  it('leaving Observe needs the verb; anyone who lacks it may still edit, and go back', async () => {
    await reset('Observe');
    for (const mode of ['Enforce', 'EnterOnly']) {
      expect((await patch('no-enforce', { mode })).stderr).to.match(/needs the verb enforce/);
    }
    expect((await patch('has-all', { mode: 'Enforce' })).stderr).to.equal('');
    expect((await patch('no-enforce', { suspend: true })).stderr).to.equal('');
    expect((await patch('no-enforce', { mode: 'Observe' })).stderr).to.equal('');
    expect((await patch('no-enforce', { mode: 'Enforce' })).stderr).to.match(/needs the verb enforce/);
  });

  it('judges a change of the spec alone: not an annotation, not the status', async () => {
    await reset('Enforce');
    const note = ['annotate', 'plus1policy', 'acme', '-n', NAMESPACE, 'plus1.dev/reconcile-at=now'];
    expect((await cluster.kubectl(...note, { as: 'no-secret' })).code).to.equal(0);
    expect((await patch('no-secret', { suspend: true })).stderr).to.match(/may not read the Secret/);
    // As the controller writes it: it may not even read the object.
    const status = ['apply', '--server-side', '--subresource=status', '--field-manager=plus1-controller', '-f', '-'];
    const of = {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name: 'acme', namespace: NAMESPACE },
    };
    const stdin = JSON.stringify({ ...of, status: { observedGeneration: 1 } });
    const as = `system:serviceaccount:${NAMESPACE}:plus1`;
    expect((await cluster.kubectl(...status, { as, stdin })).code).to.equal(0);
  });
});
