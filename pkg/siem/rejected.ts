/** The records that a sink refused, one line each: who looks at them sends them by hand, or fixes the sink. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '../base/index.js';
import type { SiemEvent } from './event.js';

export const rejectedFile = (folder: string, sink: string): string => join(folder, `${sink}.rejected.jsonl`);

/** Appends and flushes. Throws what the file system throws. `time`: of the refusal, RFC 3339. */
export async function keepRejected(
  path: string,
  { key, kind, json }: SiemEvent,
  { time, why }: { time: string; why: string },
): Promise<void> {
  const folder = join(path, '..');
  await makeFolder(folder);
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(
      `{"key":${JSON.stringify(key)},"kind":${JSON.stringify(kind)},"refused":${JSON.stringify(time)},"why":${JSON.stringify(why)},"event":${json}}\n`,
    );
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(folder);
}
