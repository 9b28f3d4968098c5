/** One repository: what its file says, whether it is governed, since when and why, what happens next, and its history. */
import type { ExitClock } from '../../api/index.js';
import { html, link, type Html, type HtmlValue } from '../../html/index.js';
import type { Following, Row, SeenBeside } from '../source.js';
import { checklist, jobs } from './beside.js';
import { frame, part, span, time } from './layout.js';
import { placesOf } from './places.js';
import { recordsTable, type ShownRecord } from './records.js';
import { whyOf } from './repositories.js';

/** What the last change of its file was, as the journal has it. */
export interface Origin {
  path?: string;
  line?: number;
  commit?: string;
  author?: string;
  codes: readonly string[];
}

export interface RepositoryPage {
  policy: string;
  organization: string;
  row: Row;
  origin: Origin | undefined;
  clock: ExitClock | undefined;
  beside: SeenBeside;
  /** The newest first. */
  history: readonly ShownRecord[];
  total: number;
  /** Of GitHub's pages, such as `https://github.com`. */
  webURL: string;
  following: Following | undefined;
  nowMs: number;
}

export function repositoryPage(about: RepositoryPage): Html {
  const { row, origin, clock, beside, history, total, organization, webURL, following, nowMs } = about;
  const address = `${webURL}/${encodeURIComponent(organization)}/${encodeURIComponent(row.name)}`;
  return frame(
    {
      title: row.name,
      up: '../../../../',
      following,
      places: placesOf('../', about.policy.split('/')[1] ?? '', 'Repositories'),
    },
    html`<p class="soft">Policy ${about.policy}. ${link(address, `${organization}/${row.name}`)} on GitHub, id ${row.id}</p>
${verdict(about)}
<dl><dt>Its file says</dt><dd>${row.status} since ${time(row.statusSince)}</dd><dt>In the ruleset</dt><dd>${row.governedSince === undefined ? 'no' : html`since ${time(row.governedSince)}`}</dd><dt>Why</dt><dd>${whyOf(row)}</dd>${originRows(origin, address)}${clockRows(clock, nowMs)}</dl>${checklist(beside)}${jobs(beside.workflows)}
<h2>History</h2>${history.length === 0 ? html`<p>The journal has no record about it.</p>` : recordsTable(history)}${
      total > history.length &&
      html`<p class="soft">${total - history.length} older records: <code>plus1 journal show ${about.policy} --repository ${row.name}</code></p>`
    }`,
  );
}

function verdict({ row, policy, nowMs }: RepositoryPage): Html {
  const { ungovernedSince, isGoverned, status } = row;
  if (ungovernedSince !== undefined)
    return html`<div class="note bad"><p class="state">In production and not governed for ${span(nowMs - Date.parse(ungovernedSince))}</p><p>Look at <a href="../../${part(policy.split('/')[1] ?? '')}">the policy</a>: it says why nothing enters, and what to do.</p></div>`;
  if (isGoverned) return html`<p class="state good">Governed</p>`;
  return html`<p class="state soft">${status === 'valid_production' ? 'Enters with the next pass' : 'Not governed, and not in production'}</p>`;
}

function originRows(origin: Origin | undefined, address: string): HtmlValue {
  if (origin === undefined) return '';
  const { path, line, commit, author, codes } = origin;
  const place = path === undefined ? undefined : `${path}${line === undefined ? '' : `:${line}`}`;
  return html`${place !== undefined && html`<dt>File</dt><dd>${place}</dd>`}${codes.length > 0 && html`<dt>Findings</dt><dd>${codes.join(', ')}</dd>`}${commit !== undefined && html`<dt>Commit</dt><dd>${link(`${address}/commit/${encodeURIComponent(commit)}`, html`<code>${commit}</code>`)}</dd>`}${author !== undefined && html`<dt>Author</dt><dd>${author}</dd>`}`;
}

function clockRows(clock: ExitClock | undefined, nowMs: number): HtmlValue {
  if (clock === undefined) return '';
  const left = Date.parse(clock.dueTime) - nowMs;
  return html`<dt>Exit clock</dt><dd>${clock.reason} since ${time(clock.since)}; may leave ${left <= 0 ? 'now' : html`in ${span(left)}, ${time(clock.dueTime)}`}</dd>`;
}
