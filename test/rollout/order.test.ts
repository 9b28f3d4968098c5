import { expect } from 'chai';
import fc from 'fast-check';
import { sha256 } from '../../pkg/base/index.js';
import { inOrder, stageMembers } from '../../pkg/rollout/index.js';
import { range, UID } from './builders.js';

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 60 });
const percents = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 });

describe('The order of repositories in a rollout', () => {
  it('is that of the SHA-256 of uid and id, whatever order they come in', () => {
    const order = inOrder(UID, range(1, 50));
    const keys = order.map((id) => sha256(`${UID} ${id}`));
    expect(keys).to.deep.equal([...keys].sort());
    expect(inOrder(UID, range(1, 50).reverse())).to.deep.equal(order);
    expect(inOrder('another', range(1, 50))).to.not.deep.equal(order);
  });

  it('makes stages that nest, and nobody leaves where repositories come and go', () => {
    fc.assert(
      fc.property(percents, fc.array(ids, { minLength: 6, maxLength: 6 }), ids, (shares, populations, first) => {
        let members: number[] = [];
        for (const [index, percent] of [...shares].sort((a, b) => a - b).entries()) {
          const governed = populations[index] ?? [];
          const next = stageMembers({ percent }, { uid: UID, governed, first, members });
          expect(next).to.include.members([...members, ...first]);
          expect(next).to.deep.equal([...new Set(next)].sort((a, b) => a - b));
          expect(next.filter((id) => governed.includes(id)).length).to.be.at.least(
            Math.ceil((governed.length * percent) / 100),
          );
          members = next;
        }
      }),
    );
  });

  it('reaches all of the governed at 100 percent, and one of them at 1', () => {
    const of = { uid: UID, governed: range(1, 40), first: [], members: [] };
    expect(stageMembers({ percent: 100 }, of)).to.deep.equal(range(1, 40));
    expect(stageMembers({ percent: 1 }, of)).to.have.length(1);
    expect(stageMembers({ percent: 0 }, { ...of, first: [77] })).to.deep.equal([77]);
  });
});
