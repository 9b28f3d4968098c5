/** The pages that are made from code. A page here is written by `make generate` and compared by a test. */
import { errorsPage } from './errors-page.js';
import { metricsPage } from './metrics-page.js';

export interface GeneratedPage {
  /** From the repository's root. */
  path: string;
  /** The whole page, with a line end at its end. */
  text: () => string;
}

export const PAGES: readonly GeneratedPage[] = [
  { path: 'docs/reference/errors.md', text: errorsPage },
  { path: 'docs/reference/metrics.md', text: metricsPage },
];
