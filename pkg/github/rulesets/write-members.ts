/**
 * The PUT: `conditions` whole, with the id list replaced, and not one field more. What is not sent stays as its owners
 * left it. Sent once; an answer that proves nothing is told as unknown, for the caller to look before anything else.
 */
import { RequestError } from '@octokit/request-error';
import type { LiveRuleset } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError, rootOf } from '../map-error.js';
import { isOpen } from '../requester/exchange.js';
import { NetworkError } from '../requester/network-error.js';
import { hasMessage, isOwnRefusal, REQUEST_ID_HEADER } from '../requester/own-answer.js';
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
  // Law 3: GitHub may take an empty set for "all" or for "none"; a caller that asks for it is wrong either way.
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

/**
 * Not taken is only what was never sent, and what GitHub itself refused. Everything else may have been applied: a gateway on the
 * way can answer with a status and a page of its own after GitHub took the write. Taken for a refusal, those who left by
 * it would be counted nowhere, and each pass would let as many leave again.
 */
function failed(error: unknown, write: Write): WriteOutcome {
  const { context } = write;
  const root = rootOf(error);
  const answer = root instanceof RequestError ? root.response : undefined;
  if (answer !== undefined) return refusal(root, answer, write);
  const mapped = mapError(error, context);
  // Once it may be on its way, being told to stop proves nothing about the write.
  if (context.signal.aborted) return { state: 'unknown', why: 'the run was told to stop while GitHub worked on it' };
  // Errors of our own are thrown before a request leaves, or for a rate limit of GitHub.
  if (root instanceof Plus1Error || (root instanceof NetworkError && root.neverSent)) throw mapped;
  if (!(root instanceof NetworkError)) return { state: 'unknown', why: mapped.message };
  const hasCode = root.code !== 'PLUS1_GITHUB_UNAVAILABLE';
  return { state: 'unknown', why: root.message, ...(hasCode && { error: mapped }) };
}

/** An answer with an error status: of GitHub, or of something on the way. */
function refusal(error: unknown, answer: Answer, { context, redact }: Write): WriteOutcome {
  const { status, data, headers } = answer;
  const said = `GitHub answered ${status}`;
  if (isOpen(status)) return { state: 'unknown', why: said };
  const mapped = mapError(error, context);
  const hasCode = mapped.code !== 'PLUS1_GITHUB_UNAVAILABLE';
  const why = redact(refusalText(data, said));
  if (status >= 400 && isOwnRefusal(headers[REQUEST_ID_HEADER], data)) {
    const named = status === 422 ? namedIDs(data) : new Set<number>();
    return { state: 'refused', why, named, ...(hasCode && { error: mapped }) };
  }
  // In the form of GitHub, only without its request id: a proxy may have cut that off, so that the text is worth repeating.
  if (hasMessage(data) && hasCode) return { state: 'unknown', why, error: mapped };
  return { state: 'unknown', why: said, error: foreign(status, hasMessage(data) ? `: ${why}` : '', context) };
}

type Answer = NonNullable<RequestError['response']>;

function foreign(status: number, text: string, { what }: MapContext): Plus1Error {
  const isLogin = status === 401 || status === 403;
  return new Plus1Error(
    isLogin ? 'PLUS1_ACCESS_REFUSED' : 'PLUS1_WRITE_UNPROVED',
    `cannot ${what}: the answer was ${status}, but not in the form of GitHub${text}`,
    { fix: 'look whether a proxy or gateway on the way refuses the request or asks for a login' },
  );
}
