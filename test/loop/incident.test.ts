/** Incidents over a folder, from opening to release: what GitHub then refuses, what is kept, and what is set back. */
import { existsSync, readdirSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { IncidentStatus } from '../../pkg/api/index.js';
import type { VolumeSpace } from '../../pkg/base/index.js';
import { kept, town } from '../builders.js';
import { push, type LoggedRequest, type Organization, type Repository } from '../fakes/github/index.js';
import { incident } from './incident-document.js';
import { inputOf } from './input.js';
import { Loop, MINUTE } from './loop.js';

const CI = '.github/workflows/ci.yml';

describe('The loop over a folder: incidents', () => {
  let loop: Loop;
  let acme: Organization;
  let space: VolumeSpace | undefined;

  beforeEach(async () => {
    space = undefined;
    acme = town({ members: 30 });
    acme.teams.set('responders', 31);
    loop = await Loop.open({
      organizations: [acme],
      space: () => space ?? { totalBytes: 1e12, freeBytes: 1e12 },
    });
    loop.put('acme.yaml', loop.policy('acme', { isolation: { max: '100%' } }));
  });
  afterEach(() => loop.close());

  const status = (name: string): IncidentStatus =>
    inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', name)?.status ?? {};
  const condition = (name: string, type: string): string => {
    const found = status(name).conditions?.find((each) => each.type === type);
    return found === undefined ? 'absent' : `${found.status} ${found.reason}: ${found.message}`;
  };
  const all = (): string[] => acme.repositories.map(({ name }) => name);
  const isClosed = (repository: Repository): boolean =>
    !push(repository, { ref: `refs/heads/${repository.defaultBranch}` }).ok &&
    !push(repository, { ref: 'refs/heads/new' }).ok &&
    !push(repository, { ref: 'refs/tags/v1' }).ok;
  const evidence = (name: string): string =>
    join(
      loop.state,
      '.evidence',
      readdirSync(join(loop.state, '.evidence')).find((each) => each.includes(`.${name}.`)) ?? '',
    );
  const approve = async (name: string, kind = 'Normal', groups: string[] = []): Promise<void> => {
    const folder = join(loop.state, '.approvals', 'default', 'acme');
    mkdirSync(folder, { recursive: true });
    const { planHash } = status(name).hold ?? { planHash: '' };
    const document = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
      metadata: {
        ...{ name: `a-${name}`, namespace: 'default', uid: `uid-${name}` },
        creationTimestamp: new Date(loop.clock.now()).toISOString(),
      },
      spec: { policyRef: { name: 'acme' }, planHash, approver: 'alice', groups, kind, reason: 'It was looked at' },
    };
    writeFileSync(join(folder, `a-${name}.json`), JSON.stringify(document));
    await loop.pass(11 * MINUTE);
  };

  it('come before what the same pass says to owners: issues go out at twenty a minute', async () => {
    acme.get('member-001').commit('entity.datadog.yaml', 'a: [');
    const issues = { mode: 'PerRepository', after: '0s' };
    loop.put('acme.yaml', loop.policy('acme', { isolation: { max: '100%' }, issues }));
    loop.put('incident.yaml', incident('leak', { isolate: { repositories: ['member-002'] } }));
    await loop.start();
    const writes = loop.github.requests.filter(({ method, path }) => method === 'POST' && !path.endsWith('/graphql'));
    expect(writes.map(({ path }) => path.replace(/\?.*$/, ''))).to.deep.equal([
      ...['/orgs/acme/rulesets', '/orgs/acme/rulesets'],
      '/repos/acme/member-001/issues',
    ]);
  });

  it('close off 30 repositories in one pass, with what that changes recorded before', async () => {
    for (const { actions } of acme.repositories)
      actions.permissions = { enabled: true, allowed_actions: 'local_only', sha_pinning_required: true };
    await loop.start();
    const before = loop.github.requests.length;
    await loop.edit(
      'incident.yaml',
      incident('leak', { isolate: { repositories: all(), actions: 'Disabled', responders: ['responders', 'nobody'] } }),
      'acme',
    );
    expect(condition('leak', 'Isolated')).to.equal('True Isolated: 30 repositories are isolated');
    expect(acme.repositories.every(isClosed)).to.equal(true);
    const [first] = acme.repositories as [Repository];
    expect(push(first, { ref: 'refs/tags/v2', by: { login: 'grace', teams: ['responders'] } }).ok).to.equal(true);
    expect(first.startWorkflow({ path: CI, sha: 'a'.repeat(40) })).to.include({ ok: false });
    const sent = loop.github.requests.slice(before);
    const firstWrite = sent.findIndex(({ isWrite }) => isWrite);
    expect(sent.slice(0, firstWrite).filter(({ path }) => path.endsWith('/actions/permissions'))).to.have.length(30);
    expect(condition('leak', 'Ready')).to.match(/no team nobody was found/);
    expect(status('leak').isolated?.[0]?.actionsBefore).to.deep.equal({
      ...{ enabled: true, allowed: 'local_only', shaPinning: true },
    });
    expect(condition('leak', 'EvidenceKept')).to.match(/^True Kept/);
    expect(existsSync(join(evidence('leak'), 'manifest.json'))).to.equal(true);
  });

  it('are isolated with a full disk and without the right to read runs, and say what evidence is missing', async () => {
    loop.github.world.tokens.add('ghp_environment', {
      ...{ kind: 'fine-grained', organization: 'acme' },
      permissions: {
        ...{ metadata: 'read', contents: 'read', organization_administration: 'write', administration: 'write' },
      },
    });
    await loop.start();
    space = { totalBytes: 1e9, freeBytes: 1_000 };
    const window = { start: '2020-01-01T00:00:00Z' };
    await loop.edit('incident.yaml', incident('leak', { window, isolate: { repositories: all() } }), 'acme');
    expect(condition('leak', 'Isolated')).to.match(/^True Isolated: 30/);
    expect(acme.repositories.every(isClosed)).to.equal(true);
    expect(condition('leak', 'EvidenceKept')).to.match(/^False Missing: .*belong to journal and state/);
    space = undefined;
    await loop.pass(20 * MINUTE);
    expect(condition('leak', 'EvidenceKept')).to.match(/^False Missing: .*actions: read/);
    expect(status('leak').evidence?.files).to.be.greaterThan(60);
  });

  it('are released only by an approval, with all settings as they were and nothing of ours left', async () => {
    const isolate = { repositories: ['member-001', 'member-002'], actions: 'Disabled' };
    const two = [acme.get('member-001'), acme.get('member-002')];
    const settings = (): string => JSON.stringify(two.map(({ actions }) => [actions.permissions, actions.selected]));
    Object.assign(two[0]?.actions.permissions ?? {}, { allowed_actions: 'selected', sha_pinning_required: true });
    Object.assign(two[1]?.actions.permissions ?? {}, { enabled: false });
    const before = settings();
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
    expect(two.every(({ actions }) => !actions.permissions.enabled)).to.equal(true);
    await loop.edit('incident.yaml', incident('leak', { isolate, closed: true }), 'acme');
    expect(condition('leak', 'Held')).to.match(/^True ReleaseApproval: 2 repositories/);
    expect(status('leak').checks?.map(({ name, result }) => `${name} ${result}`)).to.deep.equal([
      ...['governed Pass', 'checklist Unknown', 'indicators Unknown'],
    ]);
    expect(two.every(isClosed)).to.equal(true);
    await loop.pass(60 * MINUTE);
    expect(two.every(isClosed)).to.equal(true);
    await approve('leak');
    expect(condition('leak', 'Released')).to.match(/^True Released/);
    expect(settings()).to.equal(before);
    expect(acme.rulesets.filter(({ name }) => name.startsWith('plus1-incident'))).to.deep.equal([]);
    expect(status('leak').state).to.equal('Released');
    const written = loop.github.counts().writes;
    await loop.pass(120 * MINUTE);
    expect(loop.github.counts().writes).to.equal(written);
  });

  it('are held beyond isolation.max, and an Emergency approval releases that', async () => {
    loop.put(
      'acme.yaml',
      loop.policy('acme', { guards: { approval: { required: 2, emergencyGroups: ['security-lead'] } } }),
    );
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate: { repositories: all() } }), 'acme');
    expect(condition('leak', 'Held')).to.match(/^True TooManyIsolated: 30 repositories/);
    expect(condition('leak', 'Isolated')).to.match(/^False TooManyIsolated: 0 of 30/);
    expect(acme.repositories.some(isClosed)).to.equal(false);
    await approve('leak', 'Emergency', ['security-lead']);
    expect(condition('leak', 'Isolated')).to.match(/^True Isolated: 30/);
    expect(condition('leak', 'Held')).to.equal('absent');
    expect(acme.repositories.every(isClosed)).to.equal(true);
    const kept = readdirSync(join(evidence('leak'), 'repositories'));
    expect(kept, 'what was kept while it was held is not all').to.have.length(30);
    const { files } = status('leak').evidence ?? { files: 0 };
    await loop.edit('incident.yaml', incident('leak', { isolate: { repositories: all() }, title: 'Two' }), 'acme');
    expect(status('leak').evidence?.files, 'what is kept stays').to.equal(files);
  });

  for (const max of [3, '10%'])
    it(`are held beyond isolation.max ${max} in a pass that fails as well: nobody waits for an outage to isolate more`, async () => {
      loop.put('acme.yaml', loop.policy('acme', { isolation: { max } }));
      await loop.start();
      kept(acme).edit({ name: 'renamed' });
      await loop.edit('incident.yaml', incident('leak', { isolate: { repositories: all() } }), 'acme');
      expect(loop.ready('acme')).to.equal('False RulesetNotFound');
      expect(condition('leak', 'Held')).to.match(/^True TooManyIsolated: 30 repositories/);
      expect(acme.repositories.some(isClosed)).to.equal(false);
    });

  it('keep Actions off until the release, also where the document asks for that no more', async () => {
    const isolate = { repositories: ['member-001'], actions: 'Disabled' };
    loop.put('incident.yaml', incident('leak', { isolate }));
    await loop.start();
    const { actions } = acme.get('member-001');
    expect(actions.permissions.enabled).to.equal(false);
    await loop.edit('incident.yaml', incident('leak', { isolate: { ...isolate, actions: 'Keep' } }), 'acme');
    actions.permissions = { ...actions.permissions, enabled: true };
    await loop.pass(11 * MINUTE);
    expect(actions.permissions.enabled).to.equal(false);
    expect(condition('leak', 'Isolated')).to.match(/^True Isolated/);
  });

  it('keep Actions off, where the document asks for that no more, also after a look at them that failed', async () => {
    const isolate = { repositories: ['member-001'], actions: 'Disabled' };
    loop.put('incident.yaml', incident('leak', { isolate }));
    await loop.start();
    const { actions } = acme.get('member-001');
    await loop.edit('incident.yaml', incident('leak', { isolate: { ...isolate, actions: 'Keep' } }), 'acme');
    const isLook = ({ method, path }: LoggedRequest): boolean =>
      method === 'GET' && path.endsWith('/member-001/actions/permissions');
    loop.github.faults.when(isLook, { kind: 'status', status: 502 }, 4);
    await loop.pass(11 * MINUTE);
    actions.permissions = { ...actions.permissions, enabled: true };
    await loop.pass(22 * MINUTE);
    expect(actions.permissions.enabled).to.equal(false);
  });

  it('keep the evidence of those that are added later', async () => {
    await loop.start();
    const [first = '', second = ''] = all();
    await loop.edit('incident.yaml', incident('leak', { isolate: { repositories: [first] } }), 'acme');
    expect(readdirSync(join(evidence('leak'), 'repositories'))).to.have.length(1);
    await loop.edit('incident.yaml', incident('leak', { isolate: { repositories: [first, second] } }), 'acme');
    expect(readdirSync(join(evidence('leak'), 'repositories'))).to.have.length(2);
    expect(JSON.parse(readFileSync(join(evidence('leak'), 'inventory.json'), 'utf8'))).to.have.property('refers');
  });

  it('that are drills write nothing, and have the times', async () => {
    await loop.start();
    const before = loop.github.counts().writes;
    const isolate = { repositories: all(), actions: 'Disabled', cancelRuns: true, responders: ['nobody'] };
    await loop.edit('incident.yaml', incident('drill', { drill: true, isolate }), 'acme');
    expect(condition('drill', 'Ready')).to.match(/no team nobody was found/);
    await loop.edit('incident.yaml', incident('drill', { drill: true, isolate, closed: true }), 'acme');
    expect(loop.github.counts().writes).to.equal(before);
    expect(acme.repositories.some(isClosed)).to.equal(false);
    const { timeline, isolated } = status('drill');
    expect(isolated).to.have.length(30);
    expect(Object.keys(timeline ?? {})).to.include.members([
      ...['detected', 'acknowledged', 'isolated', 'evidence', 'inventoried', 'released'],
    ]);
  });

  it('over one repository do not disturb each other: the last one released sets its Actions back', async () => {
    const isolate = { repositories: ['member-001'], actions: 'Disabled' };
    const repository = acme.get('member-001');
    await loop.start();
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    await loop.edit('second.yaml', incident('second', { isolate }), 'acme');
    await loop.edit('first.yaml', incident('first', { isolate, closed: true }), 'acme');
    await approve('first');
    expect(condition('first', 'Released')).to.match(/^True ReleasedInPart: .*isolated by second/);
    expect(isClosed(repository)).to.equal(true);
    expect(repository.actions.permissions.enabled).to.equal(false);
    await loop.edit('second.yaml', incident('second', { isolate, closed: true }), 'acme');
    await approve('second');
    expect(condition('second', 'Released')).to.match(/^True Released/);
    expect(isClosed(repository)).to.equal(false);
    expect(repository.actions.permissions).to.deep.equal({
      ...{ enabled: true, allowed_actions: 'all', sha_pinning_required: false },
    });
  });

  it('outlast what becomes of their repositories: renamed, archived, transferred, deleted', async () => {
    const other = loop.github.world.add({ login: 'other' });
    const isolate = { repositories: all().slice(0, 5), actions: 'Disabled' };
    const [renamed, archived, moved, deleted, plain] = acme.repositories as Repository[];
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
    renamed?.rename('renamed');
    acme.createRepository({ name: 'member-001' });
    archived?.archive();
    moved?.transferTo(other);
    deleted?.delete();
    await loop.edit('incident.yaml', incident('leak', { isolate, closed: true }), 'acme');
    await approve('leak');
    expect(condition('leak', 'Released'))
      .to.match(/archived/)
      .and.to.match(/belongs to other/)
      .and.to.match(/gone/);
    expect([renamed, plain].map((each) => each?.actions.permissions.enabled)).to.deep.equal([true, true]);
    expect([archived, moved].map((each) => each?.actions.permissions.enabled)).to.deep.equal([false, false]);
    expect(acme.rulesets.filter(({ name }) => name.startsWith('plus1-incident'))).to.deep.equal([]);
  });

  it('cancel what is under way, its ids kept first', async () => {
    const repository = acme.get('member-001');
    const run = repository.actions.add({ path: CI, sha: 'a'.repeat(40) }, loop.clock.now());
    const isolate = { repositories: ['member-001'], cancelRuns: true };
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
    expect(run.conclusion).to.equal('cancelled');
    expect(status('leak').runs).to.deep.equal({ ids: [run.id], cancelled: 1, failed: 0 });
  });
});
