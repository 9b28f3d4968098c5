/**
 * Lists an organization's repositories and proves that the list is whole. GitHub's list may be shorter than its own total (a page
 * lost, a repository that moved between pages or lanes); what lacks something is taken once more before it is given up.
 *
 * A small organization is one cursor. From five pages on it is read from both ends, and a large one in lanes as well: what is public,
 * private and internal, archived and not. What moves between two lanes while they are read is in both, or in neither; the first is
 * seen by its id, the second by the sum. Counts can be deceived by changes that cancel out within seconds: so a whole list is never
 * evidence that a repository is gone (a member that it lacks is looked up by id), and the next pass finds what was missed.
 */
import type { Repository } from '../../api/index.js';
import { Lane } from './lane.js';
import type { ListedRepository } from './listed-repository.js';
import type { Page } from './listing-page.js';
import { ListingPages, type Counts, type End, type PagesOptions } from './listing-pages.js';
import { laneFilters, type LaneFilter, type Narrowing } from './queries.js';
import { rowDifference } from './row-difference.js';

/** Beyond so many pages, both ends are read at once. */
const ONE_END_PAGES = 4;

/** Where one lane takes ten round trips and more, several are read. */
const LANES_ABOVE = 2_000;

const NARROWINGS: readonly Narrowing[] = ['visibility', 'privacy'];

export interface ListingBounds extends Pick<PagesOptions, 'pageSize'> {
  /** More repositories than these are listed in lanes (2,000). */
  lanesAbove?: number;
}

export interface ListingOptions extends PagesOptions, ListingBounds {
  /** Called with what each page has new: repositories, and rows that differ from an earlier one about the same repository. */
  onPage: (fresh: readonly ListedRepository[], state: { listed: number; total: number }) => void;
}

export interface Listing {
  total: number;
  /** True where what was listed is as many repositories as GitHub counts, with nothing that moved meanwhile. */
  proved: boolean;
}

/** Throws where not a single page could be had; otherwise tells how far the list can be trusted. */
export async function listRepositories(options: ListingOptions): Promise<Listing> {
  return new Lister(options).list();
}

class Lister {
  readonly #options: ListingOptions;
  readonly #pages: ListingPages;
  /** By id: the last row of each repository. */
  readonly #seen = new Map<number, Repository>();
  /** Of all repositories, as GitHub counted last. */
  #total = 0;

  constructor(options: ListingOptions) {
    this.#options = options;
    this.#pages = new ListingPages(options);
  }

  async list(): Promise<Listing> {
    const first = await this.#pages.read({ filter: {}, end: 'ASC', after: undefined });
    if (first === undefined) throw this.#pages.nothing();
    this.#total = first.total;
    const counted = first.total > (this.#options.lanesAbove ?? LANES_ABOVE) ? await this.#counted() : undefined;
    if (counted === undefined) return this.#one(first);
    this.#hand(first);
    return this.#several(counted.filters, counted.counts);
  }

  /** All repositories as one lane. */
  async #one(first: Page): Promise<Listing> {
    const ends = this.#ends(first.total, ONE_END_PAGES);
    let lane = this.#lane({}, { ends });
    await lane.take(first);
    if (lane.isEnded && !lane.isWhole) {
      lane = this.#lane({}, { ends, count: lane.total });
      await lane.take();
    }
    this.#total = lane.total;
    return this.#listing(lane.isWhole);
  }

  /** What is not whole is taken once more, and so is what is not as GitHub counts it when all were taken. */
  async #several(filters: readonly LaneFilter[], counts: Counts): Promise<Listing> {
    const lanes = new Map(filters.map((filter, index) => [filter, this.#laneOf(filter, counts.each[index])]));
    const takeAll = async (some: readonly LaneFilter[]): Promise<Counts | undefined> => {
      await Promise.all(some.map(async (filter) => lanes.get(filter)?.take()));
      return [...lanes.values()].every(({ isEnded }) => isEnded) ? this.#pages.counts(filters) : undefined;
    };
    let last = await takeAll(filters);
    const again = filters.filter((filter, index) => isToRepeat(filter, lanes, last?.each[index]));
    if (last !== undefined && again.length > 0) {
      for (const filter of again) lanes.set(filter, this.#laneOf(filter, last.each[filters.indexOf(filter)]));
      last = await takeAll(again);
    }
    const taken = [...lanes.values()];
    const sum = taken.reduce((all, { total }) => all + total, 0);
    this.#total = last?.total ?? sum;
    return this.#listing(taken.every((lane) => lane.isWhole && !sharesAny(lane, taken)) && sum === last?.total);
  }

  #listing(proved: boolean): Listing {
    return { proved, total: proved ? this.#total : Math.max(this.#total, this.#seen.size) };
  }

  /** The lanes that the schema of the server has; undefined where it has none, or GitHub does not count. */
  async #counted(): Promise<{ filters: LaneFilter[]; counts: Counts } | undefined> {
    for (const narrowing of NARROWINGS) {
      const filters = laneFilters(narrowing);
      const counts = await this.#pages.counts(filters);
      if (counts !== undefined) return { filters, counts };
    }
    return undefined;
  }

  /** A lane of nothing is not asked for. */
  #laneOf(filter: LaneFilter, count = 0): Lane {
    return this.#lane(filter, { count, ends: count === 0 ? [] : this.#ends(count, 1) });
  }

  #ends(count: number, onePages: number): End[] {
    return count > onePages * this.#pages.fullSize ? ['ASC', 'DESC'] : ['ASC'];
  }

  #lane(filter: LaneFilter, options: { count?: number; ends: readonly End[] }): Lane {
    return new Lane({ ...options, filter, pages: this.#pages, onPage: (page) => this.#hand(page) });
  }

  #hand(page: Page): void {
    const fresh = page.rows.flatMap((row) => this.#news(row) ?? []);
    this.#options.onPage(fresh, { listed: this.#seen.size, total: this.#total });
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
}

function isToRepeat(filter: LaneFilter, lanes: ReadonlyMap<LaneFilter, Lane>, count: number | undefined): boolean {
  const lane = lanes.get(filter);
  return lane !== undefined && (!lane.isWhole || lane.total !== count || sharesAny(lane, [...lanes.values()]));
}

/** What is in two lanes moved from one to the other while they were read. */
function sharesAny(lane: Lane, lanes: readonly Lane[]): boolean {
  const others = lanes.filter((other) => other !== lane);
  for (const id of lane.ids) if (others.some(({ ids }) => ids.has(id))) return true;
  return false;
}
