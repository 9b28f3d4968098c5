/** All policies, the ones in trouble first. */
import { html, type Html, type HtmlValue } from '../../html/index.js';
import type { PolicyKey } from '../../policies/index.js';
import type { Following } from '../source.js';
import type { Summary } from '../trouble.js';
import { figure, frame, part, pages, span, time } from './layout.js';

/** A repository that is in production and not governed. */
export interface UngovernedRow {
  key: PolicyKey;
  repository: string;
  sinceMs: number;
  /** What the policy says is wrong. */
  why: string;
}

export interface Overview {
  summaries: readonly Summary[];
  /** Of all policies, also of those that the page does not show. */
  counts: { policies: number; inTrouble: number; production: number; governed: number; held: number };
  /** The first of those that are in production and not governed. */
  ungoverned: readonly UngovernedRow[];
  query: string;
  page: number;
  pages: number;
  following: Following | undefined;
  nowMs: number;
}

const CLASSES = { Ready: 'good', 'Not ready': 'bad', Unknown: 'warn', Suspended: 'soft', Invalid: 'bad' } as const;

export function overviewPage(overview: Overview): Html {
  const { counts, summaries, query, following, nowMs, ungoverned: named } = overview;
  const ungoverned = counts.production - counts.governed;
  return frame(
    { title: 'Policies', up: '', following },
    html`<ul class="figures">
${figure('policies', counts.policies, counts.inTrouble === 0 ? 'all well' : html`<span class="bad">${counts.inTrouble} in trouble</span>`)}
${figure('in production', counts.production)}
${figure('of them governed', counts.governed)}
${figure('not governed', html`<span class="${ungoverned > 0 ? 'bad' : 'good'}">${ungoverned}</span>`)}
${figure('held repositories', counts.held)}
</ul>
${exposed(named, ungoverned, nowMs)}
<form method="get" action="./" role="search"><label>Search by name<input type="search" name="q" value="${query}"></label><button type="submit">Search</button></form>
${table(summaries, nowMs)}
${pages(overview, (page) => `?${new URLSearchParams({ ...(query !== '' && { q: query }), page: String(page) }).toString()}`)}`,
  );
}

/** Which, since when and why, before anything is searched for. */
function exposed(rows: readonly UngovernedRow[], total: number, nowMs: number): Html | '' {
  if (rows.length === 0) return '';
  const left = total - rows.length;
  return html`<h2>In production and not governed</h2><table class="stacked exposed"><thead><tr><th scope="col">Repository</th><th scope="col">For</th><th scope="col">Why</th></tr></thead><tbody>${rows.map(
    ({ key: { namespace, name }, repository, sinceMs, why }) =>
      html`<tr><th scope="row" data-label="Repository"><span><a href="policies/${part(namespace)}/${part(name)}/repositories/${part(repository)}">${repository}</a><br><span class="soft">${namespace}/${name}</span></span></th><td data-label="For"><span class="bad">${span(nowMs - sinceMs)}</span></td><td data-label="Why">${why}</td></tr>`,
  )}</tbody></table>${left > 0 && html`<p>And ${left} more: see the policies below.</p>`}`;
}

function table(summaries: readonly Summary[], nowMs: number): Html {
  if (summaries.length === 0) return html`<p>No policy has this name.</p>`;
  return html`<table class="stacked"><thead><tr><th scope="col">Policy</th><th scope="col">State</th><th scope="col">Governed</th><th scope="col">Ungoverned since</th><th scope="col">Held</th><th scope="col">Last pass</th><th scope="col">Next full pass</th></tr></thead><tbody>${summaries.map(
    (each) => row(each, nowMs),
  )}</tbody></table>`;
}

function row(summary: Summary, nowMs: number): Html {
  const { record, organization, mode, ready, governed, production, held, exposedSinceMs } = summary;
  const { namespace, name } = record.key;
  const to = `policies/${part(namespace)}/${part(name)}`;
  const isShort = governed !== undefined && production !== undefined && governed < production;
  const counts: HtmlValue = governed === undefined ? '–' : `${governed} of ${production ?? 0}`;
  return html`<tr><th scope="row" data-label="Policy"><span><a href="${to}">${namespace}/${name}</a><br><span class="soft">${organization}${mode === 'Observe' && ', observes only'}</span></span></th><td data-label="State"><span class="state ${CLASSES[ready]}">${ready}</span></td><td data-label="Governed"><a class="${isShort ? 'bad' : ''}" href="${to}/repositories?status=valid_production">${counts}</a></td><td data-label="Ungoverned since">${
    exposedSinceMs === undefined
      ? '–'
      : html`<a class="bad" href="${to}/repositories?status=valid_production&amp;governed=false">${span(nowMs - exposedSinceMs)}</a>`
  }</td><td data-label="Held">${held > 0 ? html`<a href="${to}#held">${held}</a>` : '–'}</td><td data-label="Last pass">${time(record.status.lastPass?.completionTime)}</td><td data-label="Next full pass">${time(record.status.nextPassTime)}</td></tr>`;
}
