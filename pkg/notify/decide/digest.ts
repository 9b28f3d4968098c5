/** The digest of a channel with `delivery: Daily`: what happened since the last one, and what is still open. Pure. */
import { EVENT_TABLE } from '../event-table.js';
import { itemOf, type Draft, type Item } from './draft.js';
import { lastMoment } from './moment.js';
import type { ChannelState, ChannelTerms, Decided, Look } from './terms.js';

/** Items that are kept for one digest; beyond it the oldest are counted. */
const MAX_ITEMS = 100;

/** Keeps what is to be told until the time of the digest, and makes it then. */
export function digestOf(state: ChannelState, drafts: readonly Draft[], terms: ChannelTerms, look: Look): Decided {
  const { nowMs } = look;
  const { memory } = state;
  const items = [...memory.items, ...drafts.map(({ covers: _covers, ...item }) => item)];
  if (!isDue(state, terms, look)) {
    const digestMs = memory.digestMs ?? nowMs;
    return { ...state, memory: { ...memory, digestMs, items: items.slice(-MAX_ITEMS) }, drafts: [] };
  }
  const told = [...items.slice(-MAX_ITEMS), ...stillOpen(state, items, look)];
  const after = { ...state, memory: { ...memory, digestMs: nowMs, items: [] } };
  if (told.length === 0) return { ...after, drafts: [] };
  return { ...after, drafts: [digest(told, state, look)] };
}

function isDue({ memory: { digestMs } }: ChannelState, { channel }: ChannelTerms, { nowMs, isLast }: Look): boolean {
  if (digestMs === undefined) return isLast === true;
  return lastMoment(channel.digestTime, nowMs) > digestMs;
}

/** What was told in an earlier digest, and is not over. */
function stillOpen({ open }: ChannelState, items: readonly Item[], { states }: Look): Item[] {
  return open.flatMap(({ event, since }) => {
    const standing = states.get(event);
    const isNew = items.some((item) => item.event === event && item.state === 'open');
    if (standing === undefined || isNew || EVENT_TABLE[event].isToldOnce === true) return [];
    return [{ ...itemOf(standing.sighting, 'open', since), isRepeat: true as const }];
  });
}

function digest(items: Item[], { open }: ChannelState, { nowMs }: Look): Draft {
  const told = new Set(items.filter(({ state }) => state === 'open').map(({ event }) => event));
  const { severity, fix } = EVENT_TABLE.DailySummary;
  const count = (state: Item['state']): number => items.filter((item) => item.state === state).length;
  return {
    ...{ event: 'DailySummary', state: 'once', severity, fix, repositories: [], omitted: 0, items },
    message: `${count('open')} open, ${count('resolved')} resolved, ${count('once')} other events`,
    since: new Date(nowMs).toISOString(),
    covers: open.filter(({ event }) => told.has(event)).map(({ event, since }) => ({ event, since })),
  };
}
