import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { membersHash } from '../../pkg/base/index.js';

const of = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('The hash of a membership', () => {
  for (const { ids, text, reason } of [
    { ids: [33, 2, 10], text: '[2,10,33]', reason: 'sorted as numbers, without blanks' },
    { ids: new Set([33, 2, 10]), text: '[2,10,33]', reason: 'of a set' },
    { ids: [2, 2], text: '[2]', reason: 'each id once' },
    { ids: [], text: '[]', reason: 'of nobody' },
  ])
    it(`is that of the ids as JSON: ${reason}`, () => expect(membersHash(ids)).to.equal(of(text)));
});
