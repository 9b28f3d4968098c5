/** Hints that something changed: what they call for in the whole loop, also where no quick pass comes by itself. */
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { HOUR, Loop, MINUTE } from './loop.js';

const SECOND = 1_000;

describe('A hint', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 3, others: 4 });
    // At ten o'clock.
    loop = await Loop.open({ organizations: [acme], hasWebhooks: true });
  });
  afterEach(() => loop.close());

  const start = async (schedule: object): Promise<void> => {
    loop.put('acme.yaml', loop.policy('acme', { schedule }));
    await loop.start();
    expect(loop.ready('acme')).to.equal('True Converged');
    await loop.pass(5 * MINUTE);
    loop.github.requests.length = 0;
  };
  const passes = async (): Promise<string> => {
    const of = (kind: string): Promise<number | undefined> =>
      loop.metric('plus1_passes_total', { kind, result: 'succeeded' });
    return `${await of('full')} full, ${await of('quick')} quick`;
  };

  for (const [name, schedule] of Object.entries({
    'a quick interval': { interval: '6h', quickInterval: '1h' },
    'no quick interval': { interval: '6h', quickInterval: '0s' },
    'a cron expression': { cron: '0 16 * * *', quickInterval: undefined },
  })) {
    describe(`for a policy with ${name}`, () => {
      it('lets one enter at once by a quick pass, and another one five seconds after that', async () => {
        await start(schedule);
        say(acme.get('other-001'), 'production');
        await loop.hint('acme');
        expect(memberNames(acme)).to.deep.equal([...names('member', 3), 'other-001']);
        expect(loop.status('acme').lastPass).to.include({ type: 'Quick', entered: 1 });
        say(acme.get('other-002'), 'production');
        await loop.hint('acme');
        expect(memberNames(acme)).not.to.include('other-002');
        await loop.pass(5 * SECOND);
        expect(memberNames(acme)).to.include('other-002');
        expect(await passes()).to.equal('1 full, 2 quick');
        expect(loop.github.requests.map(({ operation }) => operation)).not.to.include('list');
      });

      it('puts off no full pass', async () => {
        await start(schedule);
        await loop.pass(5.5 * HOUR);
        await loop.hint('acme');
        expect(await passes()).to.match(/^1 full/);
        await loop.pass(0.6 * HOUR);
        expect(await passes()).to.match(/^2 full/);
      });

      it('costs three conditional reads where nothing changed, and is followed by no more than one pass for a lag', async () => {
        await start(schedule);
        await loop.hint('acme');
        await loop.pass(30 * MINUTE);
        const quick = 'cron' in schedule || schedule.quickInterval === '0s' ? 2 : 1;
        expect(loop.github.requests.map(({ status }) => status)).to.deep.equal(
          Array.from({ length: 3 * quick }, () => 304),
        );
      });
    });
  }

  it('finds after two minutes what lists that lag did not show yet', async () => {
    await start({ interval: '6h', quickInterval: '0s' });
    loop.github.world.behaviour.listLagMs = 110 * SECOND;
    say(acme.get('other-001'), 'production');
    await loop.hint('acme');
    expect(memberNames(acme)).not.to.include('other-001');
    await loop.pass(3 * MINUTE);
    expect(memberNames(acme)).to.include('other-001');
    expect(await passes()).to.equal('1 full, 2 quick');
  });

  it('is tried again as a quick pass where that fails', async () => {
    await start({ interval: '6h', quickInterval: '0s' });
    say(acme.get('other-001'), 'production');
    loop.github.faults.next('repos/list-for-org', { kind: 'status', status: 502 }, 8);
    await loop.hint('acme');
    await loop.pass(MINUTE);
    expect(memberNames(acme)).to.include('other-001');
    expect(await passes()).to.equal('1 full, 1 quick');
  });

  it('ends no wait for a limit', async () => {
    await start({ interval: '6h', quickInterval: '1h' });
    loop.github.faults.when(({ kind }) => kind === 'rest', { kind: 'primary', status: 403, resetInS: 1_800 }, 1);
    say(acme.get('other-001'), 'production');
    await loop.hint('acme');
    loop.github.requests.length = 0;
    for (let n = 0; n < 20; n += 1) {
      await loop.hint('acme');
      await loop.pass(MINUTE);
    }
    expect(loop.github.requests).to.deep.equal([]);
    await loop.pass(15 * MINUTE);
    expect(memberNames(acme)).to.include('other-001');
  });

  it('is nothing to a policy that is suspended', async () => {
    await start({ interval: '6h', quickInterval: '1h' });
    await loop.edit('acme.yaml', loop.policy('acme', { suspend: true }), 'acme');
    loop.github.requests.length = 0;
    const looks = loop.lines.length;
    await loop.hint('acme');
    expect([loop.github.requests.length, loop.lines.length]).to.deep.equal([0, looks]);
  });
});
