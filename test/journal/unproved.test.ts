/**
 * Kind of fault: a chain that is called whole, and of which a part is proved by nothing: records that nobody signed, checkpoints that are all
 * gone, segments that are said to be removed. `test/outside/journal.test.ts` asks the same of the outside verifier.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { exportChain } from '../../pkg/journal/read/export.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { Unproved } from './unproved-scenes.js';

after(removeTemporaryFolders);

describe('verify, of what nothing proves', () => {
  let scene: Unproved;
  beforeEach(async () => {
    scene = await Unproved.open();
  });

  it('names records behind the newest checkpoint, which are no fault: a pass may be under way', async () => {
    expect(await scene.verdict()).to.deep.include({ faults: [], notes: ['key taken from the journal itself'] });
    await scene.append('more', 'still more');
    expect((await scene.verdict()).notes.at(-1)).to.match(
      /^unsigned: records \d+ to \d+ stand behind the newest checkpoint/,
    );
    expect((await scene.verdict({ isKeyGiven: true })).faults).to.deep.equal([]);
    await scene.sign();
    expect((await scene.verdict()).notes).to.deep.equal(['key taken from the journal itself']);
  });

  it('finds that all checkpoints are gone where a key is given, but of a chain that was killed in its first pass', async () => {
    scene.loseCheckpoints();
    expect(await scene.verdict()).to.deep.include({
      faults: [],
      notes: ['no checkpoint yet: nothing of it is signed'],
    });
    expect((await scene.verdict({ isKeyGiven: true })).faults).to.deep.equal(['checkpoint: signature-wrong']);
    const killed = await Unproved.killedInItsFirstPass();
    expect((await killed.verdict({ isKeyGiven: true })).faults).to.deep.equal([]);
  });

  it('finds segments that are listed as removed though no record tells of that, and names them of an export', async () => {
    await scene.expire();
    expect((await scene.verdict()).faults).to.deep.equal([]);
    const removed = await Unproved.open();
    removed.hideFirstSegment();
    expect((await removed.verdict()).faults).to.deep.equal(['00000001.jsonl: segment-missing']);
    expect((await removed.verdict({ isKeyGiven: true })).faults).to.deep.equal(['00000001.jsonl: segment-missing']);
    const output = join(temporaryFolder(), 'export');
    const whole = await Unproved.open();
    await exportChain(whole.folder, output, { since: '2027-01-01T00:00:00.000Z' });
    const exported = await whole.verdict({ folder: output });
    expect(exported.faults).to.deep.equal([]);
    expect(exported.notes.at(-1)).to.match(/^records 1 to \d+ are not here, as in an export/);
    rmSync(output, { recursive: true });
  });
});
