/**
 * `spec.lifecycle`: the one value that decides. Compared exactly, after taking off YAML's own white space; whatever
 * only looks like production is not, since two readers of one file must never come to two answers, but it is told.
 */
import { nearest } from './near-miss.js';
import { quote } from '../text/index.js';
import type { Reporter } from './reporter.js';
import type { Field } from './entity-view.js';

export interface Lifecycle {
  /** Trimmed. */
  text: string;
  offset: number;
  production: boolean;
}

export type LifecycleReading = { state: 'said'; lifecycle: Lifecycle } | { state: 'silent' } | { state: 'invalid' };

const SILENT = { state: 'silent' } as const;
/** Beyond this length nothing looks like production, and patterns over long runs of blanks grow slow. */
const MAX_NEAR_LENGTH = 256;
/** A shorter word is two letters away from many that mean something else. */
const MIN_MISSPELT_LENGTH = 8;
const OUTER = /^[\p{White_Space}\p{Cf}]+|[\p{White_Space}\p{Cf}]+$/gu;
/** Short for production by habit, and too far from the word for a spelling mistake. */
const MEANS_PRODUCTION = new Set(['prod', 'prd', 'live', 'production']);
const NULL_WORDS = new Set(['Null', 'NULL']);
const WHITE_SPACE = ' \t\n\r';

/** Reads the field `lifecycle` of a mapping `spec`. */
export function readLifecycle(
  field: Field | undefined,
  productionLifecycles: readonly string[],
  report: Reporter['report'],
): LifecycleReading {
  if (field === undefined || field.value.is === 'nothing') return SILENT;
  if (field.value.is !== 'text') {
    const example = productionLifecycles[0] ?? 'production';
    report('lifecycle-type', field.offset, {
      found: `a ${field.value.is} as spec.lifecycle`,
      expected: 'one non-empty string',
      fix: `write one value, such as lifecycle: ${example}`,
    });
    return { state: 'invalid' };
  }
  const text = trimYaml(field.value.text);
  if (text === '') return SILENT;
  const production = productionLifecycles.includes(text);
  if (!production) warn(text, field, productionLifecycles, report);
  return { state: 'said', lifecycle: { text, offset: field.offset, production } };
}

/** Without the white space that YAML knows: blank, tab and line breaks. A no-break space is part of the value. */
export function trimYaml(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.includes(text.charAt(start))) start += 1;
  while (end > start && WHITE_SPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function warn(text: string, field: Field, productionLifecycles: readonly string[], report: Reporter['report']): void {
  const near = meantProduction(text, productionLifecycles);
  if (near !== undefined) {
    report('lifecycle-near-production', field.offset, {
      found: quote(text),
      expected: `exactly ${quote(near)} to count as production`,
      fix: `write lifecycle: ${near} if production is meant`,
    });
  }
  if (NULL_WORDS.has(text)) {
    report('lifecycle-null', field.offset, {
      found: quote(text),
      expected: 'a lifecycle that no parser takes for no value',
      fix: 'write the lifecycle that is meant',
    });
  }
}

/** The production value that was probably meant: the same but for case and white space, or misspelt. */
function meantProduction(text: string, productionLifecycles: readonly string[]): string | undefined {
  if (text.length > MAX_NEAR_LENGTH) return undefined;
  const same = productionLifecycles.find((value) => fold(value) === fold(text));
  const misspelt =
    same ??
    nearest(
      text,
      productionLifecycles.filter(({ length }) => length >= MIN_MISSPELT_LENGTH),
    );
  if (misspelt !== undefined || !MEANS_PRODUCTION.has(fold(text))) return misspelt;
  return productionLifecycles.find((value) => MEANS_PRODUCTION.has(fold(value))) ?? productionLifecycles[0];
}

/** Upper case first: it joins letters that have several lower-case forms. */
const fold = (value: string): string => value.replace(OUTER, '').toUpperCase().toLowerCase();
