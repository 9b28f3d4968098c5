/** The time of a report, as it is named in the command. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import type { Period } from '../../../pkg/report/index.js';
import { quote } from '../../../pkg/text/index.js';

export interface Naming {
  flag: string;
  allowed: string;
  periodOf: (text: string) => Period | undefined;
}

/** Throws PLUS1_USAGE where it is no such period, or not over yet. */
export function periodNamed(text: string, { flag, allowed, periodOf }: Naming, nowMs: number): Period {
  const period = periodOf(text);
  if (period === undefined) throw new Plus1Error('PLUS1_USAGE', `${flag}: found ${quote(text)}, allowed: ${allowed}`);
  requireOver(period, flag, nowMs);
  return period;
}

/** A report of a time that goes on would be another one tomorrow. */
export function requireOver({ name, until }: Period, flag: string, nowMs: number): void {
  if (Date.parse(until) <= nowMs) return;
  throw new Plus1Error('PLUS1_USAGE', `${flag}: ${name} is not over yet; it ends at ${until}`, {
    fix: 'wait for its end, or name an earlier one',
  });
}
