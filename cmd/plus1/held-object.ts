/** What waits of an object beside a policy: of a rollout or an incident its hold, of an egress rule its digest. */
import type { EgressRule } from '../../pkg/api/index.js';
import { isMapping } from '../../pkg/base/index.js';
import { InputState, type PolicyKey, type StoredInput } from '../../pkg/policies/index.js';
import { ruleOf } from './egress/rules.js';
import type { ShownPlan } from './shown-plan.js';

/** An object as a state folder or a cluster has it. */
type AnyInput = Omit<StoredInput, 'origin'>;

/** Of a state folder. Undefined where no object of that policy waits with that hash. */
export async function heldObject(
  folder: string,
  key: PolicyKey,
  hash: string,
  signal: AbortSignal,
): Promise<ShownPlan | undefined> {
  return heldAmong(await new InputState(folder).list(signal), key, hash);
}

/** Undefined where none of them is of that policy and waits with that hash. */
export function heldAmong(
  all: readonly AnyInput[],
  { namespace, name }: PolicyKey,
  hash: string,
): ShownPlan | undefined {
  const own = all.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      isMapping(spec) &&
      isMapping(spec['policyRef']) &&
      spec['policyRef']['name'] === name,
  );
  for (const stored of own) {
    const [rule] = ruleOf(stored);
    if (rule?.status.digest === hash) return shownRule(rule, hash);
    const held = shownHold(stored, hash);
    if (held !== undefined) return held;
  }
  return undefined;
}

function shownHold({ status }: AnyInput, hash: string): ShownPlan | undefined {
  const hold = 'hold' in status && isMapping(status.hold) ? status.hold : undefined;
  if (hold?.['planHash'] !== hash) return undefined;
  const members = Array.isArray(hold['members']) ? hold['members'].filter(isMapping) : [];
  const repositories = Array.isArray(hold['repositories']) ? hold['repositories'].map(text) : [];
  const names = [...members.map((member) => `${text(member['name'])} (${text(member['impact'])})`), ...repositories];
  return { hash, count: typeof hold['count'] === 'number' ? hold['count'] : names.length, names };
}

const shownRule = ({ metadata: { name }, spec: { endpoints } }: EgressRule, hash: string): ShownPlan => ({
  ...{ hash, count: endpoints.length, names: endpoints, of: `egress rule ${name}` },
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
