/** Parts that the pages of all reports are made of. */
import { html, page, type Html, type HtmlValue } from '../../html/index.js';
import { grouped } from '../../text/index.js';
import type { Gap } from '../history/gaps.js';
import type { Period } from '../history/period.js';
import { STYLE } from './style.js';

export interface ReportPage {
  title: string;
  subtitle: HtmlValue;
  body: HtmlValue;
  footer: HtmlValue;
}

export function reportPage({ title, subtitle, body, footer }: ReportPage): string {
  return page({
    title,
    head: STYLE,
    body: html`<main><header><h1>${title}</h1><p>${subtitle}</p></header>
${body}
<footer>${footer}</footer></main>`,
  }).toString();
}

export interface Tile {
  name: string;
  value: HtmlValue;
  note?: HtmlValue;
  /** `open`: not known. */
  tone?: 'bad' | 'open' | undefined;
}

export const tiles = (list: readonly Tile[]): Html =>
  html`<dl class="tiles">${list.map(
    ({ name, value, note, tone }) =>
      html`<div class="${tone}"><dt>${name}</dt><dd>${value}${note !== undefined && html`<small>${note}</small>`}</dd></div>`,
  )}</dl>`;

/** Names and what they are. */
export const facts = (caption: string, list: readonly (readonly [string, HtmlValue])[]): Html =>
  html`<table class="facts"><caption>${caption}</caption><tbody>${list.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</tbody></table>`;

export interface Table {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly HtmlValue[])[];
  /** What stands there where there are no rows. */
  none: string;
  /** Columns with numbers, from 0. */
  numbers?: readonly number[];
}

/** The first cell of a row names it. */
export function dataTable({ caption, head, rows, none, numbers = [] }: Table): Html {
  if (rows.length === 0) return html`<p>${none}</p>`;
  const cell = (value: HtmlValue, at: number): Html => {
    if (at === 0) return html`<th scope="row">${value}</th>`;
    return numbers.includes(at) ? html`<td class="number">${value}</td>` : html`<td>${value}</td>`;
  };
  const heading = (name: string, at: number): Html =>
    numbers.includes(at) ? html`<th scope="col" class="number">${name}</th>` : html`<th scope="col">${name}</th>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head.map(heading)}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table></div>`;
}

export const unknown = html`<span class="unknown">not known</span>`;

export const count = (value: number | null | undefined): HtmlValue =>
  value === null || value === undefined ? unknown : grouped(value);

/** `419 of 420 (99.8 %)`: a share never stands without both numbers. */
export function share(part: number, whole: number, percentage: number | null): string {
  const percent = percentage === null ? '' : ` (${percentage.toFixed(1)} %)`;
  return `${grouped(part)} of ${grouped(whole)}${percent}`;
}

/** `1 repository`, `2 repositories`. */
export const repositories = (number: number): string =>
  `${grouped(number)} ${number === 1 ? 'repository' : 'repositories'}`;

/** A time as people read it: `2026-11-28 04:00:00`, in UTC as all of a report. */
export const plainTime = (time: string): string => time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');

/** The same on a page, where a line ends between date and time and nowhere else. */
export function at(time: string): Html {
  const [date = '', clock = ''] = plainTime(time).split(' ');
  return html`<span class="t">${date}</span> <span class="t">${clock}</span>`;
}

/** Of whole hours, so that times can be added: `72 h`, `30 min`. */
export const hours = (seconds: number): string =>
  seconds % 3_600 === 0 ? `${grouped(seconds / 3_600)} h` : lasting(seconds);

/** The first digits of a hash or a commit: enough to find it. */
export const shortHash = (hash: string): Html =>
  html`<code class="short">${hash.replace(/^sha256:/, '').slice(0, 10)}</code>`;

/** `2 d 3 h`, `5 min 2 s`, `0.4 s`: two units are enough to compare. */
export function lasting(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ];
  const whole = Math.round(seconds);
  const first = units.findIndex(([, size]) => whole >= size);
  const [[name = '', size = 1] = [], [next = '', nextSize = 1] = []] = units.slice(first);
  const rest = Math.floor((whole % size) / nextSize);
  return rest === 0 ? `${Math.floor(whole / size)} ${name}` : `${Math.floor(whole / size)} ${name} ${rest} ${next}`;
}

const REASONS: Record<Gap['reason'], string> = {
  NoCompletePass: 'passes ran, and none of them saw everything',
  NoPass: 'no pass ran',
  OtherWriter: 'another Plus1 instance led, and its journal is not here',
  BeforeJournal: 'the journal begins later',
  NotSummed:
    'the Plus1 instance of that time wrote no daily summary: coverage is not known, while single records of that time are below',
};

const secondsOf = ({ since, until }: Gap): number => (Date.parse(until) - Date.parse(since)) / 1_000;

export const gapText = (gap: Gap): string =>
  `${plainTime(gap.since)} to ${plainTime(gap.until)} (${hours(secondsOf(gap))}): ${REASONS[gap.reason]}${gap.chain === undefined ? '' : ` (${gap.chain})`}`;

/** How much of a time is not known: `72 h, 9.7 % of 744 h`. */
const unknownText = (unknownSeconds: number, wholeSeconds: number): string =>
  `${hours(unknownSeconds)}, ${((unknownSeconds / wholeSeconds) * 100).toFixed(1)} % of ${hours(wholeSeconds)}`;

/** On the first page: what a reader must not take for good. */
export function gapNotice({ gaps, period }: { gaps: readonly Gap[]; period: Period }): Html | undefined {
  if (gaps.length === 0) return undefined;
  const seconds = gaps.reduce((sum, gap) => sum + secondsOf(gap), 0);
  const whole = (Date.parse(period.until) - Date.parse(period.since)) / 1_000;
  return html`<section class="notice"><h2>Gaps: not everything is known</h2><p>${gaps.length === 1 ? 'Of one time' : `Of ${gaps.length} times`}, ${unknownText(seconds, whole)}, coverage is not known. No figure counts them as governed.</p><ul>${gaps.map(
    (gap) => html`<li>${gapText(gap)}</li>`,
  )}</ul></section>`;
}
