/** Tables that several pages have. */
import { html, type Html } from '../../html/index.js';
import { grouped } from '../../text/index.js';
import type { Change } from '../history/changes.js';
import { overlapMs } from '../history/exposures.js';
import type { History } from '../history/history.js';
import type { Hold } from '../history/holds.js';
import type { Passes } from '../period/figures.js';
import { at, causeText, dataTable, lasting } from './parts.js';

const OUTCOMES: Record<Change['outcome'], string> = {
  proved: 'proved',
  unproved: 'not proved',
  refused: 'refused by GitHub',
  open: 'not known yet',
  seen: 'seen, done by somebody else',
};

/** By kind and result; `passes` has all results, zeros included. */
export function passesTable(passes: Passes): Html {
  const results = Object.keys(passes.full);
  return dataTable({
    caption: 'How passes ended',
    head: ['Kind', ...results],
    rows: (['full', 'quick'] as const).map((kind) => [
      kind,
      ...results.map((result) => grouped(passes[kind][result] ?? 0)),
    ]),
    numbers: results.map((_, index) => index + 1),
    none: '',
  });
}

export const changesTable = (changes: readonly Change[]): Html =>
  dataTable({
    caption: 'Each repository that entered or left the ruleset',
    head: ['Repository', 'Change', 'When', 'Why', 'By', 'Approved by', 'Outcome'],
    rows: changes.map((change) => [
      ...[change.name, change.action === 'enter' ? 'entered' : 'left', at(change.time), whyOf(change), byOf(change)],
      ...[change.approvals.map(({ approver }) => approver).join(', '), OUTCOMES[change.outcome]],
    ]),
    none: 'Nothing changed.',
  });

const whyOf = ({ status, why }: Change): string => (status === null ? why : `${status}: ${why}`);

function byOf({ author, commit, pull_request }: Change): Html | string {
  if (commit === null) return '';
  return html`${author ?? 'commit'} <code>${commit.slice(0, 12)}</code>${pull_request !== null && ` #${pull_request}`}`;
}

export function exposureTable({ exposures, period }: History): Html {
  const [fromMs, untilMs] = [Date.parse(period.since), Date.parse(period.until)];
  return dataTable({
    caption: 'In production and not governed, with the time that lies in this period',
    head: ['Repository', 'Since', 'Until', 'In this period', 'Why', 'Then'],
    rows: exposures.map((each) => [
      ...[each.name, at(each.since), each.until === null ? 'goes on' : at(each.until)],
      ...[lasting(overlapMs(each, fromMs, untilMs) / 1_000), causeText(each.cause), each.ended ?? 'not governed'],
    ]),
    numbers: [3],
    none: 'No repository in production was seen ungoverned.',
  });
}

export const holdsTable = (held: readonly Hold[]): Html =>
  dataTable({
    caption: 'Held plans',
    head: ['Since', 'Until', 'Guard', 'Repositories', 'Ended', 'Plan'],
    rows: held.map(({ since, until, reason, count: held, ended, plan_hash }) => [
      ...[at(since), until === null ? 'goes on' : at(until), reason, grouped(held), ended],
      html`<code>${plan_hash}</code>`,
    ]),
    numbers: [3],
    none: 'Nothing was held.',
  });
