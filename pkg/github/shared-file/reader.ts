/** Reads of a file that comes by pull request: https://docs.github.com/en/rest/repos/contents, …/git/refs, …/commits, …/pulls. */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import type { Identity } from '../credentials/identity.js';
import type { RepositoryAt } from '../isolation/types.js';
import { mapError, rootOf } from '../map-error.js';
import { isGranted, type Grant } from '../requester/grant.js';
import { redactValuesInError } from '../requester/redact-values.js';
import type { Requester, Route } from '../requester/requester.js';
import { decodeContents } from './contents.js';
import {
  REVIEW_STATES,
  type Branches,
  type Comparison,
  type FileRepository,
  type FileText,
  type PullRequest,
  type PullReview,
  type SharedFileReader,
} from './types.js';
import { CONTENTS_WRITE, PULLS_WRITE } from './writer.js';

const PER_PAGE = 100;
const MAX_REVIEW_PAGES = 3;
/** Whose approval GitHub counts too: https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
const ANSWERABLE = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

const repositorySchema = v.looseObject({
  ...{ name: v.string(), archived: v.boolean(), default_branch: v.string() },
  owner: v.looseObject({ login: v.string() }),
});
const refSchema = v.looseObject({ object: v.looseObject({ sha: v.string() }) });
const commitSchema = v.looseObject({
  tree: v.looseObject({ sha: v.string() }),
  parents: v.array(v.looseObject({ sha: v.string() })),
});
const comparisonSchema = v.looseObject({
  ahead_by: v.number(),
  merge_base_commit: v.looseObject({ sha: v.string() }),
  files: v.optional(
    v.array(v.looseObject({ filename: v.string(), previous_filename: v.exactOptional(v.string()) })),
    [],
  ),
});
const pullsSchema = v.array(
  v.looseObject({
    ...{ number: v.pipe(v.number(), v.safeInteger()), state: v.picklist(['open', 'closed']), title: v.string() },
    ...{ body: v.nullable(v.string()), head: v.looseObject({ sha: v.string() }) },
    merged_at: v.nullable(v.string()),
    merge_commit_sha: v.nullable(v.string()),
  }),
);
const reviewsSchema = v.array(
  v.looseObject({
    user: v.nullable(v.looseObject({ login: v.string(), type: v.optional(v.string(), 'User') })),
    ...{ state: v.string(), commit_id: v.nullable(v.string()), author_association: v.string() },
    submitted_at: v.optional(v.string()),
  }),
);

interface Asking<Missing> {
  /** In words, after `cannot`. */
  what: string;
  needs: string;
  /** What an answer of these statuses means. */
  missing?: { statuses: readonly number[]; is: Missing };
  etag?: string;
}

export class FileReader implements SharedFileReader {
  readonly #requester: Requester;
  readonly #identity: Identity;

  constructor(requester: Requester, identity: Identity) {
    this.#requester = requester;
    this.#identity = identity;
  }

  async missing(signal: AbortSignal): Promise<string[]> {
    const grant = await this.#identity.grant(signal);
    if (grant === undefined) return [];
    return [CONTENTS_WRITE, PULLS_WRITE].filter((needed) => !isGranted(needed, grant.permissions));
  }

  async repository(at: RepositoryAt, signal: AbortSignal): Promise<FileRepository | undefined> {
    const missing = { statuses: [404], is: undefined };
    const asking = { what: `look up the repository ${at.name}`, needs: 'metadata: read', missing };
    const found = await this.#ask('GET /repos/{owner}/{repo}', repositoryOf(at), asking, signal);
    if (found === undefined) return undefined;
    const { name, owner, archived: isArchived, default_branch: defaultBranch } = v.parse(repositorySchema, found);
    return { name, owner: owner.login, defaultBranch, isArchived };
  }

  async head(at: RepositoryAt, branch: string, signal: AbortSignal): Promise<string | undefined> {
    // 409: "Git Repository is empty."
    const missing = { statuses: [404, 409], is: undefined };
    const asking = { what: `read the branch ${branch} of ${at.name}`, needs: 'contents: read', missing };
    const parameters = { ...repositoryOf(at), ref: `heads/${branch}` };
    const found = await this.#ask('GET /repos/{owner}/{repo}/git/ref/{ref}', parameters, asking, signal);
    return found === undefined ? undefined : v.parse(refSchema, found).object.sha;
  }

  async text(
    at: RepositoryAt,
    { path, commit }: { path: string; commit: string },
    signal: AbortSignal,
  ): Promise<FileText> {
    const missing = { statuses: [404], is: undefined };
    const asking = { what: `read ${path} of ${at.name}`, needs: 'contents: read', missing };
    const route = 'GET /repos/{owner}/{repo}/contents/{+path}';
    const parameters = { ...repositoryOf(at), path: path.split('/').map(encodeURIComponent).join('/'), ref: commit };
    const found = await this.#ask(route, parameters, asking, signal);
    return found === undefined ? { state: 'absent' } : decodeContents(found);
  }

