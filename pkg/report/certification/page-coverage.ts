/** Of the certification page: how much of production was governed, and what the ruleset enforces. */
import { html, stackedBars, type Chart, type Html, type HtmlValue } from '../../html/index.js';
import { isMapping } from '../../base/index.js';
import { grouped, plural } from '../../text/index.js';
import { at, count, dataTable, facts, hours, lasting, unknown } from '../render/parts.js';
import type { Certification } from './certification.js';
import type { CoverageDay } from './coverage.js';
import { plainSetting } from './settings.js';

export function coveragePart({ governance_coverage: { days, below_full: below } }: Certification): Html {
  const worst = Math.max(0, ...days.map(({ most_ungoverned: most }) => most ?? 0));
  return html`${figure(coverageChart(days))}${worst > 0 && figure(worstChart(days))}${dayTable(days)}
<h3>Times below full coverage</h3>${dataTable({
    caption: 'From the pass that found it',
    head: ['Since', 'Until', 'How long', 'How many', 'Repositories'],
    rows: below.map(({ since, until, ungoverned, repositories: names }) => [
      ...[at(since), until === null ? 'goes on' : at(until)],
      until === null ? 'goes on' : lasting((Date.parse(until) - Date.parse(since)) / 1_000),
      grouped(ungoverned),
      `${names.join(', ')}${ungoverned > names.length ? ` and ${ungoverned - names.length} more` : ''}`,
    ]),
    numbers: [3],
    none: 'At no time that is known.',
  })}`;
}

const figure = (chart: Chart): Html =>
  html`<figure><figcaption>${chart.title}</figcaption><div class="scroll" tabindex="0" role="group" aria-label="${chart.title}">${stackedBars(chart)}</div></figure>`;

function coverageChart(days: readonly CoverageDay[]): Chart {
  const known = days.filter(({ production }) => production !== null);
  const [first, last] = [known[0], known.at(-1)];
  const of = (value: (day: CoverageDay) => number | null): (number | null)[] =>
    days.map((day) => (day.production === null ? null : value(day)));
  return {
    ...{ id: 'coverage', title: 'Repositories in production, by day', labels: days.map(({ date }) => date.slice(5)) },
    description:
      first === undefined || last === undefined
        ? 'No day had a complete pass.'
        : `In production from ${first.production} to ${last.production}, governed from ${first.governed} to ${last.governed}.`,
    partly: days.map(({ unknown_seconds: seconds }) => seconds > 0),
    series: [
      {
        name: 'governed all day',
        values: of(({ production, most_ungoverned: most }) => Math.max(0, (production ?? 0) - (most ?? 0))),
      },
      { name: 'ungoverned for a time of the day', values: of(({ most_ungoverned: most }) => most ?? 0) },
      { name: 'exempted', values: of(({ exempted }) => exempted) },
    ],
  };
}

/** By itself: one of thousands does not show beside the others. */
function worstChart(days: readonly CoverageDay[]): Chart {
  const values = days.map(({ most_ungoverned: most }) => most);
  return {
    ...{ id: 'worst', title: 'The most that were ungoverned at one time, by day' },
    labels: days.map(({ date }) => date.slice(5)),
    description: `At most ${Math.max(0, ...values.map((value) => value ?? 0))} at one time.`,
    partly: days.map(({ unknown_seconds: seconds }) => seconds > 0),
    series: [{ name: 'ungoverned at one time', values }],
  };
}

const dayTable = (days: readonly CoverageDay[]): Html =>
  dataTable({
    caption:
      'By day. In production, governed, exempted and in the ruleset: as of the last complete pass of the day. Ungoverned: at any time of the day. In the ruleset may be more than governed: also members that stay for their grace period or by a hold.',
    head: [
      ...['Day', 'In production', 'Governed', 'Exempted', 'In the ruleset'],
      ...['Most ungoverned', 'Time ungoverned', 'Not known'],
    ],
    rows: days.map((day) => [
      html`<span class="t">${day.date}</span>`,
      ...[day.production, day.governed, day.exempted, day.members, day.most_ungoverned].map((value) => count(value)),
      day.exposure_seconds === null ? unknown : lasting(day.exposure_seconds),
      day.unknown_seconds === 0 ? '–' : hours(day.unknown_seconds),
    ]),
    numbers: [1, 2, 3, 4, 5, 6, 7],
    none: '',
  });

/** What members of the ruleset are protected by, and the guards of the policy. */
export function enforcedPart({ risk_assessment: risk, process_effectiveness: process }: Certification): Html {
  const { ruleset, bypass_actors: actors, ruleset_changes: changes } = risk;
  return html`${facts('The ruleset, as of the last record of the month', [
    ['Enforcement', textOf(ruleset?.['enforcement'])],
    ['Branches', branchesOf(ruleset?.['refName'])],
    ['Rules', rulesOf(ruleset?.['rules'])],
    ['May bypass it', actors === null ? unknown : actors.length === 0 ? 'nobody' : plural(actors.length, 'actor')],
    [
      'Changed in the month',
      changes.length === 0
        ? 'no change of rules, enforcement, branches or bypass actors was seen'
        : `${plural(changes.length, 'time')}, see risk assessment`,
    ],
  ])}${facts('Guards and settings of the policy at the end of the month', settingsOf(process.settings))}`;
}

const textOf = (value: unknown): HtmlValue => (typeof value === 'string' ? value : unknown);

function branchesOf(refName: unknown): HtmlValue {
  if (!isMapping(refName)) return unknown;
  const list = (key: string): string => (Array.isArray(refName[key]) ? refName[key].map(String).join(', ') : '');
  const [include, exclude] = [list('include'), list('exclude')];
  const named = include.replace('~DEFAULT_BRANCH', 'the default branch').replace('~ALL', 'all branches');
  return `${named === '' ? 'none' : named}${exclude === '' ? '' : `, without ${exclude}`}`;
}

function rulesOf(rules: unknown): HtmlValue {
  if (!Array.isArray(rules)) return unknown;
  const names = rules.flatMap((rule: unknown) => (isMapping(rule) && typeof rule['type'] === 'string' ? [rule] : []));
  if (names.length === 0) return 'none';
  return names.map((rule, index) => {
    const parameters = isMapping(rule['parameters']) ? JSON.stringify(rule['parameters']) : '';
    return html`${index > 0 && ', '}<code>${String(rule['type'])}</code>${parameters !== '' && html` <small>${parameters}</small>`}`;
  });
}

/** Of all settings those that decide about who is governed. */
const SHOWN = ['mode', 'suspend', 'guards.', 'exit.', 'catalog.', 'repositories.', 'schedule.'];

const settingsOf = (settings: Record<string, string>): (readonly [string, HtmlValue])[] =>
  Object.entries(settings)
    .filter(([setting]) => SHOWN.some((each) => (each.endsWith('.') ? setting.startsWith(each) : setting === each)))
    .map(([setting, value]) => [setting, html`<code>${plainSetting(value)}</code>`]);
