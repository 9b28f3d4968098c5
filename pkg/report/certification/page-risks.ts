/** Of the certification page: exceptions, changes by others, security events, findings, controls. */
import { html, type Html, type HtmlValue } from '../../html/index.js';
import { grouped, plural } from '../../text/index.js';
import type { ExemptionTime } from '../history/exemptions.js';
import { at, dataTable, facts, plainTime, repositories, shortHash } from '../render/parts.js';
import { statusText } from '../render/words.js';
import type { Certification } from './certification.js';
import type { Control } from './frameworks.js';

export function riskPart({ risk_assessment: risk }: Certification): Html {
  const { exemptions, ruleset_changes, emergency_bypasses, security_events, ended_elsewhere } = risk;
  return html`${dataTable({
    caption:
      'Exemptions in force. Who answers for one is named by the policy; the history of the policy’s file shows who put it there',
    head: ['Repository', 'Effect', 'Answers for it', 'Reason', 'Since', 'Ends'],
    rows: exemptions.map((each) => [
      ...[each.repository, effectOf(each.effect), each.owner ?? 'nobody named', each.reason ?? 'none given'],
      ...[each.since === null ? 'before the month' : at(each.since), endOf(each)],
    ]),
    none: 'No exemption was in force.',
  })}${dataTable({
    caption: 'Changes of the ruleset itself, by others',
    head: ['Time', 'What', 'Record'],
    rows: ruleset_changes.map(({ time, changed, chain, sequence }) => [
      ...[at(time), changed.join(', '), html`<code>${chain}</code> ${sequence}`],
    ]),
    none: 'No change of rules, bypass actors, enforcement or branches of the ruleset was seen: what they are stands under “What is enforced”.',
  })}${dataTable({
    caption: 'Emergency bypasses',
    head: ['Time', 'Approver', 'Reason', 'Plan'],
    rows: emergency_bypasses.map((each) => [at(each.time), each.approver, each.reason, shortHash(each.plan_hash)]),
    none: 'There was no emergency bypass.',
  })}${dataTable({
    caption: 'Protection of rollouts and incidents that ended',
    head: ['Time', 'Of', 'What', 'Repositories', 'Record'],
    rows: ended_elsewhere.map((each) => [
      ...[at(each.time), each.of, each.what, namesOf(each.repositories)],
      html`<code>${each.chain}</code> ${each.sequence}`,
    ]),
    none: 'None ended.',
  })}${dataTable({
    caption:
      'Security events, each when it began: what fails again for the same reason is counted under passes and writes',
    head: ['Time', 'Event', 'Code', 'What happened'],
    rows: security_events.map((each) => [at(each.time), each.event, each.code ?? '', each.message]),
    none: 'There was no security event.',
  })}${furtherFacts(risk)}`;
}

/** Names in a cell. */
const SHOWN = 20;

const namesOf = (names: readonly string[]): string =>
  names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more: certification.json has all`
    : names.join(', ');

const effectOf = (effect: string): string =>
  effect === 'Release'
    ? 'not governed, though it may declare production'
    : effect === 'Govern'
      ? 'governed, whatever it declares'
      : effect;

function endOf({ until, ended, expires_at }: ExemptionTime): HtmlValue {
  if (until !== null) return html`${at(until)}, ${ended ?? ''}`;
  return expires_at === null ? 'no end' : at(expires_at);
}

function furtherFacts({ unobserved, reconciliation }: Certification['risk_assessment']): Html {
  return facts('Further', [
    [
      'Repositories that could not be read at the end',
      unobserved.length === 0 ? 'none' : `${repositories(unobserved.length)}: ${unobserved.slice(0, 100).join(', ')}`,
    ],
    [
      'GitHub’s own history of the ruleset',
      reconciliation === null
        ? 'not compared: --reconcile does'
        : `${plural(reconciliation.versions, 'version')} since ${plainTime(reconciliation.since)}; ${reconciliation.without_record.length} without a record, ${plural(reconciliation.without_version.length, 'write')} without a version`,
    ],
  ]);
}

export function remediationPart({ remediation_status: status, statement }: Certification, isOlder: boolean): Html {
  const { open_by_age: age } = status;
  const list = (counts: Record<string, number>, word = (name: string): string => name): string =>
    Object.entries(counts)
      .map(([name, count]) => `${word(name)}: ${count}`)
      .join(', ') || 'none';
  return html`${facts('Faults of catalogue files that their owners can correct', [
    ['Opened, closed', `${grouped(status.opened)} opened, ${grouped(status.closed)} closed in ${statement.month}`],
    ['Open at the end', grouped(status.open)],
    [
      'By age',
      `under 7 days: ${age.under_7_days}, from 7: ${age.from_7_days}, from 30: ${age.from_30_days}, from 90: ${age.from_90_days}`,
    ],
    ['By status', list(status.open_by_status, statusText)],
    ['By owner', list(status.open_by_owner)],
  ])}${isOlder && html`<p class="note">Age, owner and file of findings that are older than the enclosed records come from earlier records of the same journal.</p>`}`;
}

export const controlsPart = (controls: readonly Control[]): Html =>
  html`<p>The evidence contributes to these controls. Whether one is met is for an assessor to judge. Go by control and framework: the label “also reported as” is one that the organization’s own reports use, and may name another framework or another control.</p>${dataTable(
    {
      caption: 'By framework',
      head: ['Control', 'Framework', 'Title, in our words', 'Also reported as', 'Evidence that contributes to it'],
      rows: controls.map(({ id, framework, reported_as, title, evidence }) => [
        ...[id, framework, title, html`<small>${reported_as}</small>`],
        evidence.map(({ what, file }, index) => html`${index > 0 && '; '}${what} (<code>${file}</code>)`),
      ]),
      none: 'None.',
    },
  )}`;
