/**
 * Members that are not in production and stay for now, in a sentence for a condition: counts and settings, no names and no
 * times, since a message that differs between equal passes is a write of each. A policy that means nobody would look
 * healthy until the grace period ends.
 */
import { EXEMPTED, GONE, type PolicySpec } from '../../api/index.js';
import { forecast, isBlind, keptBy, membershipEffect, type PlanItem } from '../../governance/index.js';
import type { ActResult, PassObservation } from '../types.js';

type Why =
  'late' | 'open' | 'blind' | 'unobserved' | 'invalid' | 'missing' | 'enterOnly' | 'waiting' | 'gone' | 'grace';

/** Those in their grace period come last: what is said of its end belongs to them. */
const WORDS: Record<Why, string> = {
  late: 'until a pass reads again what speaks against them',
  open: 'until an earlier write is settled',
  blind: 'while no repository at all has a file at catalog.paths',
  unobserved: 'not observed',
  invalid: 'by catalog.onInvalid Retain',
  missing: 'by catalog.onMissing Retain',
  enterOnly: 'by mode EnterOnly',
  waiting: 'waiting for an exit clock',
  gone: 'gone by one proof, which a pass an hour later must repeat',
  grace: 'in their grace period',
};
const ORDER = Object.keys(WORDS) as Why[];

/** Evidence keeps nobody; one that stays all the same waits for its turn. */
const BY_RULE = {
  unobserved: 'unobserved',
  onMissing: 'missing',
  onInvalid: 'invalid',
  evidence: 'waiting',
} as const satisfies Record<ReturnType<typeof keptBy>, Why>;

interface Terms {
  spec: PolicySpec;
  /** The time of the pass, Unix ms, where a write is open that keeps everybody in. */
  open: number | undefined;
}

/** Such as `2 members are not in production and stay for now: 2 in their grace period`; undefined where there are none. */
export function retainedText(seen: PassObservation, acted: ActResult, { spec, open }: Terms): string | undefined {
  const { retain } = acted.decision.plan;
  if (retain.length === 0) return undefined;
  const whyOf = reasons(seen, acted, { spec, open });
  const counts = new Map<Why, number>();
  for (const item of retain) counts.set(whyOf(item), (counts.get(whyOf(item)) ?? 0) + 1);
  const parts = ORDER.flatMap((why) => {
    const count = counts.get(why) ?? 0;
    return count === 0
      ? []
      : [`${count} ${count === 1 ? WORDS[why].replace('their', 'its').replace('them', 'it') : WORDS[why]}`];
  });
  // Of one that was not observed nobody can say that it is not in production.
  const isExempting = retain.some(({ status }) => status === EXEMPTED);
  const not = counts.has('unobserved')
    ? 'not known to be in production'
    : isExempting
      ? 'not in production, or exempted,'
      : 'not in production';
  const head =
    retain.length === 1
      ? `1 member is ${not} and stays for now`
      : `${retain.length} members are ${not} and stay for now`;
  const inGrace = retain.filter((item) => whyOf(item) === 'grace');
  return `${head}: ${parts.join(', ')}${ending(inGrace, acted, spec)}`;
}

function reasons(
  { absent, findings }: PassObservation,
  { decision, stays }: ActResult,
  { spec, open }: Terms,
): (item: PlanItem) => Why {
  const running = new Map(decision.plan.clocks.map((clock) => [clock.id, clock]));
  const transferred = new Set(absent.filter(({ fate }) => fate === 'transferred').map(({ id }) => id));
  const blind = isBlind(findings);
  const why = stays === undefined ? 'open' : 'late';
  const isKept = (id: number): boolean =>
    (open !== undefined || stays !== undefined) &&
    !blind &&
    !(Date.parse(running.get(id)?.dueTime ?? '') > (open ?? decision.plan.seenMs));
  const ofGone = (id: number): Why => {
    if (spec.mode === 'EnterOnly') return 'enterOnly';
    if (isKept(id)) return why;
    if (transferred.has(id)) return 'enterOnly';
    return running.has(id) ? 'gone' : 'waiting';
  };
  const ofContrary = ({ id, status }: PlanItem): Why => {
    if (spec.mode === 'EnterOnly') return 'enterOnly';
    if (blind && status !== EXEMPTED) return 'blind';
    if (isKept(id)) return why;
    return running.has(id) ? 'grace' : 'waiting';
  };
  return (item) => {
    const { id, status } = item;
    if (status === GONE) return ofGone(id);
    if (status === EXEMPTED || membershipEffect(status, spec.catalog) === 'contrary') return ofContrary(item);
    return BY_RULE[keptBy(status)];
  };
}

/** What the guards will do when the grace period ends, where they will. */
function ending(inGrace: readonly PlanItem[], { decision, live }: ActResult, spec: PolicySpec): string {
  const ids = new Set(inGrace.map(({ id }) => id));
  const clocks = decision.plan.clocks.filter(({ id }) => ids.has(id));
  const ahead = forecast({ clocks, members: live.members.size, window: decision.window }, spec.guards);
  if (ahead === undefined) return '';
  const whom = ahead.isAll ? (clocks.length === 1 ? 'it' : 'them') : 'some of them';
  return `; when it ends, ${ahead.guards.join(' and ')} will hold ${whom}`;
}
