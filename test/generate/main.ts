/** Writes every generated page again: `make generate`. Writes nothing else, and only what changed. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGES } from './pages.js';

const root = new URL('../../', import.meta.url);

for (const { path, text } of PAGES) {
  const file = fileURLToPath(new URL(path, root));
  const wanted = text();
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found === wanted) continue;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, wanted);
  console.log(`wrote ${path}`);
}
