/**
 * The newest analyses of code scanning on default branches, one request a repository.
 * https://docs.github.com/en/rest/code-scanning/code-scanning#list-code-scanning-analyses-for-a-repository
 */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import type { Repository } from '../../api/index.js';
import type { Answer, ScanSeen } from '../../baseline/index.js';
import { hasCode } from '../../errors/index.js';
import { foreignLine } from '../../text/index.js';
import type { MapContext } from '../map-context.js';
import { mapError, rootOf } from '../map-error.js';
import type { Requester } from '../requester/requester.js';
import { isPaid, notAnswered, refused } from './missing.js';
import type { ScansRequest } from './types.js';

const WHAT = 'code scanning';
const PAGE_SIZE = 100;
const MAX_QUOTE = 200;

/** A time that nobody can read is not a missing analysis. */
const timeSchema = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);
const analysesSchema = v.array(v.looseObject({ created_at: timeSchema, tool: v.looseObject({ name: v.string() }) }));

export interface ScansOptions {
  requester: Requester;
  context: MapContext;
}

type Sight = Answer<ScanSeen>;

/** One after another, until a limit or the signal ends it. Never throws. */
export async function readScans(options: ScansOptions, request: ScansRequest): Promise<Map<number, Sight>> {
  const { context } = options;
  const sights = new Map<number, Sight>();
  for (const repository of request.repositories) {
    if (context.signal.aborted) break;
    try {
      sights.set(repository.id, await scanOf(options, request, repository));
    } catch (error) {
      if (context.signal.aborted || hasCode(mapError(error, context), 'PLUS1_RATE_LIMITED')) break;
      sights.set(repository.id, refusal(error, repository));
    }
  }
  return sights;
}

async function scanOf(
  { requester, context }: ScansOptions,
  { organization: owner, tools }: ScansRequest,
  { name: repo, defaultBranch }: Repository,
): Promise<Sight> {
  if (defaultBranch === undefined) return { unknown: 'there is no default branch yet', fix: 'push a first commit' };
  const [tool] = tools;
  const one = tools.length === 1 ? { tool_name: tool, per_page: 1 } : { per_page: PAGE_SIZE };
  const parameters = { owner, repo, ref: `refs/heads/${defaultBranch}`, ...one };
  const call = { chain: 'reads', signal: context.signal } as const;
  const answer = await requester.rest('GET /repos/{owner}/{repo}/code-scanning/analyses', parameters, call);
  const rows = v.safeParse(analysesSchema, answer.data);
  if (!rows.success) return notAnswered(WHAT);
  const newest = new Map<string, number>();
  for (const { created_at: time, tool: by } of rows.output) {
    newest.set(by.name, Math.max(Date.parse(time), newest.get(by.name) ?? -Infinity));
  }
  // A full page may have another behind it, whatever its header says.
  const hasMore = rows.output.length >= PAGE_SIZE || answer.headers['link']?.includes('rel="next"') === true;
  return { seen: { newest, isWhole: tools.length === 1 || !hasMore } };
}

/** GitHub has sentences and no codes for what a 403 and a 404 mean here. */
function refusal(error: unknown, repository: Repository): Sight {
  const root = rootOf(error);
  if (!(root instanceof RequestError) || root.response === undefined) return notAnswered(WHAT);
  const message = messageOf(root.response.data);
  if (root.status === 404 && /no analysis found/i.test(message)) return { seen: { newest: new Map(), isWhole: true } };
  if (root.status !== 403) return { unknown: `GitHub answered ${root.status} about ${WHAT}` };
  if (/not enabled|must be enabled|advanced security|code security/i.test(message)) return switchedOff(repository);
  if (message === '' || /not accessible by|must have|not authorized|requires/i.test(message))
    return refused('scanning', WHAT);
  return { unknown: `GitHub answered 403 about ${WHAT}: "${foreignLine(message, MAX_QUOTE)}"` };
}

/** Where it costs nothing, it is only not switched on. */
const switchedOff = (repository: Repository): Sight =>
  isPaid(repository)
    ? {
        lacking: 'code scanning is not switched on, and GitHub Code Security is paid for here',
        fix: 'switch it on: repository Settings > Code security; or switch the check off',
      }
    : { seen: { newest: new Map(), isWhole: true } };

const messageOf = (data: unknown): string =>
  typeof data === 'object' && data !== null && 'message' in data && typeof data.message === 'string'
    ? data.message
    : '';
