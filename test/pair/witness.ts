/**
 * What the simulator sees of the writes: who sent each, whether another one was under way, and who left by it. What repositories say is
 * known here at any moment, whatever the controllers were shown.
 */
import { kept, PATH, PRODUCTION } from '../builders.js';
import {
  SOMEBODY,
  type GitHubSimulator,
  type LoggedRequest,
  type MembershipVersion,
  type Organization,
  type Repository,
} from '../fakes/github/index.js';
import type { Pair } from './pair.js';
import { senderOf } from './sender.js';

/** What must be true of a repository that leaves: it has not said production for so long. */
export const GRACE_MS = 20_000;

export const isProduction = (one: Repository): boolean =>
  !one.isArchived && one.files.get(PATH)?.content === PRODUCTION;

/** A file that no parser takes. */
export const BROKEN = 'apiVersion: [';

/** Who has one stays as it is: `catalog.onInvalid` is `Retain` unless a policy says otherwise. */
export const isRetained = (one: Repository): boolean => !one.isArchived && one.files.get(PATH)?.content === BROKEN;

export class Witness {
  readonly wrong: string[] = [];
  readonly counts = { writes: 0, 'writes of a known process': 0, entered: 0, left: 0 };
  readonly #pair: () => Pair;
  readonly #organizations: readonly Organization[];
  /** When each repository began to say something else. */
  readonly #contrarySince = new Map<Repository, number>();
  /** Organizations with a write under way, and the process that sent it. */
  readonly #open = new Map<LoggedRequest, number | undefined>();
  readonly #seen = new Map<Organization, number>();

  constructor(github: GitHubSimulator, organizations: readonly Organization[], pair: () => Pair) {
    this.#pair = pair;
    this.#organizations = organizations;
    for (const each of organizations) this.#seen.set(each, kept(each).memberships.length);
    github.on('request', (request) => request.isWrite && this.#began(request));
    github.on('response', (request) => request.isWrite && this.#ended(request));
  }

  /** To be called after each change of a repository. */
  look(): void {
    for (const one of this.#organizations.flatMap(({ repositories }) => repositories)) {
      if (isProduction(one)) this.#contrarySince.delete(one);
      else if (!this.#contrarySince.has(one)) this.#contrarySince.set(one, Date.now());
    }
  }

  #began(request: LoggedRequest): void {
    this.counts.writes += 1;
    const pair = this.#pair();
    const pids = pair.seats.flatMap((seat) => pair.alive(seat)?.process.pid ?? []);
    const sender = request.remotePort === undefined ? undefined : senderOf(request.remotePort, pids);
    const { leader } = pair;
    if (sender !== undefined) this.counts['writes of a known process'] += 1;
    // One that was killed since has no connection any more: it says nothing of who may write.
    if (sender !== undefined && sender !== leader) this.#fault(`process ${sender} writes, and ${leader} has the lease`);
    for (const [other, by] of this.#open) {
      if (other.path !== request.path || by === undefined || sender === undefined || by === sender) continue;
      this.#fault(`${sender} and ${by} write at the same time to ${request.path}`);
    }
    this.#open.set(request, sender);
  }

  #ended(request: LoggedRequest): void {
    this.#open.delete(request);
    for (const organization of this.#organizations) {
      const { memberships } = kept(organization);
      for (let at = this.#seen.get(organization) ?? 0; at < memberships.length; at += 1) {
        this.#judge(organization, memberships[at - 1], memberships[at]);
      }
      this.#seen.set(organization, memberships.length);
    }
  }

  #judge(organization: Organization, before?: MembershipVersion, after?: MembershipVersion): void {
    if (before === undefined || after === undefined || after.actor === SOMEBODY) return;
    this.counts.entered += after.members.filter((id) => !before.members.includes(id)).length;
    for (const id of before.members.filter((member) => !after.members.includes(member))) {
      this.counts.left += 1;
      const one = organization.repository(id);
      const since = one === undefined || isRetained(one) ? undefined : this.#contrarySince.get(one);
      if (since !== undefined && Date.now() - since >= GRACE_MS) continue;
      this.#fault(
        `${one?.fullName ?? id} left ${since === undefined ? 'and says production, or nothing that can be read' : 'before its time'}`,
      );
    }
  }

  #fault(text: string): void {
    this.wrong.push(`${new Date().toISOString()} ${text}`);
  }
}
