/** One policy: whether it does what it should, and if not, why and what to do. */
import { chartTable, html, lineChart, type Chart, type Html, type HtmlValue } from '../../html/index.js';
import type { JournalRecord } from '../../journal/index.js';
import type { PolicyRecord } from '../../policies/index.js';
import type { Following, PolicyState } from '../source.js';
import { baselineSummary, jobs } from './beside.js';
import { conditionOf, summaryOf } from '../trouble.js';
import { figures } from './figures.js';
import { frame, part, repositoriesOf, span, time } from './layout.js';
import { placesOf } from './places.js';
import { recordsTable, type ShownRecord } from './records.js';

/** A day of the chart; null where no complete pass of it is known. */
export interface Day {
  date: string;
  production: number | null;
  governed: number | null;
}

export interface PolicyPage {
  record: PolicyRecord;
  state: PolicyState | undefined;
  /** Names of all that the held plan would let leave, and enter. */
  held: { leave: readonly string[]; enter: readonly string[] };
  days: readonly Day[];
  recent: readonly ShownRecord[];
  following: Following | undefined;
  nowMs: number;
}

/** From the page of a policy to what lies below it. */
const baseOf = ({ record }: Pick<PolicyPage, 'record'>): string => `${part(record.key.name)}/`;

export function policyPage(about: PolicyPage): Html {
  const { record, following } = about;
  const { namespace, name } = record.key;
  return frame(
    { title: `${namespace}/${name}`, up: '../../', following, places: placesOf(baseOf(about), name, 'Summary') },
    html`${verdict(about)}${numbers(about)}${held(about)}${clocks(about)}${findings(about)}${baselineSummary(record)}${jobs(record.status.workflows)}${chart(about)}<h2>Recent records</h2>${
      about.recent.length === 0
        ? html`<p>There is no journal of this policy on this replica.</p>`
        : html`${recordsTable(about.recent)}<p><a href="${baseOf(about)}journal">All records</a></p>`
    }`,
  );
}

function verdict({ record }: PolicyPage): HtmlValue {
  const { ready, message, organization } = summaryOf(record);
  const compliant = conditionOf(record, 'Compliant');
  const isWell = ready === 'Ready' && compliant?.status !== 'False';
  const about = html`<p class="soft">Organization ${organization}</p>`;
  if (isWell) return html`${about}<p class="state good">Ready</p>`;
  const notes = [
    ready !== 'Ready' && { title: ready, text: message },
    compliant?.status === 'False' && { title: `Not compliant: ${compliant.reason}`, text: compliant.message },
  ].filter((each) => each !== false);
  return html`${about}${notes.map(({ title, text }) => html`<div class="note bad"><p class="state">${title}</p><p>${text}</p></div>`)}`;
}

function numbers({ record, nowMs }: PolicyPage): HtmlValue {
  const base = baseOf({ record });
  const { compliance, ruleset, lastPass, nextPassTime, effective } = record.status;
  if (compliance === undefined) return html`<p>No pass has ended yet.</p>`;
  const since = compliance.ungovernedSince;
  const all = figures([
    { name: 'repositories', value: compliance.total, to: `${base}repositories` },
    { name: 'in production', value: compliance.production, to: `${base}repositories?status=valid_production` },
    {
      ...{ name: 'of them governed', value: compliance.governed },
      to: `${base}repositories?status=valid_production&governed=true`,
    },
    {
      ...{ name: 'not governed', value: compliance.ungoverned },
      to: `${base}repositories?status=valid_production&governed=false`,
      state: compliance.ungoverned > 0 ? 'bad' : 'good',
      note: since !== undefined && `for ${span(nowMs - Date.parse(since))}`,
    },
    {
      ...{ name: 'members of the ruleset', value: ruleset?.members ?? '–', to: `${base}repositories?governed=true` },
      note: ruleset?.enforcement,
    },
    ...(effective === undefined
      ? []
      : [
          {
            ...{ name: 'without its rules in force', value: effective.ineffective },
            note: `of ${effective.checked} checked`,
          },
        ]),
  ]);
  return html`${all}<dl><dt>Last pass</dt><dd>${time(lastPass?.completionTime)}${lastPass && `, ${lastPass.type.toLowerCase()}: ${lastPass.result}`}</dd><dt>Last complete pass</dt><dd>${time(record.status.lastSyncTime)}</dd><dt>Next full pass</dt><dd>${time(nextPassTime)}</dd></dl>`;
}

