/** Whether the rest of the ruleset, which Plus1 never sends, is another one than the last record says. Pure. */
import type { LiveRuleset, RulesetOthers } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import { canonical, isRecorded, type Entry } from '../../journal/index.js';
import { redacted } from './redacted.js';

const UNKNOWN = 'unknown';

interface Rest {
  name: string;
  enforcement: LiveRuleset['enforcement'];
  refName: { include: string[]; exclude: string[] } | null;
  rules: unknown[];
  bypassActors: unknown[] | typeof UNKNOWN;
}

/** The rest as records hold it; undefined where the reader did not say. Lists are sets: their order says nothing. */
export function rulesetRest({ name, enforcement, refName, others }: LiveRuleset): Rest | undefined {
  if (others === undefined) return undefined;
  const rest: Rest = {
    name,
    enforcement,
    refName: refName === undefined ? null : { include: sorted(refName.include), exclude: sorted(refName.exclude) },
    rules: sorted(others.rules),
    bypassActors: actors(others),
  };
  return redacted(rest);
}

const actors = ({ bypassActors }: RulesetOthers): Rest['bypassActors'] =>
  bypassActors === UNKNOWN ? UNKNOWN : sorted(bypassActors);

function sorted<T>(list: readonly T[]): T[] {
  const texts = new Map(list.map((item) => [item, canonical(item)]));
  const textOf = (item: T): string => texts.get(item) ?? '';
  return [...list].sort((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
}

/**
 * The record of a change. A credential that may not see the bypass actors any more says nothing of them, so that those which are
 * recorded stand.
 */
export function rulesetChanged(recorded: unknown, live: LiveRuleset): Entry[] {
  const now = rulesetRest(live);
  if (now === undefined) return [];
  const after = now.bypassActors === UNKNOWN ? { ...now, bypassActors: actorsOf(recorded) } : now;
  if (isRecorded(recorded, after)) return [];
  return [{ kind: 'RulesetChanged', data: { before: recorded ?? null, after } }];
}

/** Unknown where the record itself lies in an attachment, too. */
const actorsOf = (recorded: unknown): unknown =>
  isMapping(recorded) ? (recorded['bypassActors'] ?? UNKNOWN) : UNKNOWN;
