/**
 * What the chart carries of `deploy/`: Helm reads no file outside the chart's folder, and packs no links.
 * The files of `deploy/` are the originals; `make generate` copies them, and a test compares.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ChartFile {
  /** From the repository's root. */
  path: string;
  /** Also from the root. */
  original: string;
}

const FOLDERS: readonly { from: string; to: string; takes: (name: string) => boolean }[] = [
  { from: 'deploy/crds', to: 'charts/plus1/files/crds', takes: (name) => name.endsWith('.yaml') },
  // The rules' own test cases lie beside them.
  { from: 'deploy/prometheus', to: 'charts/plus1/files/monitoring', takes: (name) => name === 'rules.yaml' },
  { from: 'deploy/grafana', to: 'charts/plus1/files/monitoring', takes: (name) => name.endsWith('.json') },
];

/** Every file that the chart must carry. */
export function chartFiles(): ChartFile[] {
  return FOLDERS.flatMap(({ from, to, takes }) =>
    namesIn(from)
      .filter(takes)
      .map((name) => ({ path: `${to}/${name}`, original: `${from}/${name}` })),
  );
}

/** Files that the chart carries and `deploy/` does not have any more. */
export function strayChartFiles(): string[] {
  const wanted = new Set(chartFiles().map(({ path }) => path));
  const folders = [...new Set(FOLDERS.map(({ to }) => to))];
  return folders
    .flatMap((folder) => namesIn(folder).map((name) => `${folder}/${name}`))
    .filter((path) => !wanted.has(path) && !basename(path).startsWith('.'));
}

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(join(ROOT, folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
