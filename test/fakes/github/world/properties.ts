/**
 * Custom properties of an organization: definitions, and the values of its repositories.
 * Hazard: without a value of its own a repository has the default of a required property, and answers show that as if it were set.
 */

import { SOMEBODY, type Actor } from './ruleset.js';

export type PropertyValue = string | string[] | null;

export interface PropertyDefinition {
  property_name: string;
  value_type: 'string' | 'single_select' | 'multi_select' | 'true_false' | 'url';
  required?: boolean;
  default_value?: string | string[] | null;
  description?: string | null;
  allowed_values?: string[] | null;
  values_editable_by?: 'org_actors' | 'org_and_repo_actors' | null;
}

export class Properties {
  readonly definitions = new Map<string, PropertyDefinition>();
  readonly #values = new Map<string, Map<number, PropertyValue>>();
  readonly #changed: (actor: Actor) => void;

  /** `changed`: called after each change, with whose hand it was. */
  constructor(changed: (actor: Actor) => void) {
    this.#changed = changed;
  }

  /** Makes a definition, or replaces the one of that name: what is left out falls back to its default. */
  define(definition: PropertyDefinition): this {
    const { property_name: name } = definition;
    this.definitions.set(name, {
      required: false,
      default_value: null,
      values_editable_by: 'org_actors',
      ...definition,
    });
    this.#changed(SOMEBODY);
    return this;
  }

  /** With all its values. */
  remove(name: string): this {
    this.definitions.delete(name);
    this.#values.delete(name);
    this.#changed(SOMEBODY);
    return this;
  }

  /** As GitHub shows it: its own value, else the default of a required property, else null. */
  valueOf(repository: number, name: string): PropertyValue {
    const definition = this.definitions.get(name);
    if (definition === undefined) return null;
    return this.#values.get(name)?.get(repository) ?? definition.default_value ?? null;
  }

  /** Null unsets it. */
  set(repository: number, name: string, value: PropertyValue): this {
    return this.setAll([repository], name, value);
  }

  /** The same of several at once. */
  setAll(repositories: Iterable<number>, name: string, value: PropertyValue, actor: Actor = SOMEBODY): this {
    const values = this.#values.get(name) ?? new Map<number, PropertyValue>();
    for (const repository of repositories) {
      if (value === null) values.delete(repository);
      else values.set(repository, value);
    }
    this.#values.set(name, values);
    this.#changed(actor);
    return this;
  }

  /** Ids of the repositories that have that value, by rising id. */
  having(ids: Iterable<number>, name: string, value: string): number[] {
    return [...ids].filter((id) => [this.valueOf(id, name) ?? []].flat().includes(value)).sort((a, b) => a - b);
  }
}
