/** `charts/plus1/README.md`: its table is made from the comments of values.yaml, by helm-docs. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CHART_README = 'charts/plus1/README.md';

const CHARTS = fileURLToPath(new URL('../../charts', import.meta.url));

/** The page as it must be, by that helm-docs. */
export function chartReadme(helmDocs: string): string {
  const flags = ['--chart-search-root', CHARTS, '--sort-values-order', 'file', '--dry-run', '--log-level', 'error'];
  const printed = execFileSync(helmDocs, flags, { encoding: 'utf8' });
  return `${printed.replace(/[ \t]+$/gm, '').trim()}\n`;
}
