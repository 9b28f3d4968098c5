import { expect } from 'chai';
import { kept, memberNames, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { DAY, HOUR, Loop, MINUTE } from './loop.js';

describe('The loop over a folder: two policies for one ruleset', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 4, demoted: 1, promoted: 1 });
    loop = await Loop.open({ organizations: [acme] });
  });
  afterEach(() => loop.close());

  const younger = (spec: object = {}): string => loop.policy('younger', { organization: 'acme', ...spec });
  const writes = (): number => loop.github.counts().writes;

  /** The older one first, by an hour. */
  async function both(spec: object = {}): Promise<void> {
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
    await loop.pass(HOUR);
    loop.github.reset();
    await loop.edit('b.yaml', younger(spec), 'younger');
  }

  it('the older rules; the younger is Stalled, names it, and asks GitHub nothing', async () => {
    await both({ exit: { gracePeriod: '0s' } });
    expect([loop.ready('acme'), loop.ready('younger')]).to.deep.equal(['True Converged', 'False Conflict']);
    expect(loop.condition('younger', 'Stalled')?.message).to.include('default/acme');
    expect(loop.github.requests).to.have.length(0);
    expect(loop.events('Conflict')).to.have.length(1);
    await loop.touch('b.yaml', 'younger');
    expect(loop.events('Conflict'), 'told once').to.have.length(1);
  });

  it('whatever the case of the organization, and over a restart with the files in any order', async () => {
    loop.put('z.yaml', loop.policy('acme'));
    await loop.start();
    await loop.pass(MINUTE);
    await loop.edit('a.yaml', loop.policy('younger', { organization: 'ACME' }), 'younger');
    expect(loop.ready('younger')).to.equal('False Conflict');
    loop.github.reset();
    await loop.restart();
    expect([loop.ready('acme'), loop.ready('younger')]).to.deep.equal(['True Converged', 'False Conflict']);
    expect(loop.github.requests.filter(({ operation }) => operation === 'orgs/get')).to.have.length(1);
  });

  it('of two that came together, the one whose name comes first', async () => {
    loop.put('1.yaml', loop.policy('zeta', { organization: 'acme' }));
    loop.put('2.yaml', loop.policy('alpha', { organization: 'acme' }));
    await loop.start();
    expect([loop.ready('alpha'), loop.ready('zeta')]).to.deep.equal(['True Converged', 'False Conflict']);
  });

  it('looks again as soon as the older goes, and starts the grace of every leaver again', async () => {
    const hourly = { schedule: { interval: '1h' } };
    loop.put('b.yaml', younger(hourly));
    await loop.start();
    const [clock] = loop.status('younger').leaving ?? [];
    expect(clock?.name).to.equal('demoted-001');
    // An older one appears: it was made earlier, which a folder cannot know, so its state says it.
    await loop.stop();
    loop.put('acme.yaml', loop.policy('acme', hourly));
    loop.putState('acme', {
      spec: {},
      metadata: { name: 'acme', namespace: 'default', generation: 1, creationTimestamp: '2020-01-01T00:00:00.000Z' },
    });
    await loop.start();
    expect(loop.ready('younger')).to.equal('False Conflict');
    expect(loop.status('younger')).to.not.have.any.keys('leaving', 'hold', 'ruleset', 'pendingWrite');
    await loop.pass(2 * DAY);
    expect(memberNames(acme), 'the older let it go after its own grace').to.not.include('demoted-001');
    say(acme.get('member-001'), 'deprecated');
    await loop.pass(12 * HOUR);
    expect(loop.status('acme').leaving).to.have.length(1);
    const before = loop.clock.now();
    await loop.edit('acme.yaml', undefined, 'acme');
    expect(loop.ready('younger'), 'at once').to.equal('True Converged');
    const [again] = loop.status('younger').leaving ?? [];
    expect([again?.name, Date.parse(again?.since ?? '')]).to.deep.equal(['member-001', before]);
    await loop.pass(13 * HOUR);
    expect(memberNames(acme), 'the half day under the other does not count').to.include('member-001');
    await loop.pass(12 * HOUR);
    expect(memberNames(acme)).to.not.include('member-001');
    expect(await loop.metric('plus1_drift_total', { policy: 'default/younger', change: 'removed' })).to.equal(0);
  });

  it('keeps the ruleset for an older one that was suspended, or turned wrong', async () => {
    await both();
    for (const spec of [{ suspend: true }, { guards: { maxLeaving: 'half' } }]) {
      await loop.edit('acme.yaml', loop.policy('acme', spec), 'acme');
      expect(loop.ready('younger'), JSON.stringify(spec)).to.equal('False Conflict');
    }
    await loop.edit('acme.yaml', '{ this is no yaml', 'acme');
    expect([loop.ready('acme'), loop.ready('younger')]).to.deep.equal(['False InvalidSpec', 'False Conflict']);
    await loop.restart();
    expect([loop.ready('acme'), loop.ready('younger')]).to.deep.equal(['False InvalidSpec', 'False Conflict']);
    expect(writes()).to.equal(0);
  });

  it('sees one ruleset under two names: it was renamed, and the younger names it again', async () => {
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
    await loop.pass(MINUTE);
    kept(acme).edit({ name: 'renamed' });
    await loop.pass(10 * MINUTE);
    expect(loop.ready('acme')).to.equal('False RulesetNotFound');
    acme.get('promoted-001').commit('entity.datadog.yaml', null);
    loop.github.reset();
    await loop.edit('b.yaml', younger({ ruleset: { name: 'renamed' }, exit: { gracePeriod: '0s' } }), 'younger');
    expect(loop.ready('younger')).to.equal('False Conflict');
    await loop.pass(HOUR);
    expect(writes(), 'not even once').to.equal(0);
    await loop.edit('acme.yaml', undefined, 'acme');
    expect(loop.ready('younger')).to.not.include('Conflict');
  });

  it('lets two rulesets of one organization have a policy each', async () => {
    loop.put('acme.yaml', loop.policy('acme') + '---\n' + younger({ ruleset: { name: 'somebody_elses' } }));
    await loop.start();
    expect([loop.ready('acme'), loop.ready('younger')]).to.deep.equal(['True Converged', 'True Converged']);
  });
});
