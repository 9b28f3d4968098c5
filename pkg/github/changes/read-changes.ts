/**
 * What changed in an organization since an earlier look, by REST: the repositories that were pushed to, and those that were changed
 * otherwise, from the top of GitHub's two lists down to the watermark. Where nothing changed, GitHub answers 304, which costs nothing
 * of the hourly limit. Nothing is proved by these lists: what is not on them may have changed all the same.
 */
import * as v from 'valibot';
import type { Repository } from '../../api/index.js';
import type { Requester, RESTAnswer } from '../requester/requester.js';
import { isSettled, LIST_ORDERS, watermarkMs, type ListMark, type ListMarks, type ListOrder } from './marks.js';
import { repositoryOf, rowsSchema, type RESTRow } from './rest-row.js';

/** The most that GitHub gives. */
const PAGE_SIZE = 100;

/** More than these above the watermark, of one list: a listing of all is the cheaper look. */
export const MAX_PAGES = 20;

export interface ChangesRequest {
  organization: { id: number; login: string };
  /** As the last look left them. */
  marks: ListMarks;
}

export interface Changes {
  /** Each once, as its list shows it. */
  repositories: Repository[];
  /**
   * Those of them that changed so lately that a copy which lags may still show them as they were: by id, when they changed, in Unix ms by
   * GitHub's clock.
   */
  unsettled: ReadonlyMap<number, number>;
  /** True where GitHub answered 304 for both lists. */
  isUnchanged: boolean;
  /** True where the lists go on above the watermark, or belong to another organization: they do not say what changed. */
  isTooMuch: boolean;
  marks: ListMarks;
}

/** The marks of a look that begins now, from the first page of each list. */
export async function markLists(
  requester: Requester,
  { login, marks }: { login: string; marks?: ListMarks | undefined },
  signal: AbortSignal,
): Promise<ListMarks> {
  const [pushed, updated] = await Promise.all(
    LIST_ORDERS.map(async (order) => {
      const before = marks?.[order];
      const page = await readPage(requester, { login, order, page: 1, etag: before?.etag }, signal);
      return page === undefined ? (before ?? {}) : page.mark;
    }),
  );
  return { pushed: pushed ?? {}, updated: updated ?? {} };
}

export async function readChanges(
  requester: Requester,
  { organization, marks }: ChangesRequest,
  signal: AbortSignal,
): Promise<Changes> {
  const [pushed, updated] = await Promise.all(
    LIST_ORDERS.map((order) => readList(requester, { organization, order, before: marks[order] }, signal)),
  );
  const lists = [pushed, updated].filter((list) => list !== undefined);
  const isTooMuch = lists.some((list) => list.isTooMuch);
  const repositories = new Map<number, Repository>();
  for (const { rows } of isTooMuch ? [] : lists) for (const row of rows) repositories.set(row.id, repositoryOf(row));
  return {
    repositories: [...repositories.values()],
    unsettled: latestOf(lists.flatMap((list) => list.unsettled)),
    isUnchanged: lists.length === 0,
    isTooMuch,
    marks: { pushed: pushed?.mark ?? marks.pushed, updated: updated?.mark ?? marks.updated },
  };
}

interface ListRequest {
  organization: ChangesRequest['organization'];
  order: ListOrder;
  before: ListMark;
}

/** Down to the watermark; undefined where GitHub says that the first page is as it was. */
async function readList(
  requester: Requester,
  { organization: { id, login }, order, before }: ListRequest,
  signal: AbortSignal,
): Promise<{ rows: RESTRow[]; unsettled: [number, number][]; isTooMuch: boolean; mark: ListMark } | undefined> {
  const first = await readPage(requester, { login, order, page: 1, etag: before.etag }, signal);
  if (first === undefined) return undefined;
  const rows: RESTRow[] = [];
  const unsettled: [number, number][] = [];
  const { mark } = first;
  const leastMs = watermarkMs(before);
  let page: Page | undefined = first;
  for (let number = 1; page !== undefined; number += 1) {
    // The login changed hands: these are somebody else's repositories.
    if (page.rows.some(({ owner }) => owner.id !== id)) return { rows: [], unsettled: [], isTooMuch: true, mark };
    const times: number[] = page.rows.map((row) => timeOf(row, order));
    rows.push(...page.rows.filter((_row, index) => (times[index] ?? 0) >= leastMs));
    const { nowMs } = page;
    const changed = page.rows.map((row, index): [number, number] => [row.id, times[index] ?? Number.NEGATIVE_INFINITY]);
    unsettled.push(...changed.filter(([, ms]) => !isSettled(ms, nowMs)));
    // A row without a time says nothing of where the watermark is.
    if (!page.hasNext || times.some((ms) => Number.isFinite(ms) && ms < leastMs)) break;
    if (number >= MAX_PAGES) return { rows: [], unsettled: [], isTooMuch: true, mark };
    page = await readPage(requester, { login, order, page: number + 1 }, signal);
  }
  return { rows, unsettled, isTooMuch: false, mark };
}

/** Both lists may have one: the later time counts. */
function latestOf(changes: readonly [number, number][]): Map<number, number> {
  const latest = new Map<number, number>();
  for (const [id, ms] of changes) latest.set(id, Math.max(ms, latest.get(id) ?? ms));
  return latest;
}

interface Page {
  rows: RESTRow[];
  hasNext: boolean;
  /** By GitHub's clock, Unix ms; NaN where the answer did not give it. */
  nowMs: number;
  /** As the next look is to begin with it, where this is the first page. */
  mark: ListMark;
}

interface PageRequest {
  login: string;
  order: ListOrder;
  page: number;
  etag?: string | undefined;
}

async function readPage(
  requester: Requester,
  { login, order, page, etag }: PageRequest,
  signal: AbortSignal,
): Promise<Page | undefined> {
  const parameters = { org: login, sort: order, direction: 'desc', per_page: PAGE_SIZE, ...(page > 1 && { page }) };
  const answer = await requester.rest('GET /orgs/{org}/repos', parameters, { chain: 'reads', signal, etag });
  if (answer.status === 304) return undefined;
  const rows = v.parse(rowsSchema, answer.data);
  const hasNext = /rel="?next"?/.test(answer.headers['link'] ?? '');
  return { rows, hasNext, nowMs: Date.parse(answer.headers['date'] ?? ''), mark: markOf(answer, rows, order) };
}

/**
 * A time that is still to come would hide all that comes before it. While the newest is not settled the tag is let go: the next look
 * reads the list again, and each look by id of what it names is repeated until one came after the lag.
 */
function markOf({ headers }: RESTAnswer, rows: readonly RESTRow[], order: ListOrder): ListMark {
  const { etag } = headers;
  const nowMs = Date.parse(headers['date'] ?? '');
  const times = rows.map((row) => timeOf(row, order)).filter(Number.isFinite);
  const newestMs = Math.min(Math.max(...times), Number.isNaN(nowMs) ? Number.POSITIVE_INFINITY : nowMs);
  const mark = times.length > 0 ? { newestMs } : {};
  return etag !== undefined && isSettled(mark.newestMs, nowMs) ? { etag, ...mark } : mark;
}

/** Nothing was ever pushed to an empty repository: it is found by the other list. */
function timeOf(row: RESTRow, order: ListOrder): number {
  return Date.parse((order === 'pushed' ? row.pushed_at : row.updated_at) ?? '') || Number.NEGATIVE_INFINITY;
}
