/**
 * Kind: a judgement of an older version that is believed. Passes keep what was said of workflow files; where the same text is judged
 * otherwise, `JUDGEMENT_VERSION` has to rise with it.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { JUDGEMENT_VERSION, judgeWorkflow } from '../../pkg/workflows/index.js';
import { OPTIONS } from './build.js';

const folder = new URL('../fixtures/workflows/', import.meta.url);

/** Of what is said about all fixtures. Where it changes, raise `JUDGEMENT_VERSION`, and write both here. */
const KNOWN = { version: 3, hash: 'c9dd043f1062edd5' };

describe('What is said about the same workflow files', () => {
  it('changes together with the version that is kept beside it', () => {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    const said = names.sort().map((name) => {
      const { kind, jobs } = judgeWorkflow(readFileSync(new URL(name, folder)), OPTIONS);
      // Texts for people may change.
      return [name, kind, jobs.map(({ findings, ...job }) => [job, findings.map(({ code, line }) => [code, line])])];
    });
    const hash = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);
    expect({ version: JUDGEMENT_VERSION, hash }).to.deep.equal(KNOWN);
  });
});
