/** The lease against a real API server: what only it can say of a Lease that is not there any more. */
import { expect } from 'chai';
import { lockClock, systemClock } from '../../cmd/plus1/clock.js';
import { silentLog } from '../../pkg/base/index.js';
import { Connection, Lease } from '../../pkg/kube/index.js';
import { eventually } from './support/eventually.js';
import { sharedCluster } from './support/shared-cluster.js';

const NAMESPACE = 'lease-deleted';
const NAME = 'plus1-controller';

describe('A lease that somebody deletes', () => {
  it('stays with its holder, who writes it again', async () => {
    const cluster = sharedCluster();
    await cluster.kubectl('create', 'namespace', NAMESPACE);
    const source = { kubeconfig: cluster.kubeconfig, inCluster: false };
    const connection = new Connection({ source, userAgent: 'plus1-controller/test', clock: systemClock });
    const lease = new Lease({
      ...{ connection, namespace: NAMESPACE, name: NAME, identity: 'holder', clock: lockClock },
      ...{ random: () => 0, log: silentLog },
    });
    const stop = new AbortController();
    await lease.acquire(stop.signal);
    const held = lease.hold(stop.signal);
    await cluster.kubectl(`--namespace=${NAMESPACE}`, 'delete', 'lease', NAME);
    const holder = async (): Promise<string> => {
      const path = '-o=jsonpath={.spec.holderIdentity}';
      const found = await cluster.kubectl(`--namespace=${NAMESPACE}`, 'get', 'lease', NAME, path, { mayFail: true });
      return found.stdout;
    };
    await eventually(async () => (await holder()) === 'holder', { what: 'the lease' });
    expect(lease.isHeld).to.equal(true);
    stop.abort();
    await held;
    expect(await holder(), 'given back').to.equal('');
    await connection.close();
    await cluster.kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
  });
});
