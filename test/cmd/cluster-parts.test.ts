import { expect } from 'chai';
import { looksOf } from '../../cmd/plus1/cluster-parts.js';
import type { HeldPolicy, PolicyKey } from '../../pkg/policies/index.js';

describe('The looks of a process that may stand by', () => {
  const keys = [1, 2].map((each): PolicyKey => ({ namespace: 'team', name: `p${each}` }));
  const home = { list: () => keys.map((key) => ({ key }) as HeldPolicy) };
  const [first] = keys as [PolicyKey, ...PolicyKey[]];

  it('come to nothing while another leads, and are made up for when it leads', () => {
    const looked: string[] = [];
    const lease = { isHeld: false };
    const { look, lookAtAll } = looksOf(home, lease, ({ name }) => looked.push(name));
    look(first);
    look({ namespace: 'team', name: 'gone' });
    lookAtAll();
    expect(looked).to.deep.equal([]);
    lease.isHeld = true;
    lookAtAll();
    look(first);
    expect(looked).to.deep.equal(['p1', 'p2', 'p1']);
  });

  it('come at once where there is no lease', () => {
    const looked: string[] = [];
    looksOf(home, undefined, ({ name }) => looked.push(name)).look(first);
    expect(looked).to.deep.equal(['p1']);
  });
});
