/**
 * What one channel is told after one look: opened once, repeated while it lasts, resolved once, with the digest and the baseline.
 * Pure: the same look twice tells nothing twice.
 */
import {
  DEFAULT_MIN_SEVERITY,
  NOTIFICATION_SEVERITIES,
  type NotificationChannel,
  type NotificationEvent,
  type NotificationSeverity,
  type OpenNotification,
} from '../../api/index.js';
import { EVENT_TABLE, repeatMs } from '../event-table.js';
import type { Sighting } from '../sighting.js';
import type { ChannelMemory, Try } from './channel-memory.js';
import { digestOf } from './digest.js';
import { itemOf, resolvedItem, type Draft } from './draft.js';
import { lastMoment } from './moment.js';
import type { Standing } from './streaks.js';
import type { ChannelState, ChannelTerms, Decided, Look } from './terms.js';

/** Of two openings of one event. */
const PAIR_MS = 3_600_000;
/** Runs of `sync` a day apart are never exactly a day apart. */
const EARLY_MS = 30 * 60_000;

/** The channel after a look. */
export function decide({ open: before, memory }: ChannelState, terms: ChannelTerms, look: Look): Decided {
  const tried = withTries(before, memory.tries);
  if (terms.channel.suspend) return { open: tried, memory, drafts: [] };
  const over = tried.filter(({ event }) => look.states.has(event) && look.states.get(event) === undefined);
  const still = tried.filter((entry) => !over.includes(entry));
  const kept = { ...memory, tries: memory.tries.filter((each) => isTryOf(each, still)) };
  if (terms.isStopped) return { open: still, memory: kept, drafts: [] };

  const resolved = over.filter((entry) => isTold(entry, memory, terms)).map(resolvedDraft);
  const baseline = look.first;
  const opened = baseline === undefined ? opening(still, kept, terms, look) : [];
  const repeated = still.flatMap((entry) => repeating(entry, kept, terms, look));
  const once = (baseline === undefined ? look.once : [baseline])
    .filter((sighting) => isWanted(sighting, terms.channel))
    .map((sighting) => onceDraft(sighting, look.nowMs));
  const drafts = [...resolved, ...opened, ...repeated, ...once];
  const state: ChannelState = {
    open: [...still, ...opened.flatMap(({ covers }) => covers)],
    memory: { ...kept, opened: openings(kept, opened, look.nowMs) },
  };
  return terms.channel.delivery === 'Daily' ? digestOf(state, drafts, terms, look) : { ...state, drafts };
}

/** Whether the channel asks for it. The summary of the first pass goes to all but those that name their events. */
function isWanted({ event, severity }: Pick<Sighting, 'event' | 'severity'>, channel: NotificationChannel): boolean {
  if (channel.events !== undefined) return channel.events.includes(event);
  if (event === 'FirstPass') return true;
  return rank(severity ?? EVENT_TABLE[event].severity) >= rank(channel.minSeverity ?? DEFAULT_MIN_SEVERITY);
}

const rank = (severity: NotificationSeverity): number => NOTIFICATION_SEVERITIES.indexOf(severity);

function withTries(open: readonly OpenNotification[], tries: readonly Try[]): OpenNotification[] {
  return open.map((entry) => {
    const delivered = tries.filter((each) => each.isDelivered && isTryOf(each, [entry])).map(({ atMs }) => atMs);
    const sentMs = Math.max(Date.parse(entry.sentTime ?? '') || 0, ...delivered);
    return sentMs === 0 ? entry : { ...entry, sentTime: iso(sentMs) };
  });
}

const isTryOf = ({ event, since }: Try, open: readonly OpenNotification[]): boolean =>
  open.some((entry) => entry.event === event && entry.since === since);

/** Nobody is told the end of something that he never heard of. */
const isTold = ({ event, sentTime }: OpenNotification, { items }: ChannelMemory, { pending }: ChannelTerms): boolean =>
  sentTime !== undefined || pending.has(event) || items.some((item) => item.event === event && item.state === 'open');

