/**
 * Policies that are known by their state alone: a `sync` kept it under another name, or a backup was put back. Each is a memory of
 * its own, and a second one for a ruleset lets leave what the guards allow once more. One that is marked deleted claims nothing.
 */
import { stat } from 'node:fs/promises';
import { errnoOf } from '../../base/index.js';
import { hasCode, type Plus1Error } from '../../errors/index.js';
import { isMarkedDeleted } from '../deleted.js';
import { heldState } from './entry.js';
import type { PolicyRecord } from '../home.js';
import { keyString, type PolicyKey } from '../key.js';
import type { StateFault, StateFolder, StoredPolicies } from './state.js';
import type { StoredPolicy } from '../stored-policy.js';

/** The age of one whose state does not give it. */
const OLDEST = Number.NEGATIVE_INFINITY;

export interface StatesAlone {
  policies: PolicyRecord[];
  /** Of a state that does not say which ruleset it is about: it may be about any. */
  fault?: Plus1Error;
}

/** What those states claim. A damaged one claims its ruleset all the same. */
export function statesAlone({ policies, faults }: StoredPolicies, pathOf: (key: PolicyKey) => string): StatesAlone {
  const whole = policies.filter((each) => !isMarkedDeleted(each)).map((each) => heldState(each, OLDEST));
  const damaged = faults.flatMap(({ key, claim }): PolicyRecord[] =>
    claim === undefined
      ? []
      : [{ key, claim, faults: [], generation: 0, createdMs: OLDEST, uid: keyString(key), status: {} }],
  );
  const untold = faults.find(({ claim, isForeign }) => claim === undefined && !isForeign);
  return {
    policies: [...whole, ...damaged].map((each) => ({ ...each, statePath: pathOf(each.key) })),
    ...(untold && { fault: untold.error }),
  };
}

interface Seen {
  key: PolicyKey;
  /** Moves when the file is written. */
  signature: string;
  policy?: StoredPolicy;
  fault?: StateFault;
}

/** The same for a process that keeps policies: looked at again and again, and read where something changed. */
export class OtherStates {
  readonly #state: StateFolder;
  #seen = new Map<string, Seen>();
  #alone: StatesAlone = { policies: [] };

  constructor(state: StateFolder) {
    this.#state = state;
  }

  get policies(): readonly PolicyRecord[] {
    return this.#alone.policies;
  }

  get fault(): Plus1Error | undefined {
    return this.#alone.fault;
  }

  /** Takes in what lies there now. `isHeld`: the policies that are declared. Returns those whose state came, changed or went. */
  async look(isHeld: (key: PolicyKey) => boolean, signal: AbortSignal): Promise<PolicyKey[]> {
    try {
      const keys = (await this.#state.keys()).filter((key) => !isHeld(key));
      const seen = new Map<string, Seen>();
      const changed: PolicyKey[] = [];
      for (const key of keys) {
        const [id, signature] = [keyString(key), await signatureOf(this.#state.path(key))];
        const before = this.#seen.get(id);
        if (before?.signature !== signature) changed.push(key);
        seen.set(
          id,
          before?.signature === signature ? before : { key, signature, ...(await this.#state.look(key, signal)) },
        );
      }
      const gone = [...this.#seen].filter(([id]) => !seen.has(id)).map(([, { key }]) => key);
      this.#seen = seen;
      this.#alone = this.#claims();
      return [...changed, ...gone];
    } catch (error) {
      // What cannot be listed may hold anything; what was seen before counts until it can.
      if (!hasCode(error, 'PLUS1_STATE_UNREADABLE')) throw error;
      this.#alone = { ...this.#claims(), fault: error };
      return [];
    }
  }

  #claims(): StatesAlone {
    const seen = [...this.#seen.values()];
    const stored = {
      policies: seen.flatMap(({ policy }) => policy ?? []),
      faults: seen.flatMap(({ fault }) => fault ?? []),
    };
    return statesAlone(stored, (key) => this.#state.path(key));
  }
}

/** As the scanner of policies has it, and the errno where even that much cannot be seen. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    return `${ino}:${size}:${mtimeMs}:${ctimeMs}`;
  } catch (error) {
    return `fault:${errnoOf(error) ?? 'unknown'}`;
  }
}
