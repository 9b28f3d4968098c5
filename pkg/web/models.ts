/** What the pages and the API say, from one place: the same question has the same answer in both. */
import {
  KINDS,
  namedRepositories,
  newestLines,
  parseRecordTime,
  policyFolders,
  PolicyPeriod,
  type JournalRecord,
} from '../journal/index.js';
import { keyString, type PolicyKey, type PolicyRecord } from '../policies/index.js';
import { dayOf, type Day } from './pages/policy.js';
import { shown, type ShownRecord } from './pages/records.js';
import type { Filter } from './pages/repositories.js';
import type { Origin } from './pages/repository.js';
import type { PolicyState, Row, WebSource } from './source.js';
import { byTrouble, summaryOf, type Summary } from './trouble.js';

const PAGE_SIZE = 100;
export const KIND_NAMES: readonly string[] = Object.keys(KINDS);
const CHART_DAYS = 90;
const DAY_MS = 86_400_000;

export interface Paged<T> {
  items: readonly T[];
  page: number;
  pages: number;
  total: number;
}

/** A page number of an address: 1 where it says none, or nothing sensible. */
export const pageOf = (text: string | undefined): number => (/^[1-9]\d{0,6}$/.test(text ?? '') ? Number(text) : 1);

export function paged<T>(all: readonly T[], page: number, size = PAGE_SIZE): Paged<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const at = Math.min(page, pages);
  return { items: all.slice((at - 1) * size, at * size), page: at, pages, total: all.length };
}

export function policies(source: WebSource, query: string): Summary[] {
  const wanted = query.trim().toLowerCase();
  return source.policies
    .filter(({ key, policy }) => `${keyString(key)} ${policy?.spec.organization ?? ''}`.toLowerCase().includes(wanted))
    .map(summaryOf)
    .sort(byTrouble);
}

export function repositories(state: PolicyState | undefined, { status, governed, q }: Filter): readonly Row[] {
  const wanted = q.trim().toLowerCase();
  return (state?.rows ?? []).filter(
    (row) =>
      (status === '' || row.status === status) &&
      (governed === '' ||
        (governed === 'true'
          ? row.isGoverned && row.ungovernedSince === undefined
          : !row.isGoverned || row.ungovernedSince !== undefined)) &&
      row.name.toLowerCase().includes(wanted),
  );
}

export interface JournalFilter {
  kind: string;
  since: string;
  until: string;
}

/** The newest first. A time that is none counts as not given. */
export async function records(
  source: WebSource,
  key: PolicyKey,
  { kind, since, until }: JournalFilter,
  page: number,
): Promise<Paged<ShownRecord>> {
  const [from, to] = [since, until].map((text) => (text === '' ? undefined : parseRecordTime(text)));
  const word = `"kind":"${kind}"`;
  const found = await newestLines(source.files, {
    folders: await source.chains(key),
    ...(KIND_NAMES.includes(kind) && { mayBe: (line: Buffer) => line.includes(word) }),
    isWanted: (record) =>
      (kind === '' || record.kind === kind) &&
      (from === undefined || record.time >= from) &&
      (to === undefined || record.time < to),
    skip: (page - 1) * PAGE_SIZE,
    count: PAGE_SIZE,
  });
  const pages = Math.max(1, Math.ceil(found.total / PAGE_SIZE));
  return { items: found.lines.map(shown), page, pages, total: found.total };
}

/** Its newest records, at most a page of them, and what the last change of its file was. */
export async function history(
  source: WebSource,
  key: PolicyKey,
  { id, name }: Row,
): Promise<{ records: readonly ShownRecord[]; total: number; origin: Origin | undefined }> {
  const [byID, byName] = [`"id":${id},`, JSON.stringify(name)];
  const found = await newestLines(source.files, {
    folders: await source.chains(key),
    mayBe: (line) => line.includes(byID) || line.includes(byName),
    isWanted: (record) =>
      entryOf(record, id) !== undefined || (record.data as { repository?: unknown }).repository === name,
    skip: 0,
    count: PAGE_SIZE,
  });
  const changed = found.lines.find(({ record }) => record.kind === 'FindingsChanged');
  return {
    records: found.lines.map(shown),
    total: found.total,
    origin: changed && originOf(entryOf(changed.record, id)),
  };
}

/** A snapshot names every repository, and is no event of one. */
const entryOf = (record: JournalRecord, id: number): object | undefined =>
  namedRepositories(record).find((each) => (each as { id?: unknown }).id === id);

function originOf(entry: object | undefined): Origin | undefined {
  if (entry === undefined) return undefined;
  const { path, line, commit, author, codes } = entry as Record<string, unknown>;
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
  const found = {
    path: text(path),
    commit: text(commit),
    author: text(author),
    line: typeof line === 'number' ? line : undefined,
  };
  const known = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Partial<Origin>;
  return {
    ...known,
    codes: Array.isArray(codes) ? codes.filter((code): code is string => typeof code === 'string') : [],
  };
}

/** The last 90 days, the oldest first; of a day without a summary nothing is known. */
export async function days(source: WebSource, key: PolicyKey, nowMs: number): Promise<Day[]> {
  const first = new Date(nowMs - CHART_DAYS * DAY_MS);
  const known = new Map<string, Day>();
  const { journalRoot, files } = source;
  if (journalRoot !== undefined) {
    const folders = await policyFolders([journalRoot], key, files);
    const period = await PolicyPeriod.open({ folders, since: first.toISOString(), files });
    for await (const record of period.ofKind('DaySummary', () => false)) {
      const day = dayOf(record);
      known.set(day.date, day);
    }
  }
  return Array.from({ length: CHART_DAYS }, (_, at) => {
    const date = new Date(nowMs - (CHART_DAYS - at) * DAY_MS).toISOString().slice(0, 10);
    return known.get(date) ?? { date, production: null, governed: null };
  });
}

/** A policy as the API says it: the resource as its home has it. */
export const asObject = ({ key, policy, status, faults, generation }: PolicyRecord): object => ({
  ...{ namespace: key.namespace, name: key.name, generation, faults, spec: policy?.spec ?? null, status },
});
