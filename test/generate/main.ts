/** Writes every generated file again: `make generate`. Writes nothing else, and only what changed. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHART_README, chartReadme } from './chart-readme.js';
import { chartFiles, strayChartFiles, textOf } from './chart-files.js';
import { findChartTool } from './find-chart-tool.js';
import { findHelm } from './find-helm.js';
import { manifests } from './manifests.js';
import { PAGES } from './pages.js';

const root = new URL('../../', import.meta.url);

for (const { path, text } of PAGES) await write(path, text());
for (const { path, original } of chartFiles()) await write(path, textOf(original));
for (const path of strayChartFiles()) await rm(new URL(path, root));
// Last: Helm renders what was copied into the chart.
const helm = findHelm(process.env, console.error);
if (helm === undefined) console.error('deploy/*.yaml is left as it is: there is no Helm 4 (`make envtest` builds it)');
else for (const { path, text } of manifests(helm)) await write(path, text);
const helmDocs = findChartTool('helm-docs');
if (helmDocs === undefined) console.error(`${CHART_README} is left as it is: there is no helm-docs`);
else await write(CHART_README, chartReadme(helmDocs));

async function write(path: string, wanted: string): Promise<void> {
  const file = fileURLToPath(new URL(path, root));
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found === wanted) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, wanted);
  console.log(`wrote ${path}`);
}
