/** Files as people wrote them, where they lie beside the project; they belong to others and are no part of it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { verdictOn } from './build.js';

const FOLDER = new URL('../../../shared/data/entities/', import.meta.url);
const TABLE = new URL('expected.tsv', FOLDER);

describe('real files', () => {
  if (!existsSync(TABLE)) {
    it('are not here');
    return;
  }
  const [head = [], ...rows] = readFileSync(TABLE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  for (const row of rows) {
    const cell = (name: string): string => row[head.indexOf(name)] ?? '';
    it(`${cell('id')} is read as a careful person reads it: ${cell('careful_human')}`, () => {
      const verdict = verdictOn(readFileSync(new URL(`${cell('id')}.yaml`, FOLDER)));
      expect(verdict.status === 'valid_production').to.equal(cell('careful_human').startsWith('production'));
      expect(verdict.status === 'invalid_yaml').to.equal(cell('careful_human') === 'unreadable');
      if (verdict.status !== 'invalid_yaml') expect(verdict.documents).to.equal(Number(cell('documents')));
    });
  }
});
