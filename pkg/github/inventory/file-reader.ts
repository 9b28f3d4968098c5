/**
 * Reads files while the listing still goes on: full batches as soon as there are enough repositories, the rest at the
 * end. What fails is asked for again in smaller batches; what GitHub would not tell after all retries is unobserved,
 * and one repository that it never tells does not cost the others their pass.
 */
import type { Repository } from '../../api/index.js';
import type { CatalogFile } from '../../catalog/index.js';
import type { MapContext } from '../map-context.js';
import type { Requester } from '../requester/requester.js';
import { backoffMs, type Backoff } from '../requester/retry.js';
import type { Sleep } from '../requester/sleep.js';
import { ElasticSize } from './elastic-size.js';
import { unobserved } from './file-state.js';
import { readSights, type Sight } from './files-answer.js';
import { filesQuery, filesVariables } from './queries.js';
import { ask, Trouble } from './trouble.js';

/** Files in a question at the start; GitHub's 10 s leave room for it in most organizations. */
export const DEFAULT_BATCH_SIZE = 50;

/** GitHub takes no more node ids in one question. */
export const MAX_BATCH_SIZE = 100;

/**
 * Single repositories given up in a row, with no answer between them, before GitHub counts as down: each one costs up
 * to a minute of time-outs, and a thousand of them would be a day.
 */
const OUTAGE_AFTER = 5;

export interface FileReaderOptions extends Backoff {
  requester: Requester;
  paths: readonly string[];
  /** Asks for the names in the root folder too, so that each absence carries its own proof. */
  withFolder?: boolean;
  batchSize: number;
  concurrency: number;
  attempts: number;
  sleep: Sleep;
  /** Its signal ends all reading. */
  context: MapContext;
  /** Called once per repository, in no promised order. */
  onFiles: (repository: Repository, sight: Sight & { seen: true }) => void;
}

interface Item {
  repository: Repository;
  tries: number;
}

export class FileReader {
  readonly #options: FileReaderOptions;
  readonly #query: string;
  readonly #size: ElasticSize;
  readonly #waiting: Item[] = [];
  readonly #running = new Set<Promise<void>>();
  #isLast = false;
  #failure: { error: unknown } | undefined;
  #givenUpInARow = 0;
  #outage: string | undefined;
  #answered = 0;
  #forbidden = 0;

  constructor(options: FileReaderOptions) {
    this.#options = options;
    this.#query = filesQuery(options.paths, { withFolder: options.withFolder === true });
    this.#size = new ElasticSize(options.batchSize);
  }

  /** Starts reading as soon as a batch is full. Throws what has ended the reading meanwhile. */
  add(repositories: readonly Repository[]): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#waiting.push(...repositories.map((repository) => ({ repository, tries: 0 })));
    this.#pump();
  }

  /** Reads the rest. Returns when every repository was handed out, or throws what ended the reading. */
  async finish(): Promise<void> {
    this.#isLast = true;
    this.#pump();
    await this.settle();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** True where GitHub refused every repository that was asked for: that speaks of the credential, not of them. */
  get isForbidden(): boolean {
    return this.#forbidden > 0 && this.#answered === 0;
  }

  /** Waits for what is in flight; never throws. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #pump(): void {
    const enough = this.#isLast ? 1 : this.#size.now;
    while (
      this.#failure === undefined &&
      this.#running.size < this.#options.concurrency &&
      this.#waiting.length >= enough
    ) {
      const batch = this.#waiting.splice(0, this.#size.now);
      const work: Promise<void> = this.#work(batch).finally(() => {
        this.#running.delete(work);
        this.#pump();
      });
      this.#running.add(work);
    }
  }

  async #work(batch: readonly Item[]): Promise<void> {
    try {
      if (this.#outage === undefined) await this.#read(batch);
      else for (const item of batch) this.#giveUp(item, this.#outage);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #read(batch: readonly Item[]): Promise<void> {
    const { requester, paths, context, withFolder = false } = this.#options;
    const repositories = batch.map(({ repository }) => repository);
    const variables = filesVariables(
      paths,
      repositories.map(({ nodeID }) => nodeID),
    );
    const call = { chain: 'once', signal: context.signal } as const;
    try {
      const answer = await ask(requester, { query: this.#query, variables, call, context });
      const sights = readSights(answer, repositories, { paths, withFolder });
      if (sights === undefined) throw new Trouble('GitHub answered with something that are no files');
      this.#size.grow();
      this.#givenUpInARow = 0;
      await this.#take(batch, sights);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      await this.#again(batch, error.message);
    }
  }

  /** Hands out what was seen; the rest is asked for again, up to the retries. */
  async #take(batch: readonly Item[], sights: readonly Sight[]): Promise<void> {
    const again: Item[] = [];
    for (const [index, item] of batch.entries()) {
      const sight = sights[index];
      if (sight === undefined) continue;
      const isLastTry = item.tries >= this.#options.attempts;
      if (sight.seen && (isLastTry || isWhole(sight.files))) this.#hand(item, sight);
      else if (isLastTry) this.#refuse(item, sight);
      else again.push({ ...item, tries: item.tries + 1 });
    }
    if (again.length === 0) return;
    await this.#pause(again[0]?.tries ?? 1);
    this.#waiting.push(...again);
  }

  /** A batch got no answer: smaller ones may. A batch of one has its retries, and is then given up. */
  async #again(batch: readonly Item[], why: string): Promise<void> {
    this.#size.shrink(batch.length);
    const [only] = batch;
    if (batch.length > 1 || only === undefined) {
      await this.#pause(1);
      this.#waiting.unshift(...batch);
      return;
    }
    if (only.tries < this.#options.attempts) {
      await this.#pause(only.tries + 1);
      this.#waiting.unshift({ ...only, tries: only.tries + 1 });
      return;
    }
    this.#givenUpInARow += 1;
    if (this.#givenUpInARow >= OUTAGE_AFTER) this.#outage = why;
    this.#giveUp(only, why);
  }

  #hand({ repository }: Item, sight: Sight & { seen: true }): void {
    this.#answered += 1;
    this.#options.onFiles(repository, sight);
  }

  #refuse(item: Item, sight: Sight): void {
    if (sight.seen) return;
    if (sight.forbidden) this.#forbidden += 1;
    this.#giveUp(item, sight.why);
  }

  #giveUp({ repository }: Item, why: string): void {
    this.#options.onFiles(repository, { seen: true, files: this.#options.paths.map((path) => unobserved(path, why)) });
  }

  #pause(retry: number): Promise<void> {
    return this.#options.sleep(backoffMs(retry - 1, this.#options), this.#options.context.signal);
  }
}

function isWhole(files: readonly CatalogFile[]): boolean {
  return files.every(({ state }) => state !== 'unobserved');
}
