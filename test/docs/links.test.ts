/** A link that leads nowhere is found by a reader in trouble. Addresses outside of the repository are not asked. */
import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { anchorsOf, linksOf, pages, ROOT } from './page.js';

const isOutside = (target: string): boolean => /^[a-z][a-z0-9+.-]*:/.test(target);

function fault(from: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (relative('.', file).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(ROOT, file))) return `there is no ${file}`;
  if (anchor === undefined) return undefined;
  const anchors = anchorsOf(readFileSync(join(ROOT, file), 'utf8'));
  return anchors.has(anchor) ? undefined : `${file} has no heading for #${anchor}`;
}

describe('links of the documentation', () => {
  for (const { path, text } of pages()) {
    it(`${path}: each leads somewhere`, () => {
      const faults = linksOf(text)
        .filter(({ target }) => !isOutside(target))
        .flatMap(({ line, target }) => {
          const why = fault(path, target);
          return why === undefined ? [] : [`${path}:${line} ${target}: ${why}`];
        });
      expect(faults).to.deep.equal([]);
    });
  }

  it('every page is reached from docs/README.md', () => {
    const index = pages().find(({ path }) => path === 'docs/README.md');
    const listed = linksOf(index?.text ?? '').map(({ target }) => join('docs', target));
    const others = pages().filter(({ path }) => path.startsWith('docs/') && path !== 'docs/README.md');
    expect(others.map(({ path }) => path).filter((path) => !listed.includes(path))).to.deep.equal([]);
  });

  const wrong: [target: string, why: RegExp][] = [
    ['nowhere.md', /there is no docs\/nowhere\.md/],
    ['README.md#nowhere', /no heading for #nowhere/],
    ['#nowhere', /no heading for #nowhere/],
    ['../../elsewhere.md', /out of the repository/],
  ];
  for (const [target, why] of wrong) {
    it(`${target} would be found out`, () => expect(fault('docs/README.md', target)).to.match(why));
  }

  it('anchors are those that GitHub makes', () => {
    const text = '# Read the conditions\n## `spec.mode`: what *enters*\n## Twice\n## Twice\n```\n# no heading\n```\n';
    expect([...anchorsOf(text)]).to.deep.equal(['read-the-conditions', 'specmode-what-enters', 'twice', 'twice-1']);
  });

  it('what stands in code is no link', () => {
    expect(linksOf('`[a](b)` [c](d)\n```\n[e](f)\n```\n')).to.deep.equal([{ line: 1, target: 'd' }]);
  });
});
