/** The results for people and for programs. Messages may quote foreign words, which the rooms they come from have made printable. */
import { styleText } from 'node:util';
import { printable, printableJSON } from '../../../pkg/text/index.js';
import type { Context } from './context.js';
import { RESULTS, type CheckResult, type Verdict } from './result.js';

const COLORS = { ok: 'green', warning: 'yellow', missing: 'red', unknown: 'dim' } as const;

export interface Checked {
  results: readonly CheckResult[];
  context: Context;
  /** When the token ends, Unix ms. */
  expiresMs: number | undefined;
  /** Absent where the policy names none, or its Secret holds none. */
  backup?: ShownCredential | undefined;
}

/** A credential, without itself. */
export interface ShownCredential extends Pick<Context, 'kind' | 'source'> {
  /** When the token ends, Unix ms. */
  expiresMs: number | undefined;
}

/** One line for each check, what to do below it; what could not be asked is named in one line at the end. */
export function checkText({ results, context }: Checked, { color }: { color: boolean }): string {
  const paint = (style: (typeof COLORS)[Verdict] | 'bold', text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const told = results.filter(({ result }) => result !== 'unknown');
  const skipped = results.filter(({ result }) => result === 'unknown');
  const isAlone = told.every(({ result }) => result === 'ok');
  const shown = isAlone ? results : told;
  const width = (pick: (each: CheckResult) => string): number => Math.max(0, ...shown.map((each) => pick(each).length));
  const [verdicts, names] = [width(({ result }) => result), width(({ name }) => name)];
  const lines = shown.flatMap(({ name, result, code, message, fix }) => {
    const text = printable(code === undefined ? message : `${code}: ${message}`);
    const head = `  ${paint(COLORS[result], result.padEnd(verdicts))}  ${name.padEnd(names)}  ${text}`;
    return [head, ...(fix === undefined ? [] : [`${' '.repeat(verdicts + names + 6)}Fix: ${printable(fix)}`])];
  });
  return [
    paint('bold', printable(`${context.organization} on ${context.host}, ruleset ${context.ruleset}`)),
    '',
    ...lines,
    ...(isAlone || skipped.length === 0 ? [] : ['', `Not known: ${skipped.map(({ name }) => name).join(', ')}.`]),
    '',
    `${counts(results)}.`,
    '',
  ].join('\n');
}

const counts = (results: readonly CheckResult[]): string =>
  RESULTS.flatMap((verdict) => {
    const count = results.filter(({ result }) => result === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  }).join(', ');

/** The shape of docs/reference/cli.md#check: every name is there, and no field is ever left out. */
export function checkJSON({ results, context, expiresMs, backup }: Checked): string {
  const { organization, host, ruleset, kind, source, nowMs } = context;
  return printableJSON(
    {
      timestamp: new Date(Math.floor(nowMs / 1_000) * 1_000).toISOString().replace('.000', ''),
      ...{ organization, host, ruleset },
      credential: credentialJSON({ kind, source, expiresMs }),
      backup: backup === undefined ? null : credentialJSON(backup),
      summary: Object.fromEntries(
        RESULTS.map((verdict) => [verdict, results.filter(({ result }) => result === verdict).length]),
      ),
      checks: results.map(({ name, result, message, fix = null, code = null }) => ({
        ...{ name, result, message, fix, code },
      })),
    },
    2,
  );
}

const credentialJSON = ({ kind, source, expiresMs }: ShownCredential): object => ({
  ...{ kind, source },
  expires: expiresMs === undefined ? null : new Date(expiresMs).toISOString(),
});
