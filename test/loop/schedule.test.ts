import { expect } from 'chai';
import { memberNames, town } from '../builders.js';
import { HOUR, Loop, MINUTE } from './loop.js';

describe('The loop over a folder: when a pass runs', function () {
  this.timeout(30_000);
  let loop: Loop;

  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 3, promoted: 1, demoted: 1 })] });
  });
  afterEach(() => loop.close());

  const passes = (): number => loop.github.requests.filter(({ operation }) => operation === 'orgs/get').length;

  it('runs at the start, and again at the interval', async () => {
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '10m' } }));
    await loop.start();
    expect([passes(), loop.ready('acme')]).to.deep.equal([1, 'True Converged']);
    expect(memberNames(loop.github.world.get('acme'))).to.include('promoted-001');
    await loop.pass(9 * MINUTE);
    expect(passes()).to.equal(1);
    await loop.pass(51 * MINUTE);
    expect(passes()).to.equal(7);
    expect(HOUR).to.be.greaterThan(MINUTE);
  });
});
