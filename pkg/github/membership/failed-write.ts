/** What a write has come to that got no good answer: not taken, refused, or unknown, for the caller to look before anything else. */
import { RequestError } from '@octokit/request-error';
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError, rootOf } from '../map-error.js';
import { isOpen } from '../requester/exchange.js';
import { NetworkError } from '../requester/network-error.js';
import { hasMessage, isOwnRefusal, REQUEST_ID_HEADER } from '../requester/own-answer.js';
import type { FailedWrite } from '../write-outcome.js';
import { namedIDs } from '../rulesets/named-ids.js';
import { refusalText } from '../rulesets/refusal-text.js';

/** What a failed write is told with. */
export interface WriteWords {
  context: MapContext;
  /** Cuts secrets out of GitHub's own words. */
  redact: (text: string) => string;
}

/**
 * Not taken is only what was never sent, and what GitHub itself refused. Everything else may have been applied: a gateway on the
 * way can answer with a status and a page of its own after GitHub took the write. Taken for a refusal, those who left by
 * it would be counted nowhere, and each pass would let as many leave again.
 */
export function failedWrite(error: unknown, write: WriteWords): FailedWrite {
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
function refusal(error: unknown, answer: Answer, { context, redact }: WriteWords): FailedWrite {
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
