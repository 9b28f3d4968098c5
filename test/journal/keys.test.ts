/** The signatures of a checkpoint: what a second key adds, and what is found when one of several is changed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { generateKey, signingKey } from '../../pkg/journal/proof/key.js';
import { originOf, parseCheckpoint, signCheckpoint } from '../../pkg/journal/proof/checkpoint.js';
import { Tree } from '../../pkg/journal/proof/tree.js';
import { splitLines } from '../../pkg/journal/chain/lines.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { signal, Stage } from './stage.js';

after(removeTemporaryFolders);

const NOTHING = { keys: [], checkpoints: [], heads: [] };
const codes = async (stage: Stage, more: Partial<Parameters<typeof verify>[0]> = {}): Promise<string[]> =>
  (await verify({ folders: [stage.root], ...NOTHING, ...more })).chains.flatMap(({ faults }) =>
    faults.map(({ code }) => code),
  );

describe('The signatures of a checkpoint', () => {
  it('are each found when they are changed, where a checkpoint has two of them', async () => {
    const stage = new Stage();
    await (await stage.writer()).checkpoint(signal);
    stage.keys = [generateKey(), ...stage.keys];
    const writer = await stage.writer();
    const note = (await writer.checkpoint(signal)) ?? '';
    expect(await codes(stage)).to.deep.equal([]);
    const path = join(stage.folder(writer.chain), 'checkpoint');
    const start = note.indexOf('\n\n') + 2;
    for (let at = start; at < note.length; at += 1) {
      const changed = Buffer.from(note);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      expect(await codes(stage), `byte ${at}`).not.to.deep.equal([]);
    }
    const [first = '', second = ''] = note.slice(start).split(/(?<=\n)/);
    for (const line of [first, second]) {
      writeFileSync(path, note.replace(line, ''));
      // It is the only one so far that shows that the old key agreed.
      expect(await codes(stage)).to.deep.equal(['key-changed']);
    }
  });

  it('are none of a second key that the chain never had, so that no stranger stands in its checkpoints', async () => {
    const stage = new Stage();
    stage.keys = [...stage.keys, generateKey()];
    const note = await (await stage.writer()).checkpoint(signal);
    expect(note?.match(/^— /gm)).to.have.length(1);
    expect(await codes(stage)).to.deep.equal([]);
  });

  it('of a stranger are a fault in the journal, and none on a checkpoint that was kept: a witness may have signed it', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    await writer.checkpoint(signal);
    const folder = stage.folder(writer.chain);
    const tree = Tree.empty();
    for (const line of splitLines(readFileSync(join(folder, '00000001.jsonl'))).lines) tree.append(line);
    const keys = [...stage.keys, generateKey()].map((pem) => signingKey(pem, originOf(writer.chain)));
    const countersigned = signCheckpoint(writer.chain, tree, keys);
    const checkpoint = parseCheckpoint(countersigned) ?? expect.fail('no checkpoint');
    expect(await codes(stage, { checkpoints: [{ checkpoint, file: 'kept' }] })).to.deep.equal([]);
    writeFileSync(join(folder, 'checkpoint'), countersigned);
    expect(await codes(stage)).to.deep.equal(['signature-wrong']);
  });
});
