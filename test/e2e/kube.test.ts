import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { INPUT_KINDS } from '../../pkg/api/index.js';
import { memberNames, names, say, town, kept } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { kstatusFaults } from '../kstatus.js';
import { ACCOUNT, NAMESPACE, Stage, SYSTEM } from './kube-stage.js';
import type { ControllerProcess } from './support/controller-process.js';
import { eventually } from './support/eventually.js';
import { grantedRights, refusedRights, usedRights } from './support/rights.js';
import { requireOneOwner } from './support/status-owners.js';

const MAIN = fileURLToPath(new URL('../../dist/cmd/plus1/main.js', import.meta.url));

describe('controller on a cluster', function () {
  this.timeout(180_000);
  let stage: Stage;
  let controller: ControllerProcess;
  const acme: Organization = town({ login: 'acme', members: 2, promoted: 3, others: 2 });
  const umbrella: Organization = town({ login: 'umbrella', members: 1, promoted: 1 });
  const initech: Organization = town({ login: 'initech', members: 4 });

  before(async () => {
    stage = await Stage.start([acme, umbrella, initech]);
    controller = stage.run({ flags: ['--all-namespaces', '--leader-elect'] });
    await stage.apply(stage.policy('acme'), stage.policy('umbrella'));
  });
  after(() => stage?.end());
  afterEach(() => {
    expect(stage.github.contractViolations).to.deep.equal([]);
  });

  it('makes two policies converge, and says so as kubectl understands it', async () => {
    await stage.kubectl('wait', '--for=condition=Ready', 'plus1/acme', 'plus1/umbrella', '--timeout=90s');
    expect(memberNames(acme)).to.deep.equal([...names('member', 2), ...names('promoted', 3)]);
    for (const name of ['acme', 'umbrella']) {
      expect(kstatusFaults(await stage.read(name))).to.deep.equal([]);
    }
    const row = (await stage.kubectl('get', 'plus1', 'acme', '--no-headers')).split(/ +/);
    expect(row.slice(0, 5)).to.deep.equal(['acme', 'acme', 'Enforce', 'True', '5/5']);
  });

  it('is ready once it has looked at every policy', async () => {
    await controller.ready();
    expect((await controller.get('health', '/healthz')).status).to.equal(200);
    expect(await controller.leads()).to.equal(true);
    expect((await controller.get('metrics', '/metrics')).text).to.match(
      /rest_client_requests_total\{code="200",method="PATCH",host="127\.0\.0\.1:\d+"\} \d/,
    );
  });

  it('tells of what it did in an event that describe shows', async () => {
    const described = await eventually(
      async () => {
        const text = await stage.kubectl('describe', 'plus1', 'acme');
        return text.includes('RulesetUpdated') ? text : undefined;
      },
      { what: 'the event' },
    );
    expect(described).to.contain('entered: promoted-001, promoted-002, promoted-003');
    expect(described).to.contain('plus1.dev/plus1-controller');
  });

  it('owns the status by its own manager, and nothing else', async () => {
    const fields = await stage.kubectl('get', 'plus1', 'acme', '--show-managed-fields', '-o', 'json');
    const managers = (JSON.parse(fields) as { metadata: { managedFields: Record<string, unknown>[] } }).metadata
      .managedFields;
    const ours = managers.filter(({ manager }) => manager === 'plus1-controller');
    expect(ours).to.have.length(1);
    expect(ours[0]).to.include({ operation: 'Apply', subresource: 'status' });
  });

  it('echoes the annotation that asks for a pass when that pass has ended', async () => {
    say(acme.repository('other-001')!, 'production');
    const { metadata } = await stage.pass('acme');
    expect(memberNames(acme)).to.contain('other-001');
    expect(metadata.generation).to.equal(1);
  });

  const patches = (): number =>
    stage.cluster.audit().filter(({ stage: at, user, verb, objectRef }) => {
      const isOurs = at === 'ResponseComplete' && user.username === ACCOUNT && verb === 'patch';
      return isOurs && objectRef?.subresource === 'status' && objectRef.name === 'acme';
    }).length;

  it('writes nothing to GitHub in a pass that finds everything as it should be', async () => {
    const writes = stage.github.counts().writes;
    const before = patches();
    await stage.pass('acme');
    expect(stage.github.counts().writes).to.equal(writes);
    expect(patches(), 'its status is written once').to.equal(before + 1);
  });

  it('writes a status once when its last exit clock goes, and stays its only owner', async () => {
    say(acme.repository('member-001')!, 'deprecated');
    expect((await stage.pass('acme')).status.leaving).to.have.length(1);
    say(acme.repository('member-001')!, 'production');
    const before = patches();
    expect((await stage.pass('acme')).status).to.not.have.property('leaving');
    expect(patches(), 'an empty list is not applied').to.equal(before + 1);
    await requireOneOwner(stage.cluster, [controller]);
  });

  it('takes a status back that somebody restored, or that an older version owned twice', async () => {
    stage.othersWrote = true;
    const patch = (status: object, manager: string): Promise<string> =>
      stage.kubectl(
        ...['patch', 'plus1', 'acme', '--subresource=status', '--type=merge', '--field-manager', manager],
        ...['-p', JSON.stringify({ status })],
      );
    say(acme.repository('member-001')!, 'deprecated');
    const { status: saved } = await stage.pass('acme');
    // All of it, as a tool does that brings back what it has saved: each field has its name beside ours from then on.
    await patch(Object.fromEntries(Object.keys(saved).map((key) => [key, null])), 'restore');
    await patch(saved, 'restore');
    const { status } = await stage.pass('acme');
    expect(status.leaving, 'the clock runs on from where it was').to.deep.equal(saved.leaving);
    await requireOneOwner(stage.cluster, [controller], stage);
    say(acme.repository('member-001')!, 'production');
    await stage.pass('acme');
    // What older versions did: an empty list by a merge patch. From then on no apply could empty the list again.
    await patch({ leaving: [] }, 'plus1-controller');
    say(acme.repository('member-001')!, 'deprecated');
    expect((await stage.pass('acme')).status.leaving).to.have.length(1);
    await requireOneOwner(stage.cluster, [controller], stage);
    say(acme.repository('member-001')!, 'production');
    const before = patches();
    expect((await stage.pass('acme')).status).to.not.have.property('leaving');
    expect(patches()).to.equal(before + 1);
  });

  it('keeps no clock alive that somebody else wrote too', async () => {
    stage.othersWrote = true;
    const patch = (leaving: unknown): Promise<string> =>
      stage.kubectl(
        'patch',
        'plus1',
        'acme',
        '--subresource=status',
        '--type=merge',
        '-p',
        JSON.stringify({ status: { leaving } }),
      );
    say(acme.repository('member-001')!, 'deprecated');
    const { status } = await stage.pass('acme');
    expect(status.leaving).to.have.length(1);
    // As a tool does that restores what it has saved: each of its fields is owned by its name as well from now on.
    await patch([]);
    await patch(status.leaving);
    say(acme.repository('member-001')!, 'production');
    expect((await stage.pass('acme')).status.leaving ?? []).to.deep.equal([]);
    say(acme.repository('member-001')!, 'deprecated');
    const [again] = (await stage.pass('acme')).status.leaving ?? [];
    expect(Date.parse(again?.since ?? '')).to.be.greaterThan(Date.parse(status.leaving?.[0]?.since ?? ''));
    say(acme.repository('member-001')!, 'production');
    expect((await stage.pass('acme')).status.leaving ?? []).to.deep.equal([]);
  });

  it('counts the same event up, once for each time', async () => {
    const drift = async (): Promise<void> => {
      kept(acme).setMembers(kept(acme).members.slice(1));
      await stage.pass('acme');
    };
    await drift();
    await drift();
    await eventually(
      async () => {
        const list = await stage.kubectl('get', 'events.v1.events.k8s.io', '-o', 'json');
        const { items } = JSON.parse(list) as { items: { reason: string; series?: { count: number } }[] };
        return items.some(({ reason, series }) => reason === 'DriftRepaired' && series?.count === 2);
      },
      { what: 'a count of 2' },
    );
  });

  it('begins a new generation at once', async () => {
    await stage.kubectl('patch', 'plus1', 'acme', '--type=merge', '-p', '{"spec":{"mode":"Observe"}}');
    const { status } = await stage.converged('acme');
    expect(status.conditions?.find(({ type }) => type === 'Ready')?.reason).to.equal('Observed');
    await stage.kubectl('patch', 'plus1', 'acme', '--type=merge', '-p', '{"spec":{"mode":"Enforce"}}');
    await stage.converged('acme');
  });

  it('stands still while suspended, and answers the annotation at once', async () => {
    await stage.kubectl('patch', 'plus1', 'acme', '--type=merge', '-p', '{"spec":{"suspend":true}}');
    await stage.until('acme', ({ status }) => status.observedGeneration === 4, 'the suspension');
    const before = stage.github.requests.length;
    const { status } = await stage.pass('acme');
    expect(status.conditions?.find(({ type }) => type === 'Ready')).to.include({
      status: 'False',
      reason: 'Suspended',
    });
    expect(stage.github.requests.length).to.equal(before);
    await stage.kubectl('patch', 'plus1', 'acme', '--type=merge', '-p', '{"spec":{"suspend":false}}');
    await stage.converged('acme');
  });

  const secrets: { reason: string; secret: string; expected: string }[] = [
    { reason: 'a Secret that is not there', secret: 'missing', expected: 'SecretNotFound' },
    { reason: 'a Secret that no Role names', secret: 'forbidden', expected: 'SecretNotAllowed' },
    { reason: 'a Secret for other organizations', secret: 'for-others', expected: 'SecretNotAllowed' },
  ];
  for (const { reason, secret, expected } of secrets) {
    it(`is stalled as ${expected}: ${reason}`, async () => {
      const github = { apiURL: stage.github.apiURL, credentials: { secretRef: { name: secret } } };
      await stage.apply(stage.policy('initech', { github }));
      const found = await stage.until(
        'initech',
        ({ status: { conditions } }) => conditions?.find(({ type }) => type === 'Stalled')?.reason === expected,
        expected,
      );
      expect(kstatusFaults(found)).to.deep.equal([]);
      expect(stage.github.requests.some(({ path }) => path.includes('initech'))).to.equal(false);
      await stage.kubectl('delete', 'plus1', 'initech');
    });
  }

  it('goes on with the backup Secret where GitHub refuses the first', async () => {
    const ended = 'ghp_ended0000000000000000000000000000000';
    stage.github.world.tokens.revoke(ended);
    await stage.apply(stage.secret('ended', undefined, ended));
    const credentials = { secretRef: { name: 'ended' }, backupSecretRef: { name: 'plus1-github' } };
    await stage.apply(stage.policy('initech', { github: { apiURL: stage.github.apiURL, credentials } }));
    const { status } = await stage.converged('initech');
    expect(status.credentials).to.include({ secretName: 'plus1-github', backup: true });
    await eventually(async () => (await stage.kubectl('describe', 'plus1', 'initech')).includes('BackupCredential'), {
      what: 'the event',
    });
    await stage.kubectl('delete', 'plus1', 'initech');
  });

  it('lets the older of two policies rule, and the younger as soon as the older goes', async () => {
    await stage.apply(stage.policy('younger', { organization: 'UMBRELLA' }));
    const { status } = await stage.until(
      'younger',
      ({ status: { conditions } }) => conditions?.some(({ reason }) => reason === 'Conflict') === true,
      'the conflict',
    );
    expect(status.conditions?.[0]?.message).to.contain(`${NAMESPACE}/umbrella`);
    await stage.kubectl('delete', 'plus1', 'umbrella');
    await stage.converged('younger');
  });

  it('leaves GitHub alone when a policy is deleted, and forgets its series', async () => {
    const before = memberNames(umbrella);
    const writes = stage.github.counts().writes;
    await stage.kubectl('delete', 'plus1', 'younger', '--timeout=10s');
    await eventually(async () => !(await controller.get('metrics', '/metrics')).text.includes('team-a/younger'), {
      what: 'its series to go',
    });
    expect(memberNames(umbrella)).to.deep.equal(before);
    expect(stage.github.counts().writes).to.equal(writes);
  });

  it('tells an approval of a plan that nobody knows what to do', async () => {
    const planHash = `sha256:${'0'.repeat(64)}`;
    const spec = { policyRef: { name: 'acme' }, planHash, approver: 'admin', reason: 'Checked with the owners' };
    await stage.apply({
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
      ...{ metadata: { name: 'acme-1', namespace: NAMESPACE }, spec },
    });
    const args = ['get', 'plus1a', 'acme-1', '-o', 'jsonpath={.status.message}'];
    const message = await eventually(async () => (await stage.kubectl(...args)) || undefined, { what: 'the message' });
    expect(message).to.equal('approve the plan that is held now');
  });

  it('was refused nothing but the Secret that it may not read, and used every right it has', async () => {
    const events = stage.cluster.audit();
    expect(refusedRights(events, ACCOUNT)).to.deep.equal(['get secrets/forbidden']);
    // No story here has an object of these kinds: `input-kinds.test.ts` uses the rights over their status.
    const ofInputs = INPUT_KINDS.map(({ plural }) => `patch ${plural}/status`);
    const granted = await grantedRights(stage.cluster, SYSTEM, 'plus1');
    expect(usedRights(events, ACCOUNT)).to.deep.equal(granted.filter((right) => !ofInputs.includes(right)));
  });

  it('gives the lease back when it is told to stop', async () => {
    expect(await controller.stop()).to.equal(0);
    const { stdout } = await stage.cluster.kubectl(
      '-n',
      'plus1-system',
      'get',
      'lease',
      'plus1-controller',
      '-o',
      'json',
    );
    const { spec } = JSON.parse(stdout) as { spec: { holderIdentity: string } };
    expect(spec.holderIdentity).to.equal('');
  });

  it('looks into the namespaces that are named, and by default into its own', async () => {
    const own = await stage.run({ flags: [] }).ready();
    const audit = stage.cluster.audit().filter(({ user }) => user.username === ACCOUNT);
    expect(
      audit.some(({ requestURI }) => requestURI.startsWith('/apis/plus1.dev/v1alpha1/namespaces/plus1-system/')),
    ).to.equal(true);
    await own.stop();
    const named = await stage.run({ flags: ['--namespace', NAMESPACE] }).ready();
    expect((await named.get('metrics', '/metrics')).text).to.contain('policy="team-a/acme"');
    await named.stop();
  });

  const flags: { args: string[]; reason: RegExp }[] = [
    { args: ['--policies', '.', '--leader-elect'], reason: /--leader-elect: not together with --policies/ },
    { args: ['--policies', '.', '--all-namespaces'], reason: /--all-namespaces: not together with --policies/ },
    { args: ['--policies', '.', '--approvals-verified'], reason: /--approvals-verified: not together with --policies/ },
    { args: ['--policies', '.', '--namespace', 'a'], reason: /--namespace: not together with --policies/ },
    { args: ['--namespace', 'a', '--all-namespaces'], reason: /--namespace: not together with --all-namespaces/ },
    { args: ['--credentials', '.'], reason: /--credentials: only together with --policies/ },
    { args: ['--namespace', 'A/b'], reason: /--namespace: found "A\/b", allowed/ },
    { args: [], reason: /PLUS1_CLUSTER_CONFIG: there is no cluster to work with/ },
  ];
  for (const { args, reason } of flags) {
    it(`ends with 2 and one line: ${args.join(' ') || 'no cluster'}`, () => {
      const ran = spawnSync(process.execPath, [MAIN, 'controller', ...args], {
        encoding: 'utf8',
        env: { HOME: '/nowhere' },
      });
      expect(ran.status).to.equal(2);
      expect(ran.stderr.trim().split('\n')).to.have.length(1);
      expect(ran.stderr).to.match(reason);
    });
  }
});
