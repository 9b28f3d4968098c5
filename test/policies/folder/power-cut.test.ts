/** What is kept survives a power cut: the file is flushed before its rename, and the folder after it. */
import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeFileAtomic } from '../../../pkg/base/index.js';
import { CacheFolder, StateFolder, type StoredPolicy } from '../../../pkg/policies/index.js';
import { temporaryFolder } from '../../integration/cli.js';

const NEVER = new AbortController().signal;
const KEY = { namespace: 'default', name: 'acme' };
const POLICY = { metadata: KEY, spec: {}, status: {} } as unknown as StoredPolicy;

describe('A power cut', () => {
  let folder: string;
  let handle: FileHandle;
  let flushed: string[];
  let sync: FileHandle['sync'];

  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    folder = temporaryFolder();
    flushed = [];
    handle = await open(folder);
    const handles = Object.getPrototypeOf(handle) as FileHandle;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its handle below
    sync = handles.sync;
    // The real flush, with the name of what was flushed: nothing else shows from outside that it was done.
    handles.sync = function (this: FileHandle): Promise<void> {
      flushed.push(readlinkSync(`/proc/self/fd/${this.fd}`));
      return sync.call(this);
    };
  });
  afterEach(async () => {
    (Object.getPrototypeOf(handle) as FileHandle).sync = sync;
    await handle.close();
  });

  const names = (): string[] =>
    flushed.map((path) => path.replace(folder, '').replace(/\.plus1-[0-9a-f-]+\.tmp$/, 'NEW'));

  it('leaves no state without the folders that were made for it', async () => {
    writeFileSync(join(folder, 'other'), '');
    await new StateFolder(join(folder, 'state')).write(KEY, POLICY, NEVER);
    expect(names()).to.deep.equal(['', '/state', '/state/default/NEW', '/state/default']);
  });

  it('brings back neither the state before the last, nor one that was removed', async () => {
    const state = new StateFolder(folder);
    await state.write(KEY, POLICY, NEVER);
    flushed.length = 0;
    await state.write(KEY, POLICY, NEVER);
    await state.replace(KEY, () => undefined, NEVER);
    expect(names()).to.deep.equal(['/default/NEW', '/default', '/default']);
    await state.replace(KEY, () => undefined, NEVER);
  });

  it('takes no report and no cache back either', async () => {
    mkdirSync(join(folder, 'reports'));
    await writeFileAtomic(join(folder, 'reports', 'report.json'), '{}');
    await new CacheFolder(folder).save(KEY, {}, NEVER);
    expect(names()).to.include.members(['/reports/NEW', '/reports', '/.cache/default/NEW', '/.cache/default']);
  });
});
