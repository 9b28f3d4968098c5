import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import { DAY, HOUR, Loop, MINUTE } from './loop.js';

const ofPolicy = (line: object): unknown => (line as { policy?: unknown }).policy;

describe('The loop over a folder: when a pass runs', function () {
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
    loop.github.faults.when(({ operation }) => operation === 'orgs/get', { kind: 'status', status: 502 }, 4);
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

  /** A request that comes in the middle of what it asks for: the pass that runs may have read already what changed since. */
  describe('a pass that is asked for while one runs', () => {
    const schedules: Record<string, object> = { cron: cron('0 4 * * *'), interval: { schedule: { interval: '1h' } } };
    const ways: Record<string, () => Promise<void> | void> = {
      'by SIGHUP': () => loop.running.demand({ namespace: 'default', name: 'acme' }),
      'by touching the file': () => loop.touchWhilePassing('acme.yaml', 'acme'),
    };
    /** Starts a pass that is asked for once more when GitHub is asked for the files of a repository. */
    const passAskedFor = async (ask: () => Promise<void> | void): Promise<void> => {
      let isAsked = false;
      loop.github.beforeRequest(async ({ operation }) => {
        if (operation !== 'orgs/get' || isAsked) return;
        isAsked = true;
        await ask();
      });
      await loop.lookNow();
      expect(isAsked).to.equal(true);
    };

    for (const [schedule, spec] of Object.entries(schedules)) {
      for (const [way, ask] of Object.entries(ways)) {
        it(`${way}, under ${schedule}: runs once more at once, and then as scheduled`, async () => {
          loop.put('acme.yaml', loop.policy('acme', spec));
          await loop.start();
          expect(passes()).to.equal(1);
          await passAskedFor(ask);
          expect(passes(), 'at once').to.equal(3);
          await loop.pass(30 * MINUTE);
          expect(passes(), 'once').to.equal(3);
          await loop.pass(DAY);
          expect(passes(), 'as scheduled').to.equal(schedule === 'cron' ? 4 : 3 + 24);
        });
      }
    }

    for (const [schedule, spec] of Object.entries(schedules)) {
      it(`runs at once, under ${schedule}, where the one that runs fails`, async () => {
        loop.put('acme.yaml', loop.policy('acme', spec));
        await loop.start();
        const before = loop.clock.now();
        loop.github.faults.when(({ operation }) => operation === 'orgs/get', { kind: 'status', status: 502 }, 4);
        await passAskedFor(() => loop.running.demand({ namespace: 'default', name: 'acme' }));
        expect([loop.ready('acme'), loop.clock.now()]).to.deep.equal(['True Converged', before]);
      });
    }

    it('is none where the policy is suspended: GitHub is asked nothing', async () => {
      loop.put('acme.yaml', loop.policy('acme', { suspend: true, ...cron('0 4 * * *') }));
      await loop.start();
      loop.running.demand({ namespace: 'default', name: 'acme' });
      await loop.lookNow();
      expect(loop.github.requests).to.deep.equal([]);
    });
  });

  it('runs at SIGHUP right after a restart, though its cron time has not come and no look was taken yet', async () => {
    loop.put('acme.yaml', loop.policy('acme', cron('0 4 * * *')));
    await loop.start();
    await loop.stop();
    await loop.start({ demanded: ['acme'] });
    expect(passes()).to.equal(2);
  });

  it('waits for no cron time that was kept by a clock a year ahead', async () => {
    loop.clock.shiftWallClock(365 * DAY);
    loop.put('acme.yaml', loop.policy('acme', cron('0 4 * * *')));
    await loop.start();
    await loop.stop();
    loop.clock.shiftWallClock(-365 * DAY);
    const before = passes();
    await loop.start();
    expect(passes() - before, 'nobody knows which times were missed').to.equal(1);
    expect(loop.status('acme').nextPassTime).to.equal('2026-11-23T04:00:00.000Z');
  });

  it('comes to the next cron time where the clock is set back by a year during the wait', async () => {
    // Wrong clocks leave a pass incomplete, so it was right when the pass ran, and wrong when the machine woke up.
    loop.put('acme.yaml', loop.policy('acme', cron('0 4 * * *')));
    await loop.start();
    loop.clock.shiftWallClock(-365 * DAY);
    await loop.pass(19 * HOUR);
    expect(passes()).to.be.greaterThan(1);
  });

  describe('says in status.nextPassTime when it looks again', () => {
    const next = (): number => Date.parse(loop.status('acme').nextPassTime ?? '') - loop.clock.now();
    for (const [schedule, spec] of Object.entries({
      cron: cron('0 4 * * *'),
      interval: { schedule: { interval: '1h' } },
    })) {
      it(`after failures that may pass by themselves, under ${schedule}: the retry`, async () => {
        loop.put('acme.yaml', loop.policy('acme', spec));
        await loop.start();
        loop.github.faults.when(({ kind }) => kind === 'rest', { kind: 'status', status: 502 }, 100);
        await loop.lookNow();
        const told: number[] = [];
        for (let failure = 0; failure < 4; failure += 1) {
          expect(loop.ready('acme')).to.equal('False GitHubUnavailable');
          told.push(next());
          const before = passes();
          await loop.pass(next() - 1);
          expect(passes(), 'not before').to.equal(before);
          await loop.pass(1);
          expect(passes(), 'then').to.be.greaterThan(before);
        }
        expect(told).to.deep.equal([750, 1_500, 3_000, 6_000]);
      });

      it(`after an incomplete pass, under ${schedule}: the retry`, async () => {
        loop.put('acme.yaml', loop.policy('acme', spec));
        loop.clock.shiftWallClock(HOUR);
        await loop.start();
        expect([loop.ready('acme'), next()]).to.deep.equal(['False Incomplete', 750]);
      });

      it(`after what only a person can fix, under ${schedule}: the scheduled time`, async () => {
        loop.put('acme.yaml', loop.policy('acme', { ...spec, ruleset: { name: 'none_such' } }));
        await loop.start();
        expect(next()).to.equal(schedule === 'cron' ? 18 * HOUR : HOUR);
        const before = passes();
        await loop.pass(next() - 1);
        expect(passes(), 'not before').to.equal(before);
        await loop.pass(MINUTE);
        expect(passes(), 'then').to.equal(before + 1);
      });

      it(`after a rate limit, under ${schedule}: the end of the limit, though the clock is set back meanwhile`, async () => {
        loop.put('acme.yaml', loop.policy('acme', spec));
        await loop.start();
        const fault = { kind: 'secondary', status: 403, retryAfter: 300 } as const;
        loop.github.faults.when(({ operation }) => operation === 'orgs/get', fault, 1);
        await loop.lookNow();
        expect(loop.ready('acme')).to.equal('False RateLimited');
        expect(next()).to.be.within(5 * MINUTE - 1_000, 5 * MINUTE + 1_000);
        const before = passes();
        loop.clock.shiftWallClock(-MINUTE);
        await loop.pass(4 * MINUTE);
        expect(passes(), 'not before').to.equal(before);
        await loop.pass(2 * MINUTE);
        expect(passes(), 'then').to.equal(before + 1);
      });
    }
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

  for (const [what, spec] of Object.entries({
    suspended: { suspend: true },
    wrong: { guards: { maxLeaving: 'half' } },
  })) {
    it(`of a policy that is ${what}: after a day without a complete pass it is not known any more what is governed`, async () => {
      loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' } }));
      await loop.start();
      await loop.edit('acme.yaml', loop.policy('acme', spec), 'acme');
      const compliant = async (): Promise<unknown[]> => [
        loop.condition('acme', 'Compliant')?.status,
        loop.condition('acme', 'Compliant')?.reason,
        (await loop.metric('plus1_compliance_ratio', { policy: 'default/acme' })) !== undefined,
      ];
      const requests = loop.github.requests.length;
      await loop.pass(23 * HOUR);
      expect(await compliant()).to.deep.equal(['True', 'AllGoverned', true]);
      await loop.pass(2 * HOUR);
      expect(await compliant()).to.deep.equal(['Unknown', 'NotObserved', false]);
      const looks = loop.looks.length;
      await loop.pass(5 * DAY);
      expect(loop.looks, 'one look, no more').to.have.length(looks);
      expect(loop.github.requests, 'GitHub is asked nothing').to.have.length(requests);
    });
  }

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
