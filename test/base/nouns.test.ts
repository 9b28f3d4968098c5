import { expect } from 'chai';
import { errnoOf, isDay, isMapping, LRU, sha256 } from '../../pkg/base/index.js';

describe('sha256', () => {
  it('is the digest of the standard', () => {
    // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
    expect(sha256('abc')).to.equal('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('errnoOf', () => {
  for (const [reason, thrown, code] of [
    ['a system error', Object.assign(new Error('full'), { code: 'ENOSPC' }), 'ENOSPC'],
    ['an object that is no error', { code: 'EIO' }, 'EIO'],
    ['a code that is a number', { code: 1 }, undefined],
    ['an error without a code', new Error('no'), undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['text', 'ENOSPC', undefined],
  ] as const) {
    it(`of ${reason} is ${code ?? 'undefined'}`, () => expect(errnoOf(thrown)).to.equal(code));
  }
});

describe('isDay', () => {
  for (const [text, is] of [
    ['2025-02-28', true],
    ['2024-02-29T12:00:00+01:00', true],
    ['2025-02-29', false],
    ['2025-02-30T00:00:00Z', false],
    ['2025-04-31', false],
    ['2025-13-01', false],
    ['2025-00-01', false],
    ['', false],
    ['yesterday', false],
  ] as const)
    it(`of ${JSON.stringify(text)} is ${is}`, () => expect(isDay(text)).to.equal(is));
});

describe('isMapping', () => {
  it('takes neither a list nor null for one', () => {
    expect([{}, { a: 1 }, [], null, undefined, 'a', 1].map(isMapping)).to.deep.equal([
      true,
      true,
      ...Array<boolean>(5).fill(false),
    ]);
  });
});

describe('LRU', () => {
  it('forgets what was not used for the longest time, where reading counts as use', () => {
    const map = new LRU<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).to.deep.equal([1, undefined, 3]);
  });

  it('keeps its size when a key is set again, and forgets what is deleted', () => {
    const map = new LRU<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('b', 3);
    expect([map.get('a'), map.get('b')]).to.deep.equal([1, 3]);
    map.delete('a');
    expect(map.get('a')).to.equal(undefined);
  });
});
