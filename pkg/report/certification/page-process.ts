/** Of the certification page: how the process worked, and what people decided. */
import { html, type Html } from '../../html/index.js';
import { grouped, plural } from '../../text/index.js';
import type { History } from '../history/history.js';
import { at, dataTable, facts, lasting, shortHash } from '../render/parts.js';
import { changesTable, holdsTable, passesTable } from '../render/tables.js';
import type { Certification } from './certification.js';
import { plainSetting, type SettingChange } from './settings.js';

export function processPart({ process_effectiveness: process }: Certification, history: History): Html {
  return html`${passesTable(process.passes)}${figures(process, history)}
<h3>Held plans</h3>${holdsTable(process.holds)}${approvalsTable(process)}
<h3>Changes of the policy and rollbacks</h3>${policyTable(process)}${rollbacksTable(process)}
<h3>Changes of the ruleset’s repositories</h3>${changesTable(history)}
<p class="note">One write may change several repositories: ${plural(process.writes.proved, 'proved write')} stand for ${plural(rowsProved(history), 'line')}. In <code>changes.csv</code>, <code>proved</code> is <code>yes</code> for those alone: what others did and what GitHub refused has <code>no</code>, and <code>outcome</code> says which. A plan hash covers who leaves and what is held: all plans in which repositories only enter have one and the same hash. <code>pull_request</code> is asked for where a repository stops declaring production, and empty elsewhere.</p>`;
}

const rowsProved = ({ changes }: History): number => changes.filter(({ outcome }) => outcome === 'proved').length;

type Process = Certification['process_effectiveness'];

function figures({ writes, drift, approvals, rollbacks }: Process, { changes }: History): Html {
  const { median, max } = drift.repair_seconds;
  const seen = changes.some(({ outcome }) => outcome === 'seen');
  return facts('Writes, changes by others, approvals', [
    [
      'Writes',
      `${grouped(writes.proved)} proved, ${grouped(writes.unproved)} not proved, ${grouped(writes.refused)} refused by GitHub`,
    ],
    [
      'Changes by others',
      seen
        ? `${plural(drift.seen, 'repository', 'repositories')}, ${grouped(drift.repaired)} set right by Plus1`
        : 'none seen',
    ],
    [
      'Time to set right, once found',
      median === null || max === null
        ? '–'
        : `median ${lasting(median)}, longest ${lasting(max)}; how long it stood before it was found is in the table of exposures`,
    ],
    [
      'Approvals',
      `${approvals.given} given (${approvals.emergency} emergency), ${approvals.used} used, ${approvals.rejected} rejected`,
    ],
    ['Rollbacks', grouped(rollbacks.length)],
  ]);
}

const approvalsTable = ({ approvals_told: approvals }: Process): Html =>
  dataTable({
    caption: 'Approvals. Verified: Plus1 could prove who gave it',
    head: ['Approver', 'Given', 'Recorded', 'Kind', 'Reason', 'Verified', 'Plan'],
    rows: approvals.map((each) => [
      ...[each.approver, at(each.given), at(each.time)],
      ...[each.is_rejected ? `${each.kind}, rejected` : each.kind, each.reason],
      ...[each.verified ? 'yes' : html`<span class="bad-word">no</span>`, shortHash(each.plan_hash)],
    ]),
    none: 'No approval was given.',
  });

const policyTable = ({ policy_changes: changes }: Process): Html =>
  dataTable({
    caption: 'Settings that somebody changed. The journal names no person: the history of the policy’s file does',
    head: ['Setting', 'When seen', 'Before', 'After', 'Field manager'],
    rows: changes.flatMap(({ time, manager, changes: settings }) =>
      settings.map(({ setting, before, after }: SettingChange) => [
        ...[setting, at(time), valueOf(before), valueOf(after), manager ?? 'not recorded'],
      ]),
    ),
    none: 'The settings of the policy stayed as they were.',
  });

const valueOf = (value: string | null): Html => (value === null ? html`–` : html`<code>${plainSetting(value)}</code>`);

const rollbacksTable = ({ rollbacks }: Process): Html =>
  dataTable({
    caption: 'Rollbacks: the membership of an earlier record was restored',
    head: ['When', 'To the record of', 'Reason', 'Stayed though not in that record'],
    rows: rollbacks.map(({ time, to, reason, kept, missing }) => [
      ...[at(time), html`${at(to.time)}<br><small>record ${to.sequence} of <code>${to.chain}</code></small>`],
      reason ?? 'none given',
      `${kept.slice(0, 100).join(', ') || 'none'}${missing > 0 ? `; ${missing} of that record are gone` : ''}`,
    ]),
    none: 'There was no rollback.',
  });
