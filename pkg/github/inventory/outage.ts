/**
 * Whether GitHub is down, or only cannot serve some repositories. Questions without an answer say neither: those that get none
 * are asked again and again, and many in a row may all be about the few that GitHub cannot serve. So another one is asked, about
 * a repository that nothing speaks against; only where that gets no answer either is the rest given up.
 */
import type { Repository } from '../../api/index.js';

/** Questions in a row without an answer before it is found out. */
const FIND_OUT_AFTER = 15;
/** One that cannot be served may be among those that nothing speaks against. */
const MAX_WITNESSES = 2;
/**
 * Repositories that got no answer alone, each after up to 15 s, before patience ends: then each has one try, and those that had
 * none in the last pass either wait for another.
 */
const PATIENCE = 60;
/** More than so many, and more than were answered, are no few: whatever a single question says, GitHub does not serve us. */
const MOST_LOST = 100;

export class Outage {
  readonly #proven: Repository[] = [];
  readonly #vouched: Repository[] = [];
  #inARow = 0;
  #lost = 0;
  #answered = 0;
  #why = 'GitHub gave no answer';
  #isDown = false;
  #finding: Promise<void> | undefined;

  get isDown(): boolean {
    return this.#isDown;
  }

  /** The last reason. */
  get why(): string {
    return this.#why;
  }

  get isOutOfPatience(): boolean {
    return this.#lost >= PATIENCE;
  }

  /** A repository that was read in an earlier pass, and is not asked for in this one. */
  vouch(repository: Repository): void {
    if (this.#vouched.length < MAX_WITNESSES) this.#vouched.push(repository);
  }

  answered(repositories: readonly Repository[]): void {
    this.#inARow = 0;
    this.#answered += repositories.length;
    const [first] = repositories;
    if (first !== undefined) this.#proven.unshift(first);
    this.#proven.splice(MAX_WITNESSES);
  }

  unanswered(size: number, why: string): void {
    this.#inARow += 1;
    this.#why = why;
    if (size > 1) return;
    this.#lost += 1;
    if (this.#lost >= MOST_LOST && this.#lost > this.#answered) this.#isDown = true;
  }

  /**
   * Finds out where too many questions in a row had no answer. `others` are asked about where nothing was answered so far: those
   * least suspected first. Side by side, all wait for one answer.
   */
  async findOut(
    isServed: (repository: Repository) => Promise<boolean>,
    others: () => readonly Repository[],
  ): Promise<void> {
    if (this.#isDown || this.#inARow < FIND_OUT_AFTER) return;
    this.#finding ??= this.#find(isServed, others()).finally(() => (this.#finding = undefined));
    await this.#finding;
  }

  async #find(isServed: (repository: Repository) => Promise<boolean>, others: readonly Repository[]): Promise<void> {
    for (const witness of [...this.#proven, ...this.#vouched, ...spread(others)].slice(0, MAX_WITNESSES)) {
      if (!(await isServed(witness))) continue;
      this.#inARow = 0;
      return;
    }
    this.#isDown = true;
  }
}

/** Those that cannot be served stand together more often than not (made by one template, moved there together). */
function spread(repositories: readonly Repository[]): Repository[] {
  const step = Math.max(1, Math.floor(repositories.length / MAX_WITNESSES));
  return repositories.filter((_, index) => index % step === step - 1);
}
