/**
 * Other policies of the state folder that keep the same ruleset. Each has a memory of its own, so that together they would let
 * leave what the guards of each allow. As in a controller the older one rules; of two whose age nobody knows neither does.
 */
import type { LiveRuleset, Plus1Policy } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import {
  claimOf,
  heldState,
  isMarkedDeleted,
  keyString,
  type Claim,
  type HeldPolicy,
  type PolicyKey,
  type StateFolder,
  type StoredPolicy,
} from '../../pkg/policies/index.js';
import { olderRival } from '../../pkg/reconciler/index.js';

export class StateRivals {
  readonly #own: HeldPolicy;
  readonly #others: readonly HeldPolicy[];
  readonly #pathOf: (held: HeldPolicy) => string;

  private constructor(own: HeldPolicy, others: readonly HeldPolicy[], pathOf: (held: HeldPolicy) => string) {
    this.#own = own;
    this.#others = others;
    this.#pathOf = pathOf;
  }

  /**
   * `stored`: what an earlier run of this policy left. Throws PLUS1_POLICY_CONFLICT, and PLUS1_STATE_UNREADABLE where a state
   * does not tell which ruleset it is about: it may be this one.
   */
  static async require(
    memory: StateFolder,
    { policy, stored }: { policy: Plus1Policy; stored: StoredPolicy | undefined },
    signal: AbortSignal,
  ): Promise<StateRivals> {
    const { policies, faults } = await memory.list(signal);
    const [own, claim] = [keyString(policy.metadata), claimOf(policy.spec)];
    const isOther = ({ key }: Pick<HeldPolicy, 'key'>): boolean => keyString(key) !== own;
    const fault = faults.find((each) => isOther(each) && each.claim === undefined && !each.isForeign);
    if (fault !== undefined) throw fault.error;
    const damaged = faults.flatMap((each) => (each.claim === undefined ? [] : [ageless(each.key, each.claim, OLDEST)]));
    const others = policies.filter((each) => !isMarkedDeleted(each)).map((each) => heldState(each, OLDEST));
    const rivals = new StateRivals(
      // One that has no state yet is the youngest, whatever its file says of its age.
      { ...ageless(policy.metadata, claim), ...(stored && heldState(stored, YOUNGEST)), claim },
      [...others, ...damaged].filter(isOther),
      ({ key }) => memory.path(key),
    );
    rivals.requireNone();
    return rivals;
  }

  /** `live`: the ruleset as it was just read, which another name of organization or ruleset hides from a comparison of names. */
  requireNone(live?: Pick<LiveRuleset, 'id'>): void {
    const rival = olderRival(this.#own, this.#others, live?.id);
    if (rival === undefined) return;
    const path = this.#pathOf(rival);
    const which = rival.createdMs === OLDEST ? 'the policy' : 'the older policy';
    throw new Plus1Error(
      'PLUS1_POLICY_CONFLICT',
      `${which} ${keyString(rival.key)} keeps the same ruleset, and has a memory of its own at ${path}`,
      { fix: `run that policy; or, where it is gone for good, delete ${path}` },
    );
  }
}

const OLDEST = Number.NEGATIVE_INFINITY;
const YOUNGEST = Number.POSITIVE_INFINITY;

function ageless({ namespace, name }: PolicyKey, claim: Claim, createdMs = YOUNGEST): HeldPolicy {
  const key = { namespace, name };
  return { key, claim, faults: [], generation: 0, createdMs, uid: keyString(key), status: {} };
}
