/** The kinds that are inputs of a pass on a real API server: what it refuses, whose status it is, and who may write them. */
import { expect } from 'chai';
import { INPUT_KINDS, inputKind, parseInput, type InputObject, type InputStatus } from '../../pkg/api/index.js';
import { town } from '../builders.js';
import { ACCOUNT, NAMESPACE, Stage } from './kube-stage.js';
import type { Ran } from './support/command.js';
import type { ControllerProcess } from './support/controller-process.js';
import { eventually } from './support/eventually.js';
import { Person } from './support/person.js';
import { refusedRights, usedRights } from './support/rights.js';
import { requireOneOwner } from './support/status-owners.js';

type Spec = Record<string, unknown>;
type Shown = InputObject<InputObject['spec'], InputStatus & Record<string, unknown>>;

/** Who has the role of the editors of a kind, and of that kind alone. */
const EDITORS = [
  { kind: 'Plus1EgressRule', role: 'plus1-egress-editor', user: 'erin' },
  { kind: 'Plus1Incident', role: 'plus1-incident-editor', user: 'ivan' },
  { kind: 'Plus1Rollout', role: 'plus1-rollout-editor', user: 'rosa' },
];

/** Without Evaluate, and held before its first stage. */
const SWITCHED: Spec = { stages: [{ percent: 100, enforcement: 'Active', soak: '1h' }] };

/** What a spec of the kind needs at least. */
const LEAST: Readonly<Record<string, Spec>> = {
  Plus1EgressRule: { endpoints: ['packages.example.com:443'] },
  Plus1Incident: { title: 'An action was replaced', severity: 'High' },
  Plus1Rollout: { rules: [{ type: 'required_signatures' }] },
};

const WRONG: { kind: string; reason: string; spec: Spec; says: RegExp }[] = [
  {
    ...{
      kind: 'Plus1EgressRule',
      reason: 'an endpoint in upper case',
      spec: { endpoints: ['Packages.example.com:443'] },
    },
    says: /spec\.endpoints\[0\]/,
  },
  {
    ...{ kind: 'Plus1EgressRule', reason: 'an Emergency without an end', spec: { kind: 'Emergency' } },
    says: /expiresAt together with kind Emergency/,
  },
  {
    ...{ kind: 'Plus1Incident', reason: 'an action without its owner' },
    ...{ spec: { indicators: { actions: [{ name: 'changed-files' }] } }, says: /spec\.indicators\.actions\[0\]\.name/ },
  },
  {
    ...{
      kind: 'Plus1Incident',
      reason: 'matching Refers without an action',
      spec: { isolate: { matching: 'Refers' } },
    },
    says: /matching Refers or Ran only with indicators\.actions/,
  },
  {
    ...{ kind: 'Plus1Incident', reason: 'a window that ends before it starts' },
    spec: { window: { start: '2026-03-15T00:00:00Z', end: '2026-03-14T00:00:00Z' } },
    says: /an end that is not before start/,
  },
  {
    ...{
      kind: 'Plus1Rollout',
      reason: 'a ticket that is no https URL',
      spec: { ticket: 'http://tickets.example.com/1' },
    },
    says: /spec\.ticket/,
  },
  {
    ...{ kind: 'Plus1Rollout', reason: 'a last stage that is not everybody' },
    ...{ spec: { stages: [{ percent: 50, enforcement: 'Active', soak: '1h' }] }, says: /the last has percent 100/ },
  },
];

const plural = (kind: string): string => inputKind(kind)!.plural;

