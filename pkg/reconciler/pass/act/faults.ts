/** Error texts of an act. */
import { Plus1Error } from '../../../errors/index.js';
import type { ActRequest, Round } from './round.js';

type Target = Pick<ActRequest, 'organization' | 'rulesetName'>;

/** After the last round. Where GitHub itself failed, nobody should look for a second writer. */
export function gaveUp(target: Target, { why }: Round, rounds: number): Plus1Error {
  if (why === undefined) return unproved(target, 'it changes faster than it can be written');
  return unproved(target, `GitHub did not apply it, ${rounds} times: ${why}`, {
    fix: 'wait, or run again later: the fault is on the side of GitHub (https://www.githubstatus.com), and what the ruleset holds was read after each try',
  });
}

export function unproved(
  { rulesetName, organization }: Target,
  why: string,
  options: { fix?: string } = {},
): Plus1Error {
  const what = `the write to the ruleset ${rulesetName} of ${organization}`;
  return new Plus1Error('PLUS1_WRITE_UNPROVED', `${what} is not proved: ${why}`, options);
}

export function refusedWrite({ rulesetName, organization }: Target, why: string): Plus1Error {
  return new Plus1Error('PLUS1_WRITE_REFUSED', `cannot write the ruleset ${rulesetName} of ${organization}: ${why}`);
}

export function renamed({ rulesetName }: Target, name: string): Plus1Error {
  return new Plus1Error(
    'PLUS1_RULESET_NOT_FOUND',
    `the ruleset ${rulesetName} was renamed to ${JSON.stringify(name)} during the pass`,
  );
}
