import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from './support/cluster.js';
import { eventually } from './support/eventually.js';
import { sharedCluster } from './support/shared-cluster.js';

const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));
const NAMESPACE = 'plus1-system';
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:plus1`;
/** Kinds of operators that are not there. */
const FOREIGN = /^(ServiceMonitor|PrometheusRule)$/m;

const POLICY = `
apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: acme, namespace: ${NAMESPACE}}
spec: {organization: acme, mode: Observe, github: {credentials: {secretRef: {name: acme-github}}}}
`;

describe('chart: on an API server', function () {
  this.timeout(180_000);
  // Its own: it installs and removes the CRD, which everything else on a cluster shares.
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster({ tools: sharedCluster().tools });
    await cluster.kubectl('create', 'namespace', NAMESPACE);
    await cluster.kubectl('label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted');
    await cluster.helm('install', 'plus1', CHART, '--namespace', NAMESPACE);
  });
  after(async () => {
    await cluster?.stop();
  });

  const allowed = async (verb: string, resource: string, namespace: string): Promise<boolean> => {
    const [whole = '', part] = resource.startsWith('leases/') ? [resource] : resource.split('/');
    const asked = [verb, whole, ...(part === undefined ? [] : [`--subresource=${part}`])];
    const ran = await cluster.kubectl('auth', 'can-i', ...asked, '-n', namespace, {
      as: ACCOUNT,
      mayFail: true,
    });
    return ran.stdout.trim() === 'yes';
  };
  const upgrade = async (...flags: string[]): Promise<void> => {
    await cluster.helm('upgrade', 'plus1', CHART, '--namespace', NAMESPACE, ...flags);
  };
  const field = async (object: string, path: string): Promise<string> =>
    (await cluster.kubectl('get', object, '-n', NAMESPACE, '-o', `jsonpath=${path}`)).stdout;

  it('makes a pod and its volume claim in a namespace that takes restricted pods alone', async () => {
    await eventually(async () => (await field('pod/plus1-0', '{.spec.containers[0].name}')) === 'controller', {
      what: 'the pod',
    });
    expect(await field('pvc/state-plus1-0', '{.spec.resources.requests.storage}')).to.equal('8Gi');
    const refused = await cluster.kubectl('get', 'events', '-n', NAMESPACE, '--field-selector=reason=FailedCreate');
    expect(refused.stdout).to.equal('');
  });

  const RIGHTS: readonly [verb: string, resource: string, namespace: string, yes: boolean, reason: string][] = [
    ['list', 'plus1policies', NAMESPACE, true, 'what it looks after'],
    ['patch', 'plus1policies/status', NAMESPACE, true, 'its answer'],
    ['get', 'secrets', NAMESPACE, true, 'credentials are read on use'],
    ['get', 'plus1policies', NAMESPACE, false, 'list and watch tell it all'],
    ['patch', 'plus1policies', NAMESPACE, false, 'a spec belongs to its author'],
    ['list', 'secrets', NAMESPACE, false, 'no Secret that no policy names'],
    ['delete', 'leases', NAMESPACE, false, 'a lease is given up, not deleted'],
    ['update', 'leases/another', NAMESPACE, false, 'only its own lease'],
    ['list', 'plus1policies', 'default', false, 'another namespace'],
    ['get', 'secrets', 'default', false, 'another namespace'],
    ['get', 'secrets', 'kube-system', false, 'another namespace'],
  ];
  for (const [verb, resource, namespace, yes, reason] of RIGHTS) {
    it(`${yes ? 'lets' : 'does not let'} the controller ${verb} ${resource} in ${namespace}: ${reason}`, async () => {
      expect(await allowed(verb, resource, namespace)).to.equal(yes);
    });
  }

  it('is upgraded, with another number of replicas and more namespaces', async () => {
    await cluster.kubectl('create', 'namespace', 'tenant-a');
    await upgrade('--set', 'replicas=2,watch.namespaces={tenant-a}');
    expect(await field('statefulset/plus1', '{.spec.replicas}')).to.equal('2');
    expect(await allowed('get', 'secrets', 'tenant-a')).to.equal(true);
    expect(await allowed('get', 'secrets', NAMESPACE)).to.equal(false);
  });

  it('is upgraded after somebody scaled it, where the number is left to them', async () => {
    await upgrade('--set', 'replicas=null');
    await cluster.kubectl('scale', 'statefulset/plus1', '--replicas=3', '-n', NAMESPACE);
    await upgrade('--set', 'replicas=null,controller.logLevel=debug');
    expect(await field('statefulset/plus1', '{.spec.replicas}')).to.equal('3');
  });

  for (const name of readdirSync(`${CHART}/ci`)) {
    it(`ci/${name} makes objects that the API server accepts`, async () => {
      for (const namespace of ['tenant-a', 'tenant-b']) {
        await cluster.kubectl('create', 'namespace', namespace, { mayFail: true });
      }
      const flags = ['--namespace', NAMESPACE, '--values', `${CHART}/ci/${name}`, '--set', 'crds.enabled=false'];
      const { stdout } = await cluster.helm('template', 'trial', CHART, ...flags);
      const known = stdout.split(/^---$/m).filter((text) => !FOREIGN.test(text.replace(/^kind: /gm, '')));
      const applied = await cluster.kubectl('apply', '--dry-run=server', '-f', '-', { stdin: known.join('---\n') });
      expect(applied.stdout).to.contain('statefulset.apps/trial');
      expect(applied.stderr, 'warnings').to.equal('');
    });
  }

  it('leaves the policies and their CRD when it goes, and takes them on when it comes back', async () => {
    await cluster.kubectl('apply', '-f', '-', { stdin: POLICY });
    await cluster.helm('uninstall', 'plus1', '--namespace', NAMESPACE);
    expect(await field('plus1policy/acme', '{.spec.organization}')).to.equal('acme');
    await cluster.helm('install', 'plus1', CHART, '--namespace', NAMESPACE);
    expect(await field('plus1policy/acme', '{.spec.organization}')).to.equal('acme');
  });
});
