import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from './support/cluster.js';
import { eventually } from './support/eventually.js';
import { established } from './support/established.js';
import { sharedCluster } from './support/shared-cluster.js';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const NAMESPACE = 'plus1-system';

type User = 'has-all' | 'no-secret' | 'no-enforce' | 'enforces-acme';

/** All of them may edit policies; each lacks what the name says. */
const USERS: Record<User, { secret: boolean; enforce: boolean | string }> = {
  'has-all': { secret: true, enforce: true },
  'no-secret': { secret: false, enforce: true },
  'no-enforce': { secret: true, enforce: false },
  'enforces-acme': { secret: true, enforce: 'acme' },
};

const exemption = (effect: string): object => ({
  ...{ repository: 'legacy-api', effect, owner: 'team-x' },
  ...{ reason: 'Retired in the first quarter', expiresAt: '2037-03-31T00:00:00Z' },
});

const channelsOf = (secrets: readonly string[]): string =>
  JSON.stringify(secrets.map((name, at) => ({ name: `c${at}`, type: 'Slack', secretRef: { name } })));

const policy = ({
  name = 'acme',
  namespace = NAMESPACE,
  mode = 'Observe',
  apiURL = 'https://api.github.com',
  backup = '',
  webhook = '',
  channels = [] as string[],
}): string => `
apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: ${name}, namespace: ${namespace}}
spec: {organization: ${name}, mode: ${mode}, github: {apiURL: '${apiURL}', credentials: {secretRef: {name: acme-github}${backup === '' ? '' : `, backupSecretRef: {name: ${backup}}`}}${webhook === '' ? '' : `, webhook: {secretRef: {name: ${webhook}}}`}}, notifications: ${channelsOf(channels)}}
`;

