/** CODEOWNERS: the last line that holds a path counts, one without owners leaves it without, and a faulty one is not there. */
import { expect } from 'chai';
import { lineOf, parseCodeowners, samplesOf } from '../../pkg/baseline/codeowners/file.js';
import { holds } from '../../pkg/baseline/codeowners/pattern.js';

const S = '@acme/security';

describe('CODEOWNERS', () => {
  /** `owners`: undefined where no line holds the path. */
  const files: [what: string, text: string, path: string, owners: string[] | undefined, faulty?: number[]][] = [
    ['lets a star hold every file', `* ${S}`, 'a/b/c.ts', [S]],
    ['lets the last line that holds it count', `* @all\n/a/ ${S}`, 'a/b.ts', [S]],
    ['lets a later star win over an earlier folder', `/a/ ${S}\n* @all`, 'a/b.ts', ['@all']],
    ['leaves what no line holds without a word', `/a/ ${S}`, 'b.ts', undefined],
    ['takes owners away by a line without any', `* ${S}\n/a/`, 'a/b.ts', []],
    ['leaves the rest of a folder to its owners', `/a/ ${S}\n/a/docs`, 'a/b.ts', [S]],
    ['gives back what a line before took away', `/a/\n/a/b.ts ${S}`, 'a/b.ts', [S]],
    ['takes several owners', `* @alice ${S} dev@example.com`, 'a', ['@alice', S, 'dev@example.com']],
    ['skips comments and blank lines', `# * @all\n\n   \n* ${S}`, 'a', [S]],
    ['ends a line at a comment in it', `* ${S} # @eve`, 'a', [S]],
    ['takes a line that a comment leaves without owners', `* ${S}\n/a # ${S}`, 'a', []],
    ['takes tabs, and blanks in front', `\t*\t${S}  `, 'a', [S]],
    ['takes line ends of Windows', `* @all\r\n/a ${S}\r\n`, 'a', [S]],
    ['skips a line that negates', `* ${S}\n!/a @all`, 'a', [S], [2]],
    ['skips a line with a range', `* ${S}\n/[ab] @all`, 'a', [S], [2]],
    ['skips a line whose first # is escaped', `* ${S}\n\\#a @all`, '#a', [S], [2]],
    ['skips a line with three stars', `* ${S}\n/***/a @all`, 'x/a', [S], [2]],
    ['skips a line with an owner that is none', `* ${S}\n/a alice`, 'a', [S], [2]],
    ['skips a line of which one owner is none', `* ${S}\n/a @alice bob`, 'a', [S], [2]],
    ['skips a line with an empty owner', `* ${S}\n/a @`, 'a', [S], [2]],
    ['takes no section of another service', `* ${S}\n[Docs] @all`, 'a', [S], [2]],
    ['keeps a blank behind a backslash in the pattern', `/a\\ b ${S}`, 'a b', [S]],
  ];
  for (const [what, text, path, owners, faulty = []] of files)
    it(what, () => {
      const parsed = parseCodeowners(text, []);
      expect(lineOf(parsed, path)?.owners).to.deep.equal(owners);
      expect(parsed.faulty).to.deep.equal(faulty);
    });

  it('skips the lines that GitHub finds faulty, such as those of a team that is not there', () => {
    const parsed = parseCodeowners(`* ${S}\n/a @acme/nobody`, [2]);
    expect(lineOf(parsed, 'a')?.owners).to.deep.equal([S]);
    expect(parsed.faulty).to.deep.equal([2]);
  });

  const patterns: [pattern: string, held: string[], not: string[]][] = [
    ['*', ['a', 'a/b', '.github/CODEOWNERS'], []],
    ['*.js', ['a.js', 'a/b.js'], ['a.jsx', 'a.js.map']],
    ['/*.js', ['a.js'], ['a/b.js']],
    ['/build/logs/', ['build/logs/a', 'build/logs/a/b'], ['build/logs', 'x/build/logs/a']],
    ['docs/*', ['docs/a.md'], ['docs/a/b.md', 'x/docs/a.md']],
    ['apps/', ['apps/a', 'x/apps/a/b'], ['apps', 'apps2/a']],
    ['/docs/', ['docs/a', 'docs/a/b'], ['x/docs/a']],
    ['**/logs', ['logs', 'logs/a', 'build/logs', 'build/x/logs/a'], ['logs2']],
    ['/apps/github', ['apps/github', 'apps/github/a'], ['apps/github2', 'x/apps/github']],
    ['github', ['github', 'a/github/b'], ['.github/a']],
    ['/.github/workflows/', ['.github/workflows/ci.yml'], ['.github/CODEOWNERS']],
    ['.github/**', ['.github/a', '.github/a/b'], ['.github', 'github/a']],
    ['/a/**/z', ['a/z', 'a/b/z', 'a/b/c/z/d'], ['a/b', 'b/z']],
    ['/a/*/z', ['a/b/z'], ['a/z', 'a/b/c/z']],
    ['/a?c', ['abc', 'abc/d'], ['ac', 'a/c']],
    ['/A', ['A'], ['a']],
    ['/a\\*b', ['a*b'], ['axb']],
    ['/', [], ['a']],
    ['**', ['a', 'a/b'], []],
    ['/**/', ['a/b', 'a/b/c'], []],
    ['/a*b*c', ['abc', 'axbxc', 'abbc/d'], ['ab']],
  ];
  for (const [pattern, held, not] of patterns)
    it(`lets ${pattern} hold ${held.join(', ') || 'nothing'}${not.length > 0 ? `, and not ${not.join(', ')}` : ''}`, () => {
      expect(held.filter((path) => !holds(pattern, path))).to.deep.equal([]);
      expect(not.filter((path) => holds(pattern, path))).to.deep.equal([]);
    });

  it('answers at once whatever the pattern', () => {
    const pattern = `/${'**/*a*'.repeat(40)}z`;
    expect(holds(pattern, 'a/'.repeat(200) + 'b')).to.equal(false);
    expect(holds(`/${'a*'.repeat(200)}z`, 'a'.repeat(2_000))).to.equal(false);
  });

  it('asks of a folder about files in it that lines name, and those that are there', () => {
    const parsed = parseCodeowners('/.github/workflows/ @a\n/.github/workflows/deploy*.yml @b\n/x @c', []);
    expect(samplesOf(parsed, '/.github/workflows/', ['.github/workflows/ci.yml', 'x'])).to.deep.equal([
      ...['.github/workflows/any.yml', '.github/workflows/any.yaml'],
      ...['.github/workflows/deployany.yml', '.github/workflows/ci.yml'],
    ]);
    expect(samplesOf(parsed, '/x', [])).to.deep.equal(['x']);
  });
});
