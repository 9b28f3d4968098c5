/** Reads and writes issues. A write is never sent twice: what became of one that got no answer is found out by a look. */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import { abortReason, type Clock, type Sleep } from '../../base/index.js';
import { foreignLine } from '../../text/index.js';
import type { Identity } from '../credentials/identity.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import { isGranted } from '../requester/grant.js';
import { redactValuesInError } from '../requester/redact-values.js';
import type { Requester, RESTAnswer } from '../requester/requester.js';
import type { WriteChain } from '../requester/chains.js';
import type { IssuePace } from '../requester/issue-pace.js';
import type {
  Issue,
  IssueAnswer,
  IssueChange,
  IssueHome,
  IssueList,
  IssueRefusal,
  IssueTracker,
  NewIssue,
} from './types.js';

const NEEDS = 'issues: write';
const PER_PAGE = 100;
/** A user may have made thousands of issues. */
const MAX_LISTED = 1_000;
const MAX_COMMENTS = 300;
const MAX_QUOTE_LENGTH = 200;

/** What these are about is no single repository: the work ends. */
const THROWN = new Set([
  ...['PLUS1_RATE_LIMITED', 'PLUS1_TOKEN_REJECTED', 'PLUS1_TOKEN_SSO', 'PLUS1_TOKEN_PENDING', 'PLUS1_GITHUB_LAGS'],
  ...['PLUS1_HOST_NOT_ALLOWED', 'PLUS1_PROXY_REFUSED', 'PLUS1_API_ADDRESS_WRONG', 'PLUS1_SECRET_INVALID'],
  ...['PLUS1_INSTALLATION_NOT_FOUND', 'PLUS1_INTERRUPTED', 'PLUS1_TIMEOUT', 'PLUS1_INTERNAL'],
  ...['PLUS1_STATE_LOCKED', 'PLUS1_LEASE_LOST'],
]);

const issueSchema = v.looseObject({
  number: v.pipe(v.number(), v.safeInteger()),
  state: v.picklist(['open', 'closed']),
  state_reason: v.optional(v.nullable(v.string())),
  body: v.optional(v.nullable(v.string())),
  pull_request: v.optional(v.unknown()),
});
const issuesSchema = v.array(issueSchema);
const commentsSchema = v.array(v.looseObject({ body: v.optional(v.nullable(v.string())) }));

interface IssueClientParts {
  reads: Requester;
  writes: Requester<WriteChain>;
  identity: Identity;
  pace: IssuePace;
  clock: Clock;
  sleep: Sleep;
}

export class IssueClient implements IssueTracker {
  readonly #parts: IssueClientParts;

  constructor(parts: IssueClientParts) {
    this.#parts = parts;
  }

  async missing(signal: AbortSignal): Promise<string | undefined> {
    const { identity } = this.#parts;
    const grant = await identity.grant(signal);
    return grant === undefined || isGranted(NEEDS, grant.permissions) ? undefined : NEEDS;
  }

  find(home: IssueHome, text: string, signal: AbortSignal): Promise<IssueAnswer<IssueList>> {
    return this.#answer(`list the issues of ${nameOf(home)}`, signal, async () => {
      const slug = (await this.#parts.identity.app(signal))?.slug;
      const issues: Issue[] = [];
      const query = { state: 'all', sort: 'created', direction: 'asc', ...(slug && { creator: `${slug}[bot]` }) };
      for (let page = 1; ; page += 1) {
        const rows = v.parse(issuesSchema, (await this.#list(home, { ...query, page }, signal)).data);
        // The row of a pull request has the shape of an issue.
        const own = rows.filter(({ body, pull_request: pull }) => pull === undefined && body?.includes(text) === true);
        issues.push(...own.map((row) => issueOf(row)));
        if (rows.length < PER_PAGE) return { issues, isCut: false };
        if (page * PER_PAGE >= MAX_LISTED) return { issues, isCut: true };
      }
    });
  }

  #list(home: IssueHome, query: Record<string, unknown>, signal: AbortSignal): Promise<RESTAnswer> {
    const parameters = { ...pathOf(home), ...query, per_page: PER_PAGE };
    return this.#parts.reads.rest('GET /repos/{owner}/{repo}/issues', parameters, { chain: 'reads', signal });
  }