describe('kinds that are inputs of a pass, on a cluster', function () {
  this.timeout(120_000);
  let stage: Stage;
  let controller: ControllerProcess;
  const acme = town({ login: 'acme', members: 12 });

  before(async () => {
    stage = await Stage.start([acme]);
    await stage.apply(
      stage.policy('acme', { schedule: { interval: '1h' } }),
      ...[...EDITORS, { role: 'plus1-approver', user: 'ann' }].map(({ role, user }) => ({
        ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
        metadata: { name: role, namespace: NAMESPACE },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      })),
    );
    controller = stage.run();
    await stage.converged('acme');
  });
  after(() => stage?.end());
  afterEach(() => {
    expect(stage.github.contractViolations).to.deep.equal([]);
  });

  const document = (kind: string, name: string, spec: Spec = {}): object => ({
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind, metadata: { name, namespace: NAMESPACE } },
    spec: { policyRef: { name: 'acme' }, reason: 'Agreed with the owners', owner: 'security', ...LEAST[kind], ...spec },
  });
  /** `kubectl VERB` with that object, as that user. */
  const send = (verb: 'create' | 'apply', object: object, as?: string): Promise<Ran> =>
    stage.cluster.kubectl('-n', NAMESPACE, verb, '-f', '-', {
      ...{ stdin: JSON.stringify(object), mayFail: true },
      ...(as !== undefined && { as }),
    });
  const sent = async (...given: Parameters<typeof send>): Promise<void> => {
    expect((await send(...given)).stderr).to.equal('');
  };
  const read = async (kind: string, name: string): Promise<Shown> =>
    (await stage.cluster.object(`/apis/plus1.dev/v1alpha1/namespaces/${NAMESPACE}/${plural(kind)}/${name}`)) as Shown;
  /** Once a pass has judged it as it is now, and the condition has that status, or that status and reason. */
  const shows = async (kind: string, name: string, type: string, wanted: string): Promise<Shown> => {
    let last: Shown | undefined;
    try {
      return await eventually(
        async () => {
          last = await read(kind, name);
          const { observedGeneration, conditions = [] } = last.status ?? {};
          const found = conditions.find((each) => each.type === type);
          const isSeen = observedGeneration === last.metadata.generation;
          return isSeen && [found?.status, `${found?.status} ${found?.reason}`].includes(wanted) ? last : undefined;
        },
        { what: `${type} of ${name} to be ${wanted}`, timeoutMs: 20_000, everyMs: 300 },
      );
    } catch (error) {
      const status = JSON.stringify(last?.status, null, 1);
      throw new Error(`${(error as Error).message}\n${status}\n${controller.log.slice(-4_000)}`, { cause: error });
    }
  };
  const judged = (kind: string, name: string, ready: string): Promise<Shown> => shows(kind, name, 'Ready', ready);
  const columns = async (kind: string, name: string): Promise<Record<string, string>> => {
    const shown = await stage.kubectl('get', plural(kind), name);
    const [head = '', row = ''] = shown.split('\n');
    const starts = [...head.matchAll(/\S+(?: \S+)*/g)];
    return Object.fromEntries(
      starts.map(({ 0: title, index }, at) => [title, row.slice(index, starts[at + 1]?.index).trim()]),
    );
  };

  for (const { kind, reason, spec, says } of WRONG)
    it(`the API server refuses what the program refuses: ${kind} with ${reason}`, async () => {
      const wrong = document(kind, 'wrong', spec);
      expect(parseInput(inputKind(kind)!, wrong).ok, 'the program takes it').to.equal(false);
      const { code, stderr } = await send('create', wrong);
      expect([code, stderr]).to.satisfy(() => code === 1 && says.test(stderr), stderr);
    });

  for (const { kind } of EDITORS)
    it(`the API server refuses to give a ${kind} to another policy`, async () => {
      await sent('create', document(kind, 'fixed'));
      const { code, stderr } = await send('apply', document(kind, 'fixed', { policyRef: { name: 'lax' } }));
      await stage.kubectl('delete', plural(kind), 'fixed');
      expect([code, stderr]).to.satisfy(
        () => code === 1 && /policyRef\.name.*the field is immutable/.test(stderr),
        stderr,
      );
    });

  it('the API server refuses to make a drill of an incident, and an incident of a drill', async () => {
    for (const drill of [true, false]) {
      await sent('create', document('Plus1Incident', 'fixed', { drill }));
      const { stderr } = await send('apply', document('Plus1Incident', 'fixed', { drill: !drill }));
      await stage.kubectl('delete', 'plus1incidents', 'fixed');
      expect(stderr).to.match(/spec\.drill: Forbidden: the field is immutable/);
    }
  });

  for (const { kind, role, user } of EDITORS)
    it(`${role} may write each ${kind}, and nothing else`, async () => {
      const rights = async (as: string): Promise<string[]> => {
        const { stdout } = await stage.cluster.kubectl('-n', NAMESPACE, 'auth', 'can-i', '--list', '--no-headers', {
          as,
        });
        return stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim());
      };
      const everybody = await rights('mallory');
      expect((await rights(user)).filter((right) => !everybody.includes(right))).to.have.members([
        `${plural(kind)}.plus1.dev [] [] [create delete get list patch update watch]`,
        'plus1policies.plus1.dev [] [] [get list watch]',
      ]);
      const { stderr } = await send('create', document(kind, 'wrong'), 'mallory');
      expect(stderr).to.contain(`cannot create resource "${plural(kind)}"`);
    });

  it('an egress rule waits for its approval, and is in force by it', async () => {
    await sent('create', document('Plus1EgressRule', 'packages'), 'erin');
    const { status } = await judged('Plus1EgressRule', 'packages', 'False AwaitingApproval');
    const ann = new Person(stage.cluster, { name: 'ann', namespace: NAMESPACE });
    const plan = ['--plan', String(status['digest']), '--reason', 'Looked at with the owner', '--yes'];
    const approved = await ann.kubectl('plus1', 'approve', 'acme', ...plan);
    expect([approved.code, approved.stderr]).to.deep.equal([0, '']);
    await judged('Plus1EgressRule', 'packages', 'True InForce');
    expect(await columns('Plus1EgressRule', 'packages')).to.include({
      ...{ POLICY: 'acme', EFFECT: 'Allow', KIND: 'Normal', READY: 'True', APPROVED: 'True' },
    });
  });

  it('a drill is judged, and writes nothing to GitHub', async () => {
    const { writes } = stage.github.counts();
    const spec = { drill: true, isolate: { repositories: ['member-001'] } };
    await sent('create', document('Plus1Incident', 'drill', spec), 'ivan');
    const { status } = await judged('Plus1Incident', 'drill', 'True Drill');
    expect(status['drill']).to.equal(true);
    expect(stage.github.counts().writes).to.equal(writes);
  });

  it('an incident closes its repository off, and keeps evidence', async () => {
    const spec = { commander: 'grace', isolate: { repositories: ['member-002'], actions: 'Disabled' } };
    await sent('create', document('Plus1Incident', 'leak', spec), 'ivan');
    const { status } = await judged('Plus1Incident', 'leak', 'True Applied');
    const { id } = acme.repository('member-002')!;
    for (const ruleset of Object.values(status['rulesets'] as Record<string, number>))
      expect(acme.ruleset(ruleset).members).to.deep.equal([id]);
    expect(Object.keys(status['rulesets'] as object)).to.have.members(['branch', 'tag']);
    expect(await columns('Plus1Incident', 'leak')).to.include({
      ...{ POLICY: 'acme', SEVERITY: 'High', STATE: 'Isolated', READY: 'True', ISOLATED: 'True', COMMANDER: 'grace' },
    });
    await shows('Plus1Incident', 'leak', 'EvidenceKept', 'True');
  });

  it('a rollout makes its candidate', async () => {
    const stages = [50, 100].map((percent) => ({ percent, enforcement: 'Active', soak: '1h' }));
    const spec = { stages, approval: 'None' };
    await sent('create', document('Plus1Rollout', 'signed', spec), 'rosa');
    const { status } = await judged('Plus1Rollout', 'signed', 'True Running');
    expect(status['candidate']).to.deep.include({ members: 6, enforcement: 'active' });
    expect(await columns('Plus1Rollout', 'signed')).to.include({
      ...{ POLICY: 'acme', READY: 'True', STAGE: '1', MEMBERS: '6', PROGRESSING: 'StageRunning' },
    });
  });

  it('kubectl plus1 shows rollouts and incidents, and sets one field of one with the rights of its editor', async () => {
    const [rosa, ivan] = ['rosa', 'ivan'].map((name) => new Person(stage.cluster, { name, namespace: NAMESPACE })) as [
      Person,
      Person,
    ];
    await sent('create', document('Plus1Rollout', 'switched', SWITCHED), 'rosa');
    await judged('Plus1Rollout', 'switched', 'True');
    expect((await rosa.kubectl('plus1', 'rollout', 'status', 'switched')).stdout).to.match(/Rollout: +\S+\/switched/);
    const paused = await rosa.kubectl('plus1', 'rollout', 'pause', 'switched');
    expect([paused.code, paused.stderr]).to.deep.equal([0, '']);
    await shows('Plus1Rollout', 'switched', 'Paused', 'True');
    const twice = await rosa.kubectl('plus1', 'rollout', 'pause', 'switched');
    expect([twice.code, twice.stderr]).to.deep.include(1);
    expect((await rosa.kubectl('plus1', 'rollout', 'resume', 'switched')).stdout).to.include('spec.paused is false');
    expect((await rosa.kubectl('plus1', 'rollout', 'abort', 'no-such')).stderr).to.include('PLUS1_NOT_KNOWN');
    await sent('create', document('Plus1Incident', 'shown', { drill: true }), 'ivan');
    await judged('Plus1Incident', 'shown', 'True');
    expect((await ivan.kubectl('plus1', 'incident', 'status', 'shown')).stdout).to.include('(drill)');
    expect((await ivan.kubectl('plus1', 'incident', 'close', 'shown')).stdout).to.include('spec.closed is true');
    await shows('Plus1Incident', 'shown', 'Released', 'True');
    expect((await ivan.kubectl('plus1', 'rollout', 'pause', 'switched')).stderr).to.include('PLUS1_CLUSTER_FORBIDDEN');
  });

  it('a change of an object wakes its policy, whose next pass is an hour away', async () => {
    const patch = (kind: string, name: string, spec: Spec): Promise<string> =>
      stage.kubectl('patch', plural(kind), name, '--type=merge', '-p', JSON.stringify({ spec }));
    await patch('Plus1EgressRule', 'packages', { scope: { workflows: ['release.yml'] } });
    await judged('Plus1EgressRule', 'packages', 'False AwaitingApproval');
    await patch('Plus1Rollout', 'signed', { paused: true });
    await shows('Plus1Rollout', 'signed', 'Paused', 'True');
    await patch('Plus1Incident', 'drill', { commander: 'ivan' });
    await shows('Plus1Incident', 'drill', 'Acknowledged', 'True');
    const { status } = await stage.read('acme');
    await stage.kubectl('delete', plural('Plus1EgressRule'), 'packages');
    const isAnother = (id: string | undefined): boolean => id !== status.lastPass?.reconcileID;
    await stage.until(
      'acme',
      ({ status: { lastPass } }) => isAnother(lastPass?.reconcileID),
      'a pass for the deletion',
    );
  });

  it('was refused nothing, used each right over them, and is the only owner of each status', async () => {
    await stage.pass('acme');
    const events = stage.cluster.audit();
    expect(refusedRights(events, ACCOUNT)).to.deep.equal([]);
    expect(usedRights(events, ACCOUNT)).to.include.members(
      INPUT_KINDS.flatMap(({ plural: each }) => [`list ${each}`, `patch ${each}/status`, `watch ${each}`]),
    );
    await requireOneOwner(stage.cluster, [controller], stage);
  });
});
