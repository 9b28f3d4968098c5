/**
 * Records of what was changed, held, approved and recorded: Entity Management. The entity is the ruleset, the policy, or the journal;
 * who did it is `actor`, and left out where nobody knows.
 */
import { assignedTo, summaryOf, type JournalRecord } from '../../journal/index.js';
import {
  ENTITY_ACTIVITIES,
  ENTITY_MANAGEMENT,
  ENTITY_OTHER,
  ENTITY_POLICY,
  OUTCOMES,
  SEVERITY,
  type EntityActivity,
  type Outcome,
  type SeverityID,
} from './classes.js';
import { commonFields, type EventContext, type OCSFEvent } from './common.js';
import { observables, repositoriesOf } from './repositories.js';

type Entity = 'ruleset' | 'policy' | 'journal';
/** `controller`: Plus1 itself. `approver`, `manager`: named by the record. `unknown`: somebody else. */
type Who = 'controller' | 'approver' | 'manager' | 'unknown';

export interface Change {
  entity: Entity;
  activity: EntityActivity;
  outcome: Outcome;
  severity: SeverityID;
  who: Who;
  /** What happened, before the details. */
  title: string;
  /** The title where `state` of the record says that it did not happen, or that nobody knows. */
  failed?: string | undefined;
}

export function changeEvent(record: JournalRecord, change: Change, context: EventContext): OCSFEvent {
  const { activity, outcome, severity, title } = asRecorded(record, change);
  const details = summaryOf({ ...record, lastSeq: record.seq });
  const named = repositoriesOf(record);
  const set = setOf(record);
  const message = `${record.policy.organization}: ${set === undefined ? '' : `${set}: `}${title}${details === '' ? '' : `: ${details}`}`;
  const detail = outcome === 'Failure' ? (text(record.data, 'error') ?? text(record.data, 'message')) : undone(record);
  return {
    ...commonFields(record, context, {
      ocsfClass: ENTITY_MANAGEMENT,
      activity: { id: ENTITY_ACTIVITIES[activity], name: activity },
      ...{ severity, message },
    }),
    status_id: OUTCOMES[outcome],
    status: outcome,
    ...(detail !== undefined && { status_detail: detail }),
    entity: entityOf(record, change.entity),
    comment: text(record.data, 'reason') ?? title,
    ...actorOf(record, change.who),
    ...(named.length > 0 && { observables: observables(named) }),
  };
}

/** A record that tells of an outcome says in `state` which: a refusal is no success of its kind. */
function asRecorded({ data }: JournalRecord, change: Change): Change {
  const state = text(data, 'state');
  if (change.failed === undefined || state === 'proved') return change;
  return { ...change, title: change.failed, outcome: 'Failure', severity: SEVERITY.high };
}

/** The parts that failed, where the record as a whole is a success. */
function undone({ data }: JournalRecord): string | undefined {
  const { left, missing } = data as { left?: unknown; missing?: unknown };
  const told = [left, missing].flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : []));
  const texts = told.filter((each): each is string => typeof each === 'string');
  return texts.length === 0 ? undefined : texts.join('; ');
}

/** Of another assignment than the repositories under the ruleset of the policy: which. */
function setOf({ data }: JournalRecord): string | undefined {
  const of = assignedTo(data);
  return of && `${of.assignment} ${of.target}`;
}

function entityOf(record: JournalRecord, entity: Entity): object {
  const { policy, chain, kind, data } = record;
  const { namespace, name, uid, organization } = policy;
  const set = setOf(record);
  if (set !== undefined) return { name: set, type: 'Assignment', type_id: ENTITY_OTHER, org: { name: organization } };
  // Of a ruleset of its own the record names which.
  const ruleset = (OWN.has(kind) ? text(data, 'name') : undefined) ?? policy.ruleset;
  if (entity === 'journal') return { name: chain, type: 'Journal', type_id: ENTITY_OTHER };
  const org = { name: organization };
  if (entity === 'policy') {
    const subject = `${namespace}/${name}`;
    return {
      name: subject,
      uid,
      type: 'Policy',
      type_id: ENTITY_POLICY,
      org,
      policy: { name: subject, uid, type: 'Plus1Policy' },
    };
  }
  return {
    ...{ name: ruleset, type: 'Policy', type_id: ENTITY_POLICY, org },
    policy: { name: ruleset, type: 'GitHub organization ruleset' },
  };
}

