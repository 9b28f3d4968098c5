/** The home of a pass with a journal: each write is announced to it first, and each status says where it stands. */
import type { PolicyStatus } from '../../api/index.js';
import type { HeldRecord } from '../../journal/index.js';
import type { HeldPairs, PassRecord } from '../pass-record.js';
import type { PassJournal } from './pass-journal.js';

type Journal = Pick<
  PassJournal,
  'head' | 'holdRecords' | 'recordedMembers' | 'observed' | 'intend' | 'superseded' | 'ended' | 'tell'
>;

/** The journal first: what the status then says of it is on the disk already. */
export function journaled(record: PassRecord, journal: Journal): PassRecord {
  const { keepOwned } = record;
  return {
    ...record,
    ...journaledStatus(record, journal),
    asksOrigins: true,
    holdRecords: async (since, signal, of) => {
      const { plans, used } = await journal.holdRecords(since, signal, of);
      return { used, plans: new Map([...plans].map(([hash, plan]) => [hash, pairsOf(plan)])) };
    },
    recordedMembers: (to, signal) => journal.recordedMembers(to, signal),
    observed: async (sight, signal) => {
      await record.observed(sight, signal);
      await journal.observed(sight, signal);
    },
    keepIntent: async (intent, signal) => {
      await journal.intend(intent, signal);
      return record.keepIntent({ ...intent, status: withHead(intent.status, journal) }, signal);
    },
    tell: (told, signal) => journal.tell(told, signal),
    ...(keepOwned && {
      keepOwned: async ({ status, told }, signal) => {
        await journal.tell(told, signal);
        return keepOwned({ told, status: withHead(status, journal) }, signal);
      },
    }),
    superseded: async (intent, signal) => {
      await journal.superseded(signal);
      await record.superseded(intent, signal);
    },
    ended: async (intent, end) => {
      await journal.ended(end);
      await record.ended(intent, end);
    },
  };
}

function pairsOf({ enter, leave }: HeldRecord): HeldPairs {
  const pairs = (items: HeldRecord['leave']): [number, string][] => items.map(({ id, status }) => [id, status ?? '']);
  return { entering: pairs(enter), leaving: pairs(leave) };
}

export function journaledStatus(
  record: Pick<PassRecord, 'keepStatus'>,
  journal: Pick<Journal, 'head'>,
): Pick<PassRecord, 'keepStatus'> {
  return { keepStatus: (status, signal) => record.keepStatus(withHead(status, journal), signal) };
}

function withHead(status: PolicyStatus, { head }: Pick<Journal, 'head'>): PolicyStatus {
  if (head === undefined) return status;
  return { ...status, journal: { chain: head.chain, sequence: head.sequence, headHash: head.hash } };
}
