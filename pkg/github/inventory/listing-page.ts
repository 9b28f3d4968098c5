/** One page of the listing: which rows can be read, which an error touched, and where the next page begins. */
import * as v from 'valibot';
import type { Repository } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { GraphQLAnswer } from '../requester/graphql-answer.js';
import type { ListedRepository } from './listed-repository.js';
import { fits, LISTED_VISIBILITIES, type LaneFilter } from './queries.js';
import { RetryableAnswer } from './retryable-answer.js';

export interface Page {
  rows: ListedRepository[];
  /** Rows that came, those that cannot be read included. */
  count: number;
  /** How many repositories the filter lets through, by GitHub's own count. */
  total: number;
  /** Cursor of the next page. */
  next?: string;
  /** False where a row is missing or an error touched one: worth asking for again. */
  whole: boolean;
}

const rowSchema = v.looseObject({
  id: v.pipe(v.string(), v.minLength(1)),
  databaseId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  name: v.pipe(v.string(), v.minLength(1)),
  visibility: v.picklist(LISTED_VISIBILITIES),
  isArchived: v.boolean(),
  isDisabled: v.boolean(),
  isEmpty: v.boolean(),
  isFork: v.boolean(),
  isTemplate: v.boolean(),
  defaultBranchRef: v.nullable(
    v.looseObject({ name: v.string(), target: v.nullable(v.looseObject({ oid: v.string() })) }),
  ),
});

const connectionSchema = v.looseObject({
  totalCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  pageInfo: v.looseObject({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
  nodes: v.array(v.unknown()),
});

const dataSchema = v.looseObject({
  organization: v.nullable(v.looseObject({ repositories: v.nullable(connectionSchema) })),
});

const countsSchema = v.looseObject({
  organization: v.record(v.string(), v.looseObject({ totalCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) })),
});

const VISIBILITY = { PUBLIC: 'Public', PRIVATE: 'Private', INTERNAL: 'Internal' } as const;

/** How deep in an error's path the index of a row stands: `organization`, `repositories`, `nodes`, index. */
const ROW_DEPTH = 3;

/** Throws Trouble where the answer as a whole is no page, and a ValiError where it has not the shape of one. */
export function readPage(
  answer: GraphQLAnswer,
  after: string | undefined,
  { organization, filter }: { organization: string; filter: LaneFilter },
): Page {
  requireOrganization(answer, organization);
  const connection = v.parse(dataSchema, answer.data).organization?.repositories;
  if (connection === undefined || connection === null) throw new RetryableAnswer('GitHub answered without the list');
  const { hasNextPage, endCursor } = connection.pageInfo;
  if (hasNextPage && (endCursor === null || endCursor === after))
    throw new RetryableAnswer('GitHub announced a next page, but not where it is');
  const touched = touchedRows(answer);
  const rows = connection.nodes
    .map((node, index) => readRow(node, touched === 'all' ? 'row' : touched.get(index)))
    .map((row) => row && (fits(row.repository, filter) ? row : contradicted(row)));
  return {
    rows: rows.filter((row) => row !== undefined),
    count: connection.nodes.length,
    total: connection.totalCount,
    whole: answer.errors.length === 0 && rows.every((row) => row !== undefined),
    ...(hasNextPage && endCursor !== null ? { next: endCursor } : {}),
  };
}

/** GitHub found it by a filter that its row does not pass: one of the two is old, and nothing tells which. */
const contradicted = (row: ListedRepository): ListedRepository => ({ ...row, certain: false, isDoubtful: true });

function requireOrganization({ errors }: GraphQLAnswer, organization: string): void {
  if (!errors.some((fault) => fault.type === 'NOT_FOUND' && fault.path?.length === 1)) return;
  throw new Plus1Error(
    'PLUS1_ORGANIZATION_NOT_FOUND',
    `there is no organization ${organization} that this credential can see`,
  );
}

/** How many repositories there are: in all, and by each of some filters. Undefined where the answer does not say all of it. */
export function readCounts(
  { data, errors }: GraphQLAnswer,
  filters: number,
): { total: number; each: number[] } | undefined {
  const parsed = v.safeParse(countsSchema, data);
  if (errors.length > 0 || !parsed.success) return undefined;
  const { organization } = parsed.output;
  const each = Array.from({ length: filters }, (_, index) => organization[`c${index}`]?.totalCount);
  const total = organization['all']?.totalCount;
  return total === undefined || each.includes(undefined) ? undefined : { total, each: each.map((count) => count ?? 0) };
}

/** What of a row an error names: its default branch alone, or more than that. */
type Touched = 'branch' | 'row';

/** Rows that an error names; an error about anything else of the page makes all of them doubtful. */
function touchedRows(answer: GraphQLAnswer): 'all' | Map<number, Touched> {
  const touched = new Map<number, Touched>();
  for (const { path } of answer.errors) {
    const index = path?.[2] === 'nodes' ? path[ROW_DEPTH] : undefined;
    if (typeof index !== 'number') return 'all';
    const isBranch = path?.[ROW_DEPTH + 1] === 'defaultBranchRef' && touched.get(index) !== 'row';
    touched.set(index, isBranch ? 'branch' : 'row');
  }
  return touched;
}

/** Undefined where it has not the shape of a row. `touched`: what of it an error names. */
export function readRow(node: unknown, touched?: Touched): ListedRepository | undefined {
  const parsed = v.safeParse(rowSchema, node);
  if (!parsed.success) return undefined;
  const row = parsed.output;
  const branch = row.defaultBranchRef;
  const repository: Repository = {
    id: row.databaseId,
    nodeID: row.id,
    name: row.name,
    visibility: VISIBILITY[row.visibility],
    isArchived: row.isArchived,
    isDisabled: row.isDisabled,
    isEmpty: row.isEmpty,
    isFork: row.isFork,
    isTemplate: row.isTemplate,
    ...(branch === null ? {} : { defaultBranch: branch.name }),
    ...(branch === null || branch.target === null ? {} : { headCommit: branch.target.oid }),
  };
  return { repository, certain: touched === undefined, ...(touched === 'row' && { isDoubtful: true }) };
}
