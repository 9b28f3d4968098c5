/** Whether the members of the main ruleset are, and stay, as this pass read them: a candidate is deleted on nothing less. Pure. */
import { openAfter, openWriteText } from '../memory/open-write.js';
import type { PassOutcome } from '../types.js';

type Main = Required<Pick<PassOutcome, 'acted' | 'seen'>> & Pick<PassOutcome, 'request' | 'startMs'>;

/** Why not, in one sentence; undefined where they do. */
export function mainDoubt(pass: Main): string | undefined {
  const open = openAfter(pass);
  // It carries a whole membership: applied late, it takes out who entered after it.
  if (open !== undefined) return `the main ruleset may still change ${openWriteText(open)}`;
  // A 304 is about the ruleset, and the values of a property are none of it.
  const isRead = pass.seen.isQuick !== true || pass.acted.live.targeting !== 'CustomProperty';
  return isRead ? undefined : 'a quick pass does not read who has the property of the main ruleset: a full one does';
}
