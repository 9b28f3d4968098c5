/**
 * Journal and state after a crash, cut at boundaries of what was done to the disk, with all kinds of losses of what was not
 * flushed: both are read by the real start, and nothing that was promised is missing. `make crash` cuts at every boundary.
 */
import { expect } from 'chai';
import { SEED } from '../sample.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { crashJournal } from './crash-journal.js';
import type { Operation } from './operation.js';

after(removeTemporaryFolders);

const SAMPLE = 0.06;

describe('A crash of the process that writes the journal', function () {
  this.timeout(300_000);

  it(`leaves state and journal whole, wherever it comes (a sample; PLUS1_SEED=${SEED} repeats it)`, async () => {
    const { wrong, starts } = await crashJournal({ seed: SEED, steps: 8, share: SAMPLE, folder: temporaryFolder });
    expect(wrong).to.deep.equal([]);
    expect(starts).to.be.greaterThan(10);
  });

  it(`is kept by the next process, whatever the one that was killed left unflushed (a sample; PLUS1_SEED=${SEED})`, async () => {
    const asked = { seed: SEED, steps: 8, share: 2 * SAMPLE, folder: temporaryFolder, isTwice: true };
    const { wrong, starts } = await crashJournal(asked);
    expect(wrong).to.deep.equal([]);
    expect(starts).to.be.greaterThan(5);
  });

  const flushOf =
    (kind: Operation['kind']) =>
    (operations: readonly Operation[]): Operation[] =>
      operations.filter((each) => each.kind !== kind);
  const careless: { title: string; change: (operations: readonly Operation[]) => Operation[]; says: RegExp }[] = [
    { title: 'files', change: flushOf('sync'), says: /was sent, and its intent is not there/ },
    { title: 'folders', change: flushOf('syncFolder'), says: /was written, and is not there/ },
  ];
  for (const { title, change, says } of careless)
    it(`would be noticed if the journal did not flush ${title}`, async () => {
      const { wrong } = await crashJournal({ seed: 1, steps: 4, share: 1, folder: temporaryFolder, change });
      expect(wrong.join('\n')).to.match(says);
    });

  it('would be noticed if a checkpoint were kept after the next one names it', async () => {
    const renamed = (file: string, operation: Operation): boolean =>
      operation.kind === 'rename' && operation.to.endsWith(`/${file}`);
    const change = (operations: readonly Operation[]): Operation[] => {
      const at = operations.findIndex((each) => renamed('checkpoints', each));
      const next = operations.findIndex((each, index) => index > at && renamed('checkpoint', each));
      const [keep] = operations.slice(at, at + 1);
      return keep === undefined ? [] : operations.toSpliced(next + 1, 0, keep).toSpliced(at, 1);
    };
    const { wrong } = await crashJournal({ seed: 1, steps: 4, share: 1, folder: temporaryFolder, change });
    expect(wrong.join('\n')).to.match(/checkpoints: signature-wrong: .* missing/);
  });

  it('would be noticed if a PUT were sent before its intent is flushed', async () => {
    const change = (operations: readonly Operation[]): Operation[] => {
      const at = operations.findIndex((each) => each.kind === 'mark' && each.mark.seen === 'put');
      const [put] = operations.slice(at, at + 1);
      // Behind it stand the flush of the intent and the mark that it was kept.
      return put === undefined ? [] : operations.toSpliced(at, 1).toSpliced(at - 2, 0, put);
    };
    const { wrong } = await crashJournal({ seed: 1, steps: 2, share: 1, folder: temporaryFolder, change });
    expect(wrong.join('\n')).to.match(/a PUT of 1,2,\d+ was sent, and its intent is not there/);
  });
});
