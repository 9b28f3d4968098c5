import { open, type FileHandle } from 'node:fs/promises';

/**
 * Something happens while the first file of `work` is flushed: between its first look at the lock and the rename. The flush ends
 * when that has ended, so that a disk hangs for as long as it takes.
 */
export async function whileFlushed(happens: () => unknown, work: () => Promise<void>): Promise<void> {
  const handle = await open('/proc/self/status');
  const handles = Object.getPrototypeOf(handle) as FileHandle;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its handle below
  const { sync } = handles;
  let isFirst = true;
  handles.sync = async function (this: FileHandle): Promise<void> {
    await sync.call(this);
    if (!isFirst) return;
    isFirst = false;
    await happens();
  };
  try {
    await work();
  } finally {
    handles.sync = sync;
    await handle.close();
  }
}
