/**
 * The verdicts as text for people or JSON for programs. Both escape what a terminal would act on; the text escapes all that
 * is not seen, and starts every finding with `file:line:column:`, which editors and CI systems jump to.
 */
import { styleText } from 'node:util';
import type { FindingStatus } from '../../../pkg/api/index.js';
import type { Reason, Verdict } from '../../../pkg/catalog/index.js';
import { printable, printableJSON, quote } from '../../../pkg/text/index.js';

export interface Judged {
  file: string;
  verdict: Verdict | ObjectVerdict;
}

/** Of a file with documents of our own kinds, such as a policy: it has no lifecycle. */
export interface ObjectVerdict extends Pick<Verdict, 'lifecycles' | 'documents' | 'reasons'> {
  status: 'valid_object' | 'invalid_object';
  evidence?: undefined;
}

export interface RenderOptions {
  verbose: boolean;
  quiet: boolean;
  /** Warnings fail, so that they are shown. */
  strict: boolean;
  colour: boolean;
}

/** True where the file is as it should be: it says what its lifecycle is. */
export const isGood = ({ status }: Judged['verdict']): boolean => IS_GOOD[status];

/** What the exit code asks for. Strict: no finding at all. */
export const passes = (verdict: Judged['verdict'], strict: boolean): boolean =>
  isGood(verdict) && !(strict && verdict.reasons.length > 0);

/** Each by its name: a new status does not compile until it has its place here. */
const IS_GOOD: Record<FindingStatus | ObjectVerdict['status'], boolean> = {
  valid_object: true,
  invalid_object: false,
  valid_production: true,
  valid_non_production: true,
  missing_lifecycle: false,
  missing_file: false,
  invalid_yaml: false,
  invalid_schema: false,
  unreadable: false,
  unobserved: false,
  archived_skipped: false,
  excluded: false,
};

/** One line of JSON. */
export function renderJSON(results: readonly Judged[]): string {
  const rows = results.map(({ file, verdict: { status, lifecycles, documents, reasons } }) => ({
    file,
    status,
    lifecycles,
    documents,
    findings: reasons.map(({ severity, code, line, column, found, expected, fix }) => ({
      severity,
      code,
      line,
      column,
      found,
      expected,
      fix,
    })),
  }));
  return printableJSON({ results: rows });
}

/** A line a file and a line a finding; quiet: the errors alone. */
export function renderText(results: readonly Judged[], options: RenderOptions): string {
  return results
    .flatMap((result) => linesOf(result, options))
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf({ file, verdict }: Judged, options: RenderOptions): string[] {
  const shown = verdict.reasons.filter((reason) => isShown(reason, options));
  const findings = shown.map((reason) => findingLine(reason, options));
  if (options.quiet) return findings;
  const hidden = verdict.reasons.length - shown.length;
  return [statusLine(file, verdict, hidden, options), ...findings, ...(options.verbose ? evidenceLine(verdict) : [])];
}

/** What touches the deciding value is always told; deviations from the schema only to those who ask. */
function isShown(reason: Reason, { verbose, quiet, strict }: RenderOptions): boolean {
  if (reason.severity === 'error' || strict) return true;
  return !quiet && (verbose || reason.code.startsWith('lifecycle-'));
}

function statusLine(file: string, verdict: Judged['verdict'], hidden: number, options: RenderOptions): string {
  const status = paint(passes(verdict, options.strict) ? 'green' : 'red', verdict.status, options);
  const values = verdict.lifecycles.map(quote).join(', ');
  const said = values === '' ? '' : ` (${values})`;
  const more = hidden === 0 ? '' : `, ${hidden} ${hidden === 1 ? 'warning' : 'warnings'} (--verbose shows)`;
  return `${printable(file)}: ${status}${said}${more}`;
}

/** `file:line:column: severity code: …`, on one line. */
export function findingLine(reason: Reason, options: Pick<RenderOptions, 'colour'>): string {
  const severity = paint(reason.severity === 'error' ? 'red' : 'yellow', reason.severity, options);
  const { line, column, code, found, expected, fix } = reason;
  return `${printable(reason.file)}:${line}:${column}: ${severity} ${code}: found ${found}, expected ${expected}; ${fix}`;
}

function evidenceLine({ evidence, documents }: Judged['verdict']): string[] {
  if (evidence === undefined) return [];
  const { file, line, column, lifecycle } = evidence;
  const count = `${documents} ${documents === 1 ? 'document' : 'documents'}`;
  return [`${printable(file)}:${line}:${column}: note: lifecycle ${quote(lifecycle)} decides, of ${count}`];
}

function paint(colour: 'green' | 'red' | 'yellow', text: string, options: Pick<RenderOptions, 'colour'>): string {
  return options.colour ? styleText(colour, text, { validateStream: false }) : text;
}
