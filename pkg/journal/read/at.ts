/** The membership as it was at some time, from the records alone. */
import type { WholeRecord } from '../record/group.js';
import { Replay, type Membership } from '../record/replay.js';

export interface MemberAt extends Membership {
  id: number;
  /** Null where no record names it. */
  name: string | null;
}

export type At = { ok: true; members: MemberAt[] } | { ok: false; earliest: string | undefined };

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
  // All of them: where a writer took over whose clock is behind, its records follow later ones, and begin with who is a member.
  for (const record of records) if (record.time <= time) replay.apply(record);
  const members = [...replay.members].map(([id, membership]) => ({
    id,
    name: replay.names.get(id) ?? null,
    ...membership,
  }));
  return { ok: true, members: members.sort((a, b) => a.id - b.id) };
}
