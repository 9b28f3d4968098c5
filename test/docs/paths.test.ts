/** Kind: a page that sends its reader to a file that has moved. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const FOLDER = 'docs/design';
const PATH = /`((?:pkg|cmd|test)\/[\w./-]+)`/g;

describe('The files that design pages name', () => {
  for (const page of readdirSync(FOLDER).filter((name) => name.endsWith('.md'))) {
    it(`are there: ${page}`, () => {
      const named = [...readFileSync(join(FOLDER, page), 'utf8').matchAll(PATH)].map(([, path = '']) => path);
      expect(named.filter((path) => !existsSync(path))).to.deep.equal([]);
    });
  }

  it('are found at all', () => {
    expect(readFileSync(join(FOLDER, 'architecture.md'), 'utf8').match(PATH)?.length).to.be.greaterThan(30);
  });
});
