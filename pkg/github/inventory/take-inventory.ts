/**
 * A full look at an organization: the listing and the reading of files side by side. Memory stays flat: what is kept of
 * a file is the verdict on it.
 */
import type { Repository } from '../../api/index.js';
import { linkSignals, type Sleep } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { permissionMissing } from '../forbidden.js';
import type { MapContext } from '../map-context.js';
import type { Requester } from '../requester/requester.js';
import type { Backoff } from '../requester/retry.js';
import type { Inventory, InventoryRequest, ObservedRepository } from '../types.js';
import { Absence } from './absence.js';
import { FileReader } from './file-reader.js';
import { absentFiles, disabledFiles, type FileObservation } from './files-answer.js';
import type { ListedRepository } from './listed-repository.js';
import { listRepositories, type Listing, type ListingBounds, type ListingOptions } from './listing.js';
import { asObserved, readFolders } from './read-files.js';
import { protectingRow } from './row-difference.js';

export interface InventoryOptions extends Backoff, ListingBounds {
  requester: Requester;
  batchSize: number;
  /** How many questions may be in flight now. */
  concurrency: () => number;
  attempts: number;
  sleep: Sleep;
  context: Omit<MapContext, 'signal'>;
}

/** Where the rows come from: the whole listing, or some repositories by id. */
export type Lister = (options: ListingOptions) => Promise<Listing>;

/** Throws Plus1Error where nothing can be said; what stays unknown of single repositories is in the result. */
export async function takeInventory<V>(
  options: InventoryOptions,
  request: InventoryRequest<V>,
  signal: AbortSignal,
  list: Lister = listRepositories,
): Promise<Inventory<V>> {
  const stop = linkSignals(signal);
  const context = { ...options.context, signal: stop.signal };
  const shelf = new InventoryBuilder(request);
  const absence = new Absence((repository, sight) => shelf.put(repository, sight));
  const reading = { ...options, context, paths: request.paths };
  const { failedAt, readAhead } = request;
  const reader = new FileReader({ ...reading, readAhead, ...(failedAt && { failedAt }), onFiles: absence.take });
  for (const witness of request.witnesses ?? []) {
    absence.offer(witness);
    reader.vouch(witness);
  }
  try {
    const listing = await list({
      ...options,
      context,
      organization: request.organization,
      onPage: (fresh, state) => {
        const needed: Repository[] = [];
        for (const listed of fresh) {
          const { repository, isAgain } = listed;
          const toRead = isAgain === true ? shelf.takeAgain(listed) : shelf.take(listed);
          if (toRead !== undefined) needed.push(toRead);
          else if (isAgain !== true) {
            absence.offer(repository);
            reader.vouch(repository);
          }
        }
        reader.add(needed);
        shelf.tell(state);
      },
    });
    await reader.finish();
    const knewSome = shelf.knewSome || (request.witnesses ?? []).length > 0;
    if (reader.isForbidden && !knewSome) throw permissionMissing(context, 'contents: read');
    await absence.settle((asked, take) => readFolders(reading, asked, take));
    return { repositories: shelf.all(), totalCount: listing.total, listed: listing.proved };
  } catch (error) {
    stop.abort(new Plus1Error('PLUS1_INTERRUPTED', 'the inventory ended early', { cause: error }));
    throw error;
  } finally {
    await reader.settle();
    stop.release();
  }
}

/** What is known of each repository so far. */
class InventoryBuilder<V> {
  readonly #request: InventoryRequest<V>;
  readonly #observed = new Map<number, ObservedRepository<V>>();
  readonly #doubtful = new Set<number>();
  /** Ids of those whose files are read in this pass. */
  readonly #asked = new Set<number>();
  #state = { listed: 0, total: 0 };
  #read = 0;
  #knewSome = false;

  constructor(request: InventoryRequest<V>) {
    this.#request = request;
  }

  /** True where an earlier pass could read: then a refusal is about the one repository that changed. */
  get knewSome(): boolean {
    return this.#knewSome;
  }

  /** Puts the repository on the shelf. Returns it where its files must still be read. */
  take({ repository, certain, isDoubtful }: ListedRepository): Repository | undefined {
    this.#request.listed?.(repository);
    if (isDoubtful === true) this.#doubtful.add(repository.id);
    if (!this.#request.wanted(repository)) return this.#place({ repository });
    // What GitHub switched off since is not what an earlier pass read there.
    const isOff = certain && repository.isDisabled;
    const known = certain && !isOff ? this.#request.known?.(repository) : undefined;
    if (known !== undefined) {
      this.#read += 1;
      this.#knewSome = true;
      return this.#place({ repository, ...known });
    }
    const files = certain ? withoutReading(repository, this.#request.paths) : undefined;
    if (files === undefined) return this.#toRead(repository);
    this.put(repository, { seen: true, files });
    return undefined;
  }

  /**
   * Another row about a repository that is on the shelf: the one that protects more counts. What was decided by the row before it,
   * by memory too, is decided by the files now; those that are read already are of the head as it is, whatever the rows say of it.
   */
  takeAgain({ repository, isDoubtful }: ListedRepository): Repository | undefined {
    const { id } = repository;
    if (isDoubtful === true) this.#doubtful.add(id);
    const before = this.#observed.get(id);
    const { wanted } = this.#request;
    const row = before === undefined ? repository : protectingRow(before.repository, repository, wanted);
    if (!wanted(row)) return this.#place({ repository: row });
    if (!this.#asked.has(id)) return this.#toRead(row);
    this.#observed.set(id, this.#marked({ ...before, repository: row }));
    return undefined;
  }

  #toRead(repository: Repository): Repository {
    this.#asked.add(repository.id);
    // Its place in the order of the listing; what is known of it comes with its files.
    this.#observed.set(repository.id, this.#marked({ repository }));
    return repository;
  }

  put(read: Repository, sight: FileObservation & { seen: true }): void {
    // Another row may have taken the place of the one that it was read by.
    const repository = this.#asked.has(read.id) ? (this.#observed.get(read.id)?.repository ?? read) : read;
    this.#place(asObserved(repository, sight, this.#request.judge(sight.files, repository)));
    this.#read += 1;
    this.#tellProgress();
  }

  /** All is known of the repository: nothing more of it needs reading. */
  #place(seen: ObservedRepository<V>): undefined {
    const observed = this.#marked(seen);
    this.#observed.set(observed.repository.id, observed);
    this.#request.observed?.(observed);
    return undefined;
  }

  #marked(seen: ObservedRepository<V>): ObservedRepository<V> {
    return this.#doubtful.has(seen.repository.id) ? { ...seen, isDoubtful: true as const } : seen;
  }

  tell(state: { listed: number; total: number }): void {
    this.#state = state;
    this.#tellProgress();
  }

  /** By rising id, in whatever order the pages came. */
  all(): ObservedRepository<V>[] {
    return [...this.#observed.values()].sort((a, b) => a.repository.id - b.repository.id);
  }

  #tellProgress(): void {
    this.#request.progress?.({ ...this.#state, read: this.#read });
  }
}

/**
 * What the row tells of the files. That a repository is empty is believed here, or an organization whose private repositories are all
 * new would never have a complete pass. It keeps one out and takes nobody out: a member is asked again before it counts, and then
 * some private content must have been read (`absence.ts`).
 */
export function withoutReading(
  repository: Repository,
  paths: readonly string[],
): (FileObservation & { seen: true })['files'] | undefined {
  if (repository.isDisabled) return disabledFiles(paths);
  if (repository.isEmpty && repository.defaultBranch === undefined) return absentFiles(paths);
  return undefined;
}
