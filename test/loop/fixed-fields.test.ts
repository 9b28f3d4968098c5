/**
 * Kind of fault: an object that becomes another one under what was done for it. Moved to a policy with weaker approvals, an incident was
 * released by those; as a drill it was released by nobody; and many drills that became real passed the limit together.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { incident } from './incident-document.js';
import { inputOf } from './input.js';
import { HOUR, Loop } from './loop.js';

describe('The loop over a folder: fields of an object that stay', () => {
  const isolate = { repositories: ['member-001', 'member-002'], actions: 'Disabled' };
  let loop: Loop;
  let acme: Organization;
  beforeEach(async () => {
    acme = town({ members: 30 });
    loop = await Loop.open({ organizations: [acme] });
    const approval = { required: 2, groups: ['security'] };
    loop.put('acme.yaml', loop.policy('acme', { guards: { approval } }));
    loop.put('lax.yaml', loop.policy('lax', { organization: 'acme', ruleset: { name: 'somebody_elses' } }));
  });
  afterEach(() => loop.close());

  const status = (name = 'leak'): IncidentStatus =>
    inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', name)?.status ?? {};
  const ready = (name = 'leak'): string => status(name).conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
  const areOff = (): boolean => acme.get('member-001').actions.permissions.enabled === false;
  const ours = (): number => acme.rulesets.filter(({ name }) => name.startsWith('plus1-incident')).length;

  function approveUnder(policy: string, planHash: string): void {
    const folder = join(loop.state, '.approvals', 'default', policy);
    mkdirSync(folder, { recursive: true });
    const metadata = {
      name: 'a',
      namespace: 'default',
      uid: 'a',
      creationTimestamp: new Date(loop.clock.now()).toISOString(),
    };
    const spec = { policyRef: { name: policy }, planHash, approver: 'mallory', reason: 'It was looked at' };
    const object = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval', metadata, spec };
    writeFileSync(join(folder, 'a.json'), JSON.stringify(object));
  }

  it('the policy of an incident: no approval of another one releases it, nor after a restart', async () => {
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
    expect([areOff(), ours()]).to.deep.equal([true, 2]);
    await loop.edit('incident.yaml', incident('leak', { isolate, policyRef: { name: 'lax' }, closed: true }), 'acme');
    expect(ready()).to.include('spec.policyRef.name: found "lax", allowed: "acme": the field is immutable');
    await loop.restart();
    approveUnder('lax', status().hold?.planHash ?? `sha256:${'0'.repeat(64)}`);
    await loop.pass(2 * HOUR);
    expect([areOff(), ours()]).to.deep.equal([true, 2]);
    await loop.edit('incident.yaml', incident('leak', { isolate, closed: true }), 'acme');
    expect(ready(), 'put right, it goes on').to.match(/^Waits for an approval/);
  });

  it('that an incident is real: as a drill it would be over without anybody approving it', async () => {
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
    await loop.edit('incident.yaml', incident('leak', { isolate, drill: true, closed: true }), 'acme');
    expect(ready()).to.include('spec.drill: found true, allowed: false');
    expect([status().state, areOff(), ours()]).to.deep.equal(['Isolated', true, 2]);
  });

  it('that it is a drill: all that were played would be isolated at once, whatever isolation.max', async () => {
    const names = acme.repositories.map(({ name }) => name);
    const drill = (n: number, is: boolean): string =>
      incident(`drill-${n}`, { drill: is, isolate: { repositories: names.slice(n * 3, n * 3 + 3) } });
    await loop.start();
    for (const n of [0, 1]) await loop.edit(`${n}.yaml`, drill(n, true), 'acme');
    for (const n of [0, 1]) await loop.edit(`${n}.yaml`, drill(n, false), 'acme');
    expect(ours()).to.equal(0);
    expect(ready('drill-1')).to.include('spec.drill: found false, allowed: true');
  });

  for (const [what, spec] of Object.entries({ policy: { policyRef: { name: 'lax' } }, drill: { drill: true } }))
    it(`from its first pass on, also while that runs: ${what}`, async () => {
      await loop.start();
      let hasFired = false;
      loop.github.beforeRequest(async ({ kind }) => {
        if (hasFired || kind !== 'graphql') return;
        hasFired = true;
        loop.put('incident.yaml', incident('leak', { isolate, ...spec }));
        // The folder is watched in real time.
        await pause(500);
      });
      loop.put('incident.yaml', incident('leak', { isolate }));
      await loop.until(() => hasFired, 'its first pass runs');
      await loop.until(() => ready().includes('the field is immutable'), 'the change is refused');
      await loop.settle();
      await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
      expect([status().state, areOff(), ours()]).to.deep.equal(['Isolated', true, 2]);
    });

  it('not before a pass took it up: a typing error is put right in the file', async () => {
    loop.put('incident.yaml', incident('leak', { isolate, policyRef: { name: 'acmee' } }));
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
    expect([areOff(), ours()]).to.deep.equal([true, 2]);
  });
});
