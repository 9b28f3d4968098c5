/** Finds the one organization ruleset of a name. The list holds no conditions, so that it is read by id afterwards. */
import { Plus1Error } from '../../errors/index.js';
import { foreignLine } from '../../text/index.js';
import type { Requester, RESTAnswer } from '../requester/requester.js';
import { listRulesets } from './list-rulesets.js';

/** Names of others in a message; GitHub lets one be 100 characters long. */
const MAX_NAMES = 10;
const MAX_NAME = 100;

/** The id of the organization's own ruleset of exactly that name. `first`: the first page of the list, where it was asked for already. */
export async function findRulesetID(
  requester: Requester,
  organization: string,
  name: string,
  signal: AbortSignal,
  first?: RESTAnswer,
): Promise<number> {
  const isNamed = (ruleset: { name: string }): boolean => ruleset.name === name;
  const rulesets = await listRulesets(requester, organization, signal, {
    ...{ first, mayEnd: (found) => [...found.values()].some(isNamed) },
  });
  const ids = [...rulesets.values()].filter(isNamed).map(({ id }) => id);
  if (ids.length > 0) return theOne(ids, organization, name);
  throw notFound(organization, name, [...new Set([...rulesets.values()].map((other) => other.name))]);
}

/** A misspelt name is seen beside the ones that exist; the enterprise's are left out, since they are no choice. */
function notFound(organization: string, name: string, others: readonly string[]): Plus1Error {
  const shown = [...others]
    .sort()
    .slice(0, MAX_NAMES)
    .map((other) => JSON.stringify(foreignLine(other, MAX_NAME)));
  const more = others.length > shown.length ? ` and ${others.length - shown.length} more` : '';
  const there = shown.length === 0 ? 'it has none of its own' : `it has ${shown.join(', ')}${more}`;
  return new Plus1Error('PLUS1_RULESET_NOT_FOUND', `${organization} has no ruleset named ${name}; ${there}`);
}

function theOne(ids: readonly number[], organization: string, name: string): number {
  const [only = 0, second] = ids;
  if (second !== undefined) {
    throw new Plus1Error(
      'PLUS1_RULESET_AMBIGUOUS',
      `${organization} has ${ids.length} rulesets named ${name}: ${ids.join(' and ')}`,
    );
  }
  return only;
}
