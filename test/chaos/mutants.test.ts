/** The faults that chaos must notice can still be planted: each text to replace stands once in its file. `make chaos-mutants` plants them. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { partsOf, planted } from './mutants/plant.js';
import { LAW_MUTANTS } from '../mutants/laws.js';
import { MUTANTS } from './mutants/table.js';

describe('The faults that chaos must notice', () => {
  for (const mutant of MUTANTS)
    it(`can be planted: ${mutant.name}`, () => {
      for (const part of partsOf(mutant)) {
        const source = readFileSync(part.file, 'utf8');
        expect(planted(source, part)).not.to.equal(source);
      }
    });
});

describe('The fault of each law', () => {
  for (const { law, name, parts } of LAW_MUTANTS)
    it(`can be planted: law ${law}, ${name}`, () => {
      for (const part of parts) {
        const source = readFileSync(part.file, 'utf8');
        expect(planted(source, part)).not.to.equal(source);
      }
    });

  it('is there for each law', () => {
    expect(LAW_MUTANTS.map(({ law }) => law)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
