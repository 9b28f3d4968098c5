/** Every kind that is an input of a policy's pass. A new kind is a line here, a schema beside this file, and a handler. */
import { EGRESS_RULES } from './egress-rule.js';
import { INCIDENTS } from './incident.js';
import type { InputKind } from './input-kind.js';
import { ROLLOUTS } from './rollout.js';

export const INPUT_KINDS: readonly InputKind[] = [EGRESS_RULES, INCIDENTS, ROLLOUTS];

/** Undefined where there is no such kind. */
export const inputKind = (kind: unknown): InputKind | undefined => INPUT_KINDS.find((each) => each.kind === kind);
