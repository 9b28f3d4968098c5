/** Records of what is wrong, or is no more: Compliance Finding. */
import { isRecordOf, summaryOf, type JournalRecord } from '../../journal/index.js';
import { COMPLIANCE_FINDING, FINDING_ACTIVITIES, SEVERITY, type FindingActivity, type SeverityID } from './classes.js';
import { commonFields, type EventContext, type OCSFEvent } from './common.js';
import { observables, repositoriesOf, resources, type NamedRepository } from './repositories.js';

export const FINDING_KINDS = ['ExposureStarted', 'ExposureEnded', 'FindingsChanged', 'DaySummary'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

interface Finding {
  /** Of the finding, not of the event: what is closed has the one with which it was created. */
  uid: string;
  title: string;
  activity: FindingActivity;
  severity: SeverityID;
  compliance: { control: string; status: 'Pass' | 'Warning' | 'Fail' | 'Unknown'; detail?: string };
}

/** Of `compliance.status_id`. */
const STATUS_IDS = { Unknown: 0, Pass: 1, Warning: 2, Fail: 3 } as const;
/** Of `status_id` of a finding. */
const FINDING_STATUS = {
  Create: { id: 1, name: 'New' },
  Update: { id: 2, name: 'In Progress' },
  Close: { id: 4, name: 'Resolved' },
};

const STANDARDS = ['Plus1Policy'];
const GOVERNED = 'Every repository in production is governed by the ruleset';
const DECLARED = 'Every repository declares its lifecycle in a valid catalogue file';

export function findingEvent(record: JournalRecord, context: EventContext): OCSFEvent {
  const named = repositoriesOf(record);
  const { activity, compliance, severity, title, uid } = findingOf(record, named);
  const { organization } = record.policy;
  const details = summaryOf({ ...record, lastSeq: record.seq });
  const message = `${organization}: ${title}${details === '' ? '' : `: ${details}`}`;
  return {
    ...commonFields(record, context, {
      ocsfClass: COMPLIANCE_FINDING,
      activity: { id: FINDING_ACTIVITIES[activity], name: activity },
      ...{ severity, message },
    }),
    status_id: FINDING_STATUS[activity].id,
    status: FINDING_STATUS[activity].name,
    compliance: {
      ...{ control: compliance.control, standards: STANDARDS },
      ...{ status: compliance.status, status_id: STATUS_IDS[compliance.status] },
      ...(compliance.detail !== undefined && { status_detail: compliance.detail }),
    },
    finding_info: { uid, title, created_time: Date.parse(record.time), product: { name: 'Plus1' } },
    ...(named.length > 0 && { resources: resources(named, organization), observables: observables(named) }),
  };
}

function findingOf(record: JournalRecord, named: readonly NamedRepository[]): Finding {
  if (isRecordOf('ExposureStarted', record)) return exposure(record, named, true);
  if (isRecordOf('ExposureEnded', record)) return exposure(record, named, false);
  if (isRecordOf('DaySummary', record)) {
    const { date, compliance } = record.data;
    const detail = compliance === null ? undefined : JSON.stringify(compliance);
    return {
      uid: `${record.policy.uid}/day/${date}`,
      ...{ title: `summary of ${date}`, activity: 'Create', severity: SEVERITY.informational },
      compliance: { control: GOVERNED, status: dayStatus(compliance), ...(detail !== undefined && { detail }) },
    };
  }
  return {
    uid: findingUID(record, 'catalogue', named),
    ...{ title: 'what catalogue files say has changed', activity: 'Update', severity: SEVERITY.informational },
    compliance: { control: DECLARED, status: filesStatus(record) },
  };
}

function exposure(record: JournalRecord, named: readonly NamedRepository[], isOpen: boolean): Finding {
  const title = isOpen
    ? 'repositories in production are not governed'
    : 'repositories are governed again, or not in production any more';
  return {
    uid: findingUID(record, 'exposure', named),
    title,
    activity: isOpen ? 'Create' : 'Close',
    severity: isOpen ? SEVERITY.high : SEVERITY.informational,
    compliance: { control: GOVERNED, status: isOpen ? 'Fail' : 'Pass' },
  };
}

/**
 * Of one repository a finding has a life: what opens and closes it has one uid. A record of several is a finding of its own, since
 * some of them may close before others; their ids are in `resources`.
 */
function findingUID({ chain, seq, policy }: JournalRecord, about: string, named: readonly NamedRepository[]): string {
  const [only] = named;
  if (named.length === 1 && only?.id !== undefined) return `${policy.uid}/${about}/${only.id}`;
  return `${policy.uid}/${about}/${chain}/${seq}`;
}

function dayStatus(compliance: unknown): Finding['compliance']['status'] {
  const { percentage } = (compliance ?? {}) as { percentage?: unknown };
  if (typeof percentage !== 'number') return 'Unknown';
  return percentage >= 100 ? 'Pass' : 'Fail';
}

/** A file without a fault, of whatever lifecycle, is as it should be. */
function filesStatus(record: JournalRecord): Finding['compliance']['status'] {
  if (!isRecordOf('FindingsChanged', record)) return 'Unknown';
  const good = new Set<string | null>([
    'valid_production',
    'valid_non_production',
    'archived_skipped',
    'excluded',
    null,
  ]);
  return record.data.repositories.every(({ to }) => good.has(to)) ? 'Pass' : 'Warning';
}
