/**
 * What is known of single repositories while a pass runs: as earlier passes left it, and as this one learned it. Of each repository one of
 * the two is held. An organization may have 100,000: held twice, what is known of them takes more memory than all else of a pass.
 */
import type { ExitClock, FindingStatus } from '../../api/index.js';
import type { Verdict } from '../../catalog/index.js';
import type { FileChange, ObservedRepository } from '../../github/index.js';
import { rowOf } from './known-row.js';
import { SharedVerdicts } from './shared-verdicts.js';
import type { KnownRepository, KnownRules } from './verdict-cache-shape.js';

/** What this pass learned of a repository. What was observed of it is held by the pass as well: nothing of that is copied. */
export interface Learned {
  id: number;
  name: string;
  status: FindingStatus;
  readMs: number;
  seenMs: number;
  desiredMs: number | undefined;
  failedMs: number | undefined;
  origin: Partial<FileChange> | undefined;
  rules: KnownRules | undefined;
  /** Absent of one that no listing contains, and that a look-up by id found. */
  observed: ObservedRepository<Verdict> | undefined;
}

/** What both have. */
export type Held = Pick<KnownRepository, 'id' | 'name' | 'status' | 'readMs'> & {
  [Name in 'seenMs' | 'desiredMs' | 'failedMs' | 'origin' | 'rules']?: KnownRepository[Name] | undefined;
};

export class HeldRepositories {
  readonly #before: Map<number, KnownRepository>;
  readonly #learned = new Map<number, Learned>();
  readonly #clocks: ReadonlyMap<number, ExitClock>;

  /** `before`: changed so that what is alike is held once. `clocks`: what earlier passes left of their repositories stays beside what is learned. */
  constructor(before: readonly KnownRepository[], clocks: ReadonlyMap<number, ExitClock>) {
    const shared = new SharedVerdicts();
    this.#before = new Map(before.map((known) => [known.id, shared.within(known)]));
    this.#clocks = clocks;
  }

  /** Of earlier passes: those of which this one learned nothing, and those with an exit clock. */
  get before(): ReadonlyMap<number, KnownRepository> {
    return this.#before;
  }

  get learned(): ReadonlyMap<number, Learned> {
    return this.#learned;
  }

  /** As it was last known. */
  last(id: number): Held | undefined {
    return this.#learned.get(id) ?? this.#before.get(id);
  }

  learn(learned: Learned): void {
    this.#learned.set(learned.id, learned);
    if (!this.#clocks.has(learned.id)) this.#before.delete(learned.id);
  }

  /** What earlier passes left is not known any more. */
  forgetBefore(): void {
    this.#before.clear();
  }
}

/** As it is kept. Verdicts without a commit and unobserved ones are not: they prove nothing later. */
export function keptOf(learned: Learned): KnownRepository {
  const { id, name, status, readMs, seenMs, desiredMs, failedMs, origin, rules, observed } = learned;
  const { commit, author, verdict } = observed ?? {};
  const isKept = commit !== undefined && verdict !== undefined && verdict.status !== 'unobserved';
  return {
    ...{ id, name, status, readMs, seenMs },
    ...(desiredMs !== undefined && { desiredMs }),
    ...(failedMs !== undefined && { failedMs }),
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
    ...(origin && { origin }),
    ...(rules && { rules }),
    ...(isKept && { verdict }),
    ...(observed && { row: rowOf(observed, commit) }),
  };
}

export const verdictOf = (held: KnownRepository | Learned): Verdict | undefined =>
  'observed' in held ? held.observed?.verdict : held.verdict;

/** What is known of its last change, where the head is still the commit at which somebody asked. */
export function originAt(
  known: KnownRepository | Learned | undefined,
  commit: string | undefined,
): Partial<FileChange> | undefined {
  if (known === undefined || commit === undefined) return undefined;
  return ('observed' in known ? known.observed?.commit : known.commit) === commit ? known.origin : undefined;
}