const OWN: ReadonlySet<string> = new Set([
  ...['CreateIntended', 'CreateProved', 'CreateUnproved', 'CreateRefused'],
  ...['DeleteIntended', 'DeleteProved', 'DeleteUnproved', 'DeleteRefused', 'OwnedMissing'],
  ...['IsolationIntended', 'IsolationEnded'],
]);

function actorOf(record: JournalRecord, who: Who): { actor?: object } {
  if (who === 'controller') return { actor: { app_name: record.actor } };
  if (who === 'unknown') return {};
  const name = text(record.data, who);
  if (name === undefined) return {};
  const { groups } = record.data as { groups?: unknown };
  const ofGroups = Array.isArray(groups) ? groups.filter((group): group is string => typeof group === 'string') : [];
  return {
    actor: {
      user: { name, ...(ofGroups.length > 0 && { groups: ofGroups.map((group) => ({ name: group })) }) },
      app_name: record.actor,
    },
  };
}

function text(data: object, field: string): string | undefined {
  const value = (data as Record<string, unknown>)[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const { informational, low, medium, high } = SEVERITY;

const change = (
  entity: Entity,
  activity: EntityActivity,
  title: string,
  more: Partial<Pick<Change, 'outcome' | 'severity' | 'who' | 'failed'>> = {},
): Change => ({ entity, activity, title, outcome: 'Success', severity: informational, who: 'controller', ...more });

/** Every kind that is a change. A kind that is missing here and in the other tables is `UNKNOWN_CHANGE`. */
export const CHANGES = {
  ChainStarted: change('journal', 'Create', 'a journal was started'),
  SegmentStarted: change('journal', 'Update', 'the journal goes on in a new file'),
  TailRepaired: change('journal', 'Update', 'an unfinished last line of the journal was set aside', { severity: low }),
  SegmentRemoved: change('journal', 'Delete', 'a file of the journal was removed after its retention', {
    severity: low,
  }),
  KeyChanged: change('journal', 'Update', 'another key signs the journal', { severity: medium, who: 'unknown' }),
  PolicyChanged: change('policy', 'Update', 'the policy was changed', { severity: low, who: 'manager' }),
  PolicyDeleted: change('policy', 'Delete', 'the policy was deleted', { severity: medium, who: 'unknown' }),
  ExemptionStarted: change('policy', 'Update', 'an exemption began', { severity: low, who: 'unknown' }),
  ExemptionEnded: change('policy', 'Update', 'an exemption ended', { who: 'unknown' }),
  WriteIntended: change('ruleset', 'Update', 'a change of the ruleset is about to be sent', { outcome: 'Unknown' }),
  WriteSuperseded: change('ruleset', 'Other', 'an intended change of the ruleset was not sent', { outcome: 'Unknown' }),
  WriteProved: change('ruleset', 'Update', 'the ruleset was changed, and that was proved'),
  WriteUnproved: change('ruleset', 'Update', 'a change of the ruleset could not be proved', {
    ...{ outcome: 'Failure', severity: high },
  }),
  WriteRefused: change('ruleset', 'Update', 'GitHub refused a change of the ruleset', {
    ...{ outcome: 'Failure', severity: medium },
  }),
  CreateIntended: change('ruleset', 'Create', 'a new ruleset is about to be sent', { outcome: 'Unknown' }),
  CreateProved: change('ruleset', 'Create', 'a ruleset was made', { severity: low }),
  CreateUnproved: change('ruleset', 'Create', 'nobody knows whether a ruleset was made', {
    ...{ outcome: 'Failure', severity: high },
  }),
  CreateRefused: change('ruleset', 'Create', 'a ruleset was not made', { ...{ outcome: 'Failure', severity: medium } }),
  DeleteIntended: change('ruleset', 'Delete', 'the deletion of a ruleset is about to be sent', { outcome: 'Unknown' }),
  DeleteProved: change('ruleset', 'Delete', 'a ruleset was deleted', { severity: medium }),
  DeleteUnproved: change('ruleset', 'Delete', 'a deletion of a ruleset could not be proved', {
    ...{ outcome: 'Failure', severity: high },
  }),
  DeleteRefused: change('ruleset', 'Delete', 'GitHub refused to delete a ruleset', {
    ...{ outcome: 'Failure', severity: medium },
  }),
  IncidentRecorded: change('policy', 'Update', 'repositories are about to be isolated', { severity: medium }),
  IncidentHeld: change('policy', 'Other', 'an isolation waits for an approval', {
    ...{ outcome: 'Unknown', severity: medium },
  }),
  IsolationIntended: change('ruleset', 'Update', 'the ruleset of an incident is about to be widened', {
    ...{ outcome: 'Unknown' },
  }),
  IsolationEnded: change('ruleset', 'Update', 'the ruleset of an incident was widened', {
    failed: 'the ruleset of an incident was not widened, as far as is known',
  }),
  ActionsIntended: change('policy', 'Update', 'GitHub Actions are about to be switched off in isolated repositories', {
    ...{ outcome: 'Unknown', severity: medium },
  }),
  EvidenceKept: change('journal', 'Other', 'evidence of an incident was kept'),
  RunsCancelIntended: change('policy', 'Other', 'workflow runs are about to be cancelled', {
    ...{ outcome: 'Unknown', severity: low },
  }),
  ReleaseIntended: change('policy', 'Update', 'isolated repositories are about to be released', {
    ...{ outcome: 'Unknown', severity: high },
  }),
  SharedFileIntended: change('policy', 'Update', 'the file of egress rules is about to be proposed for a change'),
  SharedFileEnded: change('policy', 'Update', 'a proposal to change the file of egress rules was sent', {
    failed: 'a proposal to change the file of egress rules was not sent, as far as is known',
  }),
  IncidentReleased: change('policy', 'Update', 'the repositories of an incident were released', { severity: medium }),
  OwnedMissing: change('ruleset', 'Delete', 'somebody else deleted a ruleset that Plus1 had made', {
    ...{ severity: high, who: 'unknown' },
  }),
  DriftSeen: change('ruleset', 'Update', 'somebody else changed who is in the ruleset', {
    ...{ severity: high, who: 'unknown' },
  }),
  RulesetChanged: change('ruleset', 'Update', 'somebody else changed the ruleset', {
    severity: medium,
    who: 'unknown',
  }),
  RolledBack: change('ruleset', 'Update', 'the membership of the ruleset was rolled back', { severity: medium }),
  PlanHeld: change('ruleset', 'Suspend', 'a plan is held until it is approved', { severity: medium }),
  PlanReleased: change('ruleset', 'Resume', 'a held plan was released', { severity: low }),
  HoldExpired: change('ruleset', 'Resume', 'the hold of a plan expired', { severity: low }),
  ApprovalGiven: change('ruleset', 'Other', 'a held plan was approved', { severity: low, who: 'approver' }),
  ApprovalRejected: change('ruleset', 'Other', 'an approval does not count', {
    ...{ outcome: 'Failure', severity: medium, who: 'approver' },
  }),
} as const satisfies Record<string, Change>;

/** A kind of a later version: whatever it says, it is in `unmapped`. */
export const UNKNOWN_CHANGE = change('policy', 'Other', 'a record of a kind that this version does not know', {
  outcome: 'Unknown',
});
