/**
 * The text of an issue: what is wrong, where, and how to fix it. It is the same as long as the finding is, whatever was committed
 * beside it, so that nothing is written for nothing.
 */
import type { FindingStatus, PolicySpec } from '../api/index.js';
import type { Reason } from '../catalog/index.js';
import { markdownBlock as block, markdownCode as code, markdownWords as words } from '../text/index.js';
import { commentMarker, markerOf, NO_CAUSE, shortHash, type IssueScope } from './marker.js';
import { correctedLines } from './snippet.js';
import type { OwedComment, Want } from './types.js';

/** Reasons in one issue; more of them are counted. */
const MAX_REASONS = 10;

export interface IssueSubject {
  repositoryID: number;
  /** `https://github.com/acme/order-api` */
  url: string;
  status: FindingStatus;
  reasons: readonly Reason[];
  /** What files may be called, for a repository that has none. */
  paths: readonly string[];
  productionLifecycles: readonly string[];
  /** What the policy does with such a file. */
  effect: PolicySpec['catalog']['onInvalid'];
}

/** What becomes of the repository until the file is right. */
const UNTIL_THEN: Readonly<Record<IssueSubject['effect'], string>> = {
  Retain: 'Until then the protection of the repository stays as it is: a broken file neither adds nor removes it.',
  Release:
    'Until then the repository counts as not in production: one that is protected loses that after the grace period.',
  Govern: 'Until then the repository is protected as one that is in production.',
};

/** What is wrong, one sentence a status; of the others nothing is told. */
const SENTENCES: Partial<Record<FindingStatus, string>> = {
  invalid_yaml: 'the catalogue file is not YAML',
  invalid_schema: 'the catalogue file is not an entity of the schema v3',
  unreadable: 'the catalogue file cannot be read',
  missing_lifecycle: 'the catalogue file does not say the lifecycle',
  missing_file: 'there is no catalogue file',
};

/** Free for people to change: nothing is found by it. */
export const TITLE = 'Catalogue file: it is not clear whether this repository is in production';

/** The issue that should be open. */
export function issueText(scope: IssueScope, subject: IssueSubject): Extract<Want, { kind: 'open' }> {
  const { status, reasons, repositoryID } = subject;
  const errors = reasons.filter(({ severity }) => severity === 'error');
  const cause = shortHash(
    JSON.stringify([status, [...new Set(errors.map((each) => `${each.code} ${each.file}`))].sort()]),
  );
  const lines = [
    `Plus1 reads the Datadog catalogue file on the default branch to learn whether a repository is in production. Here it cannot tell: **${SENTENCES[status] ?? 'the catalogue file needs a look'}**.`,
    '',
    ...findings(subject, errors.length > 0 ? errors : reasons),
    ...snippet(reasons),
    '### What happens next',
    '',
    `Correct the file on the default branch; nothing has to be done in the issue itself. The next pass of Plus1 reads the file, and closes the issue once it is right. Where it says production, the same pass brings the repository into the ruleset ${code(scope.ruleset)}.`,
    '',
    UNTIL_THEN[subject.effect],
    '',
    'Close the issue as *not planned* to hear nothing of it for 30 days. Those who run Plus1 in this organization can exempt a repository for a time.',
  ];
  const text = lines.join('\n');
  const hash = shortHash(text);
  const body = `${text}\n\n${markerOf(scope, repositoryID, { cause, hash, isClosed: false })}\n`;
  return { kind: 'open', cause, title: TITLE, body, hash };
}

function findings(subject: IssueSubject, reasons: readonly Reason[]): string[] {
  const { status, paths, productionLifecycles } = subject;
  const shown = reasons.slice(0, MAX_REASONS);
  const more = reasons.length - shown.length;
  const lines = shown.flatMap((reason) => [
    `- **Where:** ${place(subject, reason)}`,
    `  **Found:** ${words(reason.found)}`,
    `  **Expected:** ${words(reason.expected)}`,
    `  **Fix:** ${words(reason.fix)}`,
    '',
  ]);
  const values = productionLifecycles.map((value) => code(value)).join(' or ');
  const lifecycle = `In production, \`spec.lifecycle\` is ${values}; anything else means that it is not.`;
  const file = `The file is one of ${paths.map((path) => code(path)).join(', ')}.`;
  return [
    ...lines.map((line) => (line.startsWith('  ') ? `${line.trimEnd()}` : line)),
    ...(more > 0 ? [`And ${more} more.`, ''] : []),
    ...(status === 'missing_file' && reasons.length === 0 ? [file, ''] : []),
    ...(status === 'missing_lifecycle' || status === 'missing_file' ? [lifecycle, ''] : []),
  ];
}

/** Marks that an address may have, and that Markdown takes for its own. */
const percent = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;

/** With an address that follows the default branch. A reason about a whole file has line 1. */
function place({ url, status }: IssueSubject, { file, line }: Reason): string {
  const name = code(file);
  if (status === 'missing_file') return name;
  const path = file.split('/').map((part) => encodeURIComponent(part).replace(/[!'()*~]/g, percent));
  return `[${name}, line ${line}](${url}/blob/HEAD/${path.join('/')}#L${line})`;
}

function snippet(reasons: readonly Reason[]): string[] {
  const lines = correctedLines(reasons);
  return lines.length === 0 ? [] : ['The lines as they should be:', '', ...block('yaml', lines), ''];
}

/** The body of an issue that is closed, with the mark that says who closed it, and its hash. */
export function closedText(scope: IssueScope, repositoryID: number, why: string): { body: string; hash: string } {
  const text = `${capital(why)}. Plus1 closed this issue; it is opened again where something is wrong again.`;
  const hash = shortHash(text);
  return { body: `${text}\n\n${markerOf(scope, repositoryID, { cause: NO_CAUSE, hash, isClosed: true })}\n`, hash };
}

/** Of one that was opened twice. */
export const duplicateText = (scope: IssueScope, repositoryID: number, first: number): { body: string; hash: string } =>
  closedText(scope, repositoryID, `the same as #${first}`);

export function changedComment(status: FindingStatus, key: string, hash: string): OwedComment {
  const what = SENTENCES[status] ?? 'the catalogue file needs a look';
  const text = `Something else is wrong now: ${what}. The description of this issue says where, and what to do.`;
  return { key, body: `${text}\n\n${commentMarker(key)}\n`, hash };
}

export function closingComment(why: string, key: string, hash: string): OwedComment {
  return { key, body: `${capital(why)}. Closed.\n\n${commentMarker(key)}\n`, hash };
}

const capital = (sentence: string): string => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
