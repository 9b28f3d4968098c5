/** Kind: green that is not true. What a pass saw is known for a day; passes may be further apart. */
import { expect } from 'chai';
import { town } from '../builders.js';
import { HOUR, Loop, MINUTE } from './loop.js';

describe('The loop over a folder: passes that are more than a day apart', function () {
  let loop: Loop;

  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 4 })] });
  });
  afterEach(() => loop.close());

  const begin = async (schedule: object): Promise<void> => {
    loop.put('acme.yaml', loop.policy('acme', { schedule }));
    await loop.start();
    expect(compliant()).to.equal('True AllGoverned');
    loop.github.reset();
  };
  const compliant = (): string => {
    const { status = '', reason = '' } = loop.condition('acme', 'Compliant') ?? {};
    return `${status} ${reason}`;
  };
  const requests = (): number => loop.github.requests.length;
  const ratio = (): Promise<number | undefined> => loop.metric('plus1_compliance_ratio', { policy: 'default/acme' });

  for (const [what, schedule, pauseHours] of [
    ['an interval', { interval: '72h' }, 72],
    // The loop begins on a Sunday.
    ['cron', { cron: '0 10 * * 3' }, undefined],
  ] as const) {
    it(`by ${what}: Compliant is unknown after a day, with no request to GitHub, and the pass comes when it is due`, async () => {
      await begin(schedule);
      const { nextPassTime = '', lastPass } = loop.status('acme');
      await loop.pass(23 * HOUR);
      expect([compliant(), await ratio()]).to.deep.equal(['True AllGoverned', 1]);
      await loop.pass(HOUR + MINUTE);
      expect([compliant(), await ratio(), requests()]).to.deep.equal(['Unknown NotObserved', undefined, 0]);
      expect(loop.ready('acme')).to.equal('True Converged');
      expect(loop.status('acme')).to.deep.include({ nextPassTime, lastPass });
      const leftMs = Date.parse(nextPassTime) - loop.clock.now();
      if (pauseHours !== undefined) expect(leftMs).to.be.closeTo((pauseHours - 24) * HOUR, 2 * MINUTE);
      await loop.pass(leftMs - MINUTE);
      expect(requests()).to.equal(0);
      await loop.pass(4 * HOUR);
      expect([compliant(), await ratio()]).to.deep.equal(['True AllGoverned', 1]);
      expect(requests()).to.be.greaterThan(0);
    });
  }

  it('goes on over a restart that waits for its cron time', async () => {
    await begin({ cron: '0 10 * * 3' });
    await loop.pass(HOUR);
    await loop.restart();
    await loop.pass(23 * HOUR + MINUTE);
    expect([compliant(), requests()]).to.deep.equal(['Unknown NotObserved', 0]);
    await loop.pass(7 * 24 * HOUR);
    expect(requests()).to.be.greaterThan(0);
  });

  it('is looked at when somebody asks, at any time', async () => {
    await begin({ interval: '72h' });
    await loop.pass(HOUR);
    await loop.touch('acme.yaml', 'acme');
    const first = requests();
    expect(first).to.be.greaterThan(0);
    await loop.pass(23.5 * HOUR);
    expect([compliant(), requests()]).to.deep.equal(['True AllGoverned', first]);
    await loop.pass(HOUR);
    expect(compliant()).to.equal('Unknown NotObserved');
    await loop.touch('acme.yaml', 'acme');
    expect(compliant()).to.equal('True AllGoverned');
  });

  it('a day apart: it is never unknown between them', async () => {
    await begin({ interval: '24h' });
    const seen = new Set<string>();
    for (let hour = 0; hour < 73; hour += 1) {
      await loop.pass(HOUR);
      seen.add(compliant());
    }
    expect([...seen]).to.deep.equal(['True AllGoverned']);
  });
});
