/** What speaks against a pass of a policy, and against a write of it: faults of its spec, and older policies for the same ruleset. */
import type { LiveRuleset } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { OperatorLimits } from '../../governance/index.js';
import { isSamePolicy, keyString, type PolicyRecord, type PolicyHome, type PolicyKey } from '../../policies/index.js';
import { limitError } from '../pass/operator-limits.js';
import { requireNotMade } from '../owned/means.js';
import { claimed, makersOf, olderRival, rivalMemory, sharedText, targetOf } from './conflict.js';
import { scheduleFault } from './schedule.js';
import { findPolicy } from './look.js';

export class PolicyGate {
  readonly #home: Pick<PolicyHome, 'list' | 'others'>;
  readonly #limits: OperatorLimits;
  readonly #conflicted = new Map<string, PolicyKey>();

  constructor(home: Pick<PolicyHome, 'list' | 'others'>, limits: OperatorLimits = {}) {
    this.#home = home;
    this.#limits = limits;
  }

  /** Policies that wait for an older one to go. */
  get conflicted(): readonly PolicyKey[] {
    return [...this.#conflicted.values()];
  }

  /** What a person must fix before a pass makes sense. `now` is Unix ms. */
  obstacle(record: PolicyRecord, now: number): Plus1Error | undefined {
    this.#conflicted.delete(keyString(record.key));
    if (record.policy === undefined) return invalidPolicy(record.faults);
    const fault = scheduleFault(record.policy.spec.schedule, now);
    if (fault !== undefined) return invalidPolicy([fault]);
    const excess = limitError(record.policy.spec, this.#limits);
    if (excess !== undefined) return excess;
    const rival = this.#rival(record);
    return rival === undefined ? undefined : this.#conflict(record, rival);
  }

  /** Throws where the policy, as its pass knows it, may not write to that ruleset now; undefined: to none that the pass has seen. */
  assertMayWrite(record: PolicyRecord, ruleset: LiveRuleset | undefined): void {
    const now = findPolicy(this.#home, record.key);
    // Another policy of the same name counts its generations from 1.
    if (now === undefined || !isSamePolicy(now, record) || now.generation > record.generation) throw changedMeanwhile();
    // What its owner wrote last is refused: a broken file keeps its generation, and who broke it may have meant to stop this.
    if (now.policy === undefined)
      throw new Plus1Error('PLUS1_INTERRUPTED', 'the policy is not valid any more; nothing more is written', {
        fix: `repair the policy: ${now.faults.join('; ')}`,
      });
    const rival = this.#rival(now, ruleset?.id);
    if (rival !== undefined) throw this.#conflict(now, rival);
    if (ruleset !== undefined) this.#requireNotMade(now, ruleset);
  }

  #requireNotMade(now: PolicyRecord, { id }: LiveRuleset): void {
    for (const other of makersOf(now, this.#all, id)) {
      const { ruleset: ownName } = claimed(other) ?? {};
      requireNotMade({ id }, other.status.ownedRulesets ?? [], {
        ownName,
        maker: `the policy ${keyString(other.key)}`,
      });
    }
  }

  /** The policy of the same host whose last pass was about the ruleset of that id, in words. */
  targetedBy(own: PolicyRecord, rulesetID: number): string | undefined {
    const found = targetOf(own, this.#all, rulesetID);
    return found && `the policy ${keyString(found.key)}`;
  }

  get #all(): PolicyRecord[] {
    return [...this.#home.list(), ...this.#home.others()];
  }

  forget(key: PolicyKey): void {
    this.#conflicted.delete(keyString(key));
  }

  /** Asked at every pass; hardly ever is there a memory without a policy. */
  #rival(record: PolicyRecord, rulesetID?: number): PolicyRecord | undefined {
    return olderRival(record, this.#home.list(), rulesetID) ?? rivalMemory(record, this.#home.others(), rulesetID);
  }

  #conflict(own: PolicyRecord, other: PolicyRecord): Plus1Error {
    const { key: rival, statePath } = other;
    this.#conflicted.set(keyString(own.key), own.key);
    const older = `the older policy ${keyString(rival)} keeps ${sharedText(own, other)}`;
    if (statePath === undefined) return new Plus1Error('PLUS1_POLICY_CONFLICT', older);
    return new Plus1Error(
      'PLUS1_POLICY_CONFLICT',
      `${older}, and has a memory of its own at ${statePath}; no file declares it`,
      {
        fix: `name this policy ${keyString(rival)}, and it goes on with that memory; or delete that file to begin with fresh clocks`,
      },
    );
  }
}

/** What a pass goes by is not what its policy says any more. */
export const changedMeanwhile = (): Plus1Error =>
  new Plus1Error('PLUS1_INTERRUPTED', 'the policy changed or went during the pass; nothing more is written');

export function invalidPolicy(faults: readonly string[]): Plus1Error {
  return new Plus1Error('PLUS1_POLICY_INVALID', faults.join('; ') || 'the policy is not valid');
}
