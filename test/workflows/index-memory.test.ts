/** What is kept of workflow files is small, however long they are: nothing of it holds the text of a file. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { SharedTexts } from '../../pkg/base/index.js';
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

  it('has equal texts once, and the same value', () => {
    const read = (): { names: string[] }[] =>
      JSON.parse(JSON.stringify(Array.from({ length: 200 }, () => ({ names: ['x'.repeat(BYTES)] })))) as never;
    const texts = new SharedTexts();
    collect();
    const before = process.memoryUsage().heapUsed;
    const kept = read().map((each) => texts.in(each));
    collect();
    expect(process.memoryUsage().heapUsed - before).to.be.at.most(2 * BYTES + 2_000_000);
    expect(kept).to.deep.equal(read());
    expect(texts.in([null, 1, true, { a: ['b', null] }])).to.deep.equal([null, 1, true, { a: ['b', null] }]);
  });
});
