/** Asks for one page of the listing, again while it has holes, in a size that GitHub can answer. */
import * as v from 'valibot';
import type { Sleep } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { backoffMs, type Backoff } from '../requester/retry.js';
import type { Requester } from '../requester/requester.js';
import { ElasticSize } from './elastic-size.js';
import { readCounts, readPage, type Page } from './listing-page.js';
import { countsQuery, listQuery, type LaneFilter } from './queries.js';
import { ask, RetryableAnswer } from './retryable-answer.js';

/** The most that GraphQL gives; without file text a page of this size is cheap. */
const PAGE_SIZE = 100;

export interface PagesOptions extends Backoff {
  requester: Requester;
  organization: string;
  attempts: number;
  sleep: Sleep;
  context: MapContext;
  /** Rows of a page at the start, 1 to 100 (100). */
  pageSize?: number | undefined;
}

/** The end that a page is counted from: the oldest repository, or the newest. */
export type End = 'ASC' | 'DESC';

export interface PageRequest {
  filter: LaneFilter;
  end: End;
  /** Cursor; undefined for the first page. */
  after: string | undefined;
}

/** How many repositories GitHub counts: in all, and by each of some filters. */
export interface Counts {
  total: number;
  each: number[];
}

export class ListingPages {
  readonly #options: PagesOptions;
  /** Rows of a page where GitHub can answer it. */
  readonly fullSize: number;
  readonly #size: ElasticSize;
  #why = 'no answer';

  constructor(options: PagesOptions) {
    this.#options = options;
    this.fullSize = Math.min(PAGE_SIZE, options.pageSize ?? PAGE_SIZE);
    this.#size = new ElasticSize(this.fullSize);
  }

  /** Rows of the next page. */
  get size(): number {
    return this.#size.now;
  }

  /** One page; after all tries what there is of it, or nothing. */
  async read(request: PageRequest): Promise<Page | undefined> {
    let best: Page | undefined;
    await this.#trying(async () => {
      const page = await this.#page(request);
      best = page ?? best;
      return page?.whole === true;
    });
    return best;
  }

  /** How many repositories there are, in all and by filter, in one question. Undefined where GitHub does not say. */
  async counts(filters: readonly LaneFilter[]): Promise<Counts | undefined> {
    let counts: Counts | undefined;
    await this.#trying(async () => {
      const answer = await this.#asked(countsQuery(filters), {});
      // A schema without one of the arguments says so of the text of the question: asked again it says the same.
      const isRefused = answer !== undefined && answer.errors.length > 0 && isNothing(answer.data);
      counts = answer === undefined ? undefined : readCounts(answer, filters.length);
      return counts !== undefined || isRefused;
    });
    return counts;
  }

  /** Of a listing of which not a single page came. */
  nothing(): Plus1Error {
    return new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot ${this.#options.context.what}: ${this.#why}`);
  }

  async #trying(isDone: () => Promise<boolean>): Promise<void> {
    const { attempts, sleep, context } = this.#options;
    for (let tries = 0; tries <= attempts; tries += 1) {
      if (tries > 0) await sleep(backoffMs(tries - 1, this.#options), context.signal);
      if (await isDone()) return;
    }
  }

  async #page({ filter, end, after }: PageRequest): Promise<Page | undefined> {
    const first = this.#size.now;
    const { narrowing, ...values } = filter;
    const variables = { first, after: after ?? null, direction: end, ...values };
    const answer = await this.#asked(listQuery(narrowing), variables, first);
    if (answer === undefined) return undefined;
    try {
      const page = readPage(answer, after, { organization: this.#options.organization, filter });
      this.#size.grow();
      return page;
    } catch (error) {
      return this.#failed(error, first);
    }
  }

  async #asked(
    query: string,
    variables: Record<string, unknown>,
    size?: number,
  ): Promise<Awaited<ReturnType<typeof ask>> | undefined> {
    const { requester, organization: org, context } = this.#options;
    const call = { chain: 'once', signal: context.signal } as const;
    try {
      return await ask(requester, { query, variables: { org, ...variables }, call, context });
    } catch (error) {
      return this.#failed(error, size);
    }
  }

  /** What may pass is remembered, and less is asked for next time; anything else is thrown. */
  #failed(error: unknown, size?: number): undefined {
    if (!(error instanceof RetryableAnswer) && !(error instanceof v.ValiError)) throw error;
    this.#why =
      error instanceof RetryableAnswer
        ? error.message
        : 'the answer of GitHub does not contain the list of repositories';
    if (size !== undefined) this.#size.shrink(size);
    return undefined;
  }
}

const isNothing = (data: unknown): boolean => data === undefined || data === null;
