/** Work that runs some at a time. */
import { expect } from 'chai';
import { batchesOf, inLanes } from '../../pkg/base/index.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Work in lanes', () => {
  it('is begun in order, with at most so many at a time, and ended before it resolves', async () => {
    const begun: number[] = [];
    let [running, most, ended] = [0, 0, 0];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      most = Math.max(most, (running += 1));
      await turn();
      running -= 1;
      ended += 1;
    };
    await inLanes([1, 2, 3, 4, 5], work, { lanes: 2 });
    expect([begun, most, ended]).to.deep.equal([[1, 2, 3, 4, 5], 2, 5]);
    await inLanes([], work, { lanes: 2 });
  });

  it('begins nothing more once it is not to go on, or after an error in each lane', async () => {
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => void begun.push(item);
    await inLanes([1, 2, 3], work, { lanes: 1, goesOn: () => begun.length < 2 });
    expect(begun).to.deep.equal([1, 2]);
    const failed = inLanes([1, 2], () => Promise.reject(new Error('no')), { lanes: 1 });
    expect(await failed.catch((error: Error) => error.message)).to.equal('no');
  });

  it('takes parts of a size, the last one shorter', () => {
    expect(batchesOf([1, 2, 3, 4, 5], 2)).to.deep.equal([[1, 2], [3, 4], [5]]);
    expect(batchesOf([], 2)).to.deep.equal([]);
  });
});
