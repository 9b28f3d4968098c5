/** The files that a path means: as `validate` looks for them, and under the names that older definitions have. */
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OLDER_NAMES, type CatalogFile } from '../../../pkg/catalog/index.js';
import { observe, type ObserveOptions } from '../validate/observe.js';

/** Names under which Datadog reads definitions. */
const OTHER_NAMES = ['entity.datadog.yaml', 'entity.datadog.yml', ...OLDER_NAMES];

export interface FoundFile {
  file: CatalogFile;
  /** The name that a pass looks for, where this file has another one. */
  readAs?: string;
}

/** Throws as `observe` does. In a folder without the catalogue file, the others that are there stand in for it. */
export async function filesAt(path: string, options: ObserveOptions): Promise<FoundFile[]> {
  const file = await observe(path, options);
  if (file.state !== 'absent') return [{ file }];
  const folder = dirname(file.path);
  const others: FoundFile[] = [];
  for (const name of OTHER_NAMES) {
    const other = join(folder, name);
    if (other === file.path || !(await isThere(resolve(options.cwd, other)))) continue;
    others.push({ file: await observe(other, options), readAs: options.file });
  }
  return others.length === 0 ? [{ file }] : others;
}

/** A link or a folder of that name is there too, and is told as what it is. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
