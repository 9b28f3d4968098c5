/** Security events: a failed log-in is Authentication, everything else a Detection Finding. */
import type { Data, JournalRecord } from '../../journal/index.js';
import { AUTHENTICATION, DETECTION_FINDING, FINDING_ACTIVITIES, OUTCOMES, SEVERITY } from './classes.js';
import { commonFields, type EventContext, type OCSFEvent } from './common.js';

type SecurityRecord = JournalRecord & { data: Data<'SecurityEvent'> };

const TITLES = {
  FailedAuthentication: 'GitHub refused the credential of Plus1',
  UnauthorizedAccess: 'access was refused',
  SuspiciousActivity: 'something looks like an attack, or like two writers',
  DataAnomaly: 'what was read differs much from before',
} as const;

/** Logon. https://schema.ocsf.io/1.8.0/classes/authentication */
const LOGON = { id: 1, name: 'Logon' };

export function securityEvent(record: SecurityRecord, context: EventContext): OCSFEvent {
  const { event, code, message } = record.data;
  const title = TITLES[event];
  const { organization } = record.policy;
  const about = { severity: SEVERITY.high, message: `${organization}: ${title}: ${message}` };
  const result = { status_detail: message, ...(typeof code === 'string' && { status_code: code }) };
  if (event === 'FailedAuthentication') {
    return {
      ...commonFields(record, context, { ocsfClass: AUTHENTICATION, activity: LOGON, ...about }),
      ...{ status_id: OUTCOMES.Failure, status: 'Failure', ...result },
      // The record names no account: the credential is known by the policy that uses it.
      user: { name: `credential of ${record.policy.namespace}/${record.policy.name}` },
      service: { name: 'GitHub API' },
      actor: { app_name: record.actor },
    };
  }
  return {
    ...commonFields(record, context, {
      ocsfClass: DETECTION_FINDING,
      activity: { id: FINDING_ACTIVITIES.Create, name: 'Create' },
      ...about,
    }),
    ...{ status_id: 1, status: 'New', ...result },
    is_alert: true,
    finding_info: {
      uid: `${record.policy.uid}/${event}/${record.chain}/${record.seq}`,
      ...{ title, desc: message, types: [event], created_time: Date.parse(record.time), product: { name: 'Plus1' } },
    },
    resources: [{ name: organization, type: 'GitHub organization' }],
  };
}
