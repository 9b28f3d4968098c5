/**
 * One organization: its repositories by id, its rulesets, its plan and its sign-on rules.
 * Hazard: names are case-insensitive, as on GitHub; an old name keeps answering as a redirect until a new repository takes it.
 */
import type { Tell } from './activity.js';
import { nodeID } from './node-id.js';
import { Properties } from './properties.js';
import type { RepositorySpec } from './repository.js';
import { Repository } from './repository.js';
import type { Push, RuleSuite } from './rule-suites.js';
import { suiteOf } from './rule-suites.js';
import type { Actor, PropertyCondition, RulesetSpec } from './ruleset.js';
import { Ruleset } from './ruleset.js';

export type Plan = 'free' | 'team' | 'enterprise';

export interface OrganizationSpec {
  login: string;
  id?: number;
  name?: string;
  plan?: Plan;
  createdAt?: number;
  /** Old logins that redirect to this one. */
  renamedFrom?: string[];
  /** SAML is enforced: tokens must be authorized for single sign-on. */
  saml?: boolean;
  forbidsClassicTokens?: boolean;
}

/** Seeds must not depend on the day they run. */
export const EPOCH_MS = Date.UTC(2021, 0, 4, 9, 0, 0);
const MINUTE_MS = 60_000;

/** Spreads the ids of organizations apart, so that two seeds do not collide. */
export function idBase(login: string): number {
  let hash = 7;
  for (const char of login.toLowerCase()) hash = (hash * 31 + char.charCodeAt(0)) % 8_000;
  return 100_000_000 + hash * 100_000;
}

export class Organization {
  readonly typeName = 'Organization';
  readonly id: number;
  readonly nodeID: string;
  readonly createdAt: number;
  plan: Plan;
  saml: boolean;
  forbidsClassicTokens: boolean;
  /** Set to make GitHub's own count differ from what is there. */
  countOverride: { public_repos?: number; total_private_repos?: number } = {};
  readonly oldLogins: string[];
  readonly rulesets: Ruleset[] = [];
  /** Owners that CODEOWNERS files name and GitHub does not know, such as `@acme/nobody`. */
  unknownOwners: ReadonlySet<string> = new Set();
  /** Ids of teams by their slugs. */
  readonly teams = new Map<string, number>();
  /** Of pushes to what rules are aimed at, oldest first. */
  readonly ruleSuites: RuleSuite[] = [];
  /** Ids of repositories to which GitHub applies no rules, whatever targets them: what a ruleset shows is not all that decides. */
  withoutRules: ReadonlySet<number> = new Set();
  /** Definitions of custom properties, and their values. */
  readonly properties = new Properties((actor) => {
    this.touch();
    for (const ruleset of this.rulesets) if (ruleset.aim !== undefined) ruleset.noteMembers(actor);
  });
  /** A fixed day until a world takes it in, so that seeds are the same on every run. */
  now: () => number = () => EPOCH_MS;
  /** Told of what happens, once a world has taken it in. */
  tell: Tell = () => undefined;
  #login: string;
  #displayName: string;
  #byID = new Map<number, Repository>();
  #byName = new Map<string, Repository>();
  #moved = new Map<string, number>();
  #revision = 0;
  #nextID: number;
  #lastRulesetID = 0;
  #list: { revision: number; items: Repository[] } | undefined;

  constructor(spec: OrganizationSpec) {
    this.#login = spec.login;
    this.#displayName = spec.name ?? spec.login;
    this.id = spec.id ?? idBase(spec.login) / 10;
    this.nodeID = nodeID('O', String(this.id));
    this.plan = spec.plan ?? 'team';
    this.createdAt = spec.createdAt ?? EPOCH_MS;
    this.saml = spec.saml ?? false;
    this.forbidsClassicTokens = spec.forbidsClassicTokens ?? false;
    this.oldLogins = [...(spec.renamedFrom ?? [])];
    this.#nextID = idBase(spec.login) + 1;
  }

  get login(): string {
    return this.#login;
  }
  get displayName(): string {
    return this.#displayName;
  }
  /** Moves with every change to it or its repositories. */
  get revision(): number {
    return this.#revision;
  }
  /** By rising id. */
  get repositories(): readonly Repository[] {
    if (this.#list?.revision !== this.#revision) {
      this.#list = { revision: this.#revision, items: [...this.#byID.values()].sort((a, b) => a.id - b.id) };
    }
    return this.#list.items;
  }
  get publicRepositories(): number {
    return (
      this.countOverride.public_repos ??
      this.repositories.filter((repository) => repository.visibility === 'public').length
    );
  }
  get privateRepositories(): number {
    return (
      this.countOverride.total_private_repos ??
      this.repositories.filter((repository) => repository.visibility !== 'public').length
    );
  }

