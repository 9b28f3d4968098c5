import { expect } from 'chai';
import { container, helmOrSkip, only, render, template, type Rendered } from './render.js';

const podOf = (objects: readonly Rendered[]): Rendered =>
  only(objects, 'StatefulSet')['spec'].template.spec as Rendered;
const heapOf = (memory: string): string | undefined => {
  const env = container(render({ set: { 'resources.limits.memory': memory } }))['env'] as {
    name: string;
    value: string;
  }[];
  return env.find(({ name }) => name === 'NODE_OPTIONS')?.value;
};

const HEAPS: readonly [memory: string, heapMiB: number, reason: string][] = [
  ['512Mi', 384, 'the default'],
  ['1Gi', 768, 'another unit'],
  ['1.5Gi', 1152, 'a fraction'],
  ['1G', 715, 'a decimal unit'],
  ['536870912', 384, 'bytes'],
];

describe('pods of the chart', () => {
  let usual: Rendered[];
  before(function () {
    helmOrSkip(this);
    usual = render();
  });

  it('are restricted, each by its own settings and not by the defaults of a node', () => {
    const pod = podOf(usual);
    expect(pod['securityContext']).to.include({ runAsNonRoot: true, runAsUser: 65532 });
    expect(pod['securityContext'].seccompProfile).to.deep.equal({ type: 'RuntimeDefault' });
    expect(container(usual)['securityContext']).to.deep.equal({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod).to.include({ enableServiceLinks: false, terminationGracePeriodSeconds: 45 });
  });

  it('ask for the token of their account themselves, so that naming the account gives nobody one', () => {
    expect(podOf(usual)['automountServiceAccountToken']).to.equal(true);
    expect(only(usual, 'ServiceAccount')['automountServiceAccountToken']).to.equal(false);
  });

  it('start the program itself, with the lease and their own namespace', () => {
    const { args, command, env } = container(usual) as unknown as {
      args: string[];
      command?: string[];
      env: { name: string; valueFrom?: unknown }[];
    };
    expect(command, 'the image says which program').to.equal(undefined);
    expect(args).to.include.members(['controller', '--leader-elect', '--namespace=plus1-system']);
    expect(env.find(({ name }) => name === 'POD_NAMESPACE')?.valueFrom).to.deep.equal({
      fieldRef: { fieldPath: 'metadata.namespace' },
    });
  });

  for (const [memory, heapMiB, reason] of HEAPS) {
    it(`limit the heap to three quarters of ${memory} (${reason})`, () => {
      expect(heapOf(memory)).to.equal(`--max-old-space-size=${heapMiB}`);
    });
  }

  it('set no heap limit of ours where there is no memory limit, or NODE_OPTIONS was given', () => {
    expect(heapOf('null')).to.equal(undefined);
    const env = container(render({ values: ['ci/small-values.yaml'] }))['env'] as { name: string }[];
    expect(env.filter(({ name }) => name === 'NODE_OPTIONS')).to.have.length(1);
  });

  it('have a volume each, or an emptyDir where persistence is off', () => {
    const sets = [usual, render({ set: { 'persistence.enabled': 'false' } })].map((objects) =>
      only(objects, 'StatefulSet'),
    );
    expect(sets.map(({ spec }) => Object.hasOwn(spec as object, 'volumeClaimTemplates'))).to.deep.equal([true, false]);
    expect(sets[0]?.['spec'].template.spec.volumes).to.equal(undefined);
    expect(sets[1]?.['spec'].template.spec.volumes).to.deep.equal([{ name: 'state', emptyDir: { sizeLimit: '8Gi' } }]);
  });

  it('sign the journal by the keys of a Secret, in their order, which they alone can read', () => {
    const set = {
      'journal.existingSecret': 'journal-key',
      'journal.keys': '{new.pem,old.pem}',
      'journal.retention': '8760h',
    };
    const signed = render({ set });
    const { args, volumeMounts } = container(signed) as unknown as { args: string[]; volumeMounts: unknown[] };
    expect(args.filter((arg) => arg.startsWith('--journal'))).to.deep.equal([
      '--journal-key=/etc/plus1/journal/new.pem',
      '--journal-key=/etc/plus1/journal/old.pem',
      '--journal-retention=8760h',
    ]);
    expect(volumeMounts).to.deep.include({ name: 'journal-key', mountPath: '/etc/plus1/journal', readOnly: true });
    expect(podOf(signed)['volumes']).to.deep.equal([
      { name: 'journal-key', secret: { secretName: 'journal-key', defaultMode: 0o440 } },
    ]);
    expect(JSON.stringify(usual)).not.to.include('journal-key');
  });

  it('write reports unless told otherwise, by controls of a ConfigMap where it is named', () => {
    const args = (set: Record<string, string>): string[] =>
      (container(render({ set }))['args'] as unknown as string[]).filter((arg) => /^--(report|framework)/.test(arg));
    expect(args({})).to.deep.equal([]);
    expect(args({ 'reports.enabled': 'false', 'reports.frameworksConfigMap': 'controls' })).to.deep.equal([
      '--reports=0',
    ]);
    const set = { 'reports.retention': '2160h', 'reports.frameworksConfigMap': 'controls' };
    expect(args(set)).to.deep.equal(['--report-retention=2160h', '--frameworks=/etc/plus1/frameworks']);
    const rendered = render({ set });
    expect(podOf(rendered)['volumes']).to.deep.equal([{ name: 'frameworks', configMap: { name: 'controls' } }]);
    const { volumeMounts } = container(rendered) as unknown as { volumeMounts: unknown[] };
    expect(volumeMounts).to.deep.include({ name: 'frameworks', mountPath: '/etc/plus1/frameworks', readOnly: true });
  });

  it('leave their number to an autoscaler where it is null', () => {
    const spec = (set: Record<string, string>): object => only(render({ set }), 'StatefulSet')['spec'] as object;
    expect(spec({ replicas: 'null' })).not.to.have.property('replicas');
    expect(spec({ replicas: '0' })).to.have.property('replicas', 0);
  });

  it('prefer a digest to a tag', () => {
    const image = (set: Record<string, string>): unknown => container(render({ set }))['image'];
    const digest = `sha256:${'ab'.repeat(32)}`;
    expect(image({})).to.match(/^plus1:\d+\.\d+\.\d+$/);
    expect(image({ 'image.registry': 'images.example.com', 'image.tag': 'v9' })).to.equal(
      'images.example.com/plus1:v9',
    );
    expect(image({ 'image.tag': 'v9', 'image.digest': digest })).to.equal(`plus1@${digest}`);
  });

  for (const registry of ['localhost:5000', 'Images.Example.com/team', 'ghcr.io/a/b-c', 'my_team', '[::1]:5000/a']) {
    it(`take their image from ${registry}`, () => {
      expect(container(render({ set: { 'image.registry': registry, 'image.tag': 'v9' } }))['image']).to.equal(
        `${registry}/plus1:v9`,
      );
    });
  }

  it('take a place as they are told, and spread by their own labels where no others are given', () => {
    const pod = podOf(render({ values: ['ci/cluster-values.yaml'] }));
    expect(pod).to.include.keys('affinity', 'tolerations', 'nodeSelector', 'priorityClassName');
    expect(pod['topologySpreadConstraints'][0].labelSelector.matchLabels).to.deep.equal({
      'app.kubernetes.io/name': 'plus1',
      'app.kubernetes.io/instance': 'plus1',
    });
  });

  it('take no port for metrics where those are off', () => {
    const objects = render({ set: { 'metrics.enabled': 'false' } });
    expect(container(objects)['args']).to.include('--metrics-address=0');
    const ports = container(objects)['ports'] as { name: string }[];
    expect(ports.map(({ name }) => name)).to.deep.equal(['health']);
    expect(only(objects, 'Service')['spec']).not.to.have.property('ports');
  });

  it('refuse to run in less memory than Node needs', () => {
    expect(template({ set: { 'resources.limits.memory': '64Mi' } }).stderr).to.contain('too little');
  });

  it("get the operator's limits as flags, and none where none is set", () => {
    const limitsIn = (set: Record<string, string>): string[] =>
      (container(render({ set }))['args'] as string[]).filter((arg) => arg.startsWith('--limit-'));
    expect(limitsIn({})).to.deep.equal([]);
    expect(
      limitsIn({ 'limits.maxLeaving': '10%', 'limits.minGracePeriod': '24h', 'limits.minApprovals': '2' }),
    ).to.deep.equal(['--limit-max-leaving=10%', '--limit-min-grace-period=24h', '--limit-min-approvals=2']);
    expect(limitsIn({ 'limits.maxLeaving': '0' })).to.deep.equal(['--limit-max-leaving=0']);
    expect(limitsIn({ 'limits.maxLeaving': '20000' })).to.deep.equal(['--limit-max-leaving=20000']);
  });
});