  read(
    home: IssueHome,
    number: number,
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<IssueAnswer<Issue | undefined>> {
    return this.#answer(`read the issue ${number} of ${nameOf(home)}`, signal, async () => {
      const parameters = { ...pathOf(home), issue_number: number };
      const call = { chain: 'reads', signal, etag } as const;
      const answer = await this.#parts.reads.rest('GET /repos/{owner}/{repo}/issues/{issue_number}', parameters, call);
      return answer.status === 304 ? undefined : whole(answer, number);
    });
  }

  async open(home: IssueHome, { labels, ...issue }: NewIssue, signal: AbortSignal): Promise<IssueAnswer<Issue>> {
    const post = (labelled: readonly string[]): Promise<IssueAnswer<Issue>> =>
      this.#write(`open an issue in ${nameOf(home)}`, signal, async (requester) => {
        const parameters = { ...pathOf(home), ...issue, ...(labelled.length > 0 && { labels: labelled }) };
        return whole(await requester.rest('POST /repos/{owner}/{repo}/issues', parameters, { chain: 'write', signal }));
      });
    const first = await post(labels);
    // GitHub has refused an issue for a label that the repository does not have: https://github.com/orgs/community/discussions/197408
    const isLabel = first.state === 'refused' && (first.why === 'forbidden' || first.why === 'invalid');
    return isLabel && labels.length > 0 ? post([]) : first;
  }

  change(home: IssueHome, number: number, change: IssueChange, signal: AbortSignal): Promise<IssueAnswer<Issue>> {
    return this.#write(`change the issue ${number} of ${nameOf(home)}`, signal, async (requester) => {
      const { body, state, stateReason } = change;
      const parameters = {
        ...{ ...pathOf(home), issue_number: number },
        ...(body !== undefined && { body }),
        ...(state !== undefined && { state }),
        ...(stateReason !== undefined && { state_reason: stateReason }),
      };
      const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
      return whole(await requester.rest(route, parameters, { chain: 'write', signal }), number);
    });
  }

  comment(home: IssueHome, number: number, body: string, signal: AbortSignal): Promise<IssueAnswer<void>> {
    return this.#write(`comment on the issue ${number} of ${nameOf(home)}`, signal, async (requester) => {
      const parameters = { ...pathOf(home), issue_number: number, body };
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      await requester.rest(route, parameters, { chain: 'write', signal });
    });
  }

  hasComment(home: IssueHome, number: number, text: string, signal: AbortSignal): Promise<IssueAnswer<boolean>> {
    return this.#answer(`read the comments on the issue ${number} of ${nameOf(home)}`, signal, async () => {
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
      for (let page = 1; page * PER_PAGE <= MAX_COMMENTS; page += 1) {
        const parameters = { ...pathOf(home), issue_number: number, per_page: PER_PAGE, page };
        const { data } = await this.#parts.reads.rest(route, parameters, { chain: 'reads', signal });
        const rows = v.parse(commentsSchema, data);
        if (rows.some(({ body }) => body?.includes(text) === true)) return true;
        if (rows.length < PER_PAGE) return false;
      }
      // A long talk: rather no second comment than two of them.
      return true;
    });
  }

  #write<T>(
    what: string,
    signal: AbortSignal,
    work: (requester: Requester<WriteChain>) => Promise<T>,
  ): Promise<IssueAnswer<T>> {
    const { pace, writes } = this.#parts;
    return this.#answer(what, signal, async () => {
      await pace.take(this.#parts, signal);
      return work(writes);
    });
  }

  async #answer<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<IssueAnswer<T>> {
    const { identity } = this.#parts;
    const { kind, fineGrained } = identity;
    const granted = (): Readonly<Record<string, string>> | undefined => identity.known()?.permissions;
    const context: MapContext = { what, kind, fineGrained, granted, signal, needs: NEEDS };
    try {
      if (signal.aborted) throw abortReason(signal);
      return { state: 'done', value: await work() };
    } catch (thrown) {
      const mapped = redactValuesInError(mapError(thrown, context), identity.secrets());
      const why =
        thrown instanceof RequestError && mapped.code !== 'PLUS1_RATE_LIMITED' ? refusalOf(thrown) : undefined;
      if (why !== undefined && !THROWN.has(mapped.code)) return { state: 'refused', why, text: mapped.message };
      if (THROWN.has(mapped.code)) throw mapped;
      return { state: 'unknown', error: mapped };
    }
  }
}

const pathOf = ({ organization, repository }: IssueHome): Record<string, unknown> => ({
  owner: organization,
  repo: repository,
});
const nameOf = ({ organization, repository }: IssueHome): string => `${organization}/${repository}`;

function whole({ data, headers }: RESTAnswer, number?: number): Issue {
  const row = v.parse(issueSchema, data);
  if (number !== undefined && row.number !== number) throw new v.ValiError([wrongNumber(row.number)]);
  return issueOf(row, headers['etag']);
}

/** As an answer of another shape: nothing is known of the issue that was asked about. */
const wrongNumber = (number: number): v.BaseIssue<unknown> => ({
  ...{ kind: 'validation', type: 'custom', input: number, expected: null, received: String(number) },
  message: 'another issue than was asked for',
});

const issueOf = (row: v.InferOutput<typeof issueSchema>, etag?: string): Issue => ({
  ...{ number: row.number, state: row.state, body: row.body ?? '' },
  ...(row.state_reason && { stateReason: foreignLine(row.state_reason, MAX_QUOTE_LENGTH) }),
  ...(etag !== undefined && { etag }),
});

/** What a refusal means; undefined where the answer says nothing for certain. */
function refusalOf({ status, response }: RequestError): IssueRefusal | undefined {
  const { data } = response ?? {};
  const isOwn = typeof data === 'object' && data !== null && 'message' in data;
  if (!isOwn) return undefined;
  const message = String(data.message);
  if (status === 410) return /deleted/i.test(message) ? 'gone' : 'off';
  if (status === 403) return /archived/i.test(message) ? 'archived' : 'forbidden';
  if (status === 404) return 'gone';
  return status === 422 ? 'invalid' : undefined;
}
