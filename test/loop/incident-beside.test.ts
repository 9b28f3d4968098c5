/**
 * Kind of fault: an incident that nobody works on is taken for one that isolates nobody. Its file is broken, its object is deleted, or what
 * is kept of it is damaged: whom it closed off stays closed off, whatever is released beside it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { incident } from './incident-document.js';
import { inputOf } from './input.js';
import { Loop, MINUTE } from './loop.js';

describe('The loop over a folder: an incident beside one', () => {
  const isolate = { repositories: ['member-001'], actions: 'Disabled' };
  let loop: Loop;
  let acme: Organization;
  beforeEach(async () => {
    acme = town({ members: 30 });
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
  });
  afterEach(() => loop.close());

  const status = (name: string): IncidentStatus =>
    inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', name)?.status ?? {};
  const isOn = (name: string): boolean => acme.get(name).actions.permissions.enabled;

  async function release(name: string, spec: object): Promise<void> {
    await approved(name, spec);
    expect(status(name).state).to.equal('Released');
  }

  async function approved(name: string, spec: object): Promise<void> {
    await loop.edit(`${name}.yaml`, incident(name, { ...spec, closed: true }), 'acme');
    const folder = join(loop.state, '.approvals', 'default', 'acme');
    mkdirSync(folder, { recursive: true });
    const creationTimestamp = new Date(loop.clock.now()).toISOString();
    const document = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
      metadata: { name: `a-${name}`, namespace: 'default', uid: `a-${name}`, creationTimestamp },
      spec: {
        ...{ policyRef: { name: 'acme' }, planHash: status(name).hold?.planHash ?? '', approver: 'alice' },
        reason: 'It was looked at',
      },
    };
    writeFileSync(join(folder, `a-${name}.json`), JSON.stringify(document));
    await loop.pass(30 * MINUTE);
  }

  it('whose file is broken keeps the Actions of its repositories off', async () => {
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    await loop.edit('second.yaml', incident('second', { isolate }), 'acme');
    await loop.edit('first.yaml', incident('first', { isolate, severity: 'Odd' }), 'acme');
    await release('second', { isolate });
    expect(isOn('member-001')).to.equal(false);
    expect(status('second').isolated?.[0]?.message).to.include('isolated by first as well');
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    await release('first', { isolate });
    expect(isOn('member-001')).to.equal(true);
  });

  it('that was deleted, whose rulesets are left, keeps them off', async () => {
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    await loop.edit('second.yaml', incident('second', { isolate }), 'acme');
    await loop.edit('first.yaml', undefined, 'acme');
    await release('second', { isolate });
    expect(isOn('member-001')).to.equal(false);
    expect(status('second').isolated?.[0]?.message).to.match(
      /of an incident that was deleted or cannot be read closes it off as well/,
    );
  });

  /** Of an incident that does not run: its kept status is changed as `change` says. */
  function damage(name: string, change: (status: IncidentStatus) => void): void {
    const kept = join(loop.state, '.kinds', 'Plus1Incident', 'default', `${name}.json`);
    const object = JSON.parse(readFileSync(kept, 'utf8')) as { status: IncidentStatus };
    change(object.status);
    writeFileSync(kept, JSON.stringify(object));
  }

  for (const isBroken of [false, true])
    it(`whose record was lost in part keeps off all whom its ruleset closes off; its file is broken: ${isBroken}`, async () => {
      const two = { repositories: ['member-001', 'member-002'], actions: 'Disabled' };
      const last = { repositories: ['member-002'], actions: 'Disabled' };
      await loop.edit('first.yaml', incident('first', { isolate: two }), 'acme');
      await loop.edit('second.yaml', incident('second', { isolate: last }), 'acme');
      // It goes on with others, so that the lost one is not asked for again.
      await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
      await loop.stop();
      damage('first', (status) => (status.isolated = status.isolated?.slice(0, 1) ?? []));
      const evidence = join(loop.state, '.evidence');
      for (const folder of readdirSync(evidence)) writeFileSync(join(evidence, folder, 'before.json'), '[{');
      if (isBroken) loop.put('first.yaml', incident('first', { isolate, severity: 'Odd' }));
      await loop.start();
      await release('second', { isolate: last });
      expect(isOn('member-002')).to.equal(false);
      expect(status('second').isolated?.[0]?.message).to.match(
        /the ruleset plus1-incident-\w+ of the incident first closes it off/,
      );
    });

  describe('whose status has a word of another version', () => {
    const rulesets = (): number => acme.rulesets.filter(({ name }) => name.startsWith('plus1-incident')).length;
    const change = (kept: object): void => void Object.assign(kept, { state: 'Contained' });
    beforeEach(async () => {
      await loop.edit('second.yaml', incident('second', { isolate }), 'acme');
      await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
      await loop.stop();
      damage('first', change);
    });

    it('keeps them off', async () => {
      await loop.start();
      await release('second', { isolate });
      expect([isOn('member-001'), rulesets()]).to.deep.equal([false, 2]);
    });

    it('is not released, is named in the log, and goes on where its status can be read again', async () => {
      const before = status('first');
      loop.put('first.yaml', incident('first', { isolate: { repositories: [] }, closed: true }));
      await loop.start();
      await loop.pass(30 * MINUTE);
      expect([isOn('member-001'), rulesets()]).to.deep.equal([false, 4]);
      expect(status('first'), 'nothing is laid over what is kept').to.deep.equal({ ...before, state: 'Contained' });
      expect(JSON.stringify(loop.lines)).to.match(/status\.state is none that this version knows/);
      damage('first', (kept) => (kept.state = 'Isolated'));
      await loop.restart();
      expect(status('first').hold?.repositories).to.deep.equal(['member-001']);
    });
  });

  it('of another policy keeps the Actions of its repositories off', async () => {
    const ids = [acme.get('member-001').id];
    const conditions = {
      ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
      repository_id: { repository_ids: ids },
    };
    acme.addRuleset({
      ...{ name: 'second', target: 'branch', enforcement: 'active', conditions },
      rules: [{ type: 'deletion' }],
    });
    await loop.edit('two.yaml', loop.policy('two', { organization: 'acme', ruleset: { name: 'second' } }), 'two');
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    await loop.edit('second.yaml', incident('second', { policyRef: { name: 'two' }, isolate }), 'two');
    expect(status('second').state).to.equal('Isolated');
    let wasOn = false;
    loop.github.beforeRequest(() => void (wasOn ||= isOn('member-001')));
    await release('first', { isolate });
    expect([wasOn, isOn('member-001')]).to.deep.equal([false, false]);
    expect(status('first').isolated?.[0]?.message).to.include('of an incident of another policy');
  });

  it('is not released for as long as rulesets of its names stand that the status of the policy lost', async () => {
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    await loop.stop();
    rmSync(join(loop.state, 'default', 'acme.json'));
    await loop.start();
    await approved('first', { isolate });
    const said = status('first').conditions?.find(({ type }) => type === 'Released');
    expect([said?.status, isOn('member-001')]).to.deep.equal(['False', false]);
    expect(said?.message).to.match(
      /the ruleset \d+ is named plus1-incident-\w+, and the status of the policy does not have it/,
    );
    for (const ruleset of acme.rulesets.filter(({ name }) => name.startsWith('plus1-incident')))
      acme.rulesets.splice(acme.rulesets.indexOf(ruleset), 1);
    await loop.pass(30 * MINUTE);
    expect([status('first').state, isOn('member-001')]).to.deep.equal(['Released', true]);
  });

  it('whose status cannot be read counts in isolation.max', async () => {
    const of = (...repositories: string[]): object => ({ isolate: { repositories, actions: 'Keep' } });
    await loop.edit('acme.yaml', loop.policy('acme', { isolation: { max: 2 } }), 'acme');
    await loop.edit('first.yaml', incident('first', of('member-001', 'member-002')), 'acme');
    await loop.stop();
    damage('first', (kept) => void Object.assign(kept, { state: 'Contained' }));
    await loop.start();
    await loop.edit('second.yaml', incident('second', of('member-003')), 'acme');
    expect([status('second').state, status('second').hold?.reason]).to.deep.equal(['Held', 'TooManyIsolated']);
  });

  it('that lost its whole record is released with all whom its rulesets close off', async () => {
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    await loop.stop();
    damage('first', (status) => {
      delete status.isolated;
      delete status.total;
    });
    loop.put('first.yaml', incident('first', { isolate, closed: true }));
    await loop.start();
    expect([status('first').state, status('first').hold?.repositories]).to.deep.equal(['Held', ['member-001']]);
    expect(isOn('member-001')).to.equal(false);
  });

  it('whose file of entries is damaged is released with all whom its ruleset closes off, and holds up no other', async () => {
    const two = { repositories: ['member-001', 'member-002'], actions: 'Disabled' };
    await loop.edit('first.yaml', incident('first', { isolate: two }), 'acme');
    await loop.stop();
    const kept = join(loop.state, '.kinds', 'Plus1Incident', 'default', 'first.json');
    const object = JSON.parse(readFileSync(kept, 'utf8')) as { status: IncidentStatus };
    object.status.isolated = object.status.isolated?.slice(0, 1) ?? [];
    writeFileSync(kept, JSON.stringify(object));
    const evidence = join(loop.state, '.evidence');
    for (const folder of readdirSync(evidence)) writeFileSync(join(evidence, folder, 'before.json'), '[{');
    await loop.start();
    await loop.edit('second.yaml', incident('second', { isolate: { repositories: ['member-003'] } }), 'acme');
    expect(status('second').state).to.equal('Isolated');
    await loop.edit('first.yaml', incident('first', { isolate: two, closed: true }), 'acme');
    expect(status('first').hold?.repositories).to.deep.equal(['member-001', 'member-002']);
  });

  it('records no settings of another repository that took the name meanwhile', async () => {
    const own = acme.get('member-001');
    own.actions.permissions = { enabled: true, allowed_actions: 'local_only', sha_pinning_required: true };
    let isTaken = false;
    loop.github.beforeRequest(({ path }) => {
      if (isTaken || !path.endsWith('/member-001/actions/permissions')) return;
      isTaken = true;
      own.rename('member-001-old');
      acme.createRepository({ name: 'member-001' });
    });
    await loop.edit('first.yaml', incident('first', { isolate }), 'acme');
    expect([isTaken, status('first').isolated?.[0]?.actionsBefore]).to.deep.equal([true, undefined]);
    await loop.pass(30 * MINUTE);
    expect(status('first').isolated?.find(({ id }) => id === own.id)?.actionsBefore).to.deep.equal({
      ...{ enabled: true, allowed: 'local_only', shaPinning: true },
    });
  });
});
