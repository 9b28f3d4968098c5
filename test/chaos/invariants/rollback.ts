/**
 * What a rollback changes for those who leave: no grace period in the first pass that carries it out, and nobody without an approval
 * from then on, until a person releases it.
 */
import type { Chronicle, Pass, Put } from '../model/chronicle.js';

/** Passes whose end the journal names as the one that carried a rollback out. */
const carriedOut = ({ passes, rolledBack }: Chronicle): Pass[] => passes.filter(({ id }) => rolledBack.has(id));

/** When the rollback was asked for that the pass of that write goes on with; undefined where it has none to carry out. */
function askedAt(chronicle: Chronicle, put: Put): number | undefined {
  const asks = chronicle.asks.filter(({ at }) => at < put.at);
  const ends = carriedOut(chronicle).flatMap(({ start, end }) =>
    end !== undefined && end < put.start ? { start, at: end } : [],
  );
  let open: number[] = [];
  for (const each of [...asks, ...ends].sort((a, b) => a.at - b.at)) {
    if ('start' in each) open = open.filter((at) => at > each.start);
    else if (each.kind === 'rollback') open.push(each.at);
    // One that is taken back while a pass runs may have been read by it.
    else if (each.at < put.start) open = [];
  }
  return open[0];
}

/** An earlier pass let somebody leave by it: what it had to take out at once is over. */
function isBegun({ puts }: Chronicle, put: Put, askedMs: number): boolean {
  return puts.some((each) => {
    const hasLeavers = (each.read ?? []).some((id) => !each.members.includes(id));
    return each.pass !== put.pass && each.start > askedMs && each.at < put.at && hasLeavers;
  });
}

/**
 * A rollback that goes on, and of which nobody left yet: the first pass that carries it out may be this one, or an earlier one in which
 * nobody could leave by it. `status.rollbackBegunTo` is kept before the plan meets the guards, whatever they let pass.
 */
export function mayBeBegun(chronicle: Chronicle, put: Put): boolean {
  const askedMs = askedAt(chronicle, put);
  if (askedMs === undefined) return false;
  return chronicle.passes.some(({ pass, start }) => pass !== put.pass && start > askedMs && start < put.at);
}

/** This write may let leave without a grace period. */
export function isGraceWaived(chronicle: Chronicle, put: Put): boolean {
  const askedMs = askedAt(chronicle, put);
  return askedMs !== undefined && !isBegun(chronicle, put, askedMs);
}

/** Nobody leaves but by an approval: one goes on, or was carried out and nobody has released it since. */
export function isStanding(chronicle: Chronicle, put: Put): boolean {
  const since = askedAt(chronicle, put) ?? lastBefore(chronicle, put)?.start;
  if (since === undefined) return false;
  // A policy that went and came back may have another memory.
  if (chronicle.versions.some(({ at, spec }) => spec === undefined && at > since && at < put.at)) return false;
  return mayStand(chronicle, put);
}

/** The same where the policy kept its memory, as one does whose file was broken for a while. */
export function mayStand(chronicle: Chronicle, put: Put): boolean {
  const askedMs = askedAt(chronicle, put);
  if (askedMs !== undefined) return isBegun(chronicle, put, askedMs);
  const last = lastBefore(chronicle, put);
  if (last === undefined) return false;
  return !chronicle.asks.some(({ kind, at }) => kind === 'release' && at > last.start && at < put.at);
}

const lastBefore = (chronicle: Chronicle, put: Put): Pass | undefined =>
  carriedOut(chronicle).findLast(({ end = Infinity }) => end < put.start);