  repository(nameOrID: string | number): Repository | undefined {
    return typeof nameOrID === 'number' ? this.#byID.get(nameOrID) : this.#byName.get(nameOrID.toLowerCase());
  }
  /** Like `repository`, for tests: throws where there is none. */
  get(nameOrID: string | number): Repository {
    const found = this.repository(nameOrID);
    if (!found) throw new Error(`${this.#login} has no repository ${nameOrID}`);
    return found;
  }
  /** Id of the repository that had that name before a rename or transfer. */
  movedID(name: string): number | undefined {
    return this.#moved.get(name.toLowerCase());
  }
  /** All repositories that a seed expects to get that status. */
  expecting(status: string): Repository[] {
    return this.repositories.filter((repository) => repository.expected === status);
  }

  createRepository(spec: RepositorySpec): Repository {
    if (this.#byName.has(spec.name.toLowerCase())) throw new Error(`${this.#login} already has ${spec.name}`);
    const id = spec.id ?? this.#nextID;
    if (this.#byID.has(id)) throw new Error(`repository id ${id} is taken`);
    this.#nextID = Math.max(this.#nextID, id + 1);
    const repository = new Repository(this, {
      ...spec,
      id,
      createdAt: spec.createdAt ?? EPOCH_MS + this.#byID.size * MINUTE_MS,
    });
    this.adopt(repository);
    this.tell({ event: 'repository', action: 'created', repository });
    return repository;
  }
  /** Takes a repository in (creation, transfer). */
  adopt(repository: Repository): void {
    this.#byID.set(repository.id, repository);
    this.#byName.set(repository.name.toLowerCase(), repository);
    this.#moved.delete(repository.name.toLowerCase());
    this.touch();
  }
  renameRepository(repository: Repository, name: string): void {
    this.#byName.delete(repository.name.toLowerCase());
    this.#moved.set(repository.name.toLowerCase(), repository.id);
    this.#byName.set(name.toLowerCase(), repository);
    this.#moved.delete(name.toLowerCase());
    this.touch();
  }
  deleteRepository(repository: Repository, { movedTo }: { movedTo?: Organization } = {}): void {
    this.#byID.delete(repository.id);
    this.#byName.delete(repository.name.toLowerCase());
    if (movedTo) this.#moved.set(repository.name.toLowerCase(), repository.id);
    this.touch();
  }

  /** By name or id; throws where there is none. */
  ruleset(nameOrID: string | number): Ruleset {
    const found = this.rulesets.find((ruleset) => ruleset.name === nameOrID || ruleset.id === nameOrID);
    if (!found) throw new Error(`${this.#login} has no ruleset ${nameOrID}`);
    return found;
  }
  addRuleset(spec: RulesetSpec): Ruleset {
    const ruleset = this.draftRuleset(spec);
    this.rulesets.push(ruleset);
    this.tell({ event: 'repository_ruleset', action: 'created', ruleset });
    return ruleset;
  }
  /** One that the organization does not have. */
  draftRuleset(spec: RulesetSpec): Ruleset {
    // No two rulesets of GitHub have one id, whatever their organizations.
    const first = Math.floor(this.id / 10_000) * 100;
    const id = spec.id ?? Math.max(first, this.#lastRulesetID, ...this.rulesets.map((ruleset) => ruleset.id)) + 11;
    // Nor is the id of one that was deleted given again.
    this.#lastRulesetID = Math.max(this.#lastRulesetID, id);
    const ruleset = new Ruleset({ ...spec, id }, () => this.now(), {
      read: ({ name, property_values: [value = ''] }) => this.properties.having(this.#byID.keys(), name, value),
      write: (aim, ids, actor) => this.#setAimed(aim, new Set(ids), actor),
    });
    ruleset.onEdited = (): void => this.tell({ event: 'repository_ruleset', action: 'edited', ruleset });
    return ruleset;
  }
  /** Exactly those have the value then, in one change. */
  #setAimed({ name, property_values: [value = ''] }: PropertyCondition, ids: ReadonlySet<number>, actor: Actor): void {
    const leaving = this.properties.having(this.#byID.keys(), name, value).filter((id) => !ids.has(id));
    if (leaving.length > 0) this.properties.setAll(leaving, name, null, actor);
    this.properties.setAll(ids, name, value, actor);
  }
  deleteRuleset(ruleset: Ruleset): void {
    const at = this.rulesets.indexOf(ruleset);
    if (at < 0) return;
    this.rulesets.splice(at, 1);
    this.tell({ event: 'repository_ruleset', action: 'deleted', ruleset });
  }

  /** What the rules make of a push from one head to another; undefined where none is aimed at it. */
  noteSuite(repository: Repository, push: Push, heads: { before: string; after: string }): RuleSuite | undefined {
    const id = this.id * 1000 + this.ruleSuites.length + 1;
    const suite = suiteOf(repository, push, { id, ...heads, pushedAt: this.now() });
    if (suite !== undefined) this.ruleSuites.push(suite);
    return suite;
  }

  rename(login: string): this {
    const from = this.#login;
    this.oldLogins.push(from);
    this.#login = login;
    // Every rendered repository names its owner.
    this.touch();
    this.tell({ event: 'organization', action: 'renamed', from });
    return this;
  }
  touch(): this {
    this.#revision += 1;
    return this;
  }
}
