/** A candidate that nobody remembers is not gone: a status that was lost, or put back from a copy, says nothing of what GitHub has. */
import { Plus1Error } from '../../errors/index.js';
import type { OwnedRulesets } from '../owned/owned-rulesets.js';

/** Throws where a ruleset of that name stands that the status of the policy does not have. Nothing is written to it. */
export async function requireNotThere(owned: OwnedRulesets, name: string, signal: AbortSignal): Promise<void> {
  const there = (await owned.strangers(name, signal)).find((each) => each.name === name);
  if (there === undefined) return;
  const what = `the ruleset ${there.id} is named ${name}, and the status of the policy does not have it as made by Plus1`;
  throw new Plus1Error('PLUS1_NAME_IN_USE', `${what}: it is left as it is`, {
    fix: 'where the main ruleset has its rules, or nobody needs them, delete it by hand',
  });
}
