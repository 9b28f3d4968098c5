/** What passes see beside the catalogue files: checklists, and what the jobs of workflow files are worth. None of it decides about the ruleset. */
import { html, type HtmlValue } from '../../html/index.js';
import type { PolicyRecord } from '../../policies/index.js';
import type { SeenBeside } from '../source.js';
import { conditionOf } from '../trouble.js';
import { repositoriesOf } from './layout.js';

/** Of a policy: how many repositories meet it, and the counts of each check. */
export function baselineSummary(record: PolicyRecord): HtmlValue {
  const { baseline } = record.status;
  if (baseline === undefined) return '';
  const { met, repositories, checks } = baseline;
  const condition = conditionOf(record, 'BaselineMet');
  return html`<h2 id="checklist">Checklist</h2><p>Met by <strong>${met}</strong> of ${repositoriesOf(repositories)}.${
    condition?.status === 'False' && html` ${condition.message}.`
  }</p><div class="wide"><table><thead><tr><th scope="col">Check</th>${['Pass', 'Fail', 'Unknown', 'Not available'].map(
    (word) => html`<th scope="col" class="number">${word}</th>`,
  )}</tr></thead><tbody>${checks.map(
    ({ name, pass, fail, unknown, notAvailable }) =>
      html`<tr><th scope="row">${name}</th>${[pass, fail, unknown, notAvailable].map(
        (count) => html`<td class="number">${count}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

const GOOD = new Set(['pass', 'not_available']);

/** Of a repository: each check, with what to do where something is to be done. */
export function checklist({ checks }: SeenBeside): HtmlValue {
  if (checks === undefined) return '';
  const passing = checks.filter(({ result }) => result === 'pass').length;
  return html`<h2 id="checklist">Checklist</h2><p>${passing} of ${checks.length} checks pass.</p><div class="wide"><table class="stacked"><thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">Found</th><th scope="col">To do</th></tr></thead><tbody>${checks.map(
    ({ name, result, found, expected, fix }) =>
      html`<tr><th scope="row" data-label="Check">${name}</th><td data-label="Result"><span class="${result === 'fail' ? 'bad' : GOOD.has(result) ? 'good' : 'warn'}">${result.replace('_', ' ')}</span></td><td data-label="Found">${found}</td><td data-label="To do">${
        fix === null ? '–' : html`${fix}<br><span class="soft">Expected: ${expected}</span>`
      }</td></tr>`,
  )}</tbody></table></div>`;
}

/** Jobs by status, of a repository or of all within the scope. */
export function jobs(counts: SeenBeside['workflows']): HtmlValue {
  if (counts === undefined) return '';
  const unread =
    counts.filesUnreadable > 0 &&
    html`<p>Workflow files and actions that could not be read or judged: ${counts.filesUnreadable}</p>`;
  const table =
    counts.jobs.length === 0
      ? html`<p>There are none.</p>`
      : html`<table><thead><tr><th scope="col">Status</th><th scope="col" class="number">Jobs</th></tr></thead><tbody>${counts.jobs.map(
          ({ status, count }) => html`<tr><th scope="row">${status}</th><td class="number">${count}</td></tr>`,
        )}</tbody></table>`;
  return html`<h2 id="jobs">Workflow jobs</h2>${table}${unread}`;
}
