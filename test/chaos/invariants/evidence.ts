/**
 * What speaks against a member that leaves by a PUT, from what GitHub showed to the process that sent it. Each way out of
 * docs/design/safety.md, as the contract has it.
 */
import type { Chronicle, Put, Sight } from '../model/chronicle.js';
import { isGraceWaived } from './rollback.js';
import { effectOf, msOf, rowSays, textSays, type Row, type Spec } from '../model/spec.js';

const HOUR = 3_600_000;
/** A `Date` has whole seconds. */
const EXACT_MS = 2_000;

export type WayOut = 'file' | 'row' | 'exempted' | 'gone' | 'transferred';

/** Those who were members when the process looked last, and are none in what it sends. */
export function leavers({ read, members }: Put): number[] {
  const after = new Set(members);
  return (read ?? []).filter((id) => !after.has(id));
}

export interface Leave {
  put: Put;
  id: number;
  /** By which it may leave; undefined where nothing that was shown lets it. */
  way: WayOut | undefined;
  /** It has waited as long as this way out asks for. */
  hasWaited: boolean;
}

type Way = Pick<Leave, 'hasWaited'> & { way: WayOut };

/** Each leave of a run, judged by every version of the policy that its pass may have read: the one that allows it counts. */
export function leavesOf(chronicle: Chronicle): Leave[] {
  return chronicle.puts.flatMap((put) =>
    leavers(put).map((id): Leave => {
      const ways = chronicle
        .inForce(put.start, put.at)
        .flatMap(({ at, spec }) => (spec === undefined ? [] : waysOut(caseOf(chronicle, put, id, { at, spec }))));
      // An exemption has a grace period of its own, and what is gone an hour.
      if (isGraceWaived(chronicle, put))
        for (const way of ways) way.hasWaited ||= way.way === 'file' || way.way === 'row';
      const way = ways.find(({ hasWaited }) => hasWaited) ?? ways[0] ?? { way: undefined, hasWaited: false };
      return { put, id, ...way };
    }),
  );
}

/** One who leaves by a PUT under one version of the policy. */
interface Case {
  chronicle: Chronicle;
  put: Put;
  spec: Spec;
  /** Since when that version stands. */
  sinceMs: number;
  graceMs: number;
  /** All that was shown of it until then, and what of that in this pass. */
  seen: Sight[];
  here: Sight[];
  row: Row | undefined;
}

function caseOf(chronicle: Chronicle, put: Put, id: number, { at, spec }: { at: number; spec: Spec }): Case {
  const seen = chronicle.sights.filter((sight) => sight.id === id && sight.at <= put.at);
  const here = seen.filter(({ pass }) => pass === put.pass);
  const row = here.findLast((sight) => sight.row)?.row ?? seen.findLast((sight) => sight.row)?.row;
  return { chronicle, put, spec, sinceMs: at, seen, here, row, graceMs: msOf(spec.exit.gracePeriod) };
}

const waysOut = (leaving: Case): Way[] => [
  ...byExemption(leaving),
  ...byRowOrFile(leaving),
  ...byEnd(leaving),
  ...(leaving.here.some(({ kind }) => kind === 'elsewhere') ? [{ way: 'transferred', hasWaited: true } as const] : []),
];

function byExemption({ chronicle, put, spec, sinceMs, row, graceMs }: Case): Way[] {
  if (row === undefined || effectOf(row, spec, put.start - EXACT_MS)?.effect !== 'Release') return [];
  const since = exemptedSince(chronicle, row, { sinceMs, now: put.start });
  return [{ way: 'exempted', hasWaited: since <= put.start - graceMs + EXACT_MS }];
}

