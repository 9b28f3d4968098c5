/** The membership as it was at some time, from the records alone. */
import type { WholeRecord } from '../record/group.js';
import { Replay, type Membership } from '../record/replay.js';

export interface MemberAt {
  id: number;
  /** Null where no record names it. */
  name: string | null;
  since: string;
  /** `chain` where there are several: each of them counts its records from 1. */
  because: { kind: string; sequence: number; chain?: string };
}

/** `last`: when the last record before that time, or of it, was written. */
export type At = { ok: true; members: MemberAt[]; last: string } | { ok: false; earliest: string | undefined };

/**
 * `records`: in the order in which they followed each other. `time`: RFC 3339 in UTC with milliseconds. Of a time before the first
 * record it cannot be said.
 */
export function membersAt(time: string, records: readonly WholeRecord[]): At {
  const [earliest] = records
    .filter(({ kind, data }) => (kind === 'ChainStarted' || kind === 'SegmentStarted') && data['unseen'] !== true)
    .map((record) => record.time)
    .sort();
  if (earliest === undefined || time < earliest) return { ok: false, earliest };
  const replay = new Replay();
  let last = earliest;
  // All of them: where a writer took over whose clock is behind, its records follow later ones, and begin with who is a member.
  for (const record of records) {
    if (record.time > time) continue;
    replay.apply(record);
    if (record.time > last) last = record.time;
  }
  const several = new Set(records.map(({ chain }) => chain)).size > 1;
  const members = [...replay.members].map(([id, { since, because }]) => ({
    id,
    name: replay.names.get(id) ?? null,
    since,
    because: becauseOf(because, several),
  }));
  return { ok: true, members: members.sort((a, b) => a.id - b.id), last };
}

const becauseOf = ({ kind, sequence, chain }: Membership['because'], several: boolean): MemberAt['because'] =>
  several ? { kind, sequence, chain } : { kind, sequence };
