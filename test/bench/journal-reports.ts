/** What the reports of a year's journal take, by the program itself: time, memory, and the size of its pages. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { executable } from '../program.js';
import { measured, plain, type Run } from './client.js';

export interface Reports {
  daily: Run;
  certification: Run;
  /** Bytes of the larger one of the two pages. */
  pageBytes: number;
}

/** The reports of one day and of one month of 2025 of the policy `acme`, from the journal in `root`. They are written into `folder`. */
export async function reportCosts(root: string, folder: string): Promise<Reports> {
  const place = { folder, preload: await plain('measure', folder) };
  const run = (kind: string, ...args: string[]): Promise<Run> =>
    measured({ script: executable('plus1'), args: ['report', kind, 'acme', '--journal', root, ...args] }, place);
  const page = join(folder, 'daily.html');
  const month = join(folder, 'month');
  const daily = await run('daily', '--date', '2025-11-16', '--output', join(folder, 'daily.json'));
  await run('daily', '--date', '2025-11-16', '--format', 'html', '--output', page);
  const certification = await run('certification', '--month', '2025-11', '--output', month);
  const pageBytes = Math.max(statSync(page).size, statSync(join(month, 'certification.html')).size);
  return { daily, certification, pageBytes };
}