const rights = (user: User): string => {
  const { secret, enforce } = USERS[user];
  const rules = [
    {
      apiGroups: ['plus1.dev'],
      resources: ['plus1policies'],
      verbs: ['get', 'list', 'create', 'patch', 'update', 'delete', 'deletecollection'],
    },
    ...(secret ? [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['acme-github'], verbs: ['get'] }] : []),
    ...(enforce === false
      ? []
      : [
          {
            ...{ apiGroups: ['plus1.dev'], resources: ['plus1policies'], verbs: ['enforce'] },
            ...(enforce === true ? {} : { resourceNames: [enforce] }),
          },
        ]),
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
    await established(cluster, 'plus1policies.plus1.dev');
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
  const patch = (as: User, spec: object, dryRun = 'none'): ReturnType<Cluster['kubectl']> => {
    const body = JSON.stringify({ spec });
    const args = ['patch', 'plus1policy', 'acme', '-n', NAMESPACE, '--type=merge', '-p', body, `--dry-run=${dryRun}`];
    return cluster.kubectl(...args, { as, mayFail: true });
  };
  const remove = (as: User, ...args: string[]): ReturnType<Cluster['kubectl']> =>
    cluster.kubectl('delete', 'plus1policy', '-n', NAMESPACE, ...(args.length > 0 ? args : ['acme']), {
      as,
      mayFail: true,
    });
  const list = async (): Promise<string> =>
    (await cluster.kubectl('get', 'plus1policies', '-n', NAMESPACE, '-o', 'name')).stdout;
  const reset = async (mode: string, spec?: object): Promise<void> => {
    await cluster.kubectl('delete', 'plus1policies', '--all', '-n', NAMESPACE);
    await cluster.kubectl('create', '-f', '-', { stdin: policy({ mode }) });
    if (spec !== undefined) await patch('has-all', spec);
  };

  it('every document of deploy/ can be applied again, and the pods are admitted', async () => {
    const files = readdirSync(DEPLOY).filter((name) => name.endsWith('.yaml'));
    expect(files).to.include('install.yaml');
    const again = await cluster.kubectl('apply', '--dry-run=server', '-f', DEPLOY, '-f', `${DEPLOY}/crds`);
    expect(again.stderr).to.equal('');
    const args = ['get', 'pod', 'plus1-0', '-n', NAMESPACE];
    await eventually(async () => (await cluster.kubectl(...args)).code === 0, { what: 'the pod' });
  });

  for (const name of [`plus1-${NAMESPACE}`, `plus1-${NAMESPACE}-approvals`])
    it(`the API server finds no fault in the types of the expressions of ${name}`, async () => {
      const looked = async (): Promise<{ observedGeneration?: number; typeChecking?: object } | undefined> => {
        const { stdout } = await cluster.kubectl('get', 'validatingadmissionpolicy', name, '-o', 'jsonpath={.status}');
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
    { as: 'has-all', of: { backup: 'acme-github' }, reason: 'a backup that its author may read' },
    {
      as: 'has-all',
      of: { backup: 'beta-github' },
      says: /backupSecretRef.name: you may not read the Secret beta-github/,
      reason: 'the credential of somebody else as a backup',
    },
    {
      as: 'has-all',
      of: { webhook: 'beta-github' },
      says: /webhook.secretRef.name: you may not read the Secret beta-github/,
      reason: 'the key of somebody else for webhooks',
    },
    {
      as: 'has-all',
      of: { webhook: 'acme-github', channels: [...Array(16).keys()].map(() => 'acme-github') },
      reason: 'as many channels as a policy may have, with Secrets that its author may read',
    },
    {
      as: 'has-all',
      of: { channels: [...[...Array(15).keys()].map(() => 'acme-github'), 'beta-github'] },
      says: /spec.notifications\[15\].secretRef.name: you may not read the Secret beta-github/,
      reason: 'the credential of somebody else for the last of its channels',
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

  it('leaving Observe needs the verb; until then anyone who lacks it may edit, and delete', async () => {
    await reset('Observe');
    for (const mode of ['Enforce', 'EnterOnly']) {
      expect((await patch('no-enforce', { mode })).stderr).to.match(/spec\.mode: .* needs the verb enforce/);
    }
    expect((await patch('no-enforce', { exit: { gracePeriod: '1h' } })).stderr).to.equal('');
    expect((await remove('no-enforce')).stderr).to.equal('');
    await reset('Observe');
    expect((await patch('has-all', { mode: 'Enforce' })).stderr).to.equal('');
  });

  const CHANGES: readonly { spec: object; reason: string }[] = [
    { spec: { exit: { gracePeriod: '0s' } }, reason: 'a shorter grace period' },
    { spec: { guards: { maxLeaving: '100%' } }, reason: 'a wider guard' },
    { spec: { guards: { approval: { required: 1 } } }, reason: 'fewer approvers' },
    { spec: { repositories: { exclude: ['*'] } }, reason: 'an exclusion' },
    { spec: { catalog: { onInvalid: 'Release' } }, reason: 'files that are wrong let go' },
    { spec: { exemptions: [exemption('Release')] }, reason: 'an exemption' },
    { spec: { suspend: false }, reason: 'going on' },
    { spec: { mode: 'EnterOnly' }, reason: 'another mode that writes' },
    { spec: { mode: 'Observe' }, reason: 'going back to looking: nobody would repair what others change' },
  ];
  for (const mode of ['Enforce', 'EnterOnly']) {
    it(`any change of the spec of a policy in ${mode} needs the verb, and its deletion`, async () => {
      await reset(mode, { guards: { approval: { required: 2 } }, suspend: true });
      for (const { spec, reason } of CHANGES.filter(
        ({ spec: change }) => !('mode' in change) || change.mode !== mode,
      )) {
        expect((await patch('no-enforce', spec)).stderr, reason).to.match(
          /to change a policy .* needs the verb enforce/,
        );
        expect((await patch('has-all', spec, 'server')).stderr, reason).to.equal('');
      }
      for (const args of [['acme'], ['--all']])
        expect((await remove('no-enforce', ...args)).stderr, args.join()).to.match(
          /to delete a policy .* the verb enforce/,
        );
      expect((await remove('has-all', '--all')).stderr).to.equal('');
    });
  }

  it('a verb for one policy by name is enough to change and delete that one', async () => {
    await cluster.kubectl('apply', '-f', '-', { stdin: rights('enforces-acme') });
    await reset('Enforce');
    await cluster.kubectl('create', '-f', '-', { stdin: policy({ name: 'other', mode: 'Enforce' }) });
    expect((await patch('enforces-acme', { exit: { gracePeriod: '1h' } })).stderr).to.equal('');
    expect((await remove('enforces-acme', '--all')).stderr).to.match(/"other" is forbidden.* needs the verb enforce/);
    const { stdout } = await cluster.kubectl('get', 'plus1policies', '-n', NAMESPACE, '-o', 'name');
    expect(stdout.trim()).to.equal('plus1policy.plus1.dev/other');
  });

  it('a rollback by annotation needs the verb, since it waives the grace period; so does an owner that would delete', async () => {
    await reset('Enforce');
    const metadata = (as: User, of: object): ReturnType<Cluster['kubectl']> => {
      const args = [
        'patch',
        'plus1policy',
        'acme',
        '-n',
        NAMESPACE,
        '--type=merge',
        '-p',
        JSON.stringify({ metadata: of }),
      ];
      return cluster.kubectl(...args, { as, mayFail: true });
    };
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: '00000000-0000-0000-0000-000000000000' };
    const rollback = { annotations: { 'plus1.dev/rollback-to': '912' } };
    for (const of of [rollback, { ownerReferences: [owner] }])
      expect((await metadata('no-enforce', of)).stderr).to.match(/to change a policy .* needs the verb enforce/);
    expect((await metadata('has-all', rollback)).stderr).to.equal('');
    expect((await metadata('no-enforce', { annotations: { 'plus1.dev/rollback-to': null } })).stderr).to.match(/verb/);
    // Anyone else's notes, labels and finalizers are judged no more than before.
    const notes = { annotations: { note: 'x' }, labels: { team: 'a' }, finalizers: ['example.com/held'] };
    expect((await metadata('no-enforce', notes)).stderr).to.equal('');
    expect((await metadata('no-enforce', { finalizers: [] })).stderr).to.equal('');
    // In Observe it would wait for whoever sets another mode, and looks at the spec alone.
    await reset('Observe');
    expect((await metadata('no-enforce', rollback)).stderr).to.match(/a rollback needs the verb enforce/);
    expect((await metadata('no-enforce', notes)).stderr).to.equal('');
    expect((await metadata('has-all', rollback)).stderr).to.equal('');
    expect((await metadata('no-enforce', { annotations: { 'plus1.dev/rollback-to': null } })).stderr).to.match(/verb/);
    expect((await metadata('no-enforce', { finalizers: [] })).stderr).to.equal('');
  });

  it('a deletion that was allowed is not held by who removes the last finalizer', async () => {
    await reset('Enforce');
    const finalizers = (list: string): Promise<unknown> =>
      cluster.kubectl(
        'patch',
        'plus1policy',
        'acme',
        '-n',
        NAMESPACE,
        '--type=merge',
        '-p',
        `{"metadata":{"finalizers":${list}}}`,
        {
          as: 'no-enforce',
        },
      );
    await finalizers('["example.com/held"]');
    expect((await remove('has-all', 'acme', '--wait=false')).stderr).to.equal('');
    await finalizers('[]');
    await eventually(async () => (await list()) === '', { what: 'the policy to go' });
  });

  it('what its owner leaves behind goes', async () => {
    await reset('Enforce');
    await cluster.kubectl('create', 'configmap', 'owner', '-n', NAMESPACE);
    const { stdout: uid } = await cluster.kubectl(
      'get',
      'configmap',
      'owner',
      '-n',
      NAMESPACE,
      '-o',
      'jsonpath={.metadata.uid}',
    );
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid };
    const owned = JSON.stringify({ metadata: { ownerReferences: [owner] } });
    await cluster.kubectl('patch', 'plus1policy', 'acme', '-n', NAMESPACE, '--type=merge', '-p', owned);
    await cluster.kubectl('delete', 'configmap', 'owner', '-n', NAMESPACE);
    await eventually(async () => (await list()) === '', { what: 'the policy to follow its owner', timeoutMs: 60_000 });
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

  it('a namespace that somebody may delete goes, with the policies in it', async () => {
    // The last of these tests: the policy judges this namespace alone.
    await reset('Enforce');
    await cluster.kubectl('delete', 'namespace', NAMESPACE, '--timeout=90s');
    expect((await cluster.kubectl('get', 'namespace', NAMESPACE, { mayFail: true })).stderr).to.contain('NotFound');
  });
});
