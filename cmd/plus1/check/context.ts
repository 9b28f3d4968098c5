/** What a check is about, and when. */
import type { PolicySpec } from '../../../pkg/api/index.js';
import type { CheckedFor, CheckName } from './result.js';
import type { Kind } from './kind.js';

export interface Context {
  organization: string;
  ruleset: string;
  /** How the ruleset names its members, and by which property. */
  aim: Pick<PolicySpec['ruleset'], 'targeting' | 'property'>;
  /** The policy has a template, by which the ruleset is made where there is none. */
  makesRuleset: boolean;
  /** The policy opens issues for repository owners. */
  opensIssues: boolean;
  /** What the credential is to do besides passes. */
  isFor: readonly CheckedFor[];
  /** What the checklist of the policy needs of the credential beyond what passes need. */
  checklist: readonly CheckName[];
  host: string;
  kind: Kind;
  /** Where the credential came from, in words. */
  source: string;
  /** Unix ms, by GitHub's clock where it told the time. */
  nowMs: number;
}
