/** Tables that several pages have. */
import { html, type Html } from '../../html/index.js';
import { grouped } from '../../text/index.js';
import type { Change } from '../history/changes.js';
import { overlapMs, type Exposure } from '../history/exposures.js';
import type { History } from '../history/history.js';
import type { Hold, TrackedHold } from '../history/holds.js';
import { earlierLook } from '../history/looks.js';
import type { Passes } from '../period/figures.js';
import { at, dataTable, lasting, shortHash, unknown } from './parts.js';
import { causeText, guardText, holdEndText, outcomeText, statusText } from './words.js';

/** By kind and result; `passes` has all results, zeros included. */
export function passesTable(passes: Passes): Html {
  const results = Object.keys(passes.full);
  return dataTable({
    caption: 'How passes ended: full ones look at everything, quick ones at what changed',
    head: ['Kind', ...results],
    rows: (['full', 'quick'] as const).map((kind) => [
      kind,
      ...results.map((result) => grouped(passes[kind][result] ?? 0)),
    ]),
    numbers: results.map((_, index) => index + 1),
    none: '',
  });
}

export const changesTable = ({ changes, days }: Pick<History, 'changes' | 'days'>): Html =>
  dataTable({
    caption: 'One line for each repository that entered or left the ruleset, or would have',
    head: ['Repository', 'When', 'Change', 'Why', 'Declared by', 'Changed by', 'Approved by'],
    rows: changes.map((change) => [
      ...[change.name, whenOf(change, days), html`${wordOf(change)}<br><small>${outcomeText(change.outcome)}</small>`],
      ...[change.why === '' ? statusText(change.status ?? '') : change.why, declaredBy(change), changedBy(change)],
      approvedBy(change),
    ]),
    none: 'Nothing changed.',
  });

/** What others do is seen by the next pass, and happened some time after the one before. */
function whenOf({ outcome, time }: Change, days: History['days']): Html | string {
  if (outcome !== 'seen') return at(time);
  const { looked_before: before } = earlierLook(time, days);
  return before === null ? html`before ${at(time)}` : html`between ${at(before)} and ${at(time)}`;
}

const wordOf = ({ action, outcome }: Change): string => {
  if (outcome === 'refused' || outcome === 'unproved') return action === 'enter' ? 'was to enter' : 'was to leave';
  return action === 'enter' ? 'entered' : 'left';
};

/** Whose commit of the catalogue file asked for it. */
function declaredBy({ author, commit, pull_request, status, isRestored }: Change): Html | string {
  if (isRestored) return '–';
  if (status === 'exempted') return 'an exemption of the policy';
  if (commit === null) return '–';
  return html`${author ?? html`<small>author not recorded</small>`}<br>commit ${shortHash(commit)}${pull_request !== null && ` #${pull_request}`}`;
}

function changedBy({ outcome, isRestored, released }: Change): string {
  if (outcome === 'seen') return 'somebody else: not known here; GitHub’s audit log names the person';
  if (isRestored) return 'Plus1, by a rollback that somebody asked for';
  if (outcome === 'refused' || outcome === 'unproved') return '–';
  return released === 'RolledBack' ? 'Plus1, once the hold of the rollback was lifted' : 'Plus1';
}

function approvedBy({ approvals, action, outcome, released }: Change): string {
  if (approvals.length > 0)
    return approvals
      .map(({ approver, verified }) => `${approver}${verified ? '' : ' (identity not verified)'}`)
      .join(', ');
  if (released !== null) return 'nobody: see held plans';
  return action === 'leave' && outcome === 'proved' ? 'nobody: within the guards' : '–';
}

export function exposureTable({ exposures, period, days }: Pick<History, 'exposures' | 'period' | 'days'>): Html {
  const [fromMs, untilMs] = [Date.parse(period.since), Date.parse(period.until)];
  return dataTable({
    caption:
      'In production and not governed. The time is measured from the pass that found it, as far as it lies in this period; it may have begun any time after the look before.',
    head: ['Repository', 'Found', 'Measured', 'Before it was found', 'Until', 'Why', 'Then'],
    rows: exposures.map((each) => [
      ...[each.name, at(each.since), measured(each, overlapMs(each, fromMs, untilMs) / 1_000), unseen(each, days)],
      ...[each.until === null ? 'goes on' : at(each.until), whyExposed(each)],
      each.ended === null ? 'still not governed' : statusText(each.ended),
    ]),
    none: 'No repository in production was seen ungoverned.',
  });
}

const measured = ({ until }: Exposure, seconds: number): string =>
  seconds === 0 && until !== null ? 'none: the same pass governed it' : lasting(seconds);

function unseen({ since }: Exposure, days: History['days']): Html | string {
  const { looked_before: before, unseen_seconds: seconds } = earlierLook(since, days);
  if (seconds === null) return unknown;
  return html`up to ${lasting(seconds)}${before !== null && html`<br><small>the look before: ${at(before)}</small>`}`;
}

function whyExposed({ cause, failures, error }: Exposure): string {
  if (failures === 0) return causeText(cause);
  return `${causeText(cause)}: ${failures === 1 ? 'once' : `${failures} times`}${error === null ? '' : `, ${error}`}`;
}

export const holdsTable = (held: readonly (Hold & Pick<TrackedHold, 'ended_by' | 'approvers'>)[]): Html =>
  dataTable({
    caption: 'Plans that a guard held back, and what let go of them',
    head: ['Since', 'Until', 'Why it was held', 'Repositories', 'How it ended', 'Plan'],
    rows: held.map(({ since, until, reason, count: held, ended_by, approvers, plan_hash }) => [
      ...[at(since), until === null ? 'goes on' : at(until), guardText(reason), grouped(held)],
      ...[holdEndText({ ended_by, approvers }), shortHash(plan_hash)],
    ]),
    numbers: [3],
    none: 'Nothing was held.',
  });
