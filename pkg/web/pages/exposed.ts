/** What a new reader has to see first: which repositories in production are not governed, since when, why, and what to do. */
import { html, type Html } from '../../html/index.js';
import type { PolicyKey } from '../../policies/index.js';
import { part, repositoriesOf, span, time } from './layout.js';

export interface Why {
  what: string;
  /** What to do; absent where there is nothing to do. */
  fix?: string;
  /** Of the error, as `docs/reference/errors.md` has it. */
  code?: string;
}

/** A repository that is in production and not governed. */
export interface Exposed {
  key: PolicyKey;
  repository: string;
  since: string;
  why: Why;
}

export interface ExposedPart {
  rows: readonly Exposed[];
  /** Of all policies, also of those that no row is about. */
  total: number;
  /** Where all of them are counted by policy. */
  all: string;
  /** Every policy has proved that nothing in production is left out. */
  isProved: boolean;
  nowMs: number;
}

/** Before anything is searched for. */
export function exposedPart({ rows, total, all, isProved, nowMs }: ExposedPart): Html | '' {
  if (total <= 0) return isProved ? html`<p class="state good">Every repository in production is governed.</p>` : '';
  const head = html`<h2>${repositoriesOf(total)} in production ${total === 1 ? 'is' : 'are'} not governed</h2>`;
  if (rows.length === 0)
    return html`${head}<p>Which ones is not known here: there is no journal that names them. <a href="${all}">Policies that have them</a></p>`;
  const left = total - rows.length;
  return html`${head}<table class="stacked exposed"><thead><tr><th scope="col">Repository</th><th scope="col">Since</th><th scope="col">Why, and what to do</th></tr></thead><tbody>${rows.map(
    (each) => row(each, nowMs),
  )}</tbody></table>${left > 0 && html`<p><a href="${all}">And ${left} more</a></p>`}`;
}

function row({ key: { namespace, name }, repository, since, why: { what, fix, code } }: Exposed, nowMs: number): Html {
  const policy = `policies/${part(namespace)}/${part(name)}`;
  return html`<tr><th scope="row" data-label="Repository"><span><a href="${policy}/repositories/${part(repository)}">${repository}</a><br><span class="soft">of <a href="${policy}">${namespace}/${name}</a></span></span></th><td data-label="Since"><span>${time(since)}<br><span class="bad">${span(nowMs - Date.parse(since))}</span></span></td><td data-label="Why"><span>${what}.${
    fix !== undefined && html`<br><strong>To do:</strong> ${fix}.`
  }${code !== undefined && html`<br><code class="soft">${code}</code>`}</span></td></tr>`;
}
