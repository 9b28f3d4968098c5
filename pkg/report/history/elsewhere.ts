/**
 * Protection beside that of the policy's ruleset, and how it ended: candidates of rollouts, and isolations of incidents. The history of the
 * repositories under the ruleset does not hold it, and a report that left it out would hide it.
 */
import { assignedTo, isRecordOf, type WholeRecord } from '../../journal/index.js';

export interface EndedProtection {
  time: string;
  /** The ruleset, the incident, or the rollout. */
  of: string;
  what: string;
  /** Names of the repositories, where the record has them. */
  repositories: string[];
  chain: string;
  sequence: number;
}

type Told = Pick<EndedProtection, 'of' | 'what'> & { repositories?: readonly { name: string }[] };

export class Elsewhere {
  /** In the order of the records. */
  readonly ended: EndedProtection[] = [];

  take(record: WholeRecord): void {
    const told = ownRuleset(record) ?? release(record) ?? candidate(record);
    if (told === undefined) return;
    const { time, chain, seq: sequence } = record;
    const { of, what, repositories = [] } = told;
    this.ended.push({ time, of, what, repositories: repositories.map(({ name }) => name), chain, sequence });
  }
}

function ownRuleset(record: WholeRecord): Told | undefined {
  if (isRecordOf('DeleteProved', record)) return { of: record.data.name, what: 'Plus1 deleted the ruleset' };
  if (isRecordOf('DeleteUnproved', record))
    return { of: record.data.name, what: 'the deletion of the ruleset was sent, and not proved' };
  if (isRecordOf('OwnedMissing', record)) return { of: record.data.name, what: 'somebody else deleted the ruleset' };
  return undefined;
}

function release(record: WholeRecord): Told | undefined {
  if (!isRecordOf('ReleaseIntended', record) && !isRecordOf('IncidentReleased', record)) return undefined;
  const { incident, repositories } = record.data;
  const what = record.kind === 'IncidentReleased' ? 'isolated repositories were released' : 'their release was begun';
  return { of: `incident ${incident.name}`, what, repositories };
}

/** Who leaves a candidate, or that it is not active any more. */
function candidate(record: WholeRecord): Told | undefined {
  if (!isRecordOf('WriteIntended', record)) return undefined;
  const of = assignedTo(record.data);
  if (of === undefined) return undefined;
  const { leave } = record.data;
  const { before, after } = (record.data['enforcement'] ?? {}) as { before?: unknown; after?: unknown };
  const isWeaker = before === 'active' && after !== 'active';
  if (leave.length === 0 && !isWeaker) return undefined;
  const what = isWeaker ? `it was set from active to ${String(after)}` : 'repositories were taken out';
  return { of: `${of.assignment} ${of.target}`, what, repositories: leave };
}
