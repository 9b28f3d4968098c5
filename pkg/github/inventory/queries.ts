/** The GraphQL questions of an inventory, and of what is asked a second time. */

import type { Repository } from '../../api/index.js';
import { sha256 } from '../../base/index.js';

/** What the listing tells of a repository. */
const ROW_FIELDS = `id databaseId name visibility isArchived isDisabled isEmpty isFork isTemplate
        defaultBranchRef { name target { oid } }`;

/** By which arguments a schema lets the listing be narrowed. Older servers know no `visibility`. */
export type Narrowing = 'visibility' | 'privacy';

/** `visibility` of a repository, as GitHub's GraphQL API has it. */
export const LISTED_VISIBILITIES = ['PUBLIC', 'PRIVATE', 'INTERNAL'] as const;

/** What a lane of the listing lets through; nothing of it: all repositories. */
export interface LaneFilter {
  narrowing?: Narrowing;
  visibility?: (typeof LISTED_VISIBILITIES)[number];
  privacy?: 'PUBLIC' | 'PRIVATE';
  isArchived?: boolean;
}

/** The lanes of an organization: no repository is in two of them, and each is in one. */
export function laneFilters(narrowing: Narrowing): LaneFilter[] {
  const kinds: LaneFilter[] =
    narrowing === 'visibility'
      ? LISTED_VISIBILITIES.map((visibility) => ({ visibility }))
      : (['PUBLIC', 'PRIVATE'] as const).map((privacy) => ({ privacy }));
  return kinds.flatMap((kind) => [false, true].map((isArchived) => ({ narrowing, ...kind, isArchived })));
}

/** Whether a row is what the filter lets through. */
export function fits({ visibility, isArchived }: Repository, filter: LaneFilter): boolean {
  const isOfKind =
    filter.visibility === undefined
      ? filter.privacy === undefined || (filter.privacy === 'PUBLIC') === (visibility === 'Public')
      : filter.visibility === visibility.toUpperCase();
  return isOfKind && (filter.isArchived ?? isArchived) === isArchived;
}

const NARROWED: Record<Narrowing, { declared: string; given: string }> = {
  visibility: {
    declared: ', $visibility: RepositoryVisibility, $isArchived: Boolean',
    given: ', visibility: $visibility, isArchived: $isArchived',
  },
  privacy: {
    declared: ', $privacy: RepositoryPrivacy, $isArchived: Boolean',
    given: ', privacy: $privacy, isArchived: $isArchived',
  },
};

/**
 * A page of the listing. Ordered by creation: rows do not move between pages while they are read, and what is created meanwhile comes
 * at one end. Without text: a page of 100 costs one point.
 */
export function listQuery(narrowing?: Narrowing): string {
  const { declared, given } = narrowing === undefined ? { declared: '', given: '' } : NARROWED[narrowing];
  return `query ($org: String!, $first: Int!, $after: String, $direction: OrderDirection!${declared}) {
  organization(login: $org) {
    repositories(first: $first, after: $after, orderBy: {field: CREATED_AT, direction: $direction}, ownerAffiliations: [OWNER]${given}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        ${ROW_FIELDS}
      }
    }
  }
}`;
}

/** How many repositories there are in all (`all`) and by each of the filters (`c0`, `c1`, …). It costs one point. */
export function countsQuery(filters: readonly LaneFilter[]): string {
  const counted = filters.map(({ visibility, privacy, isArchived }, index) => {
    const kind = visibility === undefined ? `privacy: ${privacy ?? 'null'}` : `visibility: ${visibility}`;
    return `\n    c${index}: repositories(first: 1, ownerAffiliations: [OWNER], ${kind}, isArchived: ${isArchived ?? 'null'}) { totalCount }`;
  });
  return `query ($org: String!) {
  organization(login: $org) {
    all: repositories(first: 1, ownerAffiliations: [OWNER]) { totalCount }${counted.join('')}
  }
}`;
}

