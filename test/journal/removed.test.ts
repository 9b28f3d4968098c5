/** Segments whose retention is over, and a crash between the manifest that says so and the end of the file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { exportChain } from '../../pkg/journal/read/export.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { CONTEXT, event, signal, Stage } from './stage.js';

after(removeTemporaryFolders);

const DAY_MS = 86_400_000;
const faults = async (folder: string): Promise<string[]> =>
  (await verify({ folders: [folder], keys: [], checkpoints: [], heads: [] })).chains.flatMap((each) =>
    each.faults.map(({ code }) => code),
  );

describe('A segment that was removed', () => {
  it('and whose file a crash left there: verify and export go by the manifest, and the next removal takes it', async () => {
    const stage = new Stage();
    const writer = await stage.writer();
    for (const time of ['2026-11-28T05:00:00Z', '2027-01-01T05:00:00Z', '2027-02-01T05:00:00Z']) {
      stage.nowMs = Date.parse(time);
      await writer.append([event(time)], CONTEXT, signal);
      await writer.checkpoint(signal);
    }
    const file = join(stage.folder(writer.chain), '00000001.jsonl.gz');
    const left = readFileSync(file);
    await writer.removeExpired(45 * DAY_MS, CONTEXT, signal);
    await writer.checkpoint(signal);
    expect(await faults(stage.root)).to.deep.equal([]);
    writeFileSync(file, left);
    expect(await faults(stage.root)).to.deep.equal([]);
    const output = temporaryFolder();
    expect(await exportChain(stage.folder(writer.chain), output, {})).to.include({ first: 3 });
    expect(await faults(output)).to.deep.equal([]);
    const next = await stage.writer({ known: writer.head });
    await next.removeExpired(45 * DAY_MS, CONTEXT, signal);
    expect(() => readFileSync(file)).to.throw('ENOENT');
    expect(await faults(stage.root)).to.deep.equal([]);
  });
});
