import { expect } from 'chai';
import fc from 'fast-check';
import type { LiveRuleset } from '../../../pkg/api/index.js';
import { enforcement, governs } from '../../../pkg/governance/index.js';
import { liveOf } from '../builders.js';

const branches = (include: string[], exclude: string[] = []): Partial<LiveRuleset> => ({
  refName: { include, exclude },
});

/** By segments: two stars and a slash stand for any number of them, everything else for what is within one. */
function matches([first, ...rest]: readonly string[], segments: readonly string[]): boolean {
  if (first === undefined) return segments.length === 0;
  if (first === '**' && rest.length > 0) return segments.some((_, index) => matches(rest, segments.slice(index)));
  const [segment, ...others] = segments;
  const pattern = first.replace(/\*+/g, '.*').replace(/\?/g, '.').replace('[!', '[^');
  return segment !== undefined && new RegExp(`^${pattern}$`).test(segment) && matches(rest, others);
}

describe('enforcement', () => {
  interface Row {
    ruleset: Partial<LiveRuleset>;
    branch?: string;
    is: string;
    reason: string;
  }
  const rows: Row[] = [
    { ruleset: {}, branch: 'main', is: 'enforced', reason: 'active, branches, default branch' },
    { ruleset: { enforcement: 'disabled' }, branch: 'main', is: 'disabled', reason: 'switched off' },
    { ruleset: { enforcement: 'evaluate' }, branch: 'main', is: 'evaluate', reason: 'only watching' },
    { ruleset: { rules: 0 }, branch: 'main', is: 'no_rules', reason: 'active and without a rule protects nobody' },
    { ruleset: { target: 'tag' }, branch: 'main', is: 'target_not_branch', reason: 'tags are no branches' },
    { ruleset: { target: 'push' }, branch: 'main', is: 'target_not_branch', reason: 'pushes are no branches' },
    { ruleset: { target: 'repository' }, branch: 'main', is: 'target_not_branch', reason: 'repository rules' },
    { ruleset: branches([]), branch: 'main', is: 'branch_not_covered', reason: 'nothing included' },
    { ruleset: branches(['~ALL']), branch: 'main', is: 'enforced', reason: 'all branches' },
    { ruleset: branches(['~ALL']), is: 'enforced', reason: 'all branches, none yet' },
    { ruleset: branches(['~DEFAULT_BRANCH']), is: 'enforced', reason: 'the default branch that will be' },
    {
      ruleset: branches(['refs/heads/*']),
      is: 'branch_not_covered',
      reason: 'a pattern covers no branch that is not there',
    },
    { ruleset: branches(['refs/heads/main']), branch: 'main', is: 'enforced', reason: 'the branch by name' },
    {
      ruleset: branches(['refs/heads/main']),
      branch: 'master',
      is: 'branch_not_covered',
      reason: 'each repository by its own default branch',
    },
    { ruleset: branches(['refs/heads/main']), branch: 'Main', is: 'branch_not_covered', reason: 'refs differ by case' },
    { ruleset: branches(['main']), branch: 'main', is: 'branch_not_covered', reason: 'patterns are of full refs' },
    {
      ruleset: branches(['refs/tags/*', 'refs/heads/m*']),
      branch: 'main',
      is: 'enforced',
      reason: 'one pattern of several is enough',
    },
    { ruleset: branches(['refs/heads/*']), branch: 'main', is: 'enforced', reason: 'a star within a segment' },
    {
      ruleset: branches(['refs/heads/*']),
      branch: 'release/1.0',
      is: 'branch_not_covered',
      reason: 'a star does not cross a slash',
    },
    {
      ruleset: branches(['refs/heads/**/*']),
      branch: 'release/1.0',
      is: 'enforced',
      reason: 'two stars and a slash do',
    },
    { ruleset: branches(['refs/heads/**/*']), branch: 'main', is: 'enforced', reason: 'also over no folder at all' },
    {
      ruleset: branches(['refs/heads/**']),
      branch: 'a/b',
      is: 'branch_not_covered',
      reason: 'two stars at the end are one',
    },
    { ruleset: branches(['refs/heads/**']), branch: 'main', is: 'enforced', reason: 'which covers one segment' },
    { ruleset: branches(['**']), branch: 'main', is: 'branch_not_covered', reason: 'and alone covers no full ref' },
    { ruleset: branches(['**/*']), branch: 'main', is: 'enforced', reason: 'everything' },
    { ruleset: branches(['refs/**/1.0']), branch: 'release/1.0', is: 'enforced', reason: 'folders in the middle' },
    { ruleset: branches(['refs/heads/mai?']), branch: 'main', is: 'enforced', reason: 'one character' },
    {
      ruleset: branches(['refs/heads/release?1']),
      branch: 'release/1',
      is: 'branch_not_covered',
      reason: 'but not a slash',
    },
    { ruleset: branches(['refs/heads/[a-m]ain']), branch: 'main', is: 'enforced', reason: 'a set' },
    { ruleset: branches(['refs/heads/[^a-m]ain']), branch: 'main', is: 'branch_not_covered', reason: 'a negated set' },
    {
      ruleset: branches(['refs/heads/{main,master}']),
      branch: 'main',
      is: 'branch_not_covered',
      reason: 'fnmatch knows no braces',
    },
    {
      ruleset: branches(['refs/heads/+(main)']),
      branch: 'main',
      is: 'branch_not_covered',
      reason: 'nor extended globs',
    },
    { ruleset: branches(['!refs/heads/dev']), branch: 'main', is: 'branch_not_covered', reason: 'nor negation' },
    { ruleset: branches(['#refs/heads/main']), branch: 'main', is: 'branch_not_covered', reason: 'nor comments' },
    {
      ruleset: branches(['~ALL'], ['refs/heads/main']),
      branch: 'main',
      is: 'branch_not_covered',
      reason: 'exclude wins',
    },
    { ruleset: branches(['~ALL'], ['refs/heads/main']), branch: 'trunk', is: 'enforced', reason: 'where it matches' },
    {
      ruleset: branches(['~ALL'], ['refs/heads/*']),
      branch: 'release/1',
      is: 'enforced',
      reason: 'exclude does not cross a slash either',
    },
    {
      ruleset: branches(['~ALL'], ['~DEFAULT_BRANCH']),
      branch: 'main',
      is: 'branch_not_covered',
      reason: 'the default branch is left out',
    },
    {
      ruleset: branches(['~ALL'], ['~DEFAULT_BRANCH']),
      is: 'branch_not_covered',
      reason: 'also where there is none yet',
    },
    {
      ruleset: branches(['~DEFAULT_BRANCH'], ['~ALL']),
      branch: 'main',
      is: 'branch_not_covered',
      reason: 'everything is left out',
    },
  ];
  for (const { ruleset, branch, is, reason } of rows) {
    const { include, exclude } = ruleset.refName ?? { include: ['~DEFAULT_BRANCH'], exclude: [] };
    it(`${is} for ${branch ?? 'no branch'} by [${include.join(' ')}] without [${exclude.join(' ')}]: ${reason}`, () => {
      expect(enforcement(liveOf([1], ruleset), branch)).to.equal(is);
      expect(governs(liveOf([1], ruleset), branch)).to.equal(is === 'enforced');
    });
  }

  /** What fnmatch of Ruby makes of them, minimatch does not, or GitHub documents nowhere. */
  const unclear: { pattern: string; branch: string }[] = [
    { pattern: 'refs/heads/[[:alpha:]]ain', branch: 'main' },
    { pattern: 'refs/heads/[[:alpha:]]*', branch: 'main' },
    { pattern: 'refs/heads//main', branch: 'main' },
    { pattern: '/refs/heads/main', branch: 'main' },
    { pattern: 'refs/heads/main/', branch: 'main' },
    { pattern: 'refs/heads/./main', branch: 'main' },
    { pattern: 'refs/heads/x/../main', branch: 'main' },
    { pattern: 'refs/heads/\\main', branch: 'main' },
    { pattern: 'refs/heads/[m\\]]ain', branch: 'main' },
    { pattern: 'refs/heads/[]m]ain', branch: 'main' },
    { pattern: 'refs/heads/[m', branch: '[m' },
    { pattern: 'refs/heads/[a-]', branch: 'a' },
    { pattern: 'refs/heads/[z-a]', branch: 'm' },
    { pattern: 'refs/heads/a[/]b', branch: 'a/b' },
    { pattern: 'refs/heads/ma**', branch: 'main' },
    { pattern: 'refs/heads/***/main', branch: 'x/main' },
    { pattern: 'refs/heads/{main,master}', branch: 'main' },
    { pattern: 'refs/heads/h?lb', branch: 'h\u{e4}lb' },
    { pattern: '~NONE', branch: 'main' },
  ];
  for (const { pattern, branch } of unclear) {
    it(`is given for ${branch} neither by ${pattern}, nor beside it where it excludes: what it means is not certain`, () => {
      expect(governs(liveOf([1], branches([pattern])), branch)).to.equal(false);
      expect(governs(liveOf([1], branches(['~ALL'], [pattern])), branch)).to.equal(false);
      expect(governs(liveOf([1], branches([pattern, '~DEFAULT_BRANCH'])), branch), 'by another one').to.equal(true);
    });
  }

  it('is what a second reader of the clear patterns says', () => {
    const part = fc.constantFrom(
      '*',
      '**',
      'ma?n',
      'm*',
      '*n',
      '[a-m]ain',
      '[!x]',
      'main',
      'x',
      '?',
      'a*b*c',
      'release',
    );
    const path = (each: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.array(each, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const name = path(fc.constantFrom('main', 'mai', 'x', 'a', 'abc', 'axbxc', 'release', 'n'));
    fc.assert(
      fc.property(path(part), name, (pattern, branch) => {
        const live = liveOf([1], branches([`refs/heads/${pattern}`]));
        expect(governs(live, branch)).to.equal(matches(pattern.split('/'), branch.split('/')));
      }),
    );
  });

  it('is not given by a ruleset without ref patterns', () => {
    const { refName: _refName, ...live } = liveOf([1]);
    expect(enforcement(live, 'main')).to.equal('branch_not_covered');
  });
});
