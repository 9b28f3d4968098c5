/** Kind of fault: who approves a release is shown that all is well, though nobody saw that. */
import { expect } from 'chai';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { kept, town } from '../builders.js';
import { Organization } from '../fakes/github/index.js';
import { incident } from './incident-document.js';
import { inputOf } from './input.js';
import { Loop } from './loop.js';

describe('The loop over a folder: what is checked before a release', () => {
  const isolate = { repositories: ['member-001', 'member-002'], actions: 'Keep' };
  let loop: Loop;
  let acme: Organization;
  let other: Organization;
  beforeEach(async () => {
    acme = town({ members: 5 });
    other = new Organization({ login: 'other' });
    loop = await Loop.open({ organizations: [acme, other] });
    loop.put('acme.yaml', loop.policy('acme', { isolation: { max: '100%' } }));
    await loop.start();
    await loop.edit('incident.yaml', incident('leak', { isolate }), 'acme');
  });
  afterEach(() => loop.close());

  async function governed(): Promise<string> {
    await loop.edit('incident.yaml', incident('leak', { isolate, closed: true }), 'acme');
    const status = inputOf<{ status: IncidentStatus }>(loop, 'Plus1Incident', 'leak')?.status;
    const check = status?.checks?.find(({ name }) => name === 'governed');
    return `${check?.result} ${check?.message}`;
  }

  it('names those that a ruleset targets which is switched off', async () => {
    kept(acme).edit({ enforcement: 'disabled' });
    expect(await governed()).to.equal('Fail not governed: member-001, member-002');
  });

  it('does not know of one that is gone, and that nobody governs', async () => {
    acme.get('member-001').transferTo(other);
    expect(await governed()).to.equal('Unknown 1 of 2 were not read in this pass');
  });

  it('passes where all of them are governed', async () => {
    expect(await governed()).to.equal('Pass 2 of 2 are in production, all of them governed');
  });
});
