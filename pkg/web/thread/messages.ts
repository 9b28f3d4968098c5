/** What the thread of the page and that of the passes tell each other. All of it can be copied from one to the other. */
import type { LogLevel } from '../../base/index.js';
import type { PolicyRecord } from '../../policies/index.js';
import type { Following } from '../source.js';

/** What the thread begins with. */
export interface ThreadData {
  /** `--web-address`. */
  address: string;
  /** `--web-auth`. */
  auth: string | undefined;
  /** Whether anybody wants to see a line for each request. */
  isVerbose: boolean;
}

/** All policies, in their order: a new or changed one as it is, any other one by its place in the list before. */
export type Difference = readonly (PolicyRecord | number)[];

export interface PoliciesNow {
  kind: 'policies';
  /** Absent where nothing changed. */
  difference?: Difference;
  following: Following | undefined;
}

export type ToThread = PoliciesNow | { kind: 'close' };

export type FromThread =
  | { kind: 'listening'; address: string }
  /** It cannot have its address. */
  | { kind: 'refused'; message: string; fix: string }
  /** It wants to know the policies as they are now. */
  | { kind: 'ask' }
  | { kind: 'log'; level: LogLevel; msg: string; fields: Record<string, unknown> }
  | { kind: 'closed' };
