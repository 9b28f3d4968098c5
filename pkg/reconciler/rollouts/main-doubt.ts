/** Whether the members of both rulesets are, and stay, as this pass read them: a candidate is deleted on nothing less. Pure. */
import type { MainDoubt } from '../../rollout/index.js';
import { openAfter, openWriteText } from '../memory/open-write.js';
import type { PassOutcome } from '../types.js';

type Main = Required<Pick<PassOutcome, 'acted' | 'seen'>> & Pick<PassOutcome, 'request' | 'startMs'>;

/** Why not; undefined where they do. `members`: of the candidate. */
export function mainDoubt(pass: Main, members: Iterable<number> = []): MainDoubt | undefined {
  const open = openAfter(pass);
  // It carries a whole membership: applied late, it takes out who entered after it.
  if (open !== undefined) return { why: `the main ruleset may still change ${openWriteText(open)}` };
  if (pass.seen.isQuick !== true) return undefined;
  // A 304 is about the ruleset, and the values of a property are none of it.
  if (pass.acted.live.targeting === 'CustomProperty')
    return unread('a quick pass does not read who has the property of the main ruleset: a full one does');
  const listed = new Set(pass.seen.findings.map(({ id }) => id));
  return [...members].every((id) => listed.has(id))
    ? undefined
    : unread('a quick pass does not look up what became of those that are not listed: a full one does');
}

const unread = (why: string): MainDoubt => ({ why, isUnread: true });