function held({ record, held: names }: PolicyPage): HtmlValue {
  const { hold } = record.status;
  if (hold === undefined) return '';
  const { namespace, name } = record.key;
  const base = baseOf({ record });
  const list = (word: string, of: readonly string[]): HtmlValue =>
    of.length > 0 &&
    html`<p>${word}: ${of.map((each, at) => html`${at > 0 && ', '}<a href="${base}repositories/${part(each)}">${each}</a>`)}</p>`;
  const isKnown = names.leave.length + names.enter.length > 0;
  return html`<h2 id="held">Held plan</h2><div class="note"><p>A plan about ${repositoriesOf(hold.count)} is held by <strong>${hold.reason}</strong> since ${time(hold.since)}.${hold.expiryTime !== undefined && html` Approvals count until ${time(hold.expiryTime)}.`}</p>${
    isKnown
      ? html`${list('Would leave', names.leave)}${list('Would enter', names.enter)}`
      : html`<p>${hold.repositories.join(', ')}${hold.count > hold.repositories.length && ` and ${hold.count - hold.repositories.length} more`}</p>`
  }<p>Approved by ${hold.approvals} so far. To approve it:</p><p><code>kubectl plus1 approve ${name} -n ${namespace} --plan ${hold.planHash}</code></p><p class="soft">With policies in a folder: <code>plus1 approve ${namespace}/${name} --plan ${hold.planHash}</code></p></div>`;
}

function clocks({ record, nowMs }: PolicyPage): HtmlValue {
  const leaving = record.status.leaving ?? [];
  if (leaving.length === 0) return '';
  const base = baseOf({ record });
  return html`<h2>Exit clocks</h2><p>These members no longer declare production. Each may leave when its clock is over, on evidence of that pass.</p><div class="wide"><table class="stacked"><thead><tr><th scope="col">Repository</th><th scope="col">It says</th><th scope="col">Since</th><th scope="col">May leave</th><th scope="col">Started by</th></tr></thead><tbody>${leaving.map(
    ({ name, reason, since, dueTime, author, commit }) =>
      html`<tr><th scope="row" data-label="Repository"><a href="${base}repositories/${part(name)}">${name}</a></th><td data-label="It says">${reason}</td><td data-label="Since">${time(since)}</td><td data-label="May leave">${Date.parse(dueTime) <= nowMs ? 'now' : `in ${span(Date.parse(dueTime) - nowMs)}`}</td><td data-label="Started by">${author ?? '–'}${commit !== undefined && html` <code>${commit.slice(0, 10)}</code>`}</td></tr>`,
  )}</tbody></table></div>`;
}

function findings({ record }: PolicyPage): HtmlValue {
  const all = (record.status.findings ?? []).filter(({ count }) => count > 0);
  if (all.length === 0) return '';
  const base = baseOf({ record });
  return html`<h2>What the files say</h2><table><thead><tr><th scope="col">Status</th><th scope="col" class="number">Repositories</th></tr></thead><tbody>${all.map(
    ({ status, count }) =>
      html`<tr><th scope="row"><a href="${base}repositories?status=${status}">${status}</a></th><td class="number">${count}</td></tr>`,
  )}</tbody></table>`;
}

function chart({ days }: PolicyPage): HtmlValue {
  if (days.every(({ production }) => production === null)) return '';
  const about: Chart = {
    id: 'days',
    title: 'Production and governed, by day',
    description: `Repositories in production, and those of them that are governed, on each of ${days.length} days`,
    labels: days.map(({ date }) => date),
    series: [
      { name: 'in production', values: days.map(({ production }) => production) },
      { name: 'governed', values: days.map(({ governed }) => governed) },
    ],
  };
  return html`<h2>The last ${days.length} days</h2>${lineChart(about)}<details><summary>The numbers</summary><div class="wide">${chartTable(about, 'Day')}</div></details>`;
}

/** Of a `DaySummary`. */
export function dayOf({ data }: JournalRecord): Day {
  const { date, compliance } = data as { date?: unknown; compliance?: unknown };
  const { production, governed } = (compliance ?? {}) as { production?: unknown; governed?: unknown };
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return { date: typeof date === 'string' ? date : '', production: number(production), governed: number(governed) };
}
