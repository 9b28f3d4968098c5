/** A file that takes the place of another one: with its mode and owner, also where somebody else owns it. */
import { chmodSync, chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeFileAtomic } from '../../pkg/base/index.js';
import { temporaryFolder } from '../temporary-folder.js';

const NOBODY = 65_534;

describe('A file in the place of another one', function () {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    chmodSync(folder, 0o777);
  });

  it('has the mode that is asked for, and the owner of this process where none is', async () => {
    for (const mode of [0o600, 0o644, 0o640]) {
      await writeFileAtomic(join(folder, 'a'), 'new', { like: { mode } });
      const { mode: is, uid } = statSync(join(folder, 'a'));
      expect([is & 0o7777, uid]).to.deep.equal([mode, process.geteuid?.()]);
    }
  });

  it('is what its parts are, of any length, and takes memory for one of them at a time', async () => {
    const wanted = Array.from({ length: 120 }, (_, index) => (index % 2 === 0 ? 'é' : 'a€').repeat(65_536 + index));
    let [before, most] = [NaN, 0];
    function* parts(): Generator<string> {
      for (const part of wanted) {
        yield part;
        before = Number.isNaN(before) ? process.memoryUsage().arrayBuffers : before;
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
    }
    await writeFileAtomic(join(folder, 'a'), parts());
    expect(readFileSync(join(folder, 'a'), 'utf8') === wanted.join('')).to.equal(true);
    expect(most).to.be.below(2_000_000);
  });

  describe('of somebody else, as one who may write into the folder', () => {
    const replace = async (mode: number): Promise<unknown> => {
      const path = join(folder, 'a');
      writeFileSync(path, 'old');
      chownSync(path, 1, 1);
      chmodSync(path, mode);
      const like = statSync(path);
      process.seteuid?.(NOBODY);
      try {
        return await writeFileAtomic(path, 'new', { like }).catch((thrown: unknown) => thrown);
      } finally {
        process.seteuid?.(0);
      }
    };
    before(function () {
      if (process.getuid?.() !== 0) this.skip();
      // The folder of this run may be entered by this user alone.
      chmodSync(tmpdir(), statSync(tmpdir()).mode | 0o011);
    });

    it('is his where everybody may read it, and nobody else may write it', async () => {
      for (const [mode, wanted] of [
        [0o644, 0o644],
        [0o664, 0o644],
        [0o4755, 0o755],
      ] as const) {
        expect(await replace(mode)).to.equal(undefined);
        const { mode: is, uid } = statSync(join(folder, 'a'));
        expect([is & 0o7777, uid]).to.deep.equal([wanted, NOBODY]);
        expect(readFileSync(join(folder, 'a'), 'utf8')).to.equal('new');
      }
    });

    it('stays as it is where some may read it: they could not any more', async () => {
      for (const mode of [0o640, 0o600]) {
        expect(await replace(mode)).to.include({ code: 'EPERM' });
        expect(readFileSync(join(folder, 'a'), 'utf8')).to.equal('old');
        expect(readdirSync(folder)).to.deep.equal(['a']);
      }
    });
  });
});
