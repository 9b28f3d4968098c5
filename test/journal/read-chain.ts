/** What a test reads of a chain as it lies on the disk. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseLine } from '../../pkg/journal/record/line.js';
import type { JournalRecord } from '../../pkg/journal/record/record.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import type { Stage } from './stage.js';

export const lines = (path: string): Buffer[] => {
  const text = readFileSync(path, 'utf8');
  expect(text).to.match(/\n$/);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => Buffer.from(line));
};
export const records = (path: string): JournalRecord[] =>
  lines(path).map((line) => parseLine(line) ?? expect.fail(`no record: ${line.toString()}`));

export const isWhole = async (stage: Stage): Promise<void> => {
  const { chains, whole } = await verify({ folders: [stage.root], keys: [], checkpoints: [], heads: [] });
  expect(chains.flatMap(({ faults }) => faults)).to.deep.equal([]);
  expect(whole).to.equal(true);
};
