import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { CATALOGUE } from '../../pkg/errors/index.js';
import { PAGES } from './pages.js';

const root = new URL('../../', import.meta.url);

describe('generated pages', () => {
  for (const { path, text } of PAGES) {
    it(`${path} is what the code says; \`make generate\` writes it again`, async () => {
      expect(await readFile(new URL(path, root), 'utf8')).to.equal(text());
    });

    it(`${path} names the command that writes it, and ends with one line end`, () => {
      expect(text().split('\n')[0]).to.contain('make generate');
      expect(text()).to.match(/[^\n]\n$/);
    });
  }

  it('the page of errors has a row for every code', () => {
    const page = PAGES.find(({ path }) => path.endsWith('errors.md'))?.text() ?? '';
    const codes = [...page.matchAll(/^\| `(PLUS1_[A-Z0-9_]+)` \|/gm)].map(([, code]) => code);
    expect(codes).to.have.members(Object.keys(CATALOGUE));
  });
});
