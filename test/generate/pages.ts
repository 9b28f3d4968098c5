/** The pages that are made from code. A page here is written by `make generate` and compared by a test. */
import { INPUT_KINDS } from '../../pkg/api/index.js';
import { approvalFieldsPage, crdFieldsPage, inputFieldsPage, inputPagePath } from './crd-fields-page.js';
import { approvalCRDFile, crdFile, inputCRDFile } from './crd-file.js';
import { errorsPage } from './errors-page.js';
import { frameworksPage } from './frameworks-page.js';
import { journalPage } from './journal-page.js';
import { metricsPage } from './metrics-page.js';
import { migrationPage } from './migration-page.js';
import { specificationPage } from './specification-page.js';
import { workflowFindingsPage } from './workflow-findings-page.js';

export interface GeneratedPage {
  /** From the repository's root. */
  path: string;
  /** The whole page, with a line end at its end. */
  text: () => string;
}

export const PAGES: readonly GeneratedPage[] = [
  { path: 'deploy/crds/plus1.dev_plus1policies.yaml', text: crdFile },
  { path: 'deploy/crds/plus1.dev_plus1approvals.yaml', text: approvalCRDFile },
  ...INPUT_KINDS.flatMap((kind) => [
    { path: `deploy/crds/plus1.dev_${kind.plural}.yaml`, text: () => inputCRDFile(kind) },
    { path: inputPagePath(kind), text: () => inputFieldsPage(kind) },
  ]),
  { path: 'docs/reference/policy-fields.md', text: crdFieldsPage },
  { path: 'docs/reference/approval-fields.md', text: approvalFieldsPage },
  { path: 'docs/reference/errors.md', text: errorsPage },
  { path: 'docs/reference/frameworks.md', text: frameworksPage },
  { path: 'docs/reference/journal.md', text: journalPage },
  { path: 'docs/reference/metrics.md', text: metricsPage },
  { path: 'docs/reference/migration.md', text: migrationPage },
  { path: 'docs/reference/specification.md', text: specificationPage },
  { path: 'docs/reference/workflow-findings.md', text: workflowFindingsPage },
];
