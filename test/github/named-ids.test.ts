import { expect } from 'chai';
import { namedIDs } from '../../pkg/github/rulesets/named-ids.js';

describe('The ids that a refusal names', () => {
  const rows: { body: unknown; ids: number[]; what: string }[] = [
    { what: 'none', body: { message: 'Validation Failed' }, ids: [] },
    {
      what: 'in the message',
      body: { message: 'Invalid repository ids: 599300001, 599300002' },
      ids: [599300001, 599300002],
    },
    { what: 'in a plain string', body: { errors: ['Repository 12 is not in the organization'] }, ids: [12] },
    { what: 'in an object', body: { errors: [{ message: 'Invalid repository ids: 7' }] }, ids: [7] },
    { what: 'as a value', body: { errors: [{ field: 'repository_ids', code: 'invalid', value: 12 }] }, ids: [12] },
    { what: 'as a list of values', body: { errors: [{ field: 'x', value: [1, '2', 3] }] }, ids: [1, 2, 3] },
    { what: 'under repository_ids', body: { errors: [{ repository_ids: [1, 2] }] }, ids: [1, 2] },
    { what: 'in brackets and quotes', body: { message: 'bad: [1,2], "3", (4), #5;6.' }, ids: [1, 2, 3, 4, 5, 6] },
    {
      what: 'no place in a list',
      body: { message: 'Invalid property /conditions/repository_id/repository_ids/3' },
      ids: [],
    },
    { what: 'no status', body: { message: 'no', status: '422', errors: [{ code: 422, index: 3 }] }, ids: [] },
    { what: 'no address', body: { documentation_url: 'https://docs.github.com/rest/422 12' }, ids: [] },
    { what: 'no part of a hash, a word or a version', body: { message: 'a12 12b 1.5 c-12 12-d 3f9a1c07' }, ids: [] },
    { what: 'nothing negative, broken or too large', body: { errors: [-1, 1.5, 2 ** 60, null, true] }, ids: [] },
    { what: 'nothing where there is no answer', body: undefined, ids: [] },
    { what: 'in a text alone', body: 'Repository 12 is gone', ids: [12] },
  ];
  for (const { body, ids, what } of rows) {
    it(`${what}: ${ids.join(', ') || 'none'}`, () => {
      expect([...namedIDs(body)]).to.deep.equal(ids);
    });
  }

  it('are found in no endless depth', () => {
    let body: unknown = 12;
    for (let depth = 0; depth < 100_000; depth += 1) body = [body];
    expect([...namedIDs(body)]).to.deep.equal([]);
  });
});
