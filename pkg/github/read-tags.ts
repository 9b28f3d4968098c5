/** The tags of a public repository, with a token or without one: GitHub serves sixty such requests an hour to anybody. */
import { Plus1Error } from '../errors/index.js';
import { publicClient, type PublicOptions } from './public-client.js';

export interface TagsRequest extends PublicOptions {
  /** `owner/name`. */
  repository: string;
}

const PER_PAGE = 100;
/** harden-runner has two pages of them. */
const MAX_PAGES = 10;

/** Tags by the commit, in lower case, that they name. Throws PLUS1_GITHUB_UNAVAILABLE where they cannot be had. */
export async function readTags(request: TagsRequest): Promise<Map<string, string[]>> {
  const client = publicClient(request);
  const tags = new Map<string, string[]>();
  try {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const { status, data } = await client.get(`GET /repos/${request.repository}/tags`, { per_page: PER_PAGE, page });
      if (status !== 200 || !Array.isArray(data)) throw unavailable(request.repository, status);
      for (const row of data as unknown[]) take(row, tags);
      if (data.length < PER_PAGE) break;
    }
    return tags;
  } finally {
    await client.close();
  }
}

function unavailable(repository: string, status: number | undefined): Plus1Error {
  const why = status === undefined ? 'GitHub did not answer' : `GitHub answered ${status}`;
  return new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `the tags of ${repository}: ${why}`);
}

function take(row: unknown, tags: Map<string, string[]>): void {
  const { name, commit } = (row ?? {}) as { name?: unknown; commit?: { sha?: unknown } };
  const sha = commit?.sha;
  if (typeof name !== 'string' || typeof sha !== 'string') return;
  const key = sha.toLowerCase();
  tags.set(key, [...(tags.get(key) ?? []), name]);
}
