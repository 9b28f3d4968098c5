/**
 * Makes plain JavaScript of every source and test, for `make test` and others: node esbuild.tests.config.js. A compiler in each
 * process of a run would cost more than some folders of tests. The tree stands in `.cache/tests`, file by file, with source maps, so that
 * stack traces name the lines of the sources. Each module goes on to believe that it stands where its source does: what it
 * finds beside itself (pages, charts, other scripts) is there and not in the tree.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(fileURLToPath(import.meta.url));
const TREE = '.cache/tests';

const sources = ['cmd', 'pkg', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);

const ownPlace = {
  name: 'own-place',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const place = JSON.stringify(pathToFileURL(path).href);
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', place), loader: 'ts' };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: sources,
  outdir: TREE,
  outbase: '.',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  plugins: [ownPlace],
  logLevel: 'warning',
  write: false,
});

// What is as it was stays untouched: another run may be reading it.
const wanted = new Set(outputFiles.map(({ path }) => path));
for (const { path, contents } of outputFiles) {
  if (existsSync(path) && readFileSync(path).equals(contents)) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
// A file whose source is gone must not be run.
for (const entry of readdirSync(join(ROOT, TREE), { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !wanted.has(path)) rmSync(path);
}
