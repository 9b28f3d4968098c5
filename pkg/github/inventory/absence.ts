/**
 * Whether "no such file" may be believed of a private repository. A credential that may not read contents gets the same null
 * without an error (nobody documents which; https://docs.github.com/en/graphql says nothing), so that absence counts only where
 * in the same pass the credential was seen to read something of a private repository: a file, or the names in a folder.
 */
import type { Repository } from '../../api/index.js';
import type { CatalogFile } from '../../catalog/index.js';
import { unobserved } from './file-state.js';
import type { FileObservation } from './files-answer.js';

/** As many are asked for their folder where no file proved it: one that answers is enough. */
const MAX_ASKED = 5;

const WHY =
  'GitHub showed nothing of any private repository, so that nothing proves that the credential may read files';

type Observed = FileObservation & { seen: true };

export type Take = (repository: Repository, sight: Observed) => void;

/** Holds back what shows nothing of a private repository until something of one was seen. */
export class Absence {
  readonly #hand: Take;
  readonly #held = new Map<number, { repository: Repository; sight: Observed }>();
  readonly #witnesses: Repository[] = [];
  #isProved = false;

  constructor(hand: Take) {
    this.#hand = hand;
  }

  /** A repository of which nothing is read, and which may be asked for its folder if need be. */
  offer(repository: Repository): void {
    const { isDisabled } = repository;
    if (this.#witnesses.length < MAX_ASKED && isPrivate(repository) && !isDisabled && mayShow(repository))
      this.#witnesses.push(repository);
  }

  readonly take: Take = (repository, sight) => {
    this.witness(repository, sight);
    if (!this.#isProved && isPrivate(repository) && isSilent(sight)) {
      this.#held.set(repository.id, { repository, sight });
      return;
    }
    this.#held.delete(repository.id);
    this.#hand(repository, sight);
  };

  /** Takes note of what was seen of a repository that nobody waits for. */
  readonly witness: Take = (repository, sight) => {
    if (this.#isProved || !isPrivate(repository) || !showsContent(sight)) return;
    this.#isProved = true;
    this.#flush((held) => held);
  };

  /**
   * Ends the waiting. `ask` reads again, with the folder, first of those that wait and then of others; what is not proved by
   * that either is unobserved.
   */
  async settle(ask: (repositories: readonly Repository[], take: Take) => Promise<void>): Promise<void> {
    const waiting = [...this.#held.values()].map(({ repository }) => repository);
    for (const [repositories, take] of [
      [waiting.filter(mayShow).slice(0, MAX_ASKED), this.take],
      [this.#witnesses, this.witness],
    ] as const) {
      if (this.#held.size > 0 && repositories.length > 0) await ask(repositories, take);
    }
    this.#flush((sight) => ({ ...sight, files: sight.files.map(({ path }) => unobserved(path, WHY)) }));
  }

  #flush(asSeen: (sight: Observed) => Observed): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { repository, sight } of held) this.#hand(repository, asSeen(sight));
  }
}

const isPrivate = ({ visibility }: Repository): boolean => visibility !== 'Public';

/**
 * Nothing but null. Of one that is said to be empty too: that a credential which may not read contents is told the truth about it is
 * documented nowhere. That GitHub disabled a repository is something that it shows.
 */
const isSilent = ({ files }: Observed): boolean => files.every(({ state }) => state === 'absent');

/** One without a commit shows nothing to any credential. */
const mayShow = ({ headCommit }: Repository): boolean => headCommit !== undefined;

const showsContent = ({ files, folder }: Observed): boolean => folder === 'shown' || files.some(isContent);

const isContent = (file: CatalogFile): boolean =>
  file.state === 'present' || (file.state === 'unreadable' && file.why !== 'disabled');
