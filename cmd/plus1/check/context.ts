/** What a check is about, and when. */
import type { Kind } from './kind.js';

export interface Context {
  organization: string;
  ruleset: string;
  host: string;
  kind: Kind;
  /** Where the credential came from, in words. */
  source: string;
  /** Unix ms, by GitHub's clock where it told the time. */
  nowMs: number;
}