/** Two answers of the listing's kind in this pass; or a file in this pass, and another answer that agrees, of it or of an earlier one. */
function byRowOrFile({ chronicle, put, spec, seen, here, graceMs }: Case): Way[] {
  const isContrary = (sight: Sight): boolean => contrary(sight, spec);
  const cleared = clearedAt(chronicle, seen, put);
  const since = seen.filter((sight) => sight.at > cleared);
  const against = since.filter(isContrary);
  const first = since.find((sight) => isContrary(sight) || wasContrary(chronicle, sight));
  const hasWaited = graceMs === 0 || (first?.at ?? Infinity) <= put.start - graceMs + EXACT_MS;
  const rows = here.filter(({ kind }) => kind === 'row');
  const file = here.findLast(({ kind }) => kind === 'file');
  const isByRow = rows.length >= 2 && rows.slice(-2).every(isContrary);
  const isByFile = file !== undefined && isContrary(file) && against.filter(({ kind }) => kind === 'file').length >= 2;
  return [
    ...(isByRow ? [{ way: 'row', hasWaited } as const] : []),
    ...(isByFile ? [{ way: 'file', hasWaited } as const] : []),
  ];
}

/** Not listed, and two look-ups that find nothing, an hour apart. */
function byEnd({ put, seen, here }: Case): Way[] {
  const isMissing = here.some(({ kind }) => kind === 'missing') && !here.some(({ kind }) => kind === 'row');
  if (!isMissing) return [];
  const seenAt = seen.findLast(({ kind }) => kind !== 'missing')?.at ?? 0;
  const first = seen.find(({ kind, at }) => kind === 'missing' && at > seenAt)?.at ?? Infinity;
  return [{ way: 'gone', hasWaited: first <= put.start - HOUR + EXACT_MS }];
}

function contrary({ kind, row, texts = [] }: Sight, spec: Spec): boolean {
  if (kind === 'row') return row !== undefined && rowSays(row, spec) === 'contrary';
  return kind === 'file' && texts.every((text) => textSays(text, spec) === 'contrary');
}

/** By the policy of its time: a clock that it started goes on where the policy says later that such an answer lets nobody leave. */
const wasContrary = (chronicle: Chronicle, sight: Sight): boolean =>
  chronicle.inForce(sight.at, sight.at).some(({ spec }) => spec !== undefined && contrary(sight, spec));

/**
 * When GitHub last showed that it is in production, in a pass that ended as it should and whose policy was the same all the time: the
 * clock must not be older than that.
 */
function clearedAt(chronicle: Chronicle, seen: readonly Sight[], put: Put): number {
  const clears = (sight: Sight): boolean => {
    const pass = chronicle.passes.find((each) => each.pass === sight.pass);
    if (sight.kind !== 'file' || sight.pass === put.pass || pass?.end === undefined || pass.isTroubled) return false;
    const [version, ...others] = chronicle.inForce(pass.start, pass.end);
    if (version?.spec === undefined || others.length > 0) return false;
    return isProduction(
      seen.filter((each) => each.pass === sight.pass),
      version.spec,
      pass.start,
    );
  };
  return seen.findLast(clears)?.at ?? 0;
}

/** All that a pass was shown of it says so, and no exemption decides. */
function isProduction(shown: readonly Sight[], spec: Spec, nowMs: number): boolean {
  return shown.every(({ kind, row, texts = [] }) => {
    if (kind === 'file') return texts.some((text) => textSays(text, spec) === 'production');
    return row !== undefined && rowSays(row, spec) === undefined && effectOf(row, spec, nowMs) === undefined;
  });
}

/** Since when the policy exempts it without a break, up to the version that has stood since `sinceMs`. */
function exemptedSince({ versions }: Chronicle, row: Row, { sinceMs, now }: { sinceMs: number; now: number }): number {
  let since = Infinity;
  // A file that cannot be read changes nothing.
  for (const { at, spec } of versions) {
    if (at > sinceMs || spec === undefined) continue;
    since = effectOf(row, spec, now)?.effect === 'Release' ? Math.min(since, at) : Infinity;
  }
  return since;
}
