/**
 * Reads files while the listing still goes on: full batches as soon as there are enough repositories, the rest at the
 * end. What fails is asked for again in smaller batches, after everything else; what GitHub did not answer after all retries
 * is unobserved. What GitHub cannot serve of some repositories costs the others nothing: neither their pass nor their turn.
 */
import type { Repository } from '../../api/index.js';
import { ownTurn, type Sleep } from '../../base/index.js';
import type { CatalogFile } from '../../catalog/index.js';
import type { MapContext } from '../map-context.js';
import type { Requester } from '../requester/requester.js';
import { backoffMs, type Backoff } from '../requester/retry.js';
import { ElasticSize } from './elastic-size.js';
import { unobserved } from './file-state.js';
import { readObservations, readRowObservations, type FileObservation } from './files-answer.js';
import { Outage } from './outage.js';
import { filesQuery, filesVariables, ROWS_QUERY } from './queries.js';
import { ask, RetryableAnswer } from './retryable-answer.js';

/** Files in a question at the start; GitHub's 10 s leave room for it in most organizations. */
export const DEFAULT_BATCH_SIZE = 50;

/**
 * So much text is judged in one turn, and a file that is larger has one of its own. A usual file has less than 1,000 characters and takes
 * a fraction of a millisecond, and a turn is four rounds of the loop.
 */
const TURN_CHARACTERS = 8_192;

/** GitHub takes no more node ids in one question. */
export const MAX_BATCH_SIZE = 100;

export interface FileReaderOptions extends Backoff {
  requester: Requester;
  paths: readonly string[];
  /** Asks for the names in the root folder too, so that each absence carries its own proof. */
  withFolder?: boolean;
  /** Asks for what the listing tells of the repositories, and for no file. */
  rowsOnly?: boolean;
  /** Of rows alone: those of another owner count as not shown. */
  ownerID?: number;
  batchSize: number;
  /** How many questions may be in flight now. */
  concurrency: () => number;
  attempts: number;
  sleep: Sleep;
  /** Its signal ends all reading. */
  context: MapContext;
  /** When the last pass asked for the repository and got no answer, Unix ms; undefined where it did not. */
  failedAt?: (repository: Repository) => number | undefined;
  /** Called for each file with content, in turns of not too much text. */
  readAhead?: ((file: CatalogFile) => void) | undefined;
  /** Called once per repository, in no promised order. */
  onFiles: (repository: Repository, sight: FileObservation & { seen: true }) => void;
}

interface Item {
  repository: Repository;
  tries: number;
  /** Set where the last pass got no answer: it has one try, after all others. */
  failedAt?: number;
}

/** Of one question. */
type Place = object;

export class FileReader {
  readonly #options: FileReaderOptions;
  readonly #query: string;
  readonly #size: ElasticSize;
  readonly #outage = new Outage();
  readonly #waiting: Item[] = [];
  /** Repositories of questions that got no answer: asked about again once all others had their turn. */
  readonly #suspects: Item[] = [];
  /** Those that an earlier pass got no answer for come last of all. */
  #late: Item[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Questions that are not answered yet. What was answered is judged meanwhile, and must not keep the network idle. */
  readonly #asking = new Set<Place>();
  /** Ends when all answers before it are judged. */
  #judged: Promise<void> = Promise.resolve();
  /** Of text that was judged since the last turn. */
  #characters = 0;
  #isLast = false;
  #failure: { error: unknown } | undefined;
  #answered = 0;
  #forbidden = 0;

  constructor(options: FileReaderOptions) {
    this.#options = options;
    const { paths, withFolder = false, rowsOnly = false } = options;
    this.#query = rowsOnly ? ROWS_QUERY : filesQuery(paths, { withFolder });
    this.#size = new ElasticSize(options.batchSize);
  }

