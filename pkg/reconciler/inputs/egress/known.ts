/** All that a pass knows of one egress rule. */
import type { EgressRule } from '../../../api/index.js';
import type { Carrying, Jobs, Phase, Terms } from '../../../egress/index.js';
import type { Resolution } from '../../../workflows/index.js';
import type { Consented } from './consent.js';
import type { InSharedFile } from './shared-file/rules.js';

/** What is known of a rule. */
export interface Known {
  rule: EgressRule;
  digest: string;
  phase: Phase;
  consented: Consented;
  /** What the policy asks for, as messages name it. */
  required: number;
  /** Endpoints that a Deny takes away. */
  denied: readonly { endpoint: string; by: string }[];
  /** Undefined while nothing is known of jobs, with the reason. */
  carrying: Carrying | { unknown: string };
  /** Undefined where nobody asked in this pass: what was known stays. */
  answers: ReadonlyMap<string, Resolution> | undefined;
  jobs: Jobs | undefined;
  terms: Terms;
  /** With delivery SharedFile: of rules that the file concerns. */
  shared?: InSharedFile | undefined;
}
