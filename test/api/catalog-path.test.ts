/** Paths and globs that can match nothing: an empty set that would be shown as success. Put into git's spelling, or refused. */
import { expect } from 'chai';
import fc from 'fast-check';
import { normalPath, pathFault } from '../../pkg/api/index.js';
import { documentOf, faultsOf, read } from './builders.js';

const spellings: { written: string; is: string }[] = [
  { written: 'entity.datadog.yaml', is: 'entity.datadog.yaml' },
  { written: './entity.datadog.yaml', is: 'entity.datadog.yaml' },
  { written: '././x', is: 'x' },
  { written: './/x', is: 'x' },
  { written: 'a//b', is: 'a/b' },
  { written: 'a/./b', is: 'a/b' },
  { written: 'a///b/.//c', is: 'a/b/c' },
  { written: '.github/entity.yaml', is: '.github/entity.yaml' },
  { written: 'app/[id]/a b.yaml', is: 'app/[id]/a b.yaml' },
  { written: '...', is: '...' },
];
const refused: { path: string; says: RegExp }[] = [
  { path: '', says: /1 to 256 characters/ },
  { path: 'x'.repeat(257), says: /1 to 256 characters/ },
  { path: '/x', says: /without the \/ at its start/ },
  { path: '//x', says: /without the \/ at its start/ },
  { path: '*.yaml', says: /globs are not followed/ },
  { path: 'services/*/entity.yaml', says: /globs are not followed/ },
  { path: 'entity.y?ml', says: /globs are not followed/ },
  { path: 'a\\b', says: /with \/ between its parts/ },
  { path: 'a.yaml,b.yaml', says: /one path an entry/ },
  { path: 'a.yaml, b.yaml', says: /one path an entry/ },
  { path: 'a.yaml b.yml', says: /one path an entry/ },
  { path: ' ', says: /without blanks/ },
  { path: ' x', says: /without blanks/ },
  { path: 'x ', says: /without blanks/ },
  { path: 'a /b', says: /without blanks/ },
  { path: 'a/ b', says: /without blanks/ },
  { path: 'x\n', says: /without blanks/ },
  { path: 'a\tb', says: /without blanks/ },
  { path: '..', says: /without '\.\.'/ },
  { path: '../x', says: /without '\.\.'/ },
  { path: 'a/../b', says: /without '\.\.'/ },
  { path: 'catalog/', says: /a folder is not read/ },
  { path: '.', says: /a folder is not read/ },
  { path: './', says: /a folder is not read/ },
  { path: 'a/.', says: /a folder is not read/ },
];
const badGlobs: { glob: string; says: RegExp }[] = [
  { glob: 'acme/*', says: /without the organization/ },
  { glob: '/x', says: /without the organization/ },
  { glob: 'a,b', says: /one glob an entry/ },
  { glob: ' a', says: /without blanks/ },
  { glob: 'a b', says: /without blanks/ },
  { glob: 'a\\*', says: /letters, digits/ },
  { glob: 'a[bc]', says: /letters, digits/ },
  { glob: '{a}', says: /letters, digits/ },
  { glob: '!a', says: /letters, digits/ },
  { glob: 'ä*', says: /letters, digits/ },
  { glob: '.', says: /can have/ },
  { glob: '..', says: /can have/ },
];

describe('catalogue paths', () => {
  for (const { written, is } of spellings) {
    it(`reads ${JSON.stringify(written)} as ${is}`, () => {
      expect(pathFault(written)).to.equal(undefined);
      expect(read(documentOf({ catalog: { paths: [written] } })).catalog.paths).to.deep.equal([is]);
    });
  }

  it('reads two spellings of one path once, in the order of the first', () => {
    const { paths } = read(documentOf({ catalog: { paths: ['./b', 'a', 'b', './/a'] } })).catalog;
    expect(paths).to.deep.equal(['b', 'a']);
  });

  for (const { path, says } of refused) {
    it(`refuses ${JSON.stringify(path).slice(0, 40)} with what to write instead, in policy and function alike`, () => {
      expect(pathFault(path)).to.match(says);
      const [fault = '', ...more] = faultsOf(documentOf({ catalog: { paths: [path] } }));
      expect(more).to.deep.equal([]);
      expect(fault)
        .to.match(/^spec\.catalog\.paths\.0: found /)
        .and.match(says);
    });
  }

  it('comes to a path that git can have, or to a fault, whatever is written', () => {
    const part = fc.constantFrom(
      '.',
      '..',
      '',
      'a',
      'b c',
      ' ',
      '*',
      '?',
      '\\',
      ',',
      '.yaml',
      'x.yaml',
      '\n',
      'ä',
      '🚀',
    );
    const text = fc.array(fc.oneof(part, fc.constant('/')), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (path) => {
        if (pathFault(path) !== undefined) return;
        const normal = normalPath(path);
        expect(normal).to.match(/^[^/]+(\/[^/]+)*$/);
        for (const each of normal.split('/')) expect(/^\.{1,2}$|[*?\\,\n]/.test(each), each).to.equal(false);
        expect([pathFault(normal), normalPath(normal)]).to.deep.equal([undefined, normal]);
      }),
    );
  });
});

describe('globs of repository names', () => {
  for (const list of ['include', 'exclude']) {
    for (const { glob, says } of badGlobs) {
      it(`of ${list} refuse ${JSON.stringify(glob)} with what to write instead`, () => {
        const [fault = '', ...more] = faultsOf(documentOf({ repositories: { [list]: [glob] } }));
        expect(more).to.deep.equal([]);
        expect(fault).to.match(says);
      });
    }
    for (const glob of ['*', 'svc-*', 'Team_A.?', '.github', '...'])
      it(`of ${list} take ${glob}`, () =>
        expect(faultsOf(documentOf({ repositories: { [list]: [glob] } }))).to.deep.equal([]));
  }
});
