import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import { DAY, HOUR, Loop, MINUTE } from './loop.js';

const ofPolicy = (line: object): unknown => (line as { policy?: unknown }).policy;

describe('The loop over a folder: when a pass runs', function () {
  this.timeout(120_000);
  let loop: Loop;

  // 2026-11-22T10:00:00Z
  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 3, promoted: 1, demoted: 1 })] });
  });
  afterEach(() => loop.close());

  const passes = (): number => loop.github.requests.filter(({ operation }) => operation === 'orgs/get').length;
  const cron = (expression: string, timeZone?: string): object => ({
    schedule: { cron: expression, ...(timeZone && { timeZone }) },
  });

  it('runs at the start, and again at the interval', async () => {
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '10m' } }));
    await loop.start();
    expect([passes(), loop.ready('acme')]).to.deep.equal([1, 'True Converged']);
    expect(memberNames(loop.github.world.get('acme'))).to.include('promoted-001');
    await loop.pass(9 * MINUTE);
    expect(passes()).to.equal(1);
    await loop.pass(51 * MINUTE);
    expect(passes()).to.equal(7);
  });

  it("keeps the operator's floor under an interval", async () => {
    await loop.close();
    loop = await Loop.open({ organizations: [town({ members: 1 })], minInterval: 5 * MINUTE });
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1s' } }));
    await loop.start();
    await loop.pass(16 * MINUTE);
    expect(passes()).to.equal(4);
  });

  it('runs by cron in its time zone, to the minute', async () => {
    // 20:00 in New York in November is 01:00 UTC.
    loop.put('acme.yaml', loop.policy('acme', cron('0 20 * * *', 'America/New_York')));
    await loop.start();
    expect(passes(), 'a policy that never ran runs at once').to.equal(1);
    expect(loop.status('acme').nextPassTime).to.equal('2026-11-23T01:00:00.000Z');
    await loop.pass(15 * HOUR - 1);
    expect(passes()).to.equal(1);
    await loop.pass(MINUTE);
    expect(passes()).to.equal(2);
    expect(loop.status('acme').lastPass?.startTime).to.equal('2026-11-23T01:00:00.000Z');
    await loop.pass(3 * DAY);
    expect(passes(), 'once a day').to.equal(5);
  });

  it('waits for its cron time after a restart, and tells its metrics meanwhile', async () => {
    loop.put('acme.yaml', loop.policy('acme', cron('0 4 * * *')));
    await loop.start();
    await loop.pass(HOUR);
    await loop.restart();
    expect(passes()).to.equal(1);
    expect(await loop.metric('plus1_condition', { type: 'Ready', status: 'True' })).to.equal(1);
    expect(await loop.metric('plus1_production_repositories')).to.equal(4);
    await loop.pass(17 * HOUR);
    expect(passes()).to.equal(2);
  });

  it('runs once after a restart where it missed any number of times', async () => {
    loop.put('acme.yaml', loop.policy('acme', cron('0 4 * * *')));
    await loop.start();
    await loop.stop();
    await loop.clock.advance(5 * DAY);
    await loop.start();
    expect(passes()).to.equal(2);
    await loop.pass(10 * HOUR);
    expect(passes(), 'and not for each of them').to.equal(2);
    await loop.pass(10 * HOUR);
    expect(passes()).to.equal(3);
  });

  it('tries a cron policy again after a restart where its last pass failed', async () => {
    loop.put('acme.yaml', loop.policy('acme', cron('0 4 * * *')));
    loop.github.faults.when(({ kind }) => kind === 'rest', { kind: 'status', status: 502 }, 4);
    await loop.start();
    expect(loop.ready('acme')).to.equal('False GitHubUnavailable');
    await loop.restart();
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('looks at once when the file is touched, or at SIGHUP', async () => {
    loop.put('acme.yaml', loop.policy('acme', cron('0 4 * * *')));
    await loop.start();
    await loop.touch('acme.yaml', 'acme');
    expect(passes()).to.equal(2);
    expect(loop.object('acme')?.metadata.generation, 'a touch changes nothing').to.equal(1);
    await loop.lookNow();
    expect(passes()).to.equal(3);
    await loop.pass(17 * HOUR);
    expect(passes(), 'the cron time still stands').to.equal(3);
    await loop.pass(2 * HOUR);
    expect(passes()).to.equal(4);
  });

  it('counts a generation when the spec changes, and not over a restart', async () => {
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
    await loop.restart();
    expect(loop.object('acme')?.metadata.generation).to.equal(1);
    const created = loop.object('acme')?.metadata.creationTimestamp;
    await loop.edit('acme.yaml', loop.policy('acme', { schedule: { interval: '3m' } }), 'acme');
    expect(loop.object('acme')?.metadata).to.include({ generation: 2, creationTimestamp: created });
    expect(loop.status('acme').observedGeneration).to.equal(2);
    expect(loop.condition('acme', 'Ready')?.observedGeneration).to.equal(2);
  });

  it('looks at nothing and writes nothing while suspended, and once when it is told of it', async () => {
    loop.put('acme.yaml', loop.policy('acme', { suspend: true }));
    await loop.start();
    const written = loop.object('acme');
    await loop.pass(3 * HOUR);
    await loop.touch('acme.yaml', 'acme');
    expect([loop.github.requests.length, loop.ready('acme')]).to.deep.equal([0, 'False Suspended']);
    expect(loop.object('acme'), 'nothing to write twice').to.deep.equal(written);
    expect(written?.status).to.not.have.property('nextPassTime');
    await loop.restart();
    expect(loop.logged('Policy suspended').map(ofPolicy), 'told once').to.deep.equal(['default/acme']);
    expect(loop.logged('Policy resumed')).to.deep.equal([]);
    await loop.edit('acme.yaml', loop.policy('acme'), 'acme');
    expect([passes(), loop.ready('acme')]).to.deep.equal([1, 'True Converged']);
    await loop.lookNow();
    expect(loop.logged('Policy resumed').map(ofPolicy), 'told once').to.deep.equal(['default/acme']);
  });

  it('logs every pass by its reconcileID, also one that finds nothing to do', async () => {
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' } }));
    await loop.start();
    await loop.lookNow();
    const ended = loop.logged('Pass ended');
    expect(ended).to.have.length(2);
    const { reconcileID, retained } = loop.status('acme').lastPass ?? {};
    expect(ended[1]).to.include({
      level: 'info',
      policy: 'default/acme',
      reconcileID,
      result: 'Succeeded',
      entered: 0,
      left: 0,
      retained,
      nextPassTime: loop.status('acme').nextPassTime,
    });
    expect(ended[1]?.['seconds']).to.be.a('number');
    expect(new Set(ended.map((line) => line['reconcileID'])).size).to.equal(2);
  });

  it('logs what fails with the policy, as it logs a pass', async () => {
    loop.put('acme.yaml', loop.policy('acme', { ruleset: { name: 'none_such' } }));
    await loop.start();
    const [line] = loop.logged('Reconcile waits for a change');
    expect(line).to.include({ policy: 'default/acme', code: 'PLUS1_RULESET_NOT_FOUND' }).and.not.have.property('key');
    expect(loop.logged('Pass ended')[0]).to.include({ code: 'PLUS1_RULESET_NOT_FOUND', result: 'Failed' });
  });

  it('keeps the clocks of a suspended policy, and lets nobody leave while it is', async () => {
    loop.put('acme.yaml', loop.policy('acme'));
    await loop.start();
    const { leaving } = loop.status('acme');
    expect(leaving).to.have.length(1);
    await loop.edit('acme.yaml', loop.policy('acme', { suspend: true }), 'acme');
    await loop.pass(3 * DAY);
    expect(loop.status('acme').leaving).to.deep.equal(leaving);
    expect(memberNames(loop.github.world.get('acme'))).to.include('demoted-001');
  });

  it('in mode EnterOnly lets in, and lets nobody out', async () => {
    loop.put('acme.yaml', loop.policy('acme', { mode: 'EnterOnly', exit: { gracePeriod: '0s' } }));
    await loop.start();
    say(loop.github.world.get('acme').get('member-001'), 'deprecated');
    await loop.pass(HOUR);
    expect(memberNames(loop.github.world.get('acme'))).to.deep.equal([
      'demoted-001',
      ...names('member', 3),
      'promoted-001',
    ]);
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('refuses a cron expression and a time zone that are none, and no other policy for it', async () => {
    const text = [
      loop.policy('acme'),
      loop.policy('beta', { organization: 'acme', ruleset: { name: 'b' }, ...cron('61 * * * *') }),
      loop.policy('gamma', { organization: 'acme', ruleset: { name: 'c' }, ...cron('0 4 * * *', 'Mars/Olympus') }),
      loop.policy('delta', { organization: 'acme', ruleset: { name: 'd' }, ...cron('0 0 31 2 *') }),
    ].join('---\n');
    loop.put('all.yaml', text);
    await loop.start();
    expect(['acme', 'beta', 'gamma', 'delta'].map((name) => loop.ready(name))).to.deep.equal([
      'True Converged',
      ...Array.from({ length: 3 }, () => 'False InvalidSpec'),
    ]);
    expect(loop.condition('gamma', 'Ready')?.message).to.include('Mars/Olympus');
  });
});