  /** Starts reading as soon as a batch is full. Throws what has ended the reading meanwhile. */
  add(repositories: readonly Repository[]): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    for (const repository of repositories) {
      const failedAt = this.#options.failedAt?.(repository);
      if (failedAt === undefined) this.#waiting.push({ repository, tries: 0 });
      else this.#late.push({ repository, tries: 0, failedAt });
    }
    this.#pump();
  }

  /** A repository that was read before and is not to be read now: where others get no answer, it tells whether GitHub is down. */
  vouch(repository: Repository): void {
    this.#outage.vouch(repository);
  }

  /** Reads the rest. Returns when every repository was handed out, or throws what ended the reading. */
  async finish(): Promise<void> {
    this.#isLast = true;
    this.#pump();
    await this.settle();
    // Those that waited longest first, or the same ones would use up the patience of every pass.
    this.#suspects.push(...this.#late.sort((a, b) => (a.failedAt ?? 0) - (b.failedAt ?? 0)));
    this.#late = [];
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
    while (this.#failure === undefined && this.#hasPlace) {
      const batch = this.#next();
      if (batch.length === 0) return;
      const place: Place = {};
      this.#asking.add(place);
      const work: Promise<void> = this.#work(batch, place).finally(() => {
        this.#asking.delete(place);
        this.#running.delete(work);
        this.#pump();
      });
      this.#running.add(work);
    }
  }

  /** At most as many answers wait to be judged as questions may be in flight: the text of each of them is in memory. */
  get #hasPlace(): boolean {
    const most = this.#options.concurrency();
    return this.#asking.size < most && this.#running.size < 2 * most;
  }

  /** Out of patience, those that an earlier pass got no answer for wait for another one, and come first then. */
  #sift(items: readonly Item[]): Item[] {
    if (!this.#outage.isOutOfPatience) return [...items];
    const late = items.filter(({ failedAt }) => failedAt !== undefined);
    for (const item of late) this.#giveUp(item, this.#outage.why, { failed: item.tries > 0 });
    return items.filter(({ failedAt }) => failedAt === undefined);
  }

  #next(): Item[] {
    if (!this.#isLast && this.#waiting.length < this.#size.now) return [];
    return (this.#waiting.length > 0 ? this.#waiting : this.#isLast ? this.#suspects : []).splice(0, this.#size.now);
  }

  async #work(items: readonly Item[], place: Place): Promise<void> {
    try {
      const batch = this.#sift(items);
      if (batch.length === 0) return;
      await this.#outage.findOut(
        (repository) => this.#isServed(repository),
        () => [...batch, ...this.#waiting, ...this.#suspects].map(({ repository }) => repository),
      );
      if (!this.#outage.isDown) await this.#read(batch, place);
      else for (const item of batch) this.#giveUp(item, this.#outage.why, { failed: item.tries > 0 });
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #read(batch: readonly Item[], place: Place): Promise<void> {
    try {
      const observations = await this.#ask(batch.map(({ repository }) => repository));
      this.#size.grow();
      this.#outage.answered(batch.map(({ repository }) => repository));
      this.#asking.delete(place);
      this.#pump();
      await this.#take(batch, observations);
    } catch (error) {
      if (!(error instanceof RetryableAnswer)) throw error;
      this.#outage.unanswered(batch.length, error.message);
      await this.#again(batch, error.message);
    }
  }

  async #ask(repositories: readonly Repository[]): Promise<FileObservation[]> {
    const { requester, paths, context, withFolder = false, rowsOnly = false, ownerID } = this.#options;
    const variables = filesVariables(
      rowsOnly ? [] : paths,
      repositories.map(({ nodeID }) => nodeID),
      { withFolder },
    );
    const call = { chain: 'once', signal: context.signal } as const;
    const answer = await ask(requester, { query: this.#query, variables, call, context });
    const observations = rowsOnly
      ? readRowObservations(answer, repositories, ownerID)
      : readObservations(answer, repositories, { paths, withFolder });
    if (observations === undefined)
      throw new RetryableAnswer('the answer of GitHub does not contain what was asked for');
    return observations;
  }

  /** Whether GitHub answers about one that it has answered about before, or that nobody had trouble with. */
  async #isServed(repository: Repository): Promise<boolean> {
    for (let tries = 0; tries <= this.#options.attempts; tries += 1) {
      if (tries > 0) await this.#pause(tries);
      try {
        await this.#ask([repository]);
        return true;
      } catch (error) {
        if (!(error instanceof RetryableAnswer)) throw error;
      }
    }
    return false;
  }

  /** Hands out what was seen; the rest is asked for again, up to the retries. */
  async #take(batch: readonly Item[], observations: readonly FileObservation[]): Promise<void> {
    const again = await this.#afterOthers(() => this.#judge(batch, observations));
    if (again.length === 0) return;
    await this.#pause(again[0]?.tries ?? 1);
    this.#suspects.push(...again);
  }

  /**
   * One answer after the other, whole: side by side all of them would end late, and until one ends its text is in memory and its place
   * is taken, so that the network would stand still.
   */
  async #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#judged.then(work);
    this.#judged = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  /** Returns those that are to be asked for again. */
  async #judge(batch: readonly Item[], observations: readonly FileObservation[]): Promise<Item[]> {
    const again: Item[] = [];
    for (const [index, item] of batch.entries()) {
      const observation = observations[index];
      if (observation === undefined) continue;
      const isLastTry = item.tries >= this.#triesOf(item);
      if (observation.seen && (isLastTry || isWhole(observation.files))) {
        await this.#readAhead(observation.files);
        this.#hand(item, observation);
      } else if (isLastTry) this.#refuse(item, observation);
      else again.push({ ...item, tries: item.tries + 1 });
    }
    return again;
  }

  /**
   * A batch got no answer: smaller ones may. Its repositories are suspected now, so that all others have their turn first; one
   * that gets no answer alone has its retries, each in a round of its own, and is then given up.
   */
  async #again(batch: readonly Item[], why: string): Promise<void> {
    this.#size.shrink(batch.length);
    const [only] = batch;
    if (batch.length > 1 || only === undefined) {
      await this.#pause(1);
      // In front, so that they keep their order.
      this.#suspects.unshift(...batch);
    } else if (only.tries < this.#triesOf(only)) {
      await this.#pause(only.tries + 1);
      this.#suspects.push({ ...only, tries: only.tries + 1 });
    } else this.#giveUp(only, why, { failed: true });
  }

  /** Where patience is at its end, one try is all that anybody has. */
  #triesOf({ failedAt }: Item): number {
    return failedAt !== undefined || this.#outage.isOutOfPatience ? 0 : this.#options.attempts;
  }

  /** What eight large files of one repository cost in one stretch is the better part of a second. */
  async #readAhead(files: readonly CatalogFile[]): Promise<void> {
    for (const file of files) {
      if (file.state !== 'present') continue;
      const { length } = file.content;
      this.#characters += length;
      if (this.#characters > TURN_CHARACTERS) {
        await ownTurn();
        this.#characters = length;
      }
      this.#options.context.signal.throwIfAborted();
      this.#options.readAhead?.(file);
    }
  }

  #hand({ repository }: Item, sight: FileObservation & { seen: true }): void {
    this.#answered += 1;
    this.#options.onFiles(repository, sight);
  }

  #refuse(item: Item, observation: FileObservation): void {
    if (observation.seen) return;
    if (observation.forbidden) this.#forbidden += 1;
    this.#giveUp(item, observation.why, { failed: true });
  }

  /** `failed`: it was asked for alone, and not answered. */
  #giveUp({ repository }: Item, why: string, { failed }: { failed: boolean }): void {
    const files = this.#options.paths.map((path) => unobserved(path, why));
    this.#options.onFiles(repository, { seen: true, files, ...(failed && { failed }) });
  }

  #pause(retry: number): Promise<void> {
    return this.#options.sleep(backoffMs(retry - 1, this.#options), this.#options.context.signal);
  }
}

function isWhole(files: readonly CatalogFile[]): boolean {
  return files.every(({ state }) => state !== 'unobserved');
}
