/** All policies, the ones in trouble first. */
import { html, type Html, type HtmlValue } from '../../html/index.js';
import type { Count, Shown } from '../shown.js';
import type { Following } from '../source.js';
import type { Summary } from '../trouble.js';
import { exposedPart, type Exposed } from './exposed.js';
import { figures, type Figure } from './figures.js';
import { frame, pages, part, span, time } from './layout.js';

export interface Overview {
  summaries: readonly Summary[];
  /** How many of them there are on all pages. */
  total: number;
  /** Of all policies, also of those that the page does not show. */
  policies: number;
  counts: Readonly<Record<Shown, Count>>;
  /** Every policy has proved that nothing in production is left out. */
  isProved: boolean;
  /** The first of those that are in production and not governed. */
  exposed: readonly Exposed[];
  query: string;
  /** What the policies that are shown have; undefined: all are shown. */
  show: Shown | undefined;
  page: number;
  pages: number;
  following: Following | undefined;
  nowMs: number;
}

const CLASSES = { Ready: 'good', 'Not ready': 'bad', Unknown: 'warn', Suspended: 'soft', Invalid: 'bad' } as const;

export function overviewPage(overview: Overview): Html {
  const { counts, query, show, following, nowMs } = overview;
  return frame(
    { title: 'Policies', up: '', following },
    html`${figures(figuresOf(overview))}
${query === '' && exposedPart({ rows: overview.exposed, total: counts.ungoverned.total, all: placeOf('ungoverned', counts), isProved: overview.isProved, nowMs })}
<h2 id="policies">${show === undefined ? 'All policies' : HEADS[show]}</h2>
<form method="get" action="./" role="search">${show !== undefined && html`<input type="hidden" name="show" value="${show}">`}<label>Search by name<input type="search" name="q" value="${query}"></label><button type="submit">Search</button></form>
${(query !== '' || show !== undefined) && html`<p class="soft">${policiesOf(overview.total)}. <a href="./">Show all</a></p>`}
${table(overview)}
${pages(overview, (page) => `?${new URLSearchParams({ ...(show !== undefined && { show }), ...(query !== '' && { q: query }), page: String(page) }).toString()}`)}`,
  );
}

const HEADS: Readonly<Record<Shown, string>> = {
  trouble: 'Policies in trouble',
  production: 'Policies with repositories in production',
  governed: 'Policies with governed repositories',
  ungoverned: 'Policies with repositories in production that are not governed',
  held: 'Policies with a held plan',
};

const policiesOf = (count: number): string => `${count} ${count === 1 ? 'policy' : 'policies'}`;

function figuresOf({ policies, counts, nowMs }: Overview): Figure[] {
  const { trouble, production, governed, ungoverned, held } = counts;
  const sinceMs = Math.min(...ungoverned.of.map(({ exposedSinceMs = Infinity }) => exposedSinceMs));
  return [
    {
      ...{ name: policies === 1 ? 'policy' : 'policies', value: policies, to: './#policies' },
      note:
        trouble.total === 0
          ? 'all well'
          : html`<a class="bad" href="${placeOf('trouble', counts)}">${trouble.total} in trouble</a>`,
    },
    { name: 'in production', value: production.total, to: placeOf('production', counts) },
    { name: 'of them governed', value: governed.total, to: placeOf('governed', counts) },
    {
      ...{ name: 'not governed', value: ungoverned.total, to: placeOf('ungoverned', counts) },
      state: ungoverned.total > 0 ? 'bad' : 'good',
      note: Number.isFinite(sinceMs) && `for ${span(nowMs - sinceMs)}`,
    },
    { name: 'held', value: held.total, to: placeOf('held', counts) },
  ];
}

/** Below a policy: the list of what it adds to a figure. */
const LISTS: Readonly<Record<Shown, string>> = {
  trouble: '',
  production: '/repositories?status=valid_production',
  governed: '/repositories?status=valid_production&governed=true',
  ungoverned: '/repositories?status=valid_production&governed=false',
  held: '#held',
};

const addressOf = ({ record: { key } }: Summary): string => `policies/${part(key.namespace)}/${part(key.name)}`;

/** What one policy alone makes up is its list; else the policies that do, each of which leads to its own. */
function placeOf(show: Shown, counts: Overview['counts']): string {
  const [first, ...others] = counts[show].of;
  return first !== undefined && others.length === 0 ? `${addressOf(first)}${LISTS[show]}` : `?show=${show}#policies`;
}

function table({ summaries, query, show, nowMs }: Overview): HtmlValue {
  if (summaries.length === 0)
    return html`<p>${query !== '' ? 'No policy has this name.' : show !== undefined ? 'There is none.' : 'There is no policy yet.'}</p>`;
  return html`<table class="stacked"><thead><tr><th scope="col">Policy</th><th scope="col">State</th><th scope="col">Governed</th><th scope="col">Not governed</th><th scope="col">Held</th><th scope="col">Last pass</th><th scope="col">Next full pass</th></tr></thead><tbody>${summaries.map(
    (each) => row(each, nowMs),
  )}</tbody></table>`;
}

function row(summary: Summary, nowMs: number): Html {
  const { record, organization, mode, ready, governed, production = 0, held, exposedSinceMs } = summary;
  const { namespace, name } = record.key;
  const to = addressOf(summary);
  const left = production - (governed ?? 0);
  return html`<tr><th scope="row" data-label="Policy"><span><a href="${to}">${namespace}/${name}</a><br><span class="soft">${organization}${mode === 'Observe' && ', observes only'}</span></span></th><td data-label="State"><span class="state ${CLASSES[ready]}">${ready}</span></td><td data-label="Governed">${
    governed === undefined ? '–' : html`<a href="${to}${LISTS.production}">${governed} of ${production}</a>`
  }</td><td data-label="Not governed">${
    exposedSinceMs === undefined && left <= 0
      ? '–'
      : html`<a class="bad" href="${to}${LISTS.ungoverned}">${left}${exposedSinceMs !== undefined && ` for ${span(nowMs - exposedSinceMs)}`}</a>`
  }</td><td data-label="Held">${held > 0 ? html`<a href="${to}${LISTS.held}">${held}</a>` : '–'}</td><td data-label="Last pass">${time(record.status.lastPass?.completionTime)}</td><td data-label="Next full pass">${time(record.status.nextPassTime)}</td></tr>`;
}
