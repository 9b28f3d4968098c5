import { open, type FileHandle } from 'node:fs/promises';

/** Something happens while the first file of `work` is flushed: between its first look at the lock and the rename. */
export async function whileFlushed(happens: () => void, work: () => Promise<void>): Promise<void> {
  const handle = await open('/proc/self/status');
  const handles = Object.getPrototypeOf(handle) as FileHandle;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its handle below
  const { sync } = handles;
  let isFirst = true;
  handles.sync = async function (this: FileHandle): Promise<void> {
    await sync.call(this);
    if (isFirst) happens();
    isFirst = false;
  };
  try {
    await work();
  } finally {
    handles.sync = sync;
    await handle.close();
  }
}
