/** Approvals on a real API server: who may give one, what it releases, and what a forged one is worth. */
import { expect } from 'chai';
import type { Plus1Approval } from '../../pkg/api/index.js';
import { memberNames, names, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { NAMESPACE, Stage, SYSTEM } from './kube-stage.js';
import { eventually } from './support/eventually.js';
import type { Ran } from './support/command.js';
import { Person } from './support/person.js';
import { requireOneOwner } from './support/status-owners.js';

const PEOPLE = ['alice', 'bob', 'carol', 'erin'];
const FLAGS = ['--all-namespaces', '--approvals-verified'];
const UNVERIFIED = ['--all-namespaces'];
const REASON = 'Checked with the owners';

interface Given {
  as: string;
  /** Of the user. */
  groups?: string[];
  /** What the object says, where that is something else. */
  spec?: Record<string, unknown>;
}

describe('approvals on a cluster', function () {
  this.timeout(240_000);
  let stage: Stage;
  let acme: Organization;
  let count = 0;

  before(async () => {
    acme = town({ login: 'acme', members: 20 });
    stage = await Stage.start([acme]);
    await stage.apply({
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
      metadata: { name: 'approvers', namespace: NAMESPACE },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'plus1-approver' },
      subjects: PEOPLE.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name })),
    });
    await policy({ required: 2, groups: ['security'], emergencyGroups: ['lead'] });
  });
  after(() => stage?.end());

  const policy = (approval: object): Promise<void> =>
    stage.apply(
      stage.policy('acme', {
        ...{ schedule: { interval: '1h' }, exit: { gracePeriod: '0s' } },
        guards: { maxLeaving: 0, approval },
      }),
    );
  const demote = (...which: string[]): void => which.forEach((name) => say(acme.repository(name)!, 'deprecated'));
  const left = (): string[] => names('member', 20).filter((name) => !memberNames(acme).includes(name));
  const hashOf = async (): Promise<string> => (await stage.read('acme')).status.hold?.planHash ?? '';

  /** Creates an approval as that user; by default of what is held now. */
  const approve = async ({ as, groups = [], spec = {} }: Given): Promise<Ran & { name: string }> => {
    const name = `acme-${++count}`;
    const stdin = JSON.stringify({
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval', metadata: { name, namespace: NAMESPACE } },
      spec: { policyRef: { name: 'acme' }, planHash: await hashOf(), approver: as, groups, reason: REASON, ...spec },
    });
    const flags = ['-n', NAMESPACE, ...groups.map((group) => `--as-group=${group}`)];
    return { name, ...(await stage.cluster.kubectl(...flags, 'create', '-f', '-', { stdin, as, mayFail: true })) };
  };
  const given = async (of: Given): Promise<string> => {
    const { name, stderr } = await approve(of);
    expect(stderr).to.equal('');
    return name;
  };
  const stateOf = async (name: string): Promise<{ state?: string; message?: string }> => {
    const path = `/apis/plus1.dev/v1alpha1/namespaces/${NAMESPACE}/plus1approvals/${name}`;
    return ((await stage.cluster.object(path)) as { status?: object }).status ?? {};
  };
  /** The pass that wrote has ended, so that a process that is killed now leaves no write without an outcome. */
  const settled = (): Promise<unknown> =>
    stage.until('acme', ({ status }) => status.pendingWrite === undefined, 'the write to be settled');
  const becomes = (name: string, state: string): Promise<{ message?: string }> =>
    eventually(async () => ((await stateOf(name)).state === state ? stateOf(name) : undefined), {
      what: `${name} to be ${state}`,
      timeoutMs: 60_000,
    });
  const holds = (counted: number, held: number): Promise<unknown> =>
    stage.until(
      'acme',
      ({ status: { hold } }) => hold?.approvals === counted && hold.count === held,
      `${held} to be held, with ${counted} approvers`,
    );

  it('one approver is not enough where two are required; two approvers of two neighbouring plans release what both cover', async () => {
    stage.run({ flags: FLAGS });
    await stage.converged('acme');
    demote(...names('member', 6));
    await stage.pass('acme');
    await holds(0, 6);
    expect(left()).to.deep.equal([]);
    const first = await given({ as: 'alice' });
    // Nobody asks for a pass: the controller sees the object.
    await becomes(first, 'Counted');
    await holds(1, 6);
    expect(left()).to.deep.equal([]);
    const again = await given({ as: 'alice', groups: ['security'] });
    await becomes(again, 'Counted');
    await holds(1, 6);
    demote('member-007');
    await stage.pass('acme');
    await holds(1, 7);
    const second = await given({ as: 'bob', groups: ['security'] });
    for (const name of [first, again, second]) await becomes(name, 'Used');
    await holds(0, 1);
    expect(left()).to.deep.equal(names('member', 6));
    expect((await stage.read('acme')).status.hold?.repositories).to.deep.equal(['member-007']);
  });

  it('people of the wrong group are not counted for the group, and one of the right group completes them', async () => {
    const some = [await given({ as: 'alice', groups: ['sales'] }), await given({ as: 'carol' })];
    for (const name of some) await becomes(name, 'Counted');
    await holds(2, 1);
    expect((await stage.condition('acme', 'Held'))?.status).to.equal('True');
    const last = await given({ as: 'erin', groups: ['security'] });
    for (const name of [...some, last]) await becomes(name, 'Used');
    expect(left()).to.deep.equal(names('member', 7));
    await stage.until('acme', ({ status }) => status.hold === undefined, 'the end of the hold');
  });

  it('one that is deleted does not count any more', async () => {
    demote('member-008');
    await stage.pass('acme');
    const name = await given({ as: 'bob', groups: ['security'] });
    await becomes(name, 'Counted');
    await holds(1, 1);
    await stage.cluster.kubectl('-n', NAMESPACE, 'delete', 'plus1a', name, { as: 'bob' });
    await holds(0, 1);
  });

  it('of another plan says what to do, and an Emergency of nobody in emergencyGroups is rejected', async () => {
    const other = await given({ as: 'alice', spec: { planHash: `sha256:${'0'.repeat(64)}` } });
    await eventually(async () => (await stateOf(other)).message === 'approve the plan that is held now', {
      what: other,
    });
    expect(await stateOf(other)).not.to.have.property('state');
    const nobody = await given({ as: 'alice', groups: ['security'], spec: { kind: 'Emergency' } });
    expect((await becomes(nobody, 'Rejected')).message).to.match(/emergencyGroups \(lead\)/);
    const lead = await given({ as: 'carol', groups: ['lead'], spec: { kind: 'Emergency' } });
    await becomes(lead, 'Used');
    expect(left()).to.deep.equal(names('member', 8));
    const [bypass] = stage.records('ApprovalGiven').filter(({ data }) => data['kind'] === 'Emergency');
    expect(bypass?.data).to.include({ approver: 'carol', verified: true });
    await stage.until('acme', ({ status }) => status.hold === undefined, 'the end of the hold');
  });

  const forged: { reason: string; of: Given; says: RegExp }[] = [
    {
      reason: "another's name",
      of: { as: 'alice', spec: { approver: 'bob' } },
      says: /spec\.approver: found bob, allowed: alice/,
    },
    {
      reason: 'a group of others',
      of: { as: 'alice', groups: ['sales'], spec: { groups: ['sales', 'security', 'lead'] } },
      says: /spec\.groups: you are in none of these: security, lead/,
    },
    { reason: 'no right to approve', of: { as: 'mallory' }, says: /cannot create resource "plus1approvals"/ },
  ];
  for (const { reason, of, says } of forged) {
    it(`who forges one is refused by the API server: ${reason}`, async () => {
      const { code, stderr } = await approve({ ...of, spec: { planHash: `sha256:${'1'.repeat(64)}`, ...of.spec } });
      expect([code, stderr]).to.satisfy(() => code === 1 && says.test(stderr) && /forbidden/i.test(stderr), stderr);
    });
  }

  it('nobody changes one that was given, not even who gave it, and a status that comes with it is dropped', async () => {
    const { name } = await approve({ as: 'alice', spec: { planHash: `sha256:${'1'.repeat(64)}` } });
    const patch = (body: object): Promise<Ran> =>
      stage.cluster.kubectl('-n', NAMESPACE, 'patch', 'plus1a', name, '--type=merge', '-p', JSON.stringify(body), {
        mayFail: true,
      });
    expect((await patch({ spec: { approver: 'bob' } })).stderr).to.match(/the field is immutable/);
    expect((await patch({ spec: { approver: 'admin' } })).stderr).to.match(/the field is immutable/);
    expect((await patch({ metadata: { labels: { team: 'a' } } })).stderr).to.equal('');
    const preset = await stage.cluster.kubectl('-n', NAMESPACE, 'create', '-f', '-', '-o', 'jsonpath={.status}', {
      as: 'bob',
      stdin: JSON.stringify({
        ...{
          apiVersion: 'plus1.dev/v1alpha1',
          kind: 'Plus1Approval',
          metadata: { name: 'preset', namespace: NAMESPACE },
        },
        spec: { policyRef: { name: 'acme' }, planHash: `sha256:${'1'.repeat(64)}`, approver: 'bob', reason: REASON },
        status: { state: 'Used', message: 'x' },
      }),
    });
    expect(preset.stdout).to.equal('');
  });

  it('kubectl plus1 approves in the name of who asks, with those groups that the policy names', async () => {
    const person = (name: string, ...groups: string[]): Person =>
      new Person(stage.cluster, { name, groups: ['system:authenticated', ...groups], namespace: NAMESPACE });
    const approveAs = (who: Person, ...args: string[]): Promise<Ran> =>
      who.kubectl('plus1', 'approve', 'acme', '--reason', REASON, '--yes', ...args);
    const nothing = await approveAs(person('alice'));
    expect([nothing.code, nothing.stderr]).to.satisfy(() => /nothing of team-a\/acme is held/.test(nothing.stderr));
    demote('member-012', 'member-013');
    await stage.pass('acme');
    const hash = await hashOf();
    const mallory = await approveAs(person('mallory', 'security'));
    expect([mallory.code, mallory.stderr]).to.satisfy(() =>
      /PLUS1_CLUSTER_FORBIDDEN: cannot read/.test(mallory.stderr),
    );
    const alice = await approveAs(person('alice', 'sales', 'security'), '--plan', hash);
    expect([alice.code, alice.stderr]).to.deep.equal([0, '']);
    expect(alice.stdout).to.contain(
      `Held plan of ${NAMESPACE}/acme: ${hash}\n2 repositories:\n  member-012\n  member-013\n`,
    );
    expect(alice.stdout).to.contain('Your groups, of security, lead: security\nApproved by alice as acme-');
    await holds(1, 2);
    expect((await approveAs(person('bob'))).code).to.equal(0);
    await stage.until('acme', ({ status }) => status.hold === undefined, 'the end of the hold');
    expect(left()).to.include.members(['member-012', 'member-013']);
    const list = await person('bob').kubectl('plus1', 'get', 'approvals', 'acme', '-o', 'json');
    const { items } = JSON.parse(list.stdout) as { items: Plus1Approval[] };
    const ours = items.filter(({ spec }) => spec.planHash === hash);
    const told = ours.map(({ spec, status }) => [spec.approver, spec.groups, status?.state]);
    expect(told).to.have.deep.members([
      ['alice', ['security'], 'Used'],
      ['bob', [], 'Used'],
    ]);
  });

  it('what was given before a failover counts after it', async () => {
    await settled();
    await stage.stopAll();
    const lease = ['--leader-elect', ...FLAGS];
    const first = stage.run({ flags: lease });
    await eventually(() => first.leads(), { what: 'the first leader' });
    const second = await stage.run({ flags: lease }).ready();
    demote('member-009', 'member-010');
    await stage.pass('acme');
    await holds(0, 2);
    const { hold } = (await stage.read('acme')).status;
    const alice = await given({ as: 'alice', groups: ['security'] });
    await becomes(alice, 'Counted');
    expect(await first.stop()).to.equal(0);
    await eventually(() => second.leads(), { what: 'the take-over', timeoutMs: 75_000 });
    await stage.pass('acme');
    await holds(1, 2);
    expect((await stage.read('acme')).status.hold, 'the hold goes on').to.deep.include({ since: hold?.since });
    const bob = await given({ as: 'bob' });
    for (const name of [alice, bob]) await becomes(name, 'Used');
    expect(left()).to.include.members(['member-009', 'member-010']);
  });

  it('without the admission policy they count towards `required` alone, and are told to be unverified', async () => {
    await settled();
    await stage.stopAll();
    await stage.cluster.kubectl('delete', 'validatingadmissionpolicybinding', `plus1-${SYSTEM}-approvals`);
    stage.run({ flags: UNVERIFIED });
    demote('member-011');
    await stage.pass('acme');
    await holds(0, 1);
    expect((await stage.condition('acme', 'Held'))?.message).to.match(
      /guards\.approval\.groups and guards\.approval\.emergencyGroups cannot be met: nothing proves/,
    );
    const claims = [
      { approver: 'bob', groups: ['security'] },
      { approver: 'carol', groups: ['security'] },
    ];
    const given = await eventually(
      async () => {
        const made = await Promise.all(claims.map((spec) => approve({ as: 'alice', spec })));
        return made.every(({ code }) => code === 0) ? made.map(({ name }) => name) : undefined;
      },
      { what: 'the admission policy to have no effect any more', everyMs: 500 },
    );
    for (const name of given) await becomes(name, 'Counted');
    await holds(2, 1);
    const emergency = await approve({ as: 'alice', spec: { approver: 'erin', groups: ['lead'], kind: 'Emergency' } });
    expect((await becomes(emergency.name, 'Rejected')).message).to.match(/^Unverified/);
    expect(left()).not.to.include('member-011');
    await policy({ required: 2 });
    for (const name of given) await becomes(name, 'Used');
    expect(left()).to.deep.equal(names('member', 13));
    const told = stage.records('ApprovalGiven').slice(-2);
    expect(told.map(({ data }) => data['verified'])).to.deep.equal([false, false]);
  });

  it('kubectl plus1 rolls back to a record, and releases', async () => {
    const admin = new Person(stage.cluster, { name: 'root', groups: ['system:masters'], namespace: NAMESPACE });
    const ask = (...args: string[]): Promise<Ran> => admin.kubectl('plus1', ...args);
    const heldBy = (reason: string): Promise<unknown> =>
      stage.until(
        'acme',
        ({ status }) =>
          status.conditions?.some((condition) => condition.type === 'Held' && condition.reason === reason) === true,
        reason,
      );
    const alice = new Person(stage.cluster, { name: 'alice', namespace: NAMESPACE });
    const refused = await alice.kubectl('plus1', 'rollback', 'acme', '--to', '1', '--yes');
    expect([refused.code, refused.stderr]).to.satisfy(() =>
      /cannot annotate .* cannot patch resource/.test(refused.stderr),
    );
    const asked = await ask('rollback', 'acme', '--to', '1', '--reason', 'Approved by mistake', '--yes');
    expect([asked.code, asked.stderr]).to.deep.equal([0, '']);
    await heldBy('RolledBack');
    const { status } = await stage.read('acme');
    expect(status.lastHandledRollbackTo).to.equal('1');
    expect(memberNames(acme), 'the first record has them all').to.have.length(20);
    expect((await ask('rollback', 'acme', '--to', '1', '--yes')).code, 'a value is carried out once').to.equal(1);
    expect((await ask('release', 'acme')).stderr).to.equal('');
    await heldBy('TooManyLeaving');
    expect((await ask('release', 'acme')).code).to.equal(1);
    expect((await stage.read('acme')).status).not.to.have.property('lastHandledRollbackTo');
  });

  it('their statuses have one owner', async () => {
    await requireOneOwner(stage.cluster, []);
  });
});
