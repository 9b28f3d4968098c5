/** Error texts of rulesets that Plus1 makes itself. `what`: the write in words, after `cannot`. */
import { Plus1Error } from '../../errors/index.js';

/** Somebody else's ruleset has the name. */
export function nameInUse(name: string, organization: string, id: number): Plus1Error {
  const message = `the ruleset ${id} of ${organization} is named ${name}, and Plus1 did not make it: it is left as it is`;
  return new Plus1Error('PLUS1_NAME_IN_USE', message);
}

export function twice(name: string, organization: string, ids: readonly number[]): Plus1Error {
  const which = `${organization} has ${ids.length} rulesets named ${name}: ${ids.join(' and ')}`;
  return new Plus1Error('PLUS1_RULESET_AMBIGUOUS', which);
}

export function unproved(what: string, why: string): Plus1Error {
  return new Plus1Error('PLUS1_WRITE_UNPROVED', `cannot ${what} for certain: ${why}`, {
    fix: 'nothing to do: the next pass looks first. Where it stays, look at https://www.githubstatus.com',
  });
}

export function refused(what: string, why: string): Plus1Error {
  return new Plus1Error('PLUS1_WRITE_REFUSED', `cannot ${what}: ${why}`);
}

/** What is known as ours by its id does not show that it is. */
export function notOurs(what: string, why: string, ownName: string): Plus1Error {
  return new Plus1Error('PLUS1_NAME_IN_USE', `cannot ${what}: ${why}; nothing is written to it`, {
    fix: `where Plus1 made it and somebody renamed it, name it ${ownName} again; else take ${ownName} out of status.ownedRulesets of the policy`,
  });
}

/** The ruleset that a policy is about is one that Plus1 made for something else: who may leave that, and when, is no policy's to say. */
export function madeForElse(id: number, { name, maker }: { name: string; maker: string }): Plus1Error {
  const message = `the ruleset ${id} is ${name}, which Plus1 made for a rollout or an incident of ${maker}: no policy keeps its members`;
  return new Plus1Error('PLUS1_NAME_IN_USE', message, {
    fix: `name it ${name} again, and give the policy a ruleset of its own; where Plus1 did not make it, take ${name} out of status.ownedRulesets of ${maker}`,
  });
}

/** GitHub answers from a copy that is older than what it said before. */
export function lagging(organization: string, { name, updatedAt }: { name: string; updatedAt?: string }): Plus1Error {
  const what = `cannot read the ruleset ${name} of ${organization}`;
  const why = `each answer shows it as it was at ${updatedAt ?? 'an earlier time'}, and a newer one was seen already`;
  return new Plus1Error('PLUS1_GITHUB_LAGS', `${what}: ${why}; nothing was written on them`, {
    fix: 'wait: the next pass reads it again. Where it stays, look whether a proxy or cache on the way answers for GitHub',
  });
}

export function notSent(what: string, why: string): Plus1Error {
  return new Plus1Error('PLUS1_TIMEOUT', `cannot ${what}, it was not sent: ${why}`, {
    fix: 'nothing to do: the next pass tries it again. Where it stays, look at the load of this machine and at the way to GitHub',
  });
}

export function tooManyOpen(what: string): Plus1Error {
  return new Plus1Error('PLUS1_WRITE_UNPROVED', `cannot ${what}: too many earlier tries have no known outcome`, {
    fix: 'wait: ten minutes after the last of them the next pass tries it again',
  });
}

export function tooLarge(what: string, characters: number, most: number): Plus1Error {
  return new Plus1Error('PLUS1_POLICY_INVALID', `cannot ${what}: it has ${characters} characters, at most ${most}`, {
    fix: 'make its rules shorter',
  });
}

export function noMemory(what: string): Plus1Error {
  return new Plus1Error('PLUS1_USAGE', `cannot ${what}: this run keeps nothing, and would not know it again`, {
    fix: 'give it a state folder with --state DIR',
  });
}
