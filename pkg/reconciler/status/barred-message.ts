/** Who ought to be governed and cannot be made a member, in a sentence for a condition and for a person at a terminal. */
import type { Decision } from '../../governance/index.js';

/** Names in the sentence. */
const MAX_NAMES = 5;

/** Such as `api cannot enter: its custom property tier is "two"; …`; undefined where there is nobody. */
export function barredText({ plan: { barred = [] } }: Pick<Decision, 'plan'>): string | undefined {
  if (barred.length === 0) return undefined;
  const shown = barred.slice(0, MAX_NAMES).map(({ name, reason }) => `${name} (${reason})`);
  const more = barred.length - shown.length;
  const who = shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `cannot enter, since Plus1 writes over no value of somebody else: ${who}. Unset the property there, or give the policy a property of its own`;
}
