/** Every repository of a policy, a hundred a page. */
import { FINDING_STATUSES } from '../../api/index.js';
import { html, type Html, type HtmlValue } from '../../html/index.js';
import type { Following, Row } from '../source.js';
import { frame, pages, part, repositoriesOf, time } from './layout.js';
import { placesOf } from './places.js';

export interface Filter {
  status: string;
  /** `true`, `false`, or empty for both. */
  governed: string;
  q: string;
}

export interface RepositoriesPage {
  name: string;
  rows: readonly Row[];
  page: number;
  pages: number;
  total: number;
  filter: Filter;
  following: Following | undefined;
}

export function repositoriesPage(about: RepositoriesPage): Html {
  const { name, rows, total, filter, following } = about;
  const to = (page: number): string => {
    const given = Object.entries({ ...filter, page: String(page) }).filter(([, value]) => value !== '');
    return `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
  };
  return frame(
    {
      title: `Repositories of ${name}`,
      up: '../../../',
      following,
      places: placesOf('', name.split('/')[1] ?? '', 'Repositories'),
    },
    html`<form method="get" action="repositories"><label>Status<select name="status">${choices(['', ...FINDING_STATUSES], filter.status, { '': 'all' })}</select></label><label>Governed<select name="governed">${choices(['', 'true', 'false'], filter.governed, { '': 'all', true: 'yes', false: 'no' })}</select></label><label>Name<input type="search" name="q" value="${filter.q}"></label><button type="submit">Show</button></form>
<p class="soft">${repositoriesOf(total)}.</p>
${
  rows.length === 0
    ? html`<p>No repository fits.</p>`
    : html`<table class="stacked"><thead><tr><th scope="col">Repository</th><th scope="col">Its file says</th><th scope="col">Governed</th><th scope="col">Since</th><th scope="col">Why</th></tr></thead><tbody>${rows.map(row)}</tbody></table>`
}${pages(about, to)}`,
  );
}

const choices = (values: readonly string[], chosen: string, words: Readonly<Record<string, string>>): HtmlValue =>
  values.map((value) =>
    value === chosen
      ? html`<option value="${value}" selected>${words[value] ?? value}</option>`
      : html`<option value="${value}">${words[value] ?? value}</option>`,
  );

function row(each: Row): Html {
  const { name, status, isGoverned, governedSince, ungovernedSince, statusSince } = each;
  const isExposed = ungovernedSince !== undefined;
  return html`<tr><th scope="row" data-label="Repository"><a href="repositories/${part(name)}">${name}</a></th><td data-label="Its file says">${status}</td><td data-label="Governed"><span class="state ${isExposed ? 'bad' : isGoverned ? 'good' : 'soft'}">${isGoverned ? 'yes' : 'no'}</span></td><td data-label="Since">${time(isExposed ? ungovernedSince : (governedSince ?? statusSince))}</td><td data-label="Why">${whyOf(each)}</td></tr>`;
}

/** In a few words: why it is governed, or not. */
export function whyOf({ status, isGoverned, exemption, ungovernedSince }: Row): string {
  if (exemption !== undefined) return `an exemption of the policy (${exemption})`;
  if (ungovernedSince !== undefined) return 'in production, and not in force in the ruleset: see the policy';
  if (status === 'valid_production') return isGoverned ? 'its catalogue file says production' : 'not entered yet';
  if (isGoverned) return `stays: ${WORDS[status] ?? status}`;
  return WORDS[status] ?? status;
}

const WORDS: Readonly<Record<string, string>> = {
  valid_non_production: 'its catalogue file names another lifecycle',
  missing_lifecycle: 'its catalogue file names no lifecycle',
  missing_file: 'it has no catalogue file',
  invalid_yaml: 'its catalogue file is no YAML',
  invalid_schema: 'its catalogue file is no entity',
  unreadable: 'its catalogue file cannot be read',
  unobserved: 'GitHub did not answer about it',
  archived_skipped: 'it is archived',
  excluded: 'the filter of the policy leaves it out',
};
