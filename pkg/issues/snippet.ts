/** The lines as they should be, where no other lines would be right. */
import type { Reason } from '../catalog/index.js';

/** The value in what was found: `metadata.lifecycle with "production"`. */
const MISPLACED = /^[\w.-]+ with "([A-Za-z][\w -]{0,40})"$/;

/** YAML; empty where nothing is certain. */
export function correctedLines(reasons: readonly Reason[]): string[] {
  const codes = new Set(reasons.map(({ code }) => code));
  if (reasons.some(({ code, fix }) => code === 'api-version' && /^(write|replace .* by) apiVersion: v3$/.test(fix)))
    return ['apiVersion: v3'];
  const misplaced = reasons.flatMap(({ code, found }) =>
    code === 'lifecycle-misplaced' ? [MISPLACED.exec(found)?.[1] ?? ''] : [],
  );
  const [value = '', ...others] = misplaced;
  const isOne = value !== '' && others.length === 0 && codes.has('lifecycle-missing');
  return isOne ? ['spec:', `  lifecycle: ${value}`] : [];
}
