/** The answer to a question for the history of files. It is foreign text: what has not the expected shape is left out. */
import * as v from 'valibot';
import type { GraphQLAnswer, GraphQLFault } from '../requester/graphql-answer.js';
import type { FileChange, FileHistory, OriginsRequest } from '../types.js';
import { authorOf } from './files-answer.js';

/** Hex of SHA-1, or of SHA-256 in repositories that use it. */
const oid = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));

const nodeSchema = v.looseObject({
  databaseId: v.number(),
  defaultBranchRef: v.looseObject({ target: v.looseObject({ oid }) }),
});

const historySchema = v.looseObject({ nodes: v.pipe(v.array(v.unknown()), v.maxLength(1)) });

const commitSchema = v.looseObject({
  oid,
  committedDate: v.pipe(v.string(), v.isoTimestamp()),
  author: v.unknown(),
  associatedPullRequests: v.unknown(),
});

const pullRequestsSchema = v.looseObject({
  nodes: v.tuple([v.looseObject({ number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) })]),
});

const nodesSchema = v.looseObject({ nodes: v.array(v.unknown()) });

/** How deep an error stands that is about the pull request alone: `nodes`, index, branch, target, path, `nodes`, 0, the field. */
const PULL_REQUEST_DEPTH = 7;

/** By id; without those of which the answer says nothing certain. */
export function readHistories(
  answer: GraphQLAnswer,
  batch: OriginsRequest['repositories'],
  paths: readonly string[],
): Map<number, FileHistory> {
  const data = v.safeParse(nodesSchema, answer.data);
  const doubtful = doubtfulRows(answer.errors);
  const histories = new Map<number, FileHistory>();
  if (!data.success || data.output.nodes.length !== batch.length || doubtful === 'all') return histories;
  for (const [index, { id }] of batch.entries()) {
    const history = doubtful.has(index) ? undefined : readHistory(data.output.nodes[index], id, paths);
    if (history !== undefined) histories.set(id, history);
  }
  return histories;
}

/**
 * Rows that an error names. A credential that may not read pull requests gets one for each commit, and a null beside it: the commit
 * and its author are certain all the same. With RESOURCE_LIMITS_EXCEEDED GitHub leaves out more than the error names.
 */
function doubtfulRows(errors: readonly GraphQLFault[]): 'all' | Set<number> {
  const rows = new Set<number>();
  for (const { path, type } of errors) {
    const index = path?.[0] === 'nodes' ? path[1] : undefined;
    if (typeof index !== 'number' || type === 'RESOURCE_LIMITS_EXCEEDED') return 'all';
    if (path?.[PULL_REQUEST_DEPTH] !== 'associatedPullRequests') rows.add(index);
  }
  return rows;
}

/** The newest of the last commits of each path; undefined where one of them is not certain, since it may be newer. */
function readHistory(node: unknown, id: number, paths: readonly string[]): FileHistory | undefined {
  const parsed = v.safeParse(nodeSchema, node);
  if (!parsed.success || parsed.output.databaseId !== id) return undefined;
  const { target } = parsed.output.defaultBranchRef;
  let last: { change: FileChange; ms: number } | undefined;
  for (const index of paths.keys()) {
    const history = v.safeParse(historySchema, target[`h${index}`]);
    if (!history.success) return undefined;
    const [first] = history.output.nodes;
    if (first === undefined) continue;
    const commit = v.safeParse(commitSchema, first);
    if (!commit.success) return undefined;
    const ms = Date.parse(commit.output.committedDate);
    if (last === undefined || ms > last.ms) last = { change: changeOf(commit.output), ms };
  }
  return { head: target.oid, ...(last && { last: last.change }) };
}

function changeOf({ oid: commit, author, associatedPullRequests }: v.InferOutput<typeof commitSchema>): FileChange {
  const name = authorOf(author);
  const pulls = v.safeParse(pullRequestsSchema, associatedPullRequests);
  return {
    commit,
    ...(name !== undefined && { author: name }),
    ...(pulls.success && { pullRequest: pulls.output.nodes[0].number }),
  };
}
