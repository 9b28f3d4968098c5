/**
 * One ruleset with its history. Every change goes through `edit`, which writes a version; `conditions` is replaced whole,
 * never merged into.
 * Hazard: `members` reads the id list; a ruleset that targets by name or property has none and answers [].
 */
import { nodeID } from './node-id.js';

export interface Conditions {
  ref_name?: { include?: string[]; exclude?: string[] };
  repository_id?: { repository_ids: number[] };
  repository_name?: { include: string[]; exclude: string[]; protected?: boolean };
  repository_property?: { include: unknown[]; exclude: unknown[] };
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
  #source: string | undefined;
  #state: RulesetState;
  #now: () => number;
  #updatedAt = '';

  /** Use `organization.addRuleset`. `now` is given so that times follow the simulator's clock. */
  constructor(spec: RulesetSpec & { id: number }, now: () => number) {
    this.#now = now;
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
    return [...(this.#state.conditions.repository_id?.repository_ids ?? [])];
  }

  /** Fields left out stay as they are. */
  edit(patch: Partial<RulesetState>, actor: Actor = SOMEBODY): this {
    this.#state = { ...this.#state, ...patch };
    return this.#record(actor);
  }
  setMembers(ids: Iterable<number>, actor: Actor = SOMEBODY): this {
    return this.edit({ conditions: { ...this.#state.conditions, repository_id: { repository_ids: [...ids] } } }, actor);
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
    return this;
  }
}
