/** Files of ours that are read line by line: each line whole, wherever a part of the file ends, and in little memory. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { FileFault, readBoundedLines } from '../../pkg/base/index.js';
import { runsOf } from '../sample.js';
import { temporaryFolder } from '../temporary-folder.js';

const PART_BYTES = 262_144;
const bounds = { maxBytes: 100_000_000, maxLineBytes: 3 * PART_BYTES };

describe('Reading line by line', () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryFolder(), 'lines');
  });

  it('hands over each line as it stands, also where it is longer than a part of the file', async () => {
    const length = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: PART_BYTES - 3, max: PART_BYTES + 3 }),
      fc.integer({ min: 0, max: 3 * PART_BYTES }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(length, { maxLength: 12 }), fc.boolean(), async (lengths, isEnded) => {
        const lines = lengths.map((each, index) => String.fromCharCode(97 + index).repeat(each));
        writeFileSync(path, lines.map((line) => `${line}\n`).join('') + (isEnded ? '' : 'é'));
        const read: string[] = [];
        await readBoundedLines(path, bounds, (line) => void read.push(Buffer.from(line).toString()));
        expect(read.map((line) => line.length)).to.deep.equal([...lengths, ...(isEnded ? [] : [1])]);
        expect(read.join('\n') === [...lines, ...(isEnded ? [] : ['é'])].join('\n')).to.equal(true);
      }),
      runsOf(200, 30),
    );
  });

  it('refuses a line that is longer than any of ours', async () => {
    writeFileSync(path, `a\n${'b'.repeat(4 * PART_BYTES)}\n`);
    const read: number[] = [];
    const thrown: unknown = await readBoundedLines(path, bounds, (line) => void read.push(line.length)).catch(
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(FileFault);
    expect(thrown).to.include({ code: 'LINE_TOO_LONG' });
    expect(read).to.deep.equal([1]);
  });

  it('takes memory for one line at a time', async () => {
    writeFileSync(path, `${'c'.repeat(150_000)}\n`.repeat(200));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    await readBoundedLines(path, bounds, () => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    });
    expect(most).to.be.below(2_000_000);
  });
});
