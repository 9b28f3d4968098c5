/** Kind: what works is taken away before there is something new in its place. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { temporaryFolder } from '../temporary-folder.js';

const CONFIG = fileURLToPath(new URL('../../esbuild.config.js', import.meta.url));

/** The disk is full when the last file of the build is written. */
const FULL_DISK = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const write = fs.writeFileSync;
  fs.writeFileSync = (path, ...rest) => {
    if (String(path).endsWith('THIRD_PARTY_LICENSES')) throw new Error('ENOSPC: no space left on device');
    return write(path, ...rest);
  };
  syncBuiltinESMExports();
`)}`;

describe('A build that fails', function () {
  this.timeout(60_000);

  it('leaves the program of the build before, and nothing beside it', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'before.js'), 'works');
    const { status, stderr } = spawnSync(process.execPath, ['--import', FULL_DISK, CONFIG, 'dist'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stderr).to.not.equal(0);
    expect(stderr).to.include('ENOSPC');
    expect(readdirSync(folder)).to.deep.equal(['dist']);
    expect(readFileSync(join(folder, 'dist', 'before.js'), 'utf8')).to.equal('works');
  });
});
