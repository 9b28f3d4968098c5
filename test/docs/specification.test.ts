/** The page of the specification names only what there is. */
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { documents, testOf } from '../generate/specification/specification.js';

const root = new URL('../../', import.meta.url);
const lines = documents().flatMap(({ sections }) => sections.flatMap((each) => each.lines));

describe('the table of the specification', () => {
  it('names tests that exist, by words of their titles', () => {
    const missing = lines.flatMap((line) => {
      const test = testOf(line);
      if (test === undefined) return [];
      const path = new URL(test.file, root);
      if (!existsSync(path)) return [`${test.file} does not exist: ${line.line}`];
      return readFileSync(path, 'utf8').includes(test.title) ? [] : [`${test.file} has no "${test.title}"`];
    });
    expect(missing).to.deep.equal([]);
  });

  it('shows a test for all that is built, and a page for all but what is missing', () => {
    for (const { line, is, see, test } of lines) {
      if (is === 'built') expect(test, line).to.be.a('string');
      if (is !== 'notYet') expect(see, line).to.be.a('string');
    }
  });
});
