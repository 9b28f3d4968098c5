/** Error texts of an act. */
import { Plus1Error } from '../../../errors/index.js';

/** The ruleset that an act is about. */
interface Target {
  organization: string;
  rulesetName: string;
}

/** After the last round, of which `why` says what was wrong. Where GitHub itself failed, nobody should look for a second writer. */
export function gaveUp(
  target: Target,
  { why, isLate }: { why?: string; isLate?: boolean },
  rounds: number,
): Plus1Error {
  if (isLate === true) return notSent(target, why ?? '', rounds);
  if (why === undefined) return unproved(target, 'it changes faster than it can be written');
  return unproved(target, `GitHub did not apply it, ${rounds} times: ${why}`, {
    fix: 'wait, or run again later: the fault is on the side of GitHub (https://www.githubstatus.com), and what the ruleset holds was read after each try',
  });
}

function notSent({ rulesetName, organization }: Target, why: string, rounds: number): Plus1Error {
  const what = `the write to the ruleset ${rulesetName} of ${organization} was not sent, ${rounds} times`;
  return new Plus1Error('PLUS1_TIMEOUT', `${what}: ${why}`, {
    fix: 'nothing to do: the next pass plans it again. Where it stays, look at the load of this machine and at the way to GitHub',
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
