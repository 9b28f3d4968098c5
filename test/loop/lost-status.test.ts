/** A look ends an exit clock, and its status cannot be kept: the next looks must not count from the old start. */
import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import { CacheFolder, StateFolder } from '../../pkg/policies/index.js';
import { memberNames, say, town } from '../builders.js';
import { HOUR, Loop } from './loop.js';

describe('A status that cannot be kept', () => {
  const write = Object.getOwnPropertyDescriptor(StateFolder.prototype, 'write') ?? {};
  const save = Object.getOwnPropertyDescriptor(CacheFolder.prototype, 'save') ?? {};
  let loop: Loop;
  const acme = town({ members: 8, others: 3 });
  beforeEach(async () => {
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' }, exit: { gracePeriod: '24h' } }));
    await loop.start();
  });
  afterEach(async () => {
    hasRoom();
    await loop.close();
  });

  /** The volume of states and caches takes nothing more. */
  const isFull = (): void => {
    const refuse = (): Promise<never> => Promise.reject(new Plus1Error('PLUS1_STATE_UNWRITABLE', 'ENOSPC'));
    Object.defineProperty(StateFolder.prototype, 'write', { ...write, value: refuse });
    Object.defineProperty(CacheFolder.prototype, 'save', { ...save, value: refuse });
  };
  const hasRoom = (): void => {
    Object.defineProperty(StateFolder.prototype, 'write', write);
    Object.defineProperty(CacheFolder.prototype, 'save', save);
  };

  it('ends the exit clock of one that was seen in production, though neither state nor cache say so', async () => {
    const one = acme.get('member-001');
    say(one, 'deprecated');
    await loop.pass(23 * HOUR);
    const start = loop.status('acme').leaving?.[0]?.since;
    expect(start).to.be.a('string');
    isFull();
    say(one, 'production');
    await loop.pass(2.5 * HOUR);
    expect(loop.status('acme').leaving?.[0]?.since, 'nothing was kept').to.equal(start);
    hasRoom();
    say(one, 'deprecated');
    await loop.pass(2.5 * HOUR);
    expect(memberNames(acme)).to.include('member-001');
    expect(loop.status('acme').leaving?.[0]?.since).to.not.equal(start);
    await loop.pass(25 * HOUR);
    expect(memberNames(acme), 'after a grace period of its own').to.not.include('member-001');
  });
});
