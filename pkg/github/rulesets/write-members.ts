/**
 * The PUT: `conditions` whole, with the id list replaced, and not one field more. What is not sent stays as its owners
 * left it. Sent once; an answer that proves nothing is told as unknown, for the caller to look before anything else.
 */
import { RequestError } from '@octokit/request-error';
import type { LiveRuleset } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import { isOpen } from '../requester/exchange.js';
import { NetworkError } from '../requester/network-error.js';
import type { WriteChain } from '../requester/chains.js';
import type { Requester } from '../requester/requester.js';
import type { WriteOutcome } from '../types.js';
import { conditionsWith } from './conditions.js';
import { decodeRuleset } from './decode-ruleset.js';
import { namedIDs } from './named-ids.js';
import { refusalText } from './refusal-text.js';

export interface Write {
  organization: string;
  live: LiveRuleset;
  members: readonly number[];
  essential: boolean;
  /** Cuts secrets out of GitHub's own words. */
  redact: (text: string) => string;
  context: MapContext;
}

export async function writeMembers(requester: Requester<WriteChain>, write: Write): Promise<WriteOutcome> {
  const { organization, live, members, context } = write;
  // Law 3: GitHub may take an empty set for "all" or for "none"; whoever asks for it is wrong either way.
  if (members.length === 0) throw new Plus1Error('PLUS1_INTERNAL', 'an empty membership was to be sent');
  try {
    const answer = await requester.rest(
      'PUT /orgs/{org}/rulesets/{ruleset_id}',
      { org: organization, ruleset_id: live.id, conditions: conditionsWith(live, members) },
      { chain: write.essential ? 'essentialWrite' : 'write', signal: context.signal },
    );
    return answered(answer.data, live);
  } catch (error) {
    return failed(error, write);
  }
}

function answered(data: unknown, { targeting }: LiveRuleset): WriteOutcome {
  try {
    return { state: 'answered', ruleset: decodeRuleset(data, targeting) };
  } catch {
    return { state: 'unknown', why: 'the answer does not hold the ruleset' };
  }
}

function failed(error: unknown, { context, redact }: Write): WriteOutcome {
  const mapped = mapError(error, context);
  const answer = error instanceof RequestError ? error.response : undefined;
  // Limits and missing rights have codes of their own: GitHub positively did not take it.
  if (answer !== undefined && mapped.code === 'PLUS1_GITHUB_UNAVAILABLE') {
    if (!isRefusal(answer.status)) return { state: 'unknown', why: `GitHub answered ${answer.status}` };
    const why = redact(refusalText(answer.data, `GitHub answered ${answer.status}`));
    return { state: 'refused', why, named: answer.status === 422 ? namedIDs(answer.data) : new Set() };
  }
  // Once it may be on its way, being told to stop proves nothing about the write.
  if (context.signal.aborted) return { state: 'unknown', why: 'the run was told to stop while GitHub worked on it' };
  if (mapped.cause instanceof NetworkError) return { state: 'unknown', why: mapped.cause.message };
  throw mapped;
}

function isRefusal(status: number): boolean {
  return status >= 400 && !isOpen(status);
}