  async compare(at: RepositoryAt, { base, head }: Branches, signal: AbortSignal): Promise<Comparison> {
    const asking = { what: `compare two commits of ${at.name}`, needs: 'contents: read' };
    const parameters = { ...repositoryOf(at), basehead: `${base}...${head}` };
    const found = await this.#ask('GET /repos/{owner}/{repo}/compare/{basehead}', parameters, asking, signal);
    const { ahead_by: ahead, merge_base_commit: common, files } = v.parse(comparisonSchema, found);
    const names = files.flatMap(({ filename, previous_filename: before }) => [
      filename,
      ...(before === undefined ? [] : [before]),
    ]);
    return { mergeBase: common.sha, isAhead: ahead > 0, files: names };
  }

  async tree(at: RepositoryAt, commit: string, signal: AbortSignal): Promise<string> {
    return (await this.#commit(at, commit, signal)).tree.sha;
  }

  async parent(at: RepositoryAt, commit: string, signal: AbortSignal): Promise<string | undefined> {
    return (await this.#commit(at, commit, signal)).parents[0]?.sha;
  }

  async pulls(at: RepositoryAt, { head, base }: Branches, signal: AbortSignal): Promise<PullRequest[]> {
    const asking = { what: `list the pull requests of ${at.name}`, needs: 'pull_requests: read' };
    const query = { state: 'all', sort: 'created', direction: 'desc', per_page: PER_PAGE };
    const parameters = { ...repositoryOf(at), ...query, base, head: `${at.organization}:${head}` };
    const rows = v.parse(pullsSchema, await this.#ask('GET /repos/{owner}/{repo}/pulls', parameters, asking, signal));
    return rows.map(pullOf).sort((a, b) => b.number - a.number);
  }

  async reviews(at: RepositoryAt, number: number, signal: AbortSignal): Promise<PullReview[]> {
    const asking = {
      what: `read the reviews of the pull request ${number} of ${at.name}`,
      needs: 'pull_requests: read',
    };
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
    const found: PullReview[] = [];
    for (let page = 1; page <= MAX_REVIEW_PAGES; page += 1) {
      const parameters = { ...repositoryOf(at), pull_number: number, per_page: PER_PAGE, page };
      const rows = v.parse(reviewsSchema, await this.#ask(route, parameters, asking, signal));
      found.push(...rows.flatMap(reviewOf));
      if (rows.length < PER_PAGE) break;
    }
    return found;
  }

  async #commit(at: RepositoryAt, commit: string, signal: AbortSignal): Promise<v.InferOutput<typeof commitSchema>> {
    const asking = { what: `read a commit of ${at.name}`, needs: 'contents: read' };
    const parameters = { ...repositoryOf(at), commit_sha: commit };
    const found = await this.#ask('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', parameters, asking, signal);
    return v.parse(commitSchema, found);
  }

  async #ask<Missing = never>(
    route: Route,
    parameters: Record<string, unknown>,
    { what, needs, missing }: Asking<Missing>,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      return (await this.#requester.rest(route, parameters, { chain: 'reads', signal })).data;
    } catch (error) {
      if (missing !== undefined && missing.statuses.includes(statusOf(error))) return missing.is;
      const { kind, fineGrained } = this.#identity;
      const granted = (): Grant['permissions'] | undefined => this.#identity.known()?.permissions;
      const context = { what, needs, kind, fineGrained, granted, signal };
      throw redactValuesInError(mapError(error, context), this.#identity.secrets());
    }
  }
}

function statusOf(error: unknown): number {
  const root = rootOf(error);
  return root instanceof RequestError && root.response !== undefined ? root.status : 0;
}

function pullOf(row: v.InferOutput<typeof pullsSchema>[number]): PullRequest {
  const { number, state, title, body, head, merged_at: merged, merge_commit_sha: commit } = row;
  return {
    ...{ number, state, title, body: body ?? '', head: head.sha },
    ...(merged !== null && { merged: { time: merged, commit: commit ?? '' } }),
  };
}

/** One of an account that is gone, or in a state that is not known here, is none. */
function reviewOf(row: v.InferOutput<typeof reviewsSchema>[number]): PullReview[] {
  const { user, commit_id: commit, author_association: association, submitted_at: time } = row;
  const state = REVIEW_STATES.find((each) => each === row.state);
  if (user === null || commit === null || time === undefined || state === undefined) return [];
  return [{ reviewer: user.login, state, commit, time, counts: user.type === 'User' && ANSWERABLE.has(association) }];
}

const repositoryOf = ({ organization, name }: RepositoryAt): Record<string, string> => ({
  ...{ owner: organization, repo: name },
});
