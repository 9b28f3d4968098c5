/** Collects the findings of one job, in order of place, and keeps their number bounded. */
import type { Position } from '../../text/index.js';
import { WORKFLOW_RULES, type Severity, type WorkflowCode } from '../rules.js';
import type { WorkflowFinding } from '../types.js';

export interface Says {
  found: string;
  expected: string;
  fix: string;
  /** Where it is not that of the code. */
  severity?: Severity;
}

const MAX_FINDINGS_PER_JOB = 200;

export class Findings {
  readonly #found: WorkflowFinding[] = [];
  readonly #positionOf: (offset: number) => Position;

  constructor(positionOf: (offset: number) => Position) {
    this.#positionOf = positionOf;
  }

  add(code: WorkflowCode, offset: number, says: Says): void {
    this.addAt(code, this.#positionOf(offset), says);
  }

  addAt(
    code: WorkflowCode,
    { line, column }: Position,
    { severity = WORKFLOW_RULES[code].severity, ...says }: Says,
  ): void {
    this.#found.push({ severity, code, line, column, ...says });
  }

  /** Errors go before warnings where there are too many. */
  all(): WorkflowFinding[] {
    const inOrder = (a: WorkflowFinding, b: WorkflowFinding): number => a.line - b.line || a.column - b.column;
    if (this.#found.length <= MAX_FINDINGS_PER_JOB) return this.#found.sort(inOrder);
    const errors = this.#found.filter(({ severity }) => severity === 'error');
    const warnings = this.#found.filter(({ severity }) => severity === 'warning');
    const kept = [...errors, ...warnings].slice(0, MAX_FINDINGS_PER_JOB);
    const more = this.#found.length - kept.length;
    const last: WorkflowFinding = {
      severity: WORKFLOW_RULES['more-findings'].severity,
      code: 'more-findings',
      line: 1,
      column: 1,
      found: `${more} more findings`,
      expected: `at most ${MAX_FINDINGS_PER_JOB} in one job`,
      fix: WORKFLOW_RULES['more-findings'].fix,
    };
    return [...kept.sort(inOrder), last];
  }
}
