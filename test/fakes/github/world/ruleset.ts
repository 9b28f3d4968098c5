/**
 * One ruleset with its history. Every change goes through `edit`, which writes a version; `conditions` is replaced whole,
 * never merged into.
 * Hazard: `members` reads the id list, or whom a property has that the ruleset is aimed at; one that targets by name answers [].
 */
import { nodeID } from './node-id.js';

export interface Conditions {
  ref_name?: { include?: string[]; exclude?: string[] };
  repository_id?: { repository_ids: number[] };
  repository_name?: { include: string[]; exclude: string[]; protected?: boolean };
  repository_property?: { include: PropertyCondition[]; exclude: PropertyCondition[] };
}

/** A repository matches where it has one of the values. */
export interface PropertyCondition {
  name: string;
  property_values: string[];
  source?: 'custom' | 'system';
}

export interface Rule {
  type: string;
  parameters?: Record<string, unknown>;
}

export interface BypassActor {
  actor_id?: number | null;
  actor_type: string;
  bypass_mode?: string;
}

export interface RulesetState {
  name: string;
  target: 'branch' | 'tag' | 'push' | 'repository';
  enforcement: 'active' | 'evaluate' | 'disabled';
  conditions: Conditions;
  rules: Rule[];
  bypass_actors: BypassActor[];
}

export interface RulesetSpec extends Partial<RulesetState> {
  id?: number;
  name: string;
  sourceType?: 'Organization' | 'Enterprise';
  /** Login of the organization, or slug of the enterprise. */
  source?: string;
}

export interface Actor {
  id: number;
  type: string;
}

export interface RulesetVersion {
  version_id: number;
  actor: Actor;
  updated_at: string;
  state: RulesetState;
}

/** Who was a member after a change, and by whose hand. */
export interface MembershipVersion {
  actor: Actor;
  members: readonly number[];
}

/** Where the members of a ruleset stand that is aimed at a custom property. */
export interface PropertyMembers {
  read: (condition: PropertyCondition) => number[];
  write: (condition: PropertyCondition, ids: readonly number[], actor: Actor) => void;
}

/** Somebody at the settings page, as against the token under test. */
export const SOMEBODY: Actor = { id: 4242, type: 'User' };

export class Ruleset {
  readonly typeName = 'RepositoryRuleset';
  readonly id: number;
  readonly nodeID: string;
  readonly sourceType: 'Organization' | 'Enterprise';
  readonly createdAt: string;
  /** Oldest first. */
  readonly history: RulesetVersion[] = [];
  /** The same of its members alone, wherever they stand. */
  readonly memberships: MembershipVersion[] = [];
  /** Called after each change by `edit`. */
  onEdited: () => void = () => undefined;
  #source: string | undefined;
  #state: RulesetState;
  #now: () => number;
  #byProperty: PropertyMembers;
  #updatedAt = '';

  /** Use `organization.addRuleset`. `now` is given so that times follow the simulator's clock. */
  constructor(spec: RulesetSpec & { id: number }, now: () => number, byProperty: PropertyMembers) {
    this.#now = now;
    this.#byProperty = byProperty;
    this.id = spec.id;
    this.nodeID = nodeID('RRS', String(spec.id));
    this.sourceType = spec.sourceType ?? 'Organization';
    this.#source = spec.source;
    this.#state = {
      name: spec.name,
      target: spec.target ?? 'branch',
      enforcement: spec.enforcement ?? 'active',
      conditions: spec.conditions ?? { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: spec.rules ?? [],
      bypass_actors: spec.bypass_actors ?? [],
    };
    this.#record(SOMEBODY);
    this.createdAt = this.#updatedAt;
  }

  /** Undefined: the organization's login as it is now. */
  get source(): string | undefined {
    return this.#source;
  }
  get updatedAt(): string {
    return this.#updatedAt;
  }
  get state(): Readonly<RulesetState> {
    return this.#state;
  }
  get name(): string {
    return this.#state.name;
  }
  get target(): RulesetState['target'] {
    return this.#state.target;
  }
  get enforcement(): RulesetState['enforcement'] {
    return this.#state.enforcement;
  }
  get conditions(): Readonly<Conditions> {
    return this.#state.conditions;
  }
  get rules(): readonly Rule[] {
    return this.#state.rules;
  }
  get bypassActors(): readonly BypassActor[] {
    return this.#state.bypass_actors;
  }
  /** The targeted repository ids in the order they are kept; a copy. */
  get members(): number[] {
    const { repository_id: byID } = this.#state.conditions;
    const aim = this.aim;
    return aim === undefined ? [...(byID?.repository_ids ?? [])] : this.#byProperty.read(aim);
  }
  /** The property that it is aimed at. */
  get aim(): PropertyCondition | undefined {
    return this.#state.conditions.repository_property?.include[0];
  }

  /** Fields left out stay as they are. */
  edit(patch: Partial<RulesetState>, actor: Actor = SOMEBODY): this {
    this.#state = { ...this.#state, ...patch };
    this.#record(actor);
    this.onEdited();
    return this;
  }
  setMembers(ids: Iterable<number>, actor: Actor = SOMEBODY): this {
    const aim = this.aim;
    if (aim !== undefined) {
      this.#byProperty.write(aim, [...ids], actor);
      return this;
    }
    return this.edit({ conditions: { ...this.#state.conditions, repository_id: { repository_ids: [...ids] } } }, actor);
  }

  /** Notes who is a member now, after a change of values that its conditions do not show. */
  noteMembers(actor: Actor): void {
    this.memberships.push({ actor, members: this.members });
  }

  #record(actor: Actor): this {
    // Two edits within a millisecond must still be told apart by updated_at, as GitHub's clock would.
    const last = Date.parse(this.#updatedAt);
    const at = Number.isNaN(last) ? this.#now() : Math.max(this.#now(), last + 1);
    this.#updatedAt = new Date(at).toISOString();
    this.history.push({
      version_id: this.id * 1000 + this.history.length + 1,
      actor,
      updated_at: this.#updatedAt,
      state: this.#state,
    });
    this.noteMembers(actor);
    return this;
  }
}
