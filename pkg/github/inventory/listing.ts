/**
 * Lists an organization's repositories and proves that the list is whole. GitHub's list may be shorter than its own
 * total (a page lost, a row moved between pages); such a list is taken once more from the start before it is given up.
 */
import * as v from 'valibot';
import type { Repository } from '../../api/index.js';
import type { Sleep } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { backoffMs, type Backoff } from '../requester/retry.js';
import type { Requester } from '../requester/requester.js';
import { ElasticSize } from './elastic-size.js';
import type { ListedRepository } from './listed-repository.js';
import { readPage, type Page } from './listing-page.js';
import { LIST_QUERY } from './queries.js';
import { ask, RetryableAnswer } from './retryable-answer.js';
import { rowDifference } from './row-difference.js';

/** The most that GraphQL gives; without file text a page of this size is cheap. */
const PAGE_SIZE = 100;

/** Pages in a row of which no row can be read. */
const MAX_EMPTY_PAGES = 3;

export interface ListingOptions extends Backoff {
  requester: Requester;
  organization: string;
  attempts: number;
  sleep: Sleep;
  context: MapContext;
  /** Called with what each page has new: repositories, and rows that differ from an earlier one about the same repository. */
  onPage: (fresh: readonly ListedRepository[], state: { listed: number; total: number }) => void;
}

export interface Listing {
  total: number;
  /** True where one listing from start to end held as many repositories as GitHub counts. */
  proved: boolean;
}

/** Throws where not a single page could be had; otherwise tells how far the list can be trusted. */
export async function listRepositories(options: ListingOptions): Promise<Listing> {
  const lister = new Lister(options);
  const first = await lister.sweep();
  if (first.proved || !first.ended) return first;
  return lister.sweep();
}

class Lister {
  readonly #options: ListingOptions;
  readonly #size = new ElasticSize(PAGE_SIZE);
  /** By id: the last row of each repository. */
  readonly #seen = new Map<number, Repository>();

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  /** Once from the start. `ended`: the last page was reached. */
  async sweep(): Promise<Listing & { ended: boolean }> {
    const own = new Set<number>();
    let total = 0;
    let after: string | undefined;
    let idle = 0;
    for (;;) {
      const page = await this.#page(after);
      if (page === undefined) {
        if (this.#seen.size === 0) throw this.#nothing();
        return { total: Math.max(total, this.#seen.size), proved: false, ended: false };
      }
      total = page.total;
      const before = own.size;
      for (const { repository } of page.rows) own.add(repository.id);
      this.#hand(page);
      idle = own.size > before ? 0 : idle + 1;
      // Rows that cannot be read add nothing either, and the next page may be better; the same rows again never end.
      const isEndless = idle > (page.rows.length > 0 ? 0 : MAX_EMPTY_PAGES);
      if (page.next === undefined || isEndless) return { total, proved: own.size >= total, ended: true };
      after = page.next;
    }
  }

  #hand(page: Page): void {
    const fresh = page.rows.flatMap((row) => this.#news(row) ?? []);
    this.#options.onPage(fresh, { listed: this.#seen.size, total: page.total });
  }

  /** What the row says that none before it said. Nothing of a row that differs is certain, and its files must be read. */
  #news(row: ListedRepository): ListedRepository | undefined {
    const { repository } = row;
    const before = this.#seen.get(repository.id);
    this.#seen.set(repository.id, repository);
    if (before === undefined) return row;
    const difference = rowDifference(before, repository);
    if (difference === undefined) return undefined;
    return { ...row, certain: false, isAgain: true, ...(difference === 'state' && { isDoubtful: true }) };
  }

  /** One page, asked for again while it has holes; at last what there is of it, or nothing. */
  async #page(after: string | undefined): Promise<Page | undefined> {
    let best: Page | undefined;
    for (let tries = 0; tries <= this.#options.attempts; tries += 1) {
      if (tries > 0) await this.#options.sleep(backoffMs(tries - 1, this.#options), this.#options.context.signal);
      const page = await this.#tryPage(after);
      if (page?.whole === true) return page;
      best = page ?? best;
    }
    return best;
  }

  async #tryPage(after: string | undefined): Promise<Page | undefined> {
    const { requester, organization, context } = this.#options;
    const first = this.#size.now;
    const call = { chain: 'once', signal: context.signal } as const;
    try {
      const answer = await ask(requester, {
        query: LIST_QUERY,
        variables: { org: organization, first, after: after ?? null },
        call,
        context,
      });
      const page = readPage(answer, after, organization);
      this.#size.grow();
      return page;
    } catch (error) {
      if (!(error instanceof RetryableAnswer) && !(error instanceof v.ValiError)) throw error;
      this.#why =
        error instanceof RetryableAnswer
          ? error.message
          : 'the answer of GitHub does not contain the list of repositories';
      this.#size.shrink(first);
      return undefined;
    }
  }

  #why = 'no answer';

  #nothing(): Plus1Error {
    return new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot ${this.#options.context.what}: ${this.#why}`);
  }
}
