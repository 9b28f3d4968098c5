/**
 * Kind: a verdict of an older version that is believed. Passes keep verdicts by head commit; where the judge says something else about the
 * same text, `JUDGEMENT` has to change with it.
 */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { judge, JUDGEMENT, type CatalogFile } from '../../pkg/catalog/index.js';
import { entity, PATH, present, SETTINGS } from './build.js';
import { FILES } from './examples.js';

const PLAIN: readonly CatalogFile[][] = [
  [],
  ...['production', 'dev', 'Production', undefined].map((lifecycle) => [present(entity(lifecycle))]),
  [present(entity('production').replace('apiVersion: v3', 'apiVersion: backstage.io/v1alpha1'))],
  [present(entity('dev')), { ...present(entity('production')), path: `other/${PATH}` }],
];

/** What is decided by: texts for people may change. */
const decided = (files: readonly CatalogFile[]): unknown => {
  const { status, lifecycles, documents, evidence, owner, reasons } = judge(files, SETTINGS);
  return { status, lifecycles, documents, evidence, owner, reasons: reasons.map(({ code, line }) => [code, line]) };
};

/** Of what is decided about all examples. Where it changes, add a word to `JUDGEMENT`, and write both here. */
const KNOWN = { judgement: ['owner'], hash: 'fdb231fe08faca8b' };

describe('What is decided about the same files', () => {
  it('changes together with the mark that kept verdicts bear', () => {
    const all = [...PLAIN, ...Object.values(FILES)].map(decided);
    const hash = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
    expect({ judgement: [...JUDGEMENT], hash }).to.deep.equal(KNOWN);
  });
});
