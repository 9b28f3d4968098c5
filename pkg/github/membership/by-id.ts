/**
 * Members by repository id. They stand in the `conditions` of the ruleset, and one PUT writes them: `conditions` whole, with the id list
 * replaced, and not one field more. What is not sent stays as its owners left it.
 */
import * as v from 'valibot';
import type { LiveRuleset } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { WriteChain } from '../requester/chains.js';
import type { Requester } from '../requester/requester.js';
import type { WriteOutcome } from '../write-outcome.js';
import { decodeRuleset, isThere, otherTargeting } from '../rulesets/decode-ruleset.js';
import { sameConditions } from '../rulesets/conditions.js';
import { failedWrite } from './failed-write.js';
import type { Membership, Write } from './membership.js';

type Conditions = LiveRuleset['conditions'];

const byIDSchema = v.looseObject({ repository_ids: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1))) });

export const BY_ID: Membership = {
  read: async (answer) => decodeByID(answer),
  write: putMembers,
  sameAs: sameMembersByID,
};

/** True where `shown` has the `conditions` that were sent. */
export function sameMembersByID(shown: LiveRuleset, live: LiveRuleset, members: readonly number[]): boolean {
  return sameConditions(shown, { ...live, conditions: withMembers(live.conditions, members) });
}

/** A ruleset as GitHub answered it, with the members that its `conditions` name. */
export function decodeByID(answer: unknown): LiveRuleset {
  const ruleset = decodeRuleset(answer);
  const { repository_id: condition } = ruleset.conditions;
  if (!isThere(condition)) throw otherTargeting(ruleset, 'repositories by id');
  const { repository_ids: ids } = v.parse(byIDSchema, condition);
  return { ...ruleset, targeting: 'RepositoryID', members: new Set(ids) };
}

/** Sent once; an answer that proves nothing is told as unknown. */
async function putMembers(requester: Requester<WriteChain>, write: Write): Promise<WriteOutcome> {
  const { organization, live, members, context } = write;
  // Law 3: GitHub may take an empty set for "all" or for "none"; a caller that asks for it is wrong either way.
  if (members.length === 0) throw new Plus1Error('PLUS1_INTERNAL', 'an empty membership was to be sent');
  try {
    const answer = await requester.rest(
      'PUT /orgs/{org}/rulesets/{ruleset_id}',
      { org: organization, ruleset_id: live.id, conditions: withMembers(live.conditions, members) },
      { chain: write.essential ? 'essentialWrite' : 'write', signal: context.signal },
    );
    return answered(answer.data);
  } catch (error) {
    return failedWrite(error, write);
  }
}

function answered(data: unknown): WriteOutcome {
  try {
    return { state: 'answered', ruleset: decodeByID(data) };
  } catch {
    return { state: 'unknown', why: 'the answer does not hold the ruleset' };
  }
}

/** `conditions` as just read, whole, with the members replaced. */
export function withMembers(conditions: Conditions, members: readonly number[]): Record<string, unknown> {
  const byID = conditions['repository_id'] as Record<string, unknown>;
  return { ...conditions, repository_id: { ...byID, repository_ids: [...members] } };
}
