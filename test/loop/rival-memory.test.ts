/**
 * Kind: two memories for one ruleset. A `sync` left a state under another name; the controller, or a policy of it that was
 * renamed, would begin with guards that have counted nothing.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { plus1, type Ran } from '../integration/cli.js';
import { Loop, MINUTE } from './loop.js';

const AT_ONCE = { exit: { gracePeriod: '0s' } };

describe('The loop over a folder, where a sync left a state for the same ruleset under another name', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 20 });
    loop = await Loop.open({ organizations: [acme, town({ login: 'beta', members: 2 })] });
    demote(4);
    expect(await sync()).to.include({ code: 0, stderr: '' });
    expect(loop.status('acme').window).to.include({ members: 20, left: 4 });
  });
  afterEach(async () => {
    await loop.stop();
    // A sync counts no generations, which the loop's own check asks for.
    for (const name of ['acme', 'elsewhere', 'torn', 'package']) rmSync(path(name), { force: true });
    await loop.close();
  });

  const demote = (count: number): void => names('member', count).forEach((name) => say(acme.get(name), 'deprecated'));
  const sync = (): Promise<Ran> =>
    plus1(['sync', '--org', 'acme', '--state', loop.state, '--grace-period', '0s'], {
      github: loop.github,
      clock: () => loop.clock.now(),
    });
  const path = (name: string): string => join(loop.state, 'default', `${name}.json`);
  const edit = (name: string, change: (object: Record<string, Record<string, unknown>>) => void): void => {
    const object = { ...loop.object(name) } as unknown as Record<string, Record<string, unknown>>;
    change(object);
    loop.putState(name, object);
  };

  it('begins no policy for it, names that state and what to do, and asks GitHub nothing', async () => {
    demote(8);
    loop.put('other.yaml', loop.policy('other', { organization: 'ACME', ...AT_ONCE }));
    loop.put('beta.yaml', loop.policy('beta'));
    loop.github.reset();
    await loop.start();
    await loop.pass(25 * MINUTE);
    expect([loop.ready('other'), memberNames(acme).length]).to.deep.equal(['False Conflict', 16]);
    expect(loop.ready('beta'), 'the others run').to.equal('True Converged');
    expect(loop.github.requests.filter(({ path: each }) => /acme/i.test(each))).to.deep.equal([]);
    const { message = '' } = loop.condition('other', 'Stalled') ?? {};
    expect(message).to.include('default/acme').and.include(path('acme'));
    await loop.restart();
    expect(loop.ready('other'), 'a conflict is no age').to.equal('False Conflict');
  });

  it('goes on with that memory where the policy takes its name, or without it where somebody deletes it', async () => {
    demote(8);
    loop.put('other.yaml', loop.policy('other', { organization: 'acme', ...AT_ONCE }));
    await loop.start();
    expect(loop.ready('other')).to.equal('False Conflict');
    await loop.edit('other.yaml', loop.policy('acme', AT_ONCE), 'acme', 'other');
    expect(loop.ready('acme')).to.equal('False Held');
    expect(loop.status('acme').window).to.include({ members: 20, left: 4 });
    await loop.stop();
    loop.put('other.yaml', loop.policy('other', { organization: 'acme', ...AT_ONCE }));
    edit('acme', (object) => delete object['origin']);
    await loop.start();
    expect(loop.ready('other')).to.equal('False Conflict');
    rmSync(path('acme'));
    await loop.until(() => loop.ready('other') === 'True Converged', 'it begins without a restart');
    expect(memberNames(acme)).to.have.length(12);
  });

  it('finds it by the id of the ruleset, before anything is written', async () => {
    edit('acme', ({ spec = {} }) => (spec['ruleset'] = { name: 'as it was named before' }));
    demote(8);
    loop.put('other.yaml', loop.policy('other', { organization: 'acme', ...AT_ONCE }));
    loop.github.reset();
    await loop.start();
    await loop.pass(25 * MINUTE);
    expect([loop.ready('other'), loop.github.counts().writes]).to.deep.equal(['False Conflict', 0]);
    expect(loop.condition('other', 'Stalled')?.message).to.include(path('acme'));
  });

  it('is not passed by a clock that was behind when the policy was found', async () => {
    edit('acme', ({ metadata = {} }) => (metadata['creationTimestamp'] = '2999-01-01T00:00:00Z'));
    loop.put('other.yaml', loop.policy('other', { organization: 'acme', ...AT_ONCE }));
    await loop.start();
    expect(loop.ready('other')).to.equal('False Conflict');
  });

  it('lets the older of two memories rule', async () => {
    rmSync(path('acme'));
    loop.put('other.yaml', loop.policy('other', { organization: 'acme', ...AT_ONCE }));
    await loop.start();
    expect(loop.ready('other')).to.equal('True Converged');
    await loop.stop();
    const younger = { ...loop.object('other') } as Record<string, unknown>;
    delete younger['origin'];
    loop.putState('acme', {
      ...younger,
      metadata: { name: 'acme', namespace: 'default', creationTimestamp: '2999-01-01T00:00:00Z' },
    });
    await loop.start();
    await loop.pass(11 * MINUTE);
    expect(loop.ready('other')).to.equal('True Converged');
  });

  it('counts a damaged one, and none that is marked deleted, of another ruleset, or of somebody else', async () => {
    const { spec, metadata } = loop.object('acme') ?? {};
    loop.putState('acme', { spec, metadata, status: [] });
    loop.put('other.yaml', loop.policy('other', { organization: 'acme', ...AT_ONCE }));
    await loop.start();
    expect(loop.ready('other')).to.equal('False Conflict');
    await loop.stop();
    loop.putState('acme', { spec, metadata: { ...metadata, deletionTimestamp: '2026-11-22T10:00:00Z' } });
    loop.putState('elsewhere', {
      spec: { organization: 'beta' },
      metadata: { name: 'elsewhere', namespace: 'default' },
    });
    writeFileSync(join(loop.state, 'default', 'package.json'), '{"name": "web"}');
    await loop.start();
    expect(loop.ready('other')).to.equal('True Converged');
  });

  it('beside a state that does not say which ruleset it is about: one with a memory runs, one without begins when that is gone', async () => {
    loop.put('acme.yaml', loop.policy('acme'));
    loop.put('beta.yaml', loop.policy('beta'));
    loop.putState('torn', '{');
    await loop.start();
    await loop.pass(25 * MINUTE);
    expect([loop.ready('acme'), loop.ready('beta')]).to.deep.equal(['True Converged', ' ']);
    expect(String(loop.logged('Reconcile failed').at(-1)?.['error'])).to.match(
      /the state of default\/torn at .* is not JSON; it may be a memory of the ruleset of default\/beta/,
    );
    rmSync(path('torn'));
    await loop.until(() => loop.looks.includes('default/torn'), 'it was seen to be gone');
    await loop.pass(11 * MINUTE);
    expect(loop.ready('beta')).to.equal('True Converged');
  });
});

describe('The loop over a folder, where a policy gets another name', function () {
  let loop: Loop;

  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 4, demoted: 1 })] });
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
    expect(loop.status('acme').leaving).to.have.length(1);
  });
  afterEach(() => loop.close());

  for (const [when, rename] of [
    [
      'while it runs',
      (): Promise<void> => loop.edit('acme.yaml', loop.policy('new', { organization: 'acme' }), 'new', 'acme'),
    ],
    [
      'while no controller runs',
      async (): Promise<void> => {
        await loop.stop();
        loop.put('acme.yaml', loop.policy('new', { organization: 'acme' }));
        await loop.start();
      },
    ],
  ] as const) {
    it(`${when}: the new one is in no conflict with what the old one left, and its clocks begin then`, async () => {
      await loop.pass(MINUTE);
      const [before] = loop.status('acme').leaving ?? [];
      await rename();
      await loop.pass(MINUTE);
      expect(loop.ready('new')).to.equal('True Converged');
      const [clock] = loop.status('new').leaving ?? [];
      expect(Date.parse(clock?.since ?? '')).to.be.greaterThan(Date.parse(before?.since ?? ''));
      await loop.restart();
      expect(loop.ready('new')).to.equal('True Converged');
    });
  }
});
