/** Sorts what goes wrong with one question of an inventory: worth asking again, or the end of the pass. */
import { RequestError } from '@octokit/request-error';
import type { MapContext } from '../map-context.js';
import { mapError, mapFault } from '../map-error.js';
import type { GraphQLAnswer, GraphQLFault } from '../requester/graphql-answer.js';
import { NetworkError } from '../requester/network-error.js';
import type { Call, Requester } from '../requester/requester.js';

/** An answer that says nothing about anything that was asked: smaller or later it may come. */
export class RetryableAnswer extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Trouble';
  }
}

export interface Question {
  query: string;
  variables: Record<string, unknown>;
  call: Call;
  context: MapContext;
}

/** The answer, where it says something. Throws Trouble for what may pass, and Plus1Error for what ends the pass. */
export async function ask(requester: Requester, question: Question): Promise<GraphQLAnswer> {
  const answer = await requester
    .graphql(question.query, question.variables, question.call)
    .catch((error: unknown) => Promise.reject(troubleOf(error, question.context)));
  for (const fault of answer.errors) {
    const fatal = mapFault(fault, question.context);
    if (fatal !== undefined) throw fatal;
  }
  const whole = answer.errors.find(isAboutEverything);
  if (whole !== undefined) throw new RetryableAnswer(`GitHub answered ${faultWord(whole)}`);
  return answer;
}

/** What an error entry is called; its message is GitHub's own and may quote anything. */
export function faultWord(fault: GraphQLFault): string {
  return fault.type !== undefined && /^[A-Z_]{1,64}$/.test(fault.type) ? fault.type : 'with an error';
}

/** With RESOURCE_LIMITS_EXCEEDED GitHub leaves out more than the entry names, so its path is no bound. */
function isAboutEverything(fault: GraphQLFault): boolean {
  return fault.path === undefined || fault.path.length === 0 || fault.type === 'RESOURCE_LIMITS_EXCEEDED';
}

function troubleOf(error: unknown, context: MapContext): Error {
  const mapped = mapError(error, context);
  if (context.signal.aborted || mapped.code !== 'PLUS1_GITHUB_UNAVAILABLE') return mapped;
  if (mapped.cause instanceof NetworkError) return new RetryableAnswer(mapped.cause.message);
  return error instanceof RequestError && error.response !== undefined
    ? new RetryableAnswer(`GitHub answered ${error.status}`)
    : new RetryableAnswer('GitHub gave no usable answer');
}
