/** helm-unittest and helm-docs, where they were built already (`node --import tsx test/cluster/provide.ts chart-tools`). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { binFolder } from '../cluster/go-build.js';
import { CACHE_FOLDER } from '../cluster/provide-tools.js';
import { chartTools } from '../cluster/tools.js';

/** The executable, or undefined: nothing is built for it. */
export function findChartTool(name: 'helm-unittest' | 'helm-docs'): string | undefined {
  const path = join(binFolder(chartTools(), CACHE_FOLDER), name);
  return existsSync(path) ? path : undefined;
}
