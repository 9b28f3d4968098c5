/** Folders that are made: their names are flushed before anything is kept in them, also where a process before this one was killed. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { makeFolder } from '../../pkg/base/index.js';
import { Recorder } from '../crash/recorder.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';

after(removeTemporaryFolders);

describe('A folder that is made', () => {
  let root: string;
  beforeEach(() => {
    root = temporaryFolder();
    writeFileSync(join(root, 'other'), '');
  });

  /** What it does to the disk, with names below the root. */
  const done = async (path: string): Promise<string[]> => {
    const recorder = new Recorder(root);
    await recorder.during(() => makeFolder(join(root, path)));
    return recorder.operations.map((each) =>
      'path' in each ? `${each.kind} ${each.path === root ? '/' : basename(each.path)}` : each.kind,
    );
  };

  it('has those above it, each name flushed before the next one is made in it', async () => {
    expect(await done('a/b')).to.deep.equal(['mkdir a', 'syncFolder /', 'mkdir b', 'syncFolder a']);
    expect(readdirSync(join(root, 'a'))).to.deep.equal(['b']);
  });

  it('is left as it is where it holds something', async () => {
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a', 'kept'), '');
    expect(await done('a')).to.deep.equal([]);
    expect(await done('a/b')).to.deep.equal(['mkdir b', 'syncFolder a']);
  });

  it('is flushed where a process was killed between the making and the flush', async () => {
    mkdirSync(join(root, 'a'));
    expect(await done('a')).to.deep.equal(['syncFolder /']);
    expect(await done('a/b')).to.deep.equal(['syncFolder /', 'mkdir b', 'syncFolder a']);
    expect(await done('a/b')).to.deep.equal(['syncFolder a']);
  });

  it('leaves a file of its name alone', async () => {
    expect(await done('other')).to.deep.equal(['syncFolder /']);
    const thrown = await makeFolder(join(root, 'other', 'a')).catch((error: unknown) => error);
    expect(thrown).to.have.property('code', 'ENOTDIR');
  });

  it('is not made where there is no place for it', async () => {
    const thrown = await makeFolder('/proc/of-nobody/a').catch((error: unknown) => error);
    expect(thrown).to.have.property('code', 'ENOENT');
  });
});
