/** Everything that GitHub knows: organizations, tokens, Apps. Mutable; tests change it between and during requests. */
import type { Activity } from './activity.js';
import { Apps } from './apps.js';
import type { Behaviour } from './behaviour.js';
import { DEFAULT_BEHAVIOUR } from './behaviour.js';
import type { OrganizationSpec } from './organization.js';
import { Organization } from './organization.js';
import type { Repository } from './repository.js';
import { Tokens } from './tokens.js';

type Listener = (organization: Organization, activity: Activity) => void;

export class World {
  readonly organizations: Organization[] = [];
  readonly tokens = new Tokens();
  readonly apps = new Apps();
  readonly behaviour: Behaviour = { ...DEFAULT_BEHAVIOUR };
  #clock: () => number = Date.now;
  #listeners: Listener[] = [];

  /** Adds an organization, or makes one. */
  add(organization: Organization | OrganizationSpec): Organization {
    const added = organization instanceof Organization ? organization : new Organization(organization);
    const taken = this.organizations.find(
      (other) => other.id === added.id || other.login.toLowerCase() === added.login.toLowerCase(),
    );
    if (taken) throw new Error(`organization ${added.login} (${added.id}) collides with ${taken.login} (${taken.id})`);
    added.now = (): number => this.#clock();
    added.tell = (activity): void => this.#listeners.forEach((listener) => listener(added, activity));
    this.organizations.push(added);
    return added;
  }

  /** Milliseconds since 1970, by the simulator's clock. */
  now(): number {
    return this.#clock();
  }
  useClock(clock: () => number): this {
    this.#clock = clock;
    return this;
  }

  /** Called at once with whatever happens in any organization. */
  onActivity(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** By its present login only. */
  organization(login: string): Organization | undefined {
    return this.organizations.find((organization) => organization.login.toLowerCase() === login.toLowerCase());
  }
  organizationByID(id: number): Organization | undefined {
    return this.organizations.find((organization) => organization.id === id);
  }
  /** The organization that once had that login. */
  organizationOnce(login: string): Organization | undefined {
    return this.organizations.find((organization) =>
      organization.oldLogins.some((old) => old.toLowerCase() === login.toLowerCase()),
    );
  }
  /** The organization of that name; throws where there is none. */
  get(login: string): Organization {
    const found = this.organization(login);
    if (!found) throw new Error(`no organization ${login}`);
    return found;
  }
  repositoryByID(id: number): Repository | undefined {
    for (const organization of this.organizations) {
      const found = organization.repository(id);
      if (found) return found;
    }
    return undefined;
  }
}
