/** Records of the journal as rows, with what they are about in words. */
import { html, type Html } from '../../html/index.js';
import { summaryOf, type JournalRecord, type NewestLine } from '../../journal/index.js';
import type { Following } from '../source.js';
import { frame, pages, time } from './layout.js';
import { placesOf } from './places.js';

export interface ShownRecord {
  seq: number;
  chain: string;
  time: string;
  kind: string;
  actor: string;
  summary: string;
  hash: string;
}

export const shown = ({ record, hash }: NewestLine): ShownRecord => {
  const { seq, chain, time: at, kind, actor } = record;
  return { seq, chain, time: at, kind, actor, summary: summaryText(record), hash };
};

const MAX_SUMMARY = 400;

function summaryText(record: JournalRecord): string {
  const text = summaryOf({ ...record, lastSeq: record.seq });
  return text.length > MAX_SUMMARY ? `${text.slice(0, MAX_SUMMARY)}…` : text;
}

export const recordsTable = (records: readonly ShownRecord[]): Html =>
  html`<table class="stacked"><thead><tr><th scope="col">Time</th><th scope="col">Kind</th><th scope="col">What</th><th scope="col">Record</th></tr></thead><tbody>${records.map(
    ({ seq, time: at, kind, summary, hash }) =>
      html`<tr><td data-label="Time">${time(at)}</td><th scope="row" class="kind" data-label="Kind">${kind}</th><td data-label="What">${summary}</td><td data-label="Record"><span>${seq}<br><span class="hash soft">${hash}</span></span></td></tr>`,
  )}</tbody></table>`;

export interface JournalPage {
  name: string;
  records: readonly ShownRecord[];
  page: number;
  pages: number;
  total: number;
  filter: { kind: string; since: string; until: string };
  kinds: readonly string[];
  following: Following | undefined;
}

export function journalPage(about: JournalPage): Html {
  const { name, records, filter, kinds, following, total } = about;
  const to = (page: number): string => {
    const given = Object.entries({ ...filter, page: String(page) }).filter(([, value]) => value !== '');
    return `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
  };
  return frame(
    {
      title: `Journal of ${name}`,
      up: '../../../',
      following,
      places: placesOf('', name.split('/')[1] ?? '', 'Journal'),
    },
    html`<form method="get" action="journal"><label>Kind<select name="kind"><option value="">all</option>${kinds.map(
      (kind) => (kind === filter.kind ? html`<option selected>${kind}</option>` : html`<option>${kind}</option>`),
    )}</select></label><label>Since<input name="since" value="${filter.since}" placeholder="2026-11-28"></label><label>Until<input name="until" value="${filter.until}" placeholder="2026-11-29"></label><button type="submit">Show</button></form>
<p class="soft">${total} records, the newest first. The hash is that of the line: <code>plus1 journal verify</code> proves it.</p>
${records.length === 0 ? html`<p>No record fits.</p>` : recordsTable(records)}
${pages(about, to)}`,
  );
}
