/**
 * Other policies of the state folder that keep the same ruleset. Each has a memory of its own, so that together they would let
 * leave what the guards of each allow. As in a controller the older one rules; of two whose age nobody knows neither does.
 */
import type { LiveRuleset, Plus1Policy } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import {
  claimOf,
  heldState,
  keyString,
  statesAlone,
  type Claim,
  type PolicyRecord,
  type PolicyKey,
  type StateFolder,
  type StoredPolicy,
} from '../../pkg/policies/index.js';
import { olderRival, sharedText } from '../../pkg/reconciler/index.js';

export class StateRivals {
  readonly #own: PolicyRecord;
  readonly #others: readonly PolicyRecord[];

  private constructor(own: PolicyRecord, others: readonly PolicyRecord[]) {
    this.#own = own;
    this.#others = others;
  }

  /**
   * `stored`: what an earlier run of this policy left. Throws PLUS1_POLICY_CONFLICT, and PLUS1_STATE_UNREADABLE where a state
   * does not say which ruleset it is about: it may be this one.
   */
  static async require(
    memory: StateFolder,
    { policy, stored }: { policy: Plus1Policy; stored: StoredPolicy | undefined },
    signal: AbortSignal,
  ): Promise<StateRivals> {
    const { policies, faults } = await memory.list(signal);
    const [own, claim] = [keyString(policy.metadata), claimOf(policy.spec)];
    const isOther = (key: PolicyKey): boolean => keyString(key) !== own;
    const others = statesAlone(
      {
        policies: policies.filter(({ metadata }) => isOther(metadata)),
        faults: faults.filter(({ key }) => isOther(key)),
      },
      (key) => memory.path(key),
    );
    if (others.fault !== undefined) throw others.fault;
    const rivals = new StateRivals(
      // One that has no state yet is the youngest, whatever its file says of its age.
      { ...youngest(policy.metadata, claim), ...(stored && heldState(stored, YOUNGEST)), claim },
      others.policies,
    );
    rivals.requireNone();
    return rivals;
  }

  /** `live`: the ruleset as it was just read, which another name of organization or ruleset hides from a comparison of names. */
  requireNone(live?: Pick<LiveRuleset, 'id'>): void {
    const rival = olderRival(this.#own, this.#others, live?.id);
    if (rival === undefined) return;
    const { statePath: path = '' } = rival;
    const which = rival.createdMs === Number.NEGATIVE_INFINITY ? 'the policy' : 'the older policy';
    throw new Plus1Error(
      'PLUS1_POLICY_CONFLICT',
      `${which} ${keyString(rival.key)} keeps ${sharedText(this.#own, rival)}, and has a memory of its own at ${path}`,
      { fix: `run that policy; or, where it is gone for good, delete ${path}` },
    );
  }
}

const YOUNGEST = Number.POSITIVE_INFINITY;

function youngest({ namespace, name }: PolicyKey, claim: Claim): PolicyRecord {
  const key = { namespace, name };
  return { key, claim, faults: [], generation: 0, createdMs: YOUNGEST, uid: keyString(key), status: {} };
}