/** The same of some repositories, without the listing. It costs one point, whatever their number. */
export const ROWS_QUERY = `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
        ${ROW_FIELDS}
        owner { ... on Organization { databaseId } }
    }
  }
}`;

/** Who owns some repositories now. */
export const OWNERS_QUERY = `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      databaseId
      owner { login ... on Organization { databaseId } ... on User { databaseId } }
    }
  }
}`;

/**
 * The files of some repositories at the head of their default branches. `file(path:)` of one commit, and not
 * `object(expression:)`: it tells a symlink from a file, and all answers belong to one commit.
 * `withFolder` asks for the names in the root folder, and in each folder on the way to a path, as well. They cost no points (`entries` is a list and no connection, and git
 * reads those folders for every file anyway), but a large folder makes a large answer, so that only few are asked about.
 */
export function filesQuery(paths: readonly string[], { withFolder }: { withFolder: boolean }): string {
  const folders = withFolder ? foldersOf(paths) : [];
  const variables = [
    ...paths.map((_, index) => `, $p${index}: String!`),
    ...folders.map((_, index) => `, $d${index}: String!`),
  ].join('');
  const files = paths.map((_, index) => `f${index}: file(path: $p${index}) { ...entry }`).join('\n          ');
  const names = folders.map((_, index) => `\n          d${index}: file(path: $d${index}) { ...folder }`).join('');
  const folder = withFolder ? `\n          tree { entries { name } }${names}` : '';
  const fragment = folders.length > 0 ? FOLDER_FRAGMENT : '';
  return `query ($ids: [ID!]!${variables}) {
  nodes(ids: $ids) {
    ... on Repository {
      id databaseId isEmpty isDisabled
      defaultBranchRef {
        name
        target {
          ... on Commit {
            oid
            author { name user { login } }
          ${files}${folder}
          }
        }
      }
    }
  }
}
fragment entry on TreeEntry { mode type object { __typename ... on Blob { byteSize isBinary isTruncated text } } }${fragment}`;
}

/**
 * The last commit of each path on the default branch, with its author and the pull request that brought it. `history` shows also
 * a commit that removed the file. Of a commit on the default branch GitHub names the merged pull request alone:
 * https://docs.github.com/en/graphql/reference/objects#commit
 */
export function historyQuery(paths: readonly string[]): string {
  const variables = paths.map((_, index) => `, $p${index}: String!`).join('');
  const histories = paths.map((_, index) => `h${index}: history(path: $p${index}, first: 1) { ...last }`);
  return `query ($ids: [ID!]!${variables}) {
  nodes(ids: $ids) {
    ... on Repository {
      databaseId
      defaultBranchRef {
        target {
          ... on Commit {
            oid
            ${histories.join('\n            ')}
          }
        }
      }
    }
  }
}
fragment last on CommitHistoryConnection {
  nodes { oid committedDate author { name user { login } } associatedPullRequests(first: 1) { nodes { number } } }
}`;
}

/** The values of its variables. */
export const historyVariables = (paths: readonly string[], ids: readonly string[]): Record<string, unknown> =>
  filesVariables(paths, ids, { withFolder: false });

/** A hash over the texts of the questions that a pass asks about all repositories: evidence says by which it was gathered. */
export const querySHA256 = (paths: readonly string[]): string =>
  sha256([listQuery(), listQuery('visibility'), filesQuery(paths, { withFolder: false })].join('\n'));

const FOLDER_FRAGMENT = `
fragment folder on TreeEntry { type object { ... on Tree { entries { name } } } }`;

/** The folders on the way to the paths, the root left out, each once and a folder before those in it. */
export function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)];
}

/** The values of the variables of paths and folders. */
export function filesVariables(
  paths: readonly string[],
  ids: readonly string[],
  { withFolder }: { withFolder: boolean },
): Record<string, unknown> {
  const folders = withFolder ? foldersOf(paths) : [];
  return {
    ids,
    ...Object.fromEntries(paths.map((path, index) => [`p${index}`, path])),
    ...Object.fromEntries(folders.map((folder, index) => [`d${index}`, folder])),
  };
}
