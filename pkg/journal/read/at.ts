/** The membership as it was at some time, from the records alone. */
import type { WholeRecord } from '../record/group.js';
import { Replay, type Membership } from '../record/replay.js';

export interface MemberAt extends Membership {
  id: number;
  /** Null where no record names it. */
  name: string | null;
}

export type At = { ok: true; members: MemberAt[] } | { ok: false; earliest: string | undefined };

/** `time`: RFC 3339 in UTC with milliseconds. Of a time before the first record it cannot be said. */
export function membersAt(time: string, records: readonly WholeRecord[]): At {
  const earliest = records.find(
    ({ kind, data }) => (kind === 'ChainStarted' || kind === 'SegmentStarted') && data['unseen'] !== true,
  )?.time;
  if (earliest === undefined || time < earliest) return { ok: false, earliest };
  const replay = new Replay();
  for (const record of records) {
    if (record.time > time) break;
    replay.apply(record);
  }
  const members = [...replay.members].map(([id, membership]) => ({
    id,
    name: replay.names.get(id) ?? null,
    ...membership,
  }));
  return { ok: true, members: members.sort((a, b) => a.id - b.id) };
}
