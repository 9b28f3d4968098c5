/** What is kept of workflow files is small, however long they are: nothing of it holds the text of a file. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { indexFiles } from '../../pkg/workflows/index.js';
import { harden, OPTIONS, workflow } from './build.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const FILES = 400;
const BYTES = 100_000;
/** The index of them takes a fiftieth of that. */
const MOST_BYTES = (FILES * BYTES) / 4;

describe('the index of workflow files', () => {
  it('keeps no text of a file alive', () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    const kept = Array.from({ length: FILES }, (_, index) => {
      // Each a text of its own, as an answer of GitHub has them.
      const content = JSON.parse(
        JSON.stringify(`${workflow(harden())}# ${String(index).padEnd(BYTES, 'x')}\n`),
      ) as string;
      return indexFiles([{ path: `.github/workflows/a-long-name-${index}.yml`, content }], OPTIONS);
    });
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    expect(kept.flat().map(({ uses }) => uses[0]?.name)).to.deep.equal(
      Array.from({ length: FILES }, () => 'step-security/harden-runner'),
    );
    expect(grown).to.be.at.most(MOST_BYTES);
  });
});
