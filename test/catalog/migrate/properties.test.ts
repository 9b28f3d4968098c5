/** Laws of a migration, over random definitions and over the files of other people where those lie beside the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseAllDocuments, isMap, isScalar, isSeq } from 'yaml';
import { judge, migrate, type Migration } from '../../../pkg/catalog/index.js';
import { runsOf, SEED } from '../../sample.js';
import { PATH, present, SETTINGS } from '../build.js';
import { definitions } from './definitions.js';

const FOLDER = new URL('../../../../shared/data/entities/', import.meta.url);
const numRuns = Number(process.env['MIGRATE_INPUTS'] ?? runsOf(200, 40).numRuns);
const seed = Number(process.env['MIGRATE_SEED'] ?? SEED);

const run = (content: string | Uint8Array, lifecycle?: string): Migration =>
  migrate(
    { path: PATH, state: 'present', content },
    { ...SETTINGS, ...(lifecycle === undefined ? {} : { lifecycle }) },
  );

/** Values of a text by a reader of its own, each scalar as it is written. */
function valuesOf(text: string): string[] {
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (isScalar(node)) found.push(String(node.value));
    if (isSeq(node)) node.items.forEach(look);
    if (isMap(node)) for (const { value } of node.items) look(value);
  };
  for (const { contents } of parseAllDocuments(text, { schema: 'failsafe' })) look(contents);
  return found;
}

/** What is told of a value that is not in the result as it was. */
const told = ({ notes }: Migration): string => notes.map(({ says }) => says).join('\n');

function holds(migration: Migration, values: readonly string[], comments: readonly string[]): void {
  const { after, before, refusals, verdict } = migration;
  expect(refusals).to.deep.equal([]);
  expect(after).to.not.equal(before);
  expect(verdict.status).to.be.oneOf(['valid_production', 'valid_non_production', 'missing_lifecycle']);
  expect(judge([present(after)], SETTINGS)).to.deep.equal(verdict);
  const there = new Map<string, number>();
  for (const each of valuesOf(after)) there.set(each, (there.get(each) ?? 0) + 1);
  for (const each of values) {
    const left = there.get(each) ?? 0;
    there.set(each, left - 1);
    if (left <= 0) expect(told(migration), `${each} is lost`).to.include(JSON.stringify(each));
  }
  for (const each of comments) expect(after, 'a comment is lost').to.include(each);
  expect(run(after).after, 'a second run changes something').to.equal(after);
}

describe('migrated definitions', () => {
  it('are entities, lose no value and no comment, and are left alone by a second run', () => {
    fc.assert(
      fc.property(definitions, ({ text, values, comments }) => holds(run(text), values, comments)),
      { numRuns, seed },
    );
  });

  it('all say a lifecycle where one is given', () => {
    fc.assert(
      fc.property(definitions, ({ text }) => {
        const { verdict, after } = run(text, 'staging');
        expect(verdict.status).to.be.oneOf(['valid_production', 'valid_non_production']);
        expect(run(after, 'staging').after).to.equal(after);
      }),
      { numRuns: Math.ceil(numRuns / 4), seed },
    );
  });

  it('keep the line ends of the file', () => {
    fc.assert(
      fc.property(definitions, ({ text }) => {
        const { after } = run(text);
        expect(/\r\n/.test(after)).to.equal(/\r\n/.test(text));
        expect(/[^\r]\n/.test(after)).to.equal(/[^\r]\n/.test(text));
      }),
      { numRuns: Math.ceil(numRuns / 4), seed },
    );
  });
});

describe('files of other people', () => {
  if (!existsSync(FOLDER)) {
    it('are not here');
    return;
  }
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.yaml'))) {
    it(`${name} is migrated without a loss, or left as it is with a reason`, () => {
      const content = readFileSync(new URL(name, FOLDER));
      const migration = run(content);
      const { before, after, refusals, verdict } = migration;
      if (after !== before) {
        const comments = before.split('\n').flatMap((line) => /^\s*(#.*\S)/.exec(line)?.[1] ?? []);
        return holds(
          migration,
          valuesOf(before).filter((value) => !/^v2(\.\d)?$/.test(value)),
          comments,
        );
      }
      if (!['valid_production', 'valid_non_production', 'missing_lifecycle'].includes(verdict.status))
        expect([...refusals, ...verdict.reasons.filter(({ severity }) => severity === 'error')]).to.not.be.empty;
    });
  }
});
