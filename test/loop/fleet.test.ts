import { expect } from 'chai';
import { kept } from '../builders.js';
import { isOf, layFleet, WAYS, type Member } from './fleet.js';
import { Loop, MINUTE } from './loop.js';

const POLICIES = 20;
const FAILING = 10;
const PASSES = 3;

describe(`The loop over a folder: ${POLICIES} policies, of which ${FAILING} fail, each in its own way`, function () {
  this.timeout(300_000);
  let loop: Loop;
  let fleet: Member[];

  before(async () => {
    loop = await Loop.open({ organizations: [], requestTimeoutMs: 1_000, environment: { attempts: 1 } });
    fleet = layFleet(loop.github, loop, { policies: POLICIES, failing: FAILING, interval: '10m' });
    await loop.start();
    await loop.pass((PASSES - 1) * 10 * MINUTE + MINUTE);
  });
  after(() => loop.close());

  it('the others converge, and keep their interval to the second', async () => {
    const healthy = fleet.filter(({ way }) => way === undefined);
    expect(healthy).to.have.length(POLICIES - FAILING);
    for (const { name } of healthy) {
      expect(loop.ready(name), name).to.equal('True Converged');
      expect(loop.status(name).compliance?.summary, name).to.equal('9/9');
      expect(
        await loop.metric('plus1_passes_total', {
          ...{ policy: `default/${name}`, kind: 'full', result: 'succeeded' },
        }),
        name,
      ).to.equal(PASSES);
      expect(kept(loop.github.world.get(name)).history, `${name}: one write, and no second`).to.have.length(2);
    }
  });

  for (const { way, reason } of WAYS) {
    it(`${way}: ${reason}`, () => {
      const failing = fleet.filter((member) => member.way === way);
      expect(failing).to.have.length(FAILING / WAYS.length);
      for (const { name, token } of failing) {
        expect(loop.ready(name)).to.equal(`False ${reason}`);
        const own = loop.github.requests.filter((request) => isOf(request, token));
        expect(
          own.filter(({ isWrite }) => isWrite).length,
          'entering is still prompt where the rest is known',
        ).to.equal(reason === 'Incomplete' ? 1 : 0);
        expect(own.length, 'it does not hammer').to.be.lessThan(300);
      }
    });
  }

  it('never has more requests of one credential in flight than it may', () => {
    expect(loop.github.counts().concurrent).to.be.at.most(2 * 4);
  });
});
