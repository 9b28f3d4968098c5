/**
 * Collects the reasons of one file and keeps their number bounded: a file of 500 kB can be wrong in a hundred thousand
 * places, and every one of them would go into reports. Errors go before warnings when there are too many.
 */
import { REASON_CODES, type ReasonCode } from './codes.js';
import type { Position } from '../text/index.js';
import type { Reason } from './types.js';

/** More than a person reads at once; a file that is wrong in more places is looked at again after fixing these. */
export const MAX_REASONS_PER_FILE = 50;

/** What a reason says, all on one line. */
export interface Says {
  found: string;
  expected: string;
  fix: string;
}

export interface Reporter {
  /** `offset` undefined: the reason is about the whole file. A function is called only if the reason is kept. */
  report: (code: ReasonCode, offset: number | undefined, says: Says | (() => Says)) => void;
  /** In order of position. */
  reasons: () => Reason[];
}

/** A reporter for one file. */
export function reporter(file: string, positionOf: (offset: number) => Position): Reporter {
  const kept: Record<Reason['severity'], Reason[]> = { error: [], warning: [] };
  let dropped = 0;
  return {
    report(code, offset, says) {
      const { severity } = REASON_CODES[code];
      if (kept[severity].length >= MAX_REASONS_PER_FILE) {
        dropped += 1;
        return;
      }
      const position = offset === undefined ? { line: 1, column: 1 } : positionOf(offset);
      kept[severity].push({ severity, code, file, ...position, ...(typeof says === 'function' ? says() : says) });
    },
    reasons() {
      const warnings = kept.warning.slice(0, MAX_REASONS_PER_FILE - kept.error.length);
      const more = dropped + kept.warning.length - warnings.length;
      const sorted = [...kept.error, ...warnings].sort((a, b) => a.line - b.line || a.column - b.column);
      return more === 0 ? sorted : [...sorted, moreFindings(file, more)];
    },
  };
}

function moreFindings(file: string, more: number): Reason {
  return {
    severity: REASON_CODES['more-findings'].severity,
    code: 'more-findings',
    file,
    line: 1,
    column: 1,
    found: `${more} more findings`,
    expected: `at most ${MAX_REASONS_PER_FILE}`,
    fix: 'correct those listed and look again',
  };
}
