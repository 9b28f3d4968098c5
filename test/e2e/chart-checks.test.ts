/**
 * Checks of the chart that look at what is installed. Kind: a change that the API server or Helm refuses in words which do not
 * say what to do. `helm template` looks nothing up, so only an API server shows that they work.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startCluster, type Cluster } from './support/cluster.js';
import { sharedCluster } from './support/shared-cluster.js';

const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));
const NAMESPACE = 'plus1-system';
const OTHER = 'plus1-other';
const CRD = 'plus1policies.plus1.dev';
const CRDS = readdirSync(join(CHART, 'files/crds')).map((file) =>
  file.replace(/^plus1\.dev_(.*)\.yaml$/, '$1.plus1.dev'),
);

describe('chart: checks against what is installed', function () {
  this.timeout(180_000);
  // Its own: it installs and hands over the CRD, which everything else on a cluster shares.
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster({ tools: sharedCluster().tools });
    await cluster.helm('install', 'plus1', CHART, '--namespace', NAMESPACE, '--create-namespace');
  });
  after(async () => {
    await cluster?.stop();
  });

  const set = (values: readonly string[]): string[] => values.flatMap((value) => ['--set', value]);
  const upgrade = async (...values: string[]): Promise<void> => {
    await cluster.helm('upgrade', 'plus1', CHART, '--namespace', NAMESPACE, ...set(values));
  };
  const refusal = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'it was not refused',
      (error: unknown) => (error as Error).message,
    );
  const claims = async (): Promise<{ spec: Record<string, unknown> }[]> => {
    const { stdout } = await cluster.kubectl('-n', NAMESPACE, 'get', 'statefulset', 'plus1', '-o', 'json');
    const { spec } = JSON.parse(stdout) as { spec: { volumeClaimTemplates?: { spec: Record<string, unknown> }[] } };
    return spec.volumeClaimTemplates ?? [];
  };

  const FIXED: readonly [value: string, told: string][] = [
    ['persistence.enabled=false', 'persistence.enabled: found false, installed with true'],
    ['persistence.size=2Gi', 'persistence.size: found 2Gi, installed with 8Gi'],
    ['persistence.storageClassName=fast', 'persistence.storageClassName: found fast, installed with none'],
    [
      'persistence.accessModes={ReadWriteMany}',
      'persistence.accessModes: found ReadWriteMany, installed with ReadWriteOnce',
    ],
  ];
  for (const [value, told] of FIXED) {
    it(`refuses an upgrade with ${value}, and says how to change it all the same`, async () => {
      const said = await refusal(upgrade(value));
      expect(said).to.contain(told);
      expect(said).to.contain(`kubectl -n ${NAMESPACE} delete statefulset plus1 --cascade=orphan`);
    });
  }

  it('takes an upgrade that changes nothing of the volume', async () => {
    await upgrade('persistence.size=8Gi', 'persistence.accessModes={ReadWriteOnce}', 'controller.logLevel=debug');
    expect(await claims()).to.have.length(1);
  });

  it('takes the change after what the refusal says to do', async () => {
    await cluster.kubectl('-n', NAMESPACE, 'delete', 'statefulset', 'plus1', '--cascade=orphan');
    const changed = [
      'persistence.size=2Gi',
      'persistence.storageClassName=fast',
      'persistence.accessModes={ReadWriteMany}',
    ];
    await upgrade(...changed);
    const [claim] = await claims();
    expect(claim?.spec).to.deep.include({
      accessModes: ['ReadWriteMany'],
      storageClassName: 'fast',
      resources: { requests: { storage: '2Gi' } },
    });
    // The same again is no change.
    await upgrade(...changed);
  });

  it('refuses a second release that would own the CRD, and says whose it is', async () => {
    const said = await refusal(cluster.helm('install', 'second', CHART, '--namespace', OTHER, '--create-namespace'));
    expect(said).to.contain(`crds.enabled: the CRD ${CRD} belongs to the release plus1 of the namespace ${NAMESPACE}`);
    expect(said).to.contain('Set crds.enabled=false');
  });

  it('installs the second release in another namespace with crds.enabled=false', async () => {
    await cluster.helm(
      'install',
      'second',
      CHART,
      '--namespace',
      OTHER,
      '--create-namespace',
      ...set(['crds.enabled=false']),
    );
    await cluster.kubectl('-n', OTHER, 'get', 'statefulset', '-l', 'app.kubernetes.io/instance=second');
    const account = `system:serviceaccount:${OTHER}:second-plus1`;
    const asked = ['auth', 'can-i', 'list', 'plus1policies', '-n'];
    expect((await cluster.kubectl(...asked, OTHER, { as: account, mayFail: true })).stdout.trim()).to.equal('yes');
    expect((await cluster.kubectl(...asked, NAMESPACE, { as: account, mayFail: true })).stdout.trim()).to.equal('no');
  });

  it('hands the CRDs over by the command of the refusal', async () => {
    await cluster.helm('uninstall', 'plus1', '--namespace', NAMESPACE);
    // Without a value Helm would go on with those of the installation.
    const take = (): Promise<unknown> =>
      cluster.helm('upgrade', 'second', CHART, '--namespace', OTHER, ...set(['crds.enabled=true']));
    const [, command = ''] = /kubectl (annotate .+)/.exec(await refusal(take())) ?? [];
    for (const crd of CRDS) expect(command).to.contain(`crd/${crd} `);
    expect(command).to.contain(' --overwrite');
    await cluster.kubectl(...command.split(' '));
    await take();
    await cluster.kubectl('get', 'clusterrole', 'plus1-approver', 'plus1-egress-editor');
  });
});
