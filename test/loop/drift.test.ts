import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { aimOf, kept, memberNames, names, PRODUCTION, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { TARGETINGS } from '../targetings.js';
import { Loop, MINUTE } from './loop.js';

for (const { how, targeting } of TARGETINGS)
  describe(`The loop over a folder: what somebody changed by hand, targeting ${how}`, function () {
    let loop: Loop;
    let acme: Organization;

    beforeEach(async () => {
      acme = town({ members: 6, others: 2, targeting });
      loop = await Loop.open({ organizations: [acme] });
      loop.put('acme.yaml', loop.policy('acme', { ruleset: aimOf(acme), exit: { gracePeriod: '30m' } }));
      await loop.start();
      expect(loop.ready('acme')).to.equal('True Converged');
    });
    afterEach(() => loop.close());

    const id = (name: string): number => acme.get(name).id;
    const drop = (...gone: string[]): void =>
      void kept(acme).setMembers(kept(acme).members.filter((each) => !gone.map(id).includes(each)));
    const drift = async (): Promise<(number | undefined)[]> => [
      await loop.metric('plus1_drift_total', { change: 'removed' }),
      await loop.metric('plus1_drift_total', { change: 'added' }),
    ];

    it('is repaired by the next pass, counted, and told', async () => {
      drop('member-001', 'member-002');
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme)).to.deep.equal(names('member', 6));
      expect(await drift()).to.deep.equal([2, 0]);
      expect(loop.events('DriftRepaired').map((line) => line['message'])).to.deep.equal([
        'The membership was changed: 2 removed and 0 added by someone else',
      ]);
      expect(loop.status('acme').ruleset?.undone).to.equal(1);
      await loop.pass(10.6 * MINUTE);
      expect([await drift(), loop.status('acme').ruleset?.undone], 'once').to.deep.equal([[2, 0], 0]);
    });

    it('that was added leaves after its grace, and is counted once', async () => {
      kept(acme).setMembers([...kept(acme).members, id('other-001')]);
      await loop.pass(10.6 * MINUTE);
      expect(await drift()).to.deep.equal([0, 1]);
      expect(loop.events('RulesetChanged')).to.have.length(1);
      await loop.pass(21 * MINUTE);
      expect(memberNames(acme)).to.include('other-001');
      await loop.pass(21 * MINUTE);
      expect(memberNames(acme)).to.deep.equal(names('member', 6));
      expect(await drift()).to.deep.equal([0, 1]);
    });

    it('is told from what changed by itself: a new service, an ending one, a deleted one, a transfer', async () => {
      const elsewhere = loop.github.world.add({ login: 'elsewhere' });
      acme.createRepository({ name: 'fresh', files: { 'entity.datadog.yaml': PRODUCTION } });
      say(acme.get('member-001'), 'deprecated');
      const gone = id('member-002');
      acme.get('member-002').delete();
      kept(acme).setMembers(kept(acme).members.filter((each) => each !== gone));
      acme.get('member-003').transferTo(elsewhere);
      await loop.pass(65 * MINUTE);
      expect(memberNames(acme)).to.deep.equal(['fresh', ...names('member', 6).slice(3)]);
      expect(await drift()).to.deep.equal([0, 0]);
    });

    it('is seen after a restart, and of one whose cache is lost it is known that it was', async () => {
      await loop.stop();
      drop('member-001');
      await loop.start();
      expect([await drift(), memberNames(acme)]).to.deep.equal([[1, 0], names('member', 6)]);
      await loop.stop();
      drop('member-001');
      rmSync(join(loop.state, '.cache'), { recursive: true });
      await loop.start();
      expect(memberNames(acme)).to.deep.equal(names('member', 6));
      expect(loop.events('DriftRepaired').at(-1)?.['message']).to.equal('The membership was changed: by someone else');
    });

    it('and is undone in three passes in a row is a contest: nobody leaves, what enters goes on, until it ends', async () => {
      say(acme.get('member-006'), 'deprecated');
      for (const pass of [1, 2, 3]) {
        drop('member-001');
        await loop.pass(10.6 * MINUTE);
        expect(memberNames(acme), 'it is put back every time').to.include('member-001');
        expect(loop.condition('acme', 'Held')?.reason, `pass ${pass}`).to.equal(pass === 3 ? 'Contested' : undefined);
      }
      expect(loop.ready('acme')).to.equal('False Held');
      expect(await loop.metric('plus1_plan_held', { reason: 'Contested' })).to.equal(1);
      acme.createRepository({ name: 'fresh', files: { 'entity.datadog.yaml': PRODUCTION } });
      drop('member-001');
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme)).to.include.members(['fresh', 'member-001', 'member-006']);
      expect(loop.condition('acme', 'Held')?.reason).to.equal('Contested');
      expect((await drift())[0]).to.equal(4);
      await loop.pass(10.6 * MINUTE);
      expect(loop.ready('acme'), 'the other side has stopped').to.equal('True Converged');
      expect(memberNames(acme), 'whose grace was over long ago').to.not.include('member-006');
      expect(await loop.metric('plus1_plan_held', { reason: 'Contested' })).to.equal(0);
    });

    it('stays held in conditions and metrics while GitHub cannot be asked', async () => {
      for (let pass = 1; pass <= 3; pass += 1) {
        drop('member-001');
        await loop.pass(10.6 * MINUTE);
      }
      const since = loop.condition('acme', 'Held')?.lastTransitionTime;
      loop.github.faults.when(() => true, { kind: 'status', status: 502 }, Infinity);
      await loop.pass(10.6 * MINUTE);
      expect(loop.ready('acme')).to.equal('False GitHubUnavailable');
      expect(loop.condition('acme', 'Held')).to.include({ reason: 'Contested', lastTransitionTime: since });
      expect(await loop.metric('plus1_plan_held', { reason: 'Contested' })).to.equal(1);
    });

    it('of an act without outcome is not taken for anybody', async () => {
      acme.createRepository({ name: 'fresh', files: { 'entity.datadog.yaml': PRODUCTION } });
      loop.github.faults.at(1, { kind: 'put-applied-500' }, 'rest-write');
      let written = false;
      loop.github.on('request', ({ isWrite }) => (written ||= isWrite));
      loop.github.faults.when(({ method }) => written && method === 'GET', { kind: 'status', status: 502 }, 4);
      loop.github.faults.restart();
      await loop.pass(10 * MINUTE + 100);
      expect(loop.github.faults.fired.map(({ fault }) => fault.kind).slice(0, 2)).to.deep.equal([
        'put-applied-500',
        'status',
      ]);
      expect(loop.status('acme')).to.have.property('pendingWrite');
      // It is open until it is settled, and a pass looks then.
      await loop.pass(22 * MINUTE);
      expect([loop.ready('acme'), await drift()]).to.deep.equal(['True Converged', [0, 0]]);
      expect(loop.status('acme')).to.not.have.property('pendingWrite');
    });
  });

