import { expect } from 'chai';
import fc from 'fast-check';
import { matchesGlob } from '../../../pkg/governance/findings/glob.js';
import { runsOf } from '../../sample.js';

describe('globs of repository names', () => {
  const cases: { name: string; glob: string; matches: boolean; reason: string }[] = [
    { name: 'svc-a', glob: 'svc-a', matches: true, reason: 'a glob without wildcards is the name' },
    { name: 'svc-ab', glob: 'svc-a', matches: false, reason: 'the whole name must match' },
    { name: 'x-svc-a', glob: 'svc-a', matches: false, reason: 'from its start' },
    { name: 'SVC-a', glob: 'svc-A', matches: true, reason: 'case does not count' },
    { name: 'svc-a', glob: '*', matches: true, reason: 'a star is everything' },
    { name: 'svc-a', glob: '**', matches: true, reason: 'two stars are one' },
    { name: 'svc-', glob: 'svc-*', matches: true, reason: 'a star may be nothing' },
    { name: 'svc-a', glob: 'svc-?', matches: true, reason: 'a question mark is one character' },
    { name: 'svc-', glob: 'svc-?', matches: false, reason: 'a question mark is never nothing' },
    { name: 'svc-ab', glob: 'svc-?', matches: false, reason: 'nor two characters' },
    { name: 'my.repo', glob: 'my.repo', matches: true, reason: 'a dot is a dot' },
    { name: 'myxrepo', glob: 'my.repo', matches: false, reason: 'and no wildcard' },
    { name: 'a[b]c', glob: 'a[b]c', matches: true, reason: 'brackets are no set' },
    { name: 'abc', glob: 'a[b]c', matches: false, reason: 'brackets are no set' },
    { name: 'abab-c', glob: '*ab-c', matches: true, reason: 'a star grows again when its first try fails' },
    { name: 'a-b-c-d', glob: 'a*c*d', matches: true, reason: 'several stars' },
    { name: 'a-b-d-c', glob: 'a*c*d', matches: false, reason: 'in their order' },
    { name: 'svc-a', glob: '', matches: false, reason: 'an empty glob matches no name' },
  ];
  for (const { name, glob, matches, reason } of cases) {
    it(`${glob} ${matches ? 'matches' : 'does not match'} ${name}: ${reason}`, () => {
      expect(matchesGlob(name, glob)).to.equal(matches);
    });
  }

  it('agrees with a regular expression on short words', () => {
    const letters = fc.constantFrom('a', 'b', 'A');
    const name = fc.array(letters, { maxLength: 7 }).map((list) => list.join(''));
    const glob = fc.array(fc.oneof(letters, fc.constantFrom('*', '?')), { maxLength: 6 }).map((list) => list.join(''));
    fc.assert(
      fc.property(name, glob, (text, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
        expect(matchesGlob(text, pattern)).to.equal(expression.test(text));
      }),
      runsOf(1_000),
    );
  });

  it('answers a hostile glob at all: trying every way to match it would take longer than any test may', () => {
    expect(matchesGlob('a'.repeat(100), `${'*a'.repeat(63)}b`)).to.equal(false);
  });
});
