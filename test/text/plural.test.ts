/** Counts in sentences. */
import { expect } from 'chai';
import { plural } from '../../pkg/text/index.js';

describe('A count with its word', () => {
  it('is one, or many with the thousands apart', () => {
    expect([0, 1, 2, 12_345].map((count) => plural(count, 'write'))).to.deep.equal([
      ...['0 writes', '1 write', '2 writes', '12,345 writes'],
    ]);
    expect([1, 2].map((count) => plural(count, 'policy', 'policies'))).to.deep.equal(['1 policy', '2 policies']);
  });
});
