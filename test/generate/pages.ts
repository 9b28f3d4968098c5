/** The pages that are made from code. A page here is written by `make generate` and compared by a test. */
import { crdFieldsPage } from './crd-fields-page.js';
import { crdFile } from './crd-file.js';
import { errorsPage } from './errors-page.js';
import { journalPage } from './journal-page.js';
import { metricsPage } from './metrics-page.js';
import { migrationPage } from './migration-page.js';

export interface GeneratedPage {
  /** From the repository's root. */
  path: string;
  /** The whole page, with a line end at its end. */
  text: () => string;
}

export const PAGES: readonly GeneratedPage[] = [
  { path: 'deploy/crds/plus1.dev_plus1policies.yaml', text: crdFile },
  { path: 'docs/reference/policy-fields.md', text: crdFieldsPage },
  { path: 'docs/reference/errors.md', text: errorsPage },
  { path: 'docs/reference/journal.md', text: journalPage },
  { path: 'docs/reference/metrics.md', text: metricsPage },
  { path: 'docs/reference/migration.md', text: migrationPage },
];
