/**
 * `sync` with its state and journal after a crash, cut at boundaries of what it did to the disk and to GitHub: the next run goes on,
 * the journal is whole, and its membership is that of the ruleset. `make crash` cuts at every boundary.
 */
import { expect } from 'chai';
import { SEED } from '../sample.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import type { Operation } from './operation.js';
import { crashSync } from './sync-story.js';

after(removeTemporaryFolders);

describe('A crash of sync', function () {
  this.timeout(300_000);

  it(`is followed by a run that goes on, wherever it comes (a sample; PLUS1_SEED=${SEED} repeats it)`, async () => {
    const { wrong } = await crashSync({ seed: SEED, share: 0.02, folder: temporaryFolder });
    expect(wrong).to.deep.equal([]);
  });

  it('would be noticed if the intent were not flushed before the PUT', async () => {
    const change = (operations: readonly Operation[]): Operation[] => operations.filter(({ kind }) => kind !== 'sync');
    const { wrong } = await crashSync({ seed: 1, share: 0.03, folder: temporaryFolder, change });
    expect(wrong.join('\n')).to.match(/was sent, and its intent is not there/);
  });
});
