/** The egress rules of a state folder, as the last pass left them. */
import {
  API_VERSION,
  EGRESS_RULE,
  EGRESS_RULES,
  keptStatus,
  parseInput,
  type EgressRule,
  type PolicyStatus,
} from '../../../pkg/api/index.js';
import { endMs, type InForce } from '../../../pkg/egress/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { InputState, keyString, StateFolder, type PolicyKey, type StoredInput } from '../../../pkg/policies/index.js';
import { readEnvironment } from '../environment.js';
import type { CommandIO } from '../io.js';
import { stateFolder } from '../state-folder.js';
import { isNamed, onePolicy } from '../stored-policy.js';

export interface StoredRules {
  rules: EgressRule[];
  /** Names of those that are wrong as they are kept. */
  wrong: string[];
}

/** Of one policy, or of all. Throws PLUS1_NOT_KNOWN where there is no such policy. */
export async function storedRules(
  policy: string | undefined,
  state: string | undefined,
  io: CommandIO,
): Promise<StoredRules> {
  const folder = stateFolder(state, readEnvironment(io.env));
  if (policy !== undefined) await onePolicy(new StateFolder(folder), policy, io);
  const rules: EgressRule[] = [];
  const wrong: string[] = [];
  for (const stored of await new InputState(folder).list(io.signal)) {
    if (stored.kind !== EGRESS_RULE) continue;
    const [rule] = ruleOf(stored);
    if (rule === undefined) wrong.push(keyString(stored.metadata));
    else if (isNamed(policyOf(rule), policy)) rules.push(rule);
  }
  return { rules, wrong };
}

/** None where it is wrong as it is kept, or another kind. */
export function ruleOf({ kind, metadata, spec, status }: Omit<StoredInput, 'origin'>): EgressRule[] {
  if (kind !== EGRESS_RULE) return [];
  const { name, namespace } = metadata;
  const parsed = parseInput(EGRESS_RULES, { apiVersion: API_VERSION, kind, metadata: { name, namespace }, spec });
  return parsed.ok ? [{ kind, metadata, spec: parsed.spec, status: keptStatus(EGRESS_RULES, status) }] : [];
}

export const policyOf = ({ metadata: { namespace }, spec }: EgressRule): PolicyKey => ({
  namespace,
  name: spec.policyRef.name,
});

/** `InForce`, `AwaitingApproval`, … as the last pass said it of this very spec; an end that has come since counts. */
export function stateOf({ metadata, spec, status }: EgressRule, nowMs: number): string {
  if (endMs(spec) <= nowMs) return 'Expired';
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || status.observedGeneration !== metadata.generation ? 'NotJudged' : ready.reason;
}

/** Rules and rules that were taken away within the notice, as far as lists are made of them. */
export function inForce(rules: readonly EgressRule[], statuses: readonly PolicyStatus[], nowMs: number): InForce[] {
  const isInForce = (rule: EgressRule): boolean => ['InForce', 'Denied'].includes(stateOf(rule, nowMs));
  const withdrawn = statuses.flatMap(({ egress }) => egress?.withdrawn ?? []);
  return [
    ...rules.filter(isInForce).map(({ spec }) => spec),
    ...withdrawn
      .filter(({ until }) => Date.parse(until) > nowMs)
      .map(({ endpoints, scope }) => ({ effect: 'Allow' as const, endpoints, scope })),
  ];
}

/** The policy whose rules count: the one that was named, or the only one that has rules. Throws PLUS1_USAGE, PLUS1_NOT_KNOWN. */
export async function chosenPolicy(
  { policy, state }: { policy?: string; state?: string },
  io: CommandIO,
): Promise<{ rules: EgressRule[]; status: PolicyStatus }> {
  const { rules } = await storedRules(policy, state, io);
  const names = [...new Set(rules.map((rule) => keyString(policyOf(rule))))];
  if (names.length > 1)
    throw new Plus1Error('PLUS1_USAGE', `--policy: found rules of ${names.sort().join(', ')}; name one of them`);
  const name = policy ?? names[0];
  if (name === undefined) return { rules, status: {} };
  const stored = await onePolicy(new StateFolder(stateFolder(state, readEnvironment(io.env))), name, io);
  return { rules, status: stored.status ?? {} };
}
