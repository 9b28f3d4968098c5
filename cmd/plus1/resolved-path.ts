/** Where a path leads once its symbolic links are followed, also where its end does not exist yet. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** What cannot be looked into is taken as it is written. */
export async function resolvedPath(path: string): Promise<string> {
  const place = resolve(path);
  const real = await realpath(place).catch(() => undefined);
  if (real !== undefined) return real;
  const above = dirname(place);
  return above === place ? place : join(await resolvedPath(above), basename(place));
}
