/**
 * The one error type that crosses rooms. Its message is a single line without secrets or foreign bodies; what to do
 * about it comes from the catalogue. Everything else that is thrown is a fault of ours (`PLUS1_INTERNAL`).
 */
import type { ConditionReason } from '../api/index.js';
import { printable } from '../text/index.js';
import { CATALOGUE, type ErrorClass, type ErrorCode } from './catalogue.js';

export interface Plus1ErrorOptions {
  cause?: unknown;
  /** When a known wait is over: the loop requeues for then, and does not count a failure. Unix ms. */
  retryAt?: number;
  /** A more exact way to fix it than the catalogue's. */
  fix?: string;
}

export class Plus1Error extends Error {
  readonly code: ErrorCode;
  readonly retryAt: number | undefined;
  readonly fix: string;

  constructor(code: ErrorCode, message: string, options: Plus1ErrorOptions = {}) {
    super(oneLine(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Plus1Error';
    this.code = code;
    this.retryAt = options.retryAt;
    this.fix = options.fix ?? CATALOGUE[code].fix;
  }

  get class(): ErrorClass {
    return CATALOGUE[this.code].class;
  }

  get reason(): ConditionReason {
    return CATALOGUE[this.code].reason;
  }
}

/** True for errors of that code. */
export function hasCode(error: unknown, code: ErrorCode): error is Plus1Error {
  return error instanceof Plus1Error && error.code === code;
}

/** Any thrown value as an error of the catalogue. */
export function toPlus1Error(thrown: unknown): Plus1Error {
  if (thrown instanceof Plus1Error) return thrown;
  return new Plus1Error('PLUS1_INTERNAL', describe(thrown), { cause: thrown });
}

/** Of a thrown object that is no error only the type is told: it may hold anything, and `String` of it may throw. */
function describe(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return typeof thrown === 'string' ? thrown : `something of type ${typeof thrown} was thrown`;
}

/** The line a person sees: code, what happened, what to do. */
export function errorLine(error: Plus1Error): string {
  return `${errorText(error)}.`;
}

/** The same for a condition, whose messages have no full stop. */
export function errorText({ code, message, fix }: Pick<Plus1Error, 'code' | 'message' | 'fix'>): string {
  return `${code}: ${unended(message)}. Fix: ${unended(fix)}`;
}

/** Foreign messages often end with a full stop of their own. */
function unended(text: string): string {
  return text.replace(/[. ]+$/, '');
}

/** Foreign text ends up in messages: line ends and control characters become blanks, all else that is not seen an escape. */
function oneLine(text: string): string {
  return printable(text.replace(/[\s\p{Cc}]+/gu, ' ')).trim();
}
