/** What is wrong with a policy, in the order in which somebody should look at it. Pure. */
import type { Condition } from '../api/index.js';
import type { PolicyRecord } from '../policies/index.js';

export interface Summary {
  record: PolicyRecord;
  organization: string;
  mode: string;
  ready: 'Ready' | 'Not ready' | 'Unknown' | 'Suspended' | 'Invalid';
  /** Why it is not ready, as the condition says. */
  message: string;
  governed: number | undefined;
  production: number | undefined;
  held: number;
  /** Since when some production repository is not governed, Unix ms. */
  exposedSinceMs: number | undefined;
  /** Higher is worse; 0 where all is well. */
  trouble: number;
}

export const conditionOf = ({ status }: PolicyRecord, type: Condition['type']): Condition | undefined =>
  status.conditions?.find((each) => each.type === type);

export function summaryOf(record: PolicyRecord): Summary {
  const ready = readiness(record);
  const { compliance, hold } = record.status;
  const held = hold?.count ?? 0;
  return {
    ...{ record, ready, held, message: messageOf(record), exposedSinceMs: exposedSince(record) },
    organization: record.policy?.spec.organization ?? record.claim?.organization ?? '',
    mode: record.policy?.spec.mode ?? '',
    ...{ governed: compliance?.governed, production: compliance?.production },
    trouble: troubleOf(record, ready),
  };
}

const troubleOf = ({ status }: PolicyRecord, ready: Summary['ready']): number =>
  ((status.compliance?.ungoverned ?? 0) > 0 ? 8 : 0) + READINESS[ready] + ((status.hold?.count ?? 0) > 0 ? 1 : 0);

const messageOf = (record: PolicyRecord): string =>
  record.faults.length > 0
    ? record.faults.join('; ')
    : (conditionOf(record, 'Ready')?.message ?? 'No pass has ended yet');

function exposedSince({ status }: PolicyRecord): number | undefined {
  const since = status.compliance?.ungovernedSince;
  return since === undefined ? undefined : Date.parse(since);
}

const READINESS: Readonly<Record<Summary['ready'], number>> = {
  Invalid: 6,
  'Not ready': 4,
  Unknown: 2,
  Suspended: 0,
  Ready: 0,
};

function readiness(record: PolicyRecord): Summary['ready'] {
  const { policy } = record;
  if (policy === undefined) return 'Invalid';
  if (policy.spec.suspend) return 'Suspended';
  const status = conditionOf(record, 'Ready')?.status;
  return status === 'True' ? 'Ready' : status === 'False' ? 'Not ready' : 'Unknown';
}

/** The worst first; of the same trouble by name. */
export const byTrouble = (a: Summary, b: Summary): number => b.trouble - a.trouble || (nameOf(a) < nameOf(b) ? -1 : 1);

const nameOf = ({ record }: Summary): string => `${record.key.namespace}/${record.key.name}`;
