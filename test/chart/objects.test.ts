import { expect } from 'chai';
import { INPUT_KINDS } from '../../pkg/api/index.js';
import { container, helmOrSkip, only, render, type Rendered } from './render.js';

/** Who may write objects of kinds that are inputs of passes, in the order of the kinds. */
const EDITORS = ['plus1-egress-editor', 'plus1-incident-editor', 'plus1-rollout-editor'];

/** What has no namespace, by default: the kinds, who may approve and who may write inputs, and the proof of who approves. */
const CLUSTER_WIDE = [
  'CustomResourceDefinition/plus1approvals.plus1.dev',
  ...INPUT_KINDS.map(({ plural }) => `CustomResourceDefinition/${plural}.plus1.dev`),
  'CustomResourceDefinition/plus1policies.plus1.dev',
  'ClusterRole/plus1-approver',
  ...EDITORS.map((role) => `ClusterRole/${role}`),
  'ValidatingAdmissionPolicy/plus1-plus1-system-approvals',
  'ValidatingAdmissionPolicyBinding/plus1-plus1-system-approvals',
];

/** What the controller asks for, as measured under its token; a verb more is a right that nobody needs. */
const POLICY_RULES = [
  { apiGroups: ['plus1.dev'], resources: ['plus1policies'], verbs: ['list', 'watch'] },
  { apiGroups: ['plus1.dev'], resources: ['plus1policies/status'], verbs: ['patch'] },
  { apiGroups: ['plus1.dev'], resources: ['plus1approvals'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['plus1.dev'], resources: ['plus1approvals/status'], verbs: ['patch'] },
  { apiGroups: ['plus1.dev'], resources: INPUT_KINDS.map(({ plural }) => plural), verbs: ['list', 'watch'] },
  { apiGroups: ['plus1.dev'], resources: INPUT_KINDS.map(({ plural }) => `${plural}/status`), verbs: ['patch'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
];

const kinds = (objects: readonly Rendered[]): string[] => objects.map(({ kind }) => kind).sort();
const named = (objects: readonly Rendered[], kind: string, name: string): Rendered =>
  only(
    objects.filter(({ metadata }) => metadata.name === name),
    kind,
  );
const ofKind = (objects: readonly Rendered[], kind: string): Rendered[] => objects.filter((one) => one.kind === kind);

describe('objects of the chart', () => {
  let usual: Rendered[];
  before(function () {
    helmOrSkip(this);
    usual = render();
  });

  it('with its default values: the controller, its rights in its own namespace, the CRDs, and what approvals need', () => {
    const own = usual.filter(({ metadata }) => metadata.namespace !== undefined);
    expect(kinds(own)).to.deep.equal([
      'Role',
      'Role',
      'RoleBinding',
      'RoleBinding',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ]);
    for (const { kind, metadata } of own) expect(metadata.namespace, kind).to.equal('plus1-system');
    const others = usual.filter((object) => !own.includes(object));
    expect(others.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).to.have.members(CLUSTER_WIDE);
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
    expect(ofKind(objects, 'ClusterRole').map(({ metadata }) => metadata.name)).to.have.members([
      'plus1-approver',
      ...EDITORS,
    ]);
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
    expect(named(objects, 'ClusterRole', 'plus1-plus1-system')['rules']).to.deep.equal(POLICY_RULES);
    expect(only(objects, 'Role').metadata.name).to.equal('plus1-leader-election');
    expect(container(objects)['args']).to.include('--all-namespaces');
    expect(ofKind(usual, 'ClusterRoleBinding')).to.deep.equal([]);
  });

  it('names what has no namespace after the release and its namespace', () => {
    const names = ['team-a', 'team-b'].map((namespace) =>
      only(
        render({
          namespace,
          set: { 'watch.allNamespaces': 'true', 'approvals.approverRole': 'false', 'rbac.editorRoles': 'false' },
        }),
        'ClusterRole',
      ),
    );
    expect(names.map(({ metadata }) => metadata.name)).to.deep.equal(['plus1-team-a', 'plus1-team-b']);
  });

  it('keeps the CRD by default, and lets it go where that is asked for', () => {
    const policyOf = (objects: Rendered[]): unknown[] =>
      ofKind(objects, 'CustomResourceDefinition').map(
        ({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'],
      );
    const all = 2 + INPUT_KINDS.length;
    expect(policyOf(usual)).to.deep.equal(Array<string>(all).fill('keep'));
    expect(policyOf(render({ set: { 'crds.keep': 'false' } }))).to.deep.equal(Array<undefined>(all).fill(undefined));
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
    const { spec } = named(objects, 'ValidatingAdmissionPolicy', 'plus1-plus1-system') as unknown as {
      spec: { validations: { expression: string; reason: string }[]; paramKind?: unknown };
    };
    expect(spec.validations[0]?.expression).to.contain('in ["api.github.com","github.example.com:8443"]');
    expect(new Set(spec.validations.map(({ reason }) => reason))).to.deep.equal(new Set(['Forbidden']));
    expect(spec).not.to.have.property('paramKind');
  });

  it('limits the admission policy to the namespaces that it looks after, or to none', () => {
    const bound = (set: Record<string, string>): unknown =>
      ofKind(render({ set: { 'admissionPolicy.enabled': 'true', ...set } }), 'ValidatingAdmissionPolicyBinding').map(
        ({ spec }) => (spec as { matchResources?: unknown }).matchResources,
      );
    const matches = { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['plus1-system'] };
    const own = { namespaceSelector: { matchExpressions: [matches] } };
    expect(bound({})).to.deep.equal([own, own]);
    expect(bound({ 'watch.allNamespaces': 'true' })).to.deep.equal([undefined, undefined]);
  });

  it('refuses forged approvals, whatever the actions of the other admission policy are', () => {
    const binding = named(
      render({ set: { 'admissionPolicy.enabled': 'true', 'admissionPolicy.validationActions': '{Warn}' } }),
      'ValidatingAdmissionPolicyBinding',
      'plus1-plus1-system-approvals',
    );
    expect(binding['spec']).to.include({ policyName: 'plus1-plus1-system-approvals' });
    expect(binding['spec'].validationActions).to.deep.equal(['Deny']);
  });

  const verified: readonly { set: Record<string, string>; kubeVersion?: string; is: boolean; reason: string }[] = [
    { set: {}, is: true, reason: 'by default' },
    { set: {}, kubeVersion: '1.30.0', is: true, reason: 'from Kubernetes 1.30 on' },
    { set: {}, kubeVersion: '1.29.9', is: false, reason: 'not before Kubernetes 1.30' },
    { set: { 'approvals.admissionPolicy.enabled': 'false' }, is: false, reason: 'where it is switched off' },
    { set: { 'approvals.admissionPolicy.enabled': 'true' }, is: true, reason: 'where it is switched on' },
    { set: { 'watch.allNamespaces': 'true' }, is: true, reason: 'for every namespace' },
  ];
  for (const { set, kubeVersion, is, reason } of verified) {
    it(`tells the controller that approvals are proved exactly where they are: ${reason}`, () => {
      const objects = render({ set, ...(kubeVersion === undefined ? {} : { kubeVersion }) });
      const flags = (container(objects)['args'] as string[]).filter((flag) => flag === '--approvals-verified');
      expect(flags).to.have.length(is ? 1 : 0);
      for (const kind of ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'])
        expect(ofKind(objects, kind), kind).to.have.length(is ? 1 : 0);
    });
  }

  it('lets people approve only where that is bound to them, and a second release leaves the role to the first', () => {
    const role = named(usual, 'ClusterRole', 'plus1-approver');
    expect(role.metadata.labels).not.to.have.any.keys(
      ...['view', 'edit', 'admin'].map((name) => `rbac.authorization.k8s.io/aggregate-to-${name}`),
    );
    expect(role['rules']).to.deep.equal([
      { apiGroups: ['plus1.dev'], resources: ['plus1approvals'], verbs: ['create', 'delete', 'get', 'list', 'watch'] },
      {
        apiGroups: ['plus1.dev'],
        resources: ['plus1policies', ...INPUT_KINDS.map(({ plural }) => plural)],
        verbs: ['get', 'list', 'watch'],
      },
    ]);
    const roles = (set: Record<string, string>): number =>
      ofKind(render({ set: { 'rbac.editorRoles': 'false', ...set } }), 'ClusterRole').length;
    expect(roles({ 'approvals.approverRole': 'false' })).to.equal(0);
    expect(roles({ 'crds.enabled': 'false' })).to.equal(0);
    expect(roles({ 'crds.enabled': 'false', 'approvals.approverRole': 'true' })).to.equal(1);
  });

  it('has a role for the editors of each kind of input, bound to nobody, and a second release leaves them to the first', () => {
    expect(EDITORS).to.have.length(INPUT_KINDS.length);
    for (const [index, { plural }] of INPUT_KINDS.entries()) {
      const role = named(usual, 'ClusterRole', EDITORS[index] ?? '');
      expect(role['rules']).to.deep.equal([
        {
          apiGroups: ['plus1.dev'],
          resources: [plural],
          verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
        },
        { apiGroups: ['plus1.dev'], resources: ['plus1policies'], verbs: ['get', 'list', 'watch'] },
      ]);
      expect(Object.keys(role.metadata.labels ?? {}).filter((label) => label.includes('aggregate'))).to.deep.equal([]);
    }
    const roles = (set: Record<string, string>): number =>
      ofKind(render({ set }), 'ClusterRole').filter(({ metadata }) => EDITORS.includes(metadata.name)).length;
    expect(roles({ 'rbac.editorRoles': 'false' })).to.equal(0);
    expect(roles({ 'crds.enabled': 'false' })).to.equal(0);
    expect(roles({ 'crds.enabled': 'false', 'rbac.editorRoles': 'true' })).to.equal(EDITORS.length);
  });
});
