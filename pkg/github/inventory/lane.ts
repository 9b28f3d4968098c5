/**
 * One lane of the listing: the repositories that one filter lets through, read from both ends until the two meet. One cursor is
 * serial; two of them take half the time, and several lanes less.
 */
import type { Page } from './listing-page.js';
import type { End, ListingPages } from './listing-pages.js';
import type { LaneFilter } from './queries.js';

/** Pages in a row of which no row can be read. */
const MAX_EMPTY_PAGES = 3;

export interface LaneOptions {
  pages: Pick<ListingPages, 'read' | 'size'>;
  filter: LaneFilter;
  /** How many repositories GitHub counts in it, where that was asked already. */
  count?: number;
  /** One end alone goes on to the last page, whatever GitHub counts: it sees what two pages say of one repository. */
  ends: readonly End[];
  onPage: (page: Page) => void;
}

export class Lane {
  readonly filter: LaneFilter;
  /** Repositories that were seen in it. */
  readonly ids = new Set<number>();
  readonly #options: LaneOptions;
  /** What each answer said of its size. */
  readonly #totals = new Set<number>();
  #total: number;
  /** Rows that came, those that cannot be read included, and rows that are being asked for. */
  #came = 0;
  #asked = 0;
  #isBroken = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.filter = options.filter;
    this.#total = options.count ?? 0;
  }

  /** As the last answer had it. */
  get total(): number {
    return this.#total;
  }

  /** Each of its answers had the same number, and so many repositories were seen. */
  get isWhole(): boolean {
    return !this.#isBroken && this.#totals.size <= 1 && this.ids.size === this.#total;
  }

  /** False where a page never came: then the same question would not bring it either. */
  get isEnded(): boolean {
    return !this.#isBroken;
  }

  /** `first`: its first page by the first of its ends, where that was asked for already. */
  async take(first?: Page): Promise<void> {
    if (first !== undefined) this.#put(first);
    await Promise.all(this.#options.ends.map((end, index) => this.#follow(end, index === 0 ? first : undefined)));
  }

  /** From one end on, past `last`, until the other end is met. */
  async #follow(end: End, last?: Page): Promise<void> {
    let before = last;
    let idle = 0;
    while (this.#isLacking && (before === undefined || before.next !== undefined)) {
      const page = await this.#read({ filter: this.filter, end, after: before?.next });
      if (page === undefined) return;
      const known = this.ids.size;
      this.#put(page);
      idle = this.ids.size > known ? 0 : idle + 1;
      // Rows that cannot be read add nothing either, and the next page may be better; the same rows again never end.
      if (idle > (page.rows.length > 0 ? 0 : MAX_EMPTY_PAGES)) return;
      before = page;
    }
  }

  /** Two ends have met where what came and what is on its way is all that there is. */
  get #isLacking(): boolean {
    return this.#options.ends.length === 1 || this.#came + this.#asked < this.#total;
  }

  async #read(request: Parameters<ListingPages['read']>[0]): Promise<Page | undefined> {
    const { pages } = this.#options;
    const { size } = pages;
    this.#asked += size;
    const page = await pages.read(request).finally(() => (this.#asked -= size));
    if (page === undefined) this.#isBroken = true;
    return page;
  }

  #put(page: Page): void {
    this.#totals.add(page.total);
    this.#total = page.total;
    this.#came += page.count;
    for (const { repository } of page.rows) this.ids.add(repository.id);
    this.#options.onPage(page);
  }
}
