import { expect } from 'chai';
import { container, helmOrSkip, only, render, type Rendered } from './render.js';

const CLUSTER_WIDE = ['ClusterRole', 'ClusterRoleBinding', 'ValidatingAdmissionPolicy'];

/** What the controller asks for, as measured under its token; a verb more is a right that nobody needs. */
const POLICY_RULES = [
  { apiGroups: ['plus1.dev'], resources: ['plus1policies'], verbs: ['list', 'watch'] },
  { apiGroups: ['plus1.dev'], resources: ['plus1policies/status'], verbs: ['patch'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
];

const kinds = (objects: readonly Rendered[]): string[] => objects.map(({ kind }) => kind).sort();
const ofKind = (objects: readonly Rendered[], kind: string): Rendered[] => objects.filter((one) => one.kind === kind);

describe('objects of the chart', () => {
  let usual: Rendered[];
  before(function () {
    helmOrSkip(this);
    usual = render();
  });

  it('with its default values: the controller, its rights in its own namespace, and the CRD', () => {
    expect(kinds(usual)).to.deep.equal([
      'CustomResourceDefinition',
      'Role',
      'Role',
      'RoleBinding',
      'RoleBinding',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ]);
    for (const { kind, metadata } of usual) {
      if (kind !== 'CustomResourceDefinition') expect(metadata.namespace, kind).to.equal('plus1-system');
    }
  });

  it('grants exactly what the controller asks for, and its lease by name', () => {
    const [lease, policies] = ofKind(usual, 'Role').sort((a, b) => b.metadata.name.length - a.metadata.name.length);
    expect(policies?.['rules']).to.deep.equal(POLICY_RULES);
    expect(lease?.['rules']).to.deep.equal([
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: ['get', 'update'],
        resourceNames: ['plus1-controller'],
      },
    ]);
  });

  it('gives named namespaces a Role each, bound to the account of the release', () => {
    const objects = render({ values: ['ci/tenants-values.yaml'] });
    const roles = ofKind(objects, 'Role').filter(({ metadata }) => !metadata.name.endsWith('leader-election'));
    expect(roles.map(({ metadata }) => metadata.namespace)).to.have.members(['tenant-a', 'tenant-b']);
    expect(ofKind(objects, 'ClusterRole')).to.have.length(0);
    for (const binding of ofKind(objects, 'RoleBinding')) {
      expect(binding['subjects']).to.deep.equal([{ kind: 'ServiceAccount', name: 'plus1', namespace: 'plus1-system' }]);
    }
    expect(container(objects)['args']).to.include.members(['--namespace=tenant-a', '--namespace=tenant-b']);
  });

  it('narrows the Secrets to the names that are given, with the one that it was told of', () => {
    const roles = ofKind(render({ values: ['ci/tenants-values.yaml'] }), 'Role');
    const rules = roles.flatMap((role) => role['rules'] as { resources: string[]; resourceNames?: string[] }[]);
    const secrets = rules.filter(({ resources }) => resources.includes('secrets'));
    expect(secrets).to.have.length(2);
    for (const rule of secrets) expect(rule.resourceNames).to.deep.equal(['github', 'acme-github']);
  });

  it('makes a ClusterRole only where every namespace is asked for', () => {
    const objects = render({ set: { 'watch.allNamespaces': 'true' } });
    expect(only(objects, 'ClusterRole')['rules']).to.deep.equal(POLICY_RULES);
    expect(only(objects, 'Role').metadata.name).to.equal('plus1-leader-election');
    expect(container(objects)['args']).to.include('--all-namespaces');
    expect(usual.filter(({ kind }) => CLUSTER_WIDE.includes(kind))).to.deep.equal([]);
  });

  it('names what has no namespace after the release and its namespace', () => {
    const names = ['team-a', 'team-b'].map((namespace) =>
      only(render({ namespace, set: { 'watch.allNamespaces': 'true' } }), 'ClusterRole'),
    );
    expect(names.map(({ metadata }) => metadata.name)).to.deep.equal(['plus1-team-a', 'plus1-team-b']);
  });

  it('keeps the CRD by default, and lets it go where that is asked for', () => {
    const policyOf = (objects: Rendered[]): unknown =>
      only(objects, 'CustomResourceDefinition').metadata.annotations?.['helm.sh/resource-policy'];
    expect(policyOf(usual)).to.equal('keep');
    expect(policyOf(render({ set: { 'crds.keep': 'false' } }))).to.equal(undefined);
    expect(kinds(render({ set: { 'crds.enabled': 'false' } }))).not.to.include('CustomResourceDefinition');
  });

  it('makes a Secret only from values that were given', () => {
    expect(ofKind(usual, 'Secret')).to.deep.equal([]);
    const made = only(render({ values: ['ci/small-values.yaml'] }), 'Secret');
    expect(made['stringData']).to.deep.equal({ token: 'not-a-token' });
  });

  it('limits a disruption budget one way, to one pod where nothing is said', () => {
    const budget = (set: Record<string, string>): unknown =>
      only(render({ set: { 'podDisruptionBudget.enabled': 'true', ...set } }), 'PodDisruptionBudget')['spec'];
    expect(budget({})).to.include({ maxUnavailable: 1 }).and.not.have.property('minAvailable');
    expect(budget({ 'podDisruptionBudget.minAvailable': '50%' }))
      .to.include({ minAvailable: '50%' })
      .and.not.have.property('maxUnavailable');
    expect(budget({ 'podDisruptionBudget.maxUnavailable': '0' })).to.include({ maxUnavailable: 0 });
  });

  it('puts the common labels on every object of its own, and no label that may change on a selector or a volume', () => {
    const objects = render({ set: { 'commonLabels.team': 'platform' } });
    for (const { kind, metadata } of objects) expect(metadata.labels, kind).to.include({ team: 'platform' });
    const { spec } = only(objects, 'StatefulSet') as unknown as { spec: Record<string, any> }; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
    const fixed = { 'app.kubernetes.io/name': 'plus1', 'app.kubernetes.io/instance': 'plus1' };
    expect(spec['selector'].matchLabels).to.deep.equal(fixed);
    expect(spec['volumeClaimTemplates'][0].metadata.labels).to.deep.equal(fixed);
    expect(spec['template'].metadata.labels).to.deep.equal({ ...fixed, team: 'platform' });
  });

  it('renders what is added as templates', () => {
    const maps = ofKind(render({ values: ['ci/small-values.yaml'] }), 'ConfigMap');
    expect(maps.map(({ metadata }) => metadata.name)).to.deep.equal(['plus1-extra', 'plus1-text']);
    expect(maps[0]?.['data']).to.deep.equal({ namespace: 'plus1-system' });
  });

  it('writes the allowed hosts into the admission policy, in small letters, and reads no parameters', () => {
    const objects = render({ values: ['ci/tenants-values.yaml'] });
    const { spec } = only(objects, 'ValidatingAdmissionPolicy') as unknown as {
      spec: { validations: { expression: string; reason: string }[]; paramKind?: unknown };
    };
    expect(spec.validations[0]?.expression).to.contain('in ["api.github.com","github.example.com:8443"]');
    expect(spec.validations.map(({ reason }) => reason)).to.deep.equal(['Forbidden', 'Forbidden', 'Forbidden']);
    expect(spec).not.to.have.property('paramKind');
  });

  it('limits the admission policy to the namespaces that it looks after, or to none', () => {
    const bound = (set: Record<string, string>): unknown =>
      only(render({ set: { 'admissionPolicy.enabled': 'true', ...set } }), 'ValidatingAdmissionPolicyBinding')['spec']
        .matchResources;
    expect(JSON.stringify(bound({}))).to.contain('"values":["plus1-system"]');
    expect(bound({ 'watch.allNamespaces': 'true' })).to.equal(undefined);
  });
});
