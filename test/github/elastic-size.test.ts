import { expect } from 'chai';
import fc from 'fast-check';
import { ElasticSize } from '../../pkg/github/inventory/elastic-size.js';

describe('ElasticSize', () => {
  it('halves down to one and grows back in sixteen answers', () => {
    const size = new ElasticSize(50);
    const down = Array.from({ length: 7 }, () => (size.shrink(size.now), size.now));
    expect(down).to.deep.equal([25, 12, 6, 3, 1, 1, 1]);
    let answers = 0;
    for (; size.now < 50; answers += 1) size.grow();
    expect(answers).to.equal(16);
  });

  it('halves once for two questions that fail side by side', () => {
    const size = new ElasticSize(50);
    size.shrink(50);
    size.shrink(50);
    expect(size.now).to.equal(25);
  });

  it('stays between one and its start, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.option(fc.integer({ min: 1, max: 100 }))),
        (start, events) => {
          const size = new ElasticSize(start);
          for (const event of events) {
            if (event === null) size.grow();
            else size.shrink(event);
            expect(size.now).to.be.within(1, start);
          }
        },
      ),
    );
  });
});