function opening(
  open: readonly OpenNotification[],
  memory: ChannelMemory,
  { channel, pending }: ChannelTerms,
  look: Look,
): Draft[] {
  const isOpen = (event: NotificationEvent): boolean => open.some((entry) => entry.event === event);
  const openedMs = new Map(memory.opened);
  return [...look.states].flatMap(([event, standing]) => {
    if (standing?.isRipe !== true || isOpen(event) || !isWanted(standing.sighting, channel)) return [];
    const isFlapping = look.nowMs - (openedMs.get(event) ?? -Infinity) < PAIR_MS;
    // A message about its end that still waits comes first.
    if (isFlapping || pending.has(event) || !isItsTime(event, standing, channel, look)) return [];
    return [openDraft(standing)];
  });
}

/** Of what is told once a day: a time of the digest came since it was first seen. */
function isItsTime(event: NotificationEvent, { sinceMs }: Standing, channel: NotificationChannel, look: Look): boolean {
  if (EVENT_TABLE[event].isDaily !== true || look.isLast === true || channel.delivery === 'Daily') return true;
  return lastMoment(channel.digestTime, look.nowMs) >= sinceMs;
}

function repeating(entry: OpenNotification, memory: ChannelMemory, terms: ChannelTerms, look: Look): Draft[] {
  const standing = look.states.get(entry.event);
  if (standing === undefined || terms.pending.has(entry.event) || !isWanted(standing.sighting, terms.channel))
    return [];
  // A digest lists what is open by itself.
  if (terms.channel.delivery === 'Daily') return [];
  const triedMs = lastTry(entry, memory.tries);
  if (triedMs !== undefined && !isDue(triedMs, standing, terms, look)) return [];
  const { covers, ...draft } = openDraft(standing, entry.since);
  return [{ ...draft, covers, ...(entry.sentTime !== undefined && { isRepeat: true as const }) }];
}

function isDue(triedMs: number, { sighting }: Standing, { channel }: ChannelTerms, look: Look): boolean {
  const { isDaily, isToldOnce, severity } = EVENT_TABLE[sighting.event];
  const { remindMs = Infinity } = sighting;
  if (triedMs < remindMs && look.nowMs >= remindMs) return true;
  if (isToldOnce === true) return false;
  if (isDaily === true && look.isLast !== true) return triedMs < lastMoment(channel.digestTime, look.nowMs);
  return look.nowMs - triedMs >= repeatMs(sighting.severity ?? severity) - (look.isLast === true ? EARLY_MS : 0);
}

/** When it was last told, or refused for good; undefined where it never was. */
function lastTry(entry: OpenNotification, tries: readonly Try[]): number | undefined {
  const sentMs = entry.sentTime === undefined ? [] : [Date.parse(entry.sentTime)];
  const times = [...sentMs, ...tries.filter((each) => isTryOf(each, [entry])).map(({ atMs }) => atMs)];
  return times.length === 0 ? undefined : Math.max(...times);
}

function openings({ opened: before }: ChannelMemory, opened: readonly Draft[], nowMs: number): ChannelMemory['opened'] {
  const recent = before.filter(([, atMs]) => nowMs - atMs < PAIR_MS && atMs <= nowMs);
  return [...recent, ...opened.map(({ event }): [NotificationEvent, number] => [event, nowMs])];
}

function openDraft({ sighting, sinceMs }: Standing, since = sighting.since ?? iso(sinceMs)): Draft {
  return { ...itemOf(sighting, 'open', since), covers: [{ event: sighting.event, since }] };
}

const resolvedDraft = (entry: OpenNotification): Draft => ({ ...resolvedItem(entry), covers: [] });

const onceDraft = (sighting: Sighting, nowMs: number): Draft => ({
  ...itemOf(sighting, 'once', sighting.since ?? iso(nowMs)),
  covers: [],
});

const iso = (ms: number): string => new Date(ms).toISOString();
