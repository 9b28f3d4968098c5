/**
 * May this plan be applied? Guards count over a window of time, not by pass: small steps add up to the same wrong.
 * Hazard: `clocks` and `window` of a decision are true only once its `target` is applied; where nothing was written
 * (Observe, a refused PUT), the plan's clocks and the old window go on.
 */
import { durationMs, type GuardWindow, type PolicySpec } from '../api/index.js';
import { rfc3339, unixMs } from './time.js';
import type { Decision, Hold, Memory, Plan } from './types.js';

/** The plan after the guards. `now` is Unix ms. */
export function guard(plan: Plan, spec: PolicySpec, memory: Memory, now: number): Decision {
  const window = runningWindow(memory.window, spec, now);
  const rest = without(new Set([...plan.live, ...ids(plan.enter)]), plan.gone);
  if (rest.size === 0 && plan.gone.length > 0) return decide(plan, tooFew(plan, 0, spec), window, now);
  const hold = memory.contested === true ? CONTESTED : holdOf(plan, rest, spec, window);
  return decide(plan, hold, window, now, { gone: true, leave: hold === undefined });
}

/** How many a `maxLeaving` lets leave out of that many members: a percentage is rounded up. */
export function shareOf(limit: number | string, members: number): number {
  return typeof limit === 'number' ? limit : Math.ceil((members * Number.parseInt(limit, 10)) / 100);
}

/** Each side would undo the other's work for ever; a person must find out who writes there too. */
const CONTESTED: Hold = {
  reason: 'Contested',
  message: 'The last write was found undone by someone else in several passes in a row; what enters goes on',
};

function holdOf(
  plan: Plan,
  rest: ReadonlySet<number>,
  spec: PolicySpec,
  window: GuardWindow | undefined,
): Hold | undefined {
  if (plan.leave.length === 0) return undefined;
  const remaining = rest.size - plan.leave.length;
  if (remaining < spec.guards.minMembers) return tooFew(plan, remaining, spec);
  const base = window?.members ?? plan.live.size;
  const left = window?.left ?? 0;
  const allowed = shareOf(spec.guards.maxLeaving, base);
  return left + plan.leave.length > allowed ? tooMany(plan, spec, { base, left, allowed }) : undefined;
}

function tooFew(plan: Plan, remaining: number, spec: PolicySpec): Hold {
  const { minMembers } = spec.guards;
  const leaving = plan.leave.length + plan.gone.length;
  return {
    reason: 'TooFewMembers',
    message: `${count(leaving)} would leave and ${remaining} stay; guards.minMembers is ${minMembers}`,
  };
}

function tooMany(
  plan: Plan,
  spec: PolicySpec,
  { base, left, allowed }: { base: number; left: number; allowed: number },
): Hold {
  const { maxLeaving, window } = spec.guards;
  const limit = typeof maxLeaving === 'number' ? `${maxLeaving}` : `${maxLeaving} of ${base} members`;
  const already = left === 0 ? '' : `, and ${left} left already`;
  return {
    reason: 'TooManyLeaving',
    message: `${count(plan.leave.length)} would leave; guards.maxLeaving (${limit}) lets ${allowed} leave within ${window}${already}`,
  };
}

function count(repositories: number): string {
  return repositories === 1 ? '1 repository' : `${repositories} repositories`;
}

/**
 * The window with a start that can be measured from. One in the future (the clock was ahead when it began), or one that
 * cannot be read, counts from now: forgetting what left would open the guard again, and waiting for that future would keep
 * everybody in for as long as the clock was ahead.
 */
export function withStart(window: GuardWindow | undefined, now: number): GuardWindow | undefined {
  if (window === undefined || unixMs(window.startTime) <= now) return window;
  return { ...window, startTime: rfc3339(now) };
}

/** The window that still counts. */
function runningWindow(window: GuardWindow | undefined, spec: PolicySpec, now: number): GuardWindow | undefined {
  const running = withStart(window, now);
  if (running === undefined) return undefined;
  return unixMs(running.startTime) + durationMs(spec.guards.window) > now ? running : undefined;
}

/** What of the plan is applied beside what enters. */
interface Applied {
  gone: boolean;
  leave: boolean;
}

function decide(
  plan: Plan,
  hold: Hold | undefined,
  window: GuardWindow | undefined,
  now: number,
  applied: Applied = { gone: false, leave: false },
): Decision {
  const leave = applied.leave ? plan.leave : [];
  const left = [...leave, ...(applied.gone ? plan.gone : [])];
  const target = without(new Set([...plan.live, ...ids(plan.enter)]), left);
  const after = leave.length === 0 ? window : counted(window, plan.live.size, leave.length, now);
  const leftIDs = new Set(ids(left));
  return {
    plan,
    ...(hold !== undefined && { hold }),
    target: [...target].sort((a, b) => a - b),
    changes: target.size !== plan.live.size || [...target].some((id) => !plan.live.has(id)),
    entered: plan.enter,
    left,
    clocks: plan.clocks.filter((clock) => !leftIDs.has(clock.id)),
    ...(after !== undefined && { window: after }),
  };
}

function counted(window: GuardWindow | undefined, members: number, leaving: number, now: number): GuardWindow {
  if (window !== undefined) return { ...window, left: window.left + leaving };
  return { startTime: rfc3339(now), members, left: leaving };
}

function without(members: ReadonlySet<number>, items: readonly { id: number }[]): Set<number> {
  const rest = new Set(members);
  for (const { id } of items) rest.delete(id);
  return rest;
}

function ids(items: readonly { id: number }[]): number[] {
  return items.map(({ id }) => id);
}
