import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startCluster } from './support/cluster.js';
import { CommandFailed } from './support/command.js';
import { eventually } from './support/eventually.js';
import { sharedCluster } from './support/shared-cluster.js';

const SERVE = fileURLToPath(new URL('support/serve-cluster.ts', import.meta.url));

describe('The cluster of the tests', () => {
  it('creates a namespace with its default ServiceAccount, and deletes it whole', async () => {
    const cluster = sharedCluster();
    await cluster.kubectl('create', 'namespace', 'harness-create');
    // The controller manager's work: without it the namespace would stay in Terminating for ever, too.
    await eventually(
      async () => (await inNamespace('get', 'serviceaccount', 'default', { mayFail: true })).code === 0,
      { what: 'the default ServiceAccount' },
    );
    await cluster.kubectl('delete', 'namespace', 'harness-create', '--timeout=60s');
    const gone = await cluster.kubectl('get', 'namespace', 'harness-create', { mayFail: true });
    expect(gone.stderr).to.contain('NotFound');

    function inNamespace(...line: [...string[], { mayFail: boolean }]): ReturnType<typeof cluster.kubectl> {
      return cluster.kubectl('--namespace=harness-create', ...line);
    }
  });

  it('throws what kubectl said when it fails', async () => {
    const error = await sharedCluster()
      .kubectl('get', 'secret', 'not-there')
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(CommandFailed);
    expect((error as CommandFailed).message).to.contain('secrets "not-there" not found');
  });

  it('gives a ServiceAccount what its Role says, and no more', async () => {
    const cluster = sharedCluster();
    await cluster.kubectl('apply', '-f', '-', { stdin: READER });
    const kubeconfig = cluster.kubeconfigFor(await cluster.tokenFor('harness-rbac', 'reader'));
    const list = (resource: string): ReturnType<typeof cluster.kubectl> =>
      cluster.kubectl('--namespace=harness-rbac', 'get', resource, { kubeconfig, mayFail: true });
    expect(await list('configmaps')).to.include({ code: 0 });
    const refused = await list('secrets');
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain(
      'User "system:serviceaccount:harness-rbac:reader" cannot list resource "secrets"',
    );
    const impersonated = await cluster.kubectl('--namespace=harness-rbac', 'get', 'secrets', {
      as: 'system:serviceaccount:harness-rbac:reader',
      mayFail: true,
    });
    expect(impersonated.stderr).to.equal(refused.stderr);
    await cluster.kubectl('delete', 'namespace', 'harness-rbac', '--wait=false');
  });

  it('writes into the audit log who asked for what, with the answer', async () => {
    const cluster = sharedCluster();
    await cluster.kubectl('get', 'configmap', 'audit-me', { mayFail: true });
    const event = await eventually(
      () =>
        cluster.audit().find(({ objectRef }) => objectRef?.resource === 'configmaps' && objectRef.name === 'audit-me'),
      { what: 'the line in the audit log' },
    );
    expect(event).to.deep.include({ verb: 'get', stage: 'ResponseComplete' });
    expect(event.user.username).to.equal('admin');
    expect(event.responseStatus?.code).to.equal(404);
  });

  it('keeps address and data over a restart of the API server', async () => {
    const cluster = sharedCluster();
    await cluster.kubectl('create', 'configmap', 'survivor', '--from-literal=key=value');
    const before = { url: cluster.url, pids: cluster.pids };
    expect(before.pids).to.have.length(3);
    await cluster.restartApiServer();
    const { stdout } = await cluster.kubectl('get', 'configmap', 'survivor', '-o', 'jsonpath={.data.key}');
    expect(stdout).to.equal('value');
    expect(cluster.url).to.equal(before.url);
    expect(cluster.pids.filter((pid) => !before.pids.includes(pid))).to.have.length(1);
    expect(cluster.pids).to.have.length(3);
    await cluster.kubectl('delete', 'configmap', 'survivor');
  });

  it('runs helm against the server', async () => {
    const { stdout } = await sharedCluster().helm('list', '--all-namespaces', '--output', 'json');
    expect(JSON.parse(stdout)).to.deep.equal([]);
  });

  it('leaves no process and no folder after stop, and keeps the logs when asked', async () => {
    const second = await startCluster({ tools: sharedCluster().tools });
    const { pids, folder } = second;
    expect(pids).to.have.length(3);
    const logs = await second.stop({ keepLogs: true });
    try {
      expect(pids.filter(isAlive)).to.deep.equal([]);
      expect(existsSync(folder)).to.equal(false);
      expect(readdirSync(logs ?? '')).to.include.members(['audit.log', 'etcd.log', 'kube-apiserver.log']);
    } finally {
      rmSync(logs ?? '', { recursive: true, force: true });
    }
  });

  it('ends with the process that started it, even one that was killed', async () => {
    const env = { ...process.env, KUBEBUILDER_ASSETS: sharedCluster().tools };
    const owner = spawn(process.execPath, ['--import', 'tsx', SERVE], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
      const { pids, folder } = JSON.parse(line) as { pids: number[]; folder: string };
      expect(pids.filter(isAlive)).to.have.length(3);
      owner.kill('SIGKILL');
      await eventually(() => !pids.some(isAlive) && !existsSync(folder), { what: 'everything to be gone' });
    } finally {
      owner.kill('SIGKILL');
    }
  });
});

const READER = `
apiVersion: v1
kind: Namespace
metadata: {name: harness-rbac}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader, namespace: harness-rbac}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: harness-rbac}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: harness-rbac}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: harness-rbac}]
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