describe('The loop over a folder: what it remembers', function () {
  let loop: Loop;

  beforeEach(async () => {
    loop = await Loop.open({
      organizations: [town({ members: 60, demoted: 1, others: 60 }), town({ login: 'beta', members: 1 })],
    });
    loop.put('acme.yaml', loop.policy('acme'));
    loop.put('beta.yaml', loop.policy('beta'));
    await loop.start();
    loop.github.reset();
  });
  afterEach(() => loop.close());

  const operations = (): string[] =>
    loop.github.requests
      .filter(({ path, body }) => path.includes('acme') || JSON.stringify(body ?? '').includes('acme'))
      .map(({ operation }) => operation);
  const reads = (): number => loop.github.requests.filter(({ operation }) => operation === 'files').length;
  /** At the interval: a look that a person asks for reads more. */
  const nextPass = (): Promise<void> => loop.pass(11 * MINUTE);

  it('an idle pass lists and reads no file, nor writes, also after a restart', async () => {
    for (const again of [() => nextPass(), () => loop.restart()]) {
      loop.github.reset();
      await again();
      // Those that are asked side by side come in any order.
      expect(operations()).to.have.members([
        'orgs/get',
        'repos/get-org-rulesets',
        'repos/get-org-ruleset',
        'list',
        'list',
      ]);
      expect([reads(), loop.github.counts().writes]).to.deep.equal([0, 0]);
    }
  });

  it('reads the one file whose repository got a commit', async () => {
    loop.github.world.get('acme').get('other-007').commit('README.md', 'new');
    await nextPass();
    expect(reads()).to.equal(1);
    await nextPass();
    expect(reads()).to.equal(1);
  });

  const caches: { reason: string; spoil: (text: string) => string }[] = [
    { reason: 'torn', spoil: (text) => text.slice(0, text.length / 2) },
    { reason: 'empty', spoil: () => '' },
    { reason: 'of another version', spoil: (text) => text.replace('"version":1', '"version":0') },
    { reason: 'without shape', spoil: () => '{"version":1,"settings":"x","repositories":[null]}' },
    { reason: 'with an unknown verdict', spoil: (text) => text.replaceAll('"valid_production"', '"fine"') },
    { reason: 'with members that are none', spoil: (text) => text.replace('"members":[', '"members":["x",') },
  ];
  for (const { reason, spoil } of caches) {
    it(`builds a cache again that is ${reason}`, async () => {
      const path = join(loop.state, '.cache', 'default', 'acme.json');
      await loop.stop();
      writeFileSync(path, spoil(loop.cache('acme')));
      await loop.start();
      expect([reads(), loop.ready('acme')]).to.deep.equal([3, 'True Converged']);
      await loop.restart();
      expect(reads()).to.equal(3);
    });
  }

  it('keeps exit clocks and the window of the guards over a restart', async () => {
    const { leaving } = loop.status('acme');
    expect(leaving?.map(({ name }) => name)).to.deep.equal(['demoted-001']);
    await loop.restart();
    expect(loop.status('acme').leaving).to.deep.equal(leaving);
  });

  const states: { reason: string; text: string }[] = [
    { reason: 'torn', text: '{"apiVersion":"plus1.dev/v1alpha1","kind":"Plus1Po' },
    { reason: 'empty', text: '' },
    { reason: 'no policy', text: '[1]' },
    { reason: 'without a spec', text: '{"metadata":{"name":"acme"}}' },
  ];
  for (const { reason, text } of states) {
    it(`a state that is ${reason} stops its policy alone, is told, is not overwritten, and counts again when repaired`, async () => {
      const whole = JSON.stringify(loop.object('acme'));
      const { generation } = loop.object('acme')?.metadata ?? {};
      await loop.stop();
      loop.putState('acme', text);
      await loop.start();
      await loop.pass(25 * MINUTE);
      expect(operations()).to.deep.equal([]);
      expect(loop.ready('beta')).to.equal('True Converged');
      expect(loop.lines.some((line) => line['code'] === 'PLUS1_STATE_UNREADABLE' && line.level === 'error')).to.equal(
        true,
      );
      expect(await loop.metric('plus1_condition', { policy: 'default/acme', type: 'Ready', status: 'False' })).to.equal(
        1,
      );
      expect(await loop.metric('plus1_errors_total', { policy: 'default/acme' })).to.be.greaterThan(0);
      loop.putState('acme', whole);
      await loop.pass(10.6 * MINUTE);
      expect(loop.ready('acme')).to.equal('True Converged');
      expect(loop.object('acme')?.metadata).to.deep.equal((JSON.parse(whole) as { metadata: object }).metadata);
      expect(loop.object('acme')?.metadata.generation).to.equal(generation);
      expect(loop.status('acme').leaving).to.have.length(1);
    });
  }
});
