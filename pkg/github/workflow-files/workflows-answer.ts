/** The answers to the questions for workflow files. Foreign text: what has not the shape of an answer says nothing. */
import * as v from 'valibot';
import type { Repository } from '../../api/index.js';
import type { UnreadableWhy } from '../../catalog/index.js';
import type { GraphQLAnswer } from '../requester/graphql-answer.js';

/** A file as it was seen at the head commit. */
export type SeenFile = { path: string } & ({ content: string } | { why: UnreadableWhy | 'unobserved' });

export interface WorkflowFiles {
  head: string;
  /** What folders and files are, by git. */
  tree: string;
  files: SeenFile[];
}

const oid = v.nullish(v.looseObject({ oid: v.string() }));

const nodeSchema = v.looseObject({
  databaseId: v.number(),
  defaultBranchRef: v.nullable(
    v.looseObject({ target: v.nullable(v.looseObject({ oid: v.string(), w: oid, a: oid, y: oid, z: oid })) }),
  ),
});

const blobSchema = v.looseObject({
  byteSize: v.number(),
  isBinary: v.nullable(v.boolean()),
  isTruncated: v.boolean(),
  text: v.nullable(v.string()),
});
const entrySchema = v.looseObject({ name: v.string(), mode: v.number(), type: v.string(), object: v.unknown() });
const treeSchema = v.looseObject({ object: v.looseObject({ entries: v.array(v.unknown()) }) });
const folderSchema = v.looseObject({
  name: v.string(),
  object: v.looseObject({ entries: v.array(v.unknown()) }),
});
const nodesSchema = v.looseObject({ nodes: v.array(v.unknown()) });

type Commit = Record<'w' | 'a' | 'y' | 'z', unknown> & { oid: string };

/** Those of the batch that the answer tells of, with their commits. */
function commitsOf(
  answer: GraphQLAnswer,
  batch: readonly Repository[],
): { repository: Repository; commit: Commit; tree: string }[] {
  const data = v.safeParse(nodesSchema, answer.data);
  if (!data.success || data.output.nodes.length !== batch.length) return [];
  const doubtful = new Set(answer.errors.map(({ path }) => (path?.[0] === 'nodes' ? path[1] : undefined)));
  if (doubtful.has(undefined)) return [];
  return batch.flatMap((repository, index) => {
    const parsed = v.safeParse(nodeSchema, data.output.nodes[index]);
    if (doubtful.has(index) || !parsed.success || parsed.output.databaseId !== repository.id) return [];
    const commit = parsed.output.defaultBranchRef?.target;
    if (commit === null || commit === undefined) return [];
    const tree = [commit.w, commit.a, commit.y, commit.z].map((entry) => entry?.oid ?? '').join(' ');
    return [{ repository, commit: commit as Commit, tree }];
  });
}

/** What the trees of each are. */
export const treesOf = (
  answer: GraphQLAnswer,
  batch: readonly Repository[],
): { repository: Repository; head: string; tree: string }[] =>
  commitsOf(answer, batch).map(({ repository, commit, tree }) => ({ repository, head: commit.oid, tree }));

/** The files of each. */
export const workflowsOf = (
  answer: GraphQLAnswer,
  batch: readonly Repository[],
): { repository: Repository; files: WorkflowFiles }[] =>
  commitsOf(answer, batch).map(({ repository, commit, tree }) => ({
    repository,
    files: { head: commit.oid, tree, files: filesOf(commit) },
  }));

const WORKFLOW = /\.ya?ml$/;
const DEFINITION = /^action\.ya?ml$/;

function filesOf({ w, a, y, z }: Commit): SeenFile[] {
  const roots = [y, z].flatMap((entry) => fileOf(entry, '', DEFINITION));
  return [...inTree(w, '.github/workflows/', WORKFLOW), ...actionsOf(a), ...roots];
}

function inTree(tree: unknown, folder: string, names: RegExp): SeenFile[] {
  const parsed = v.safeParse(treeSchema, tree);
  return parsed.success ? parsed.output.object.entries.flatMap((entry) => fileOf(entry, folder, names)) : [];
}

function actionsOf(tree: unknown): SeenFile[] {
  const parsed = v.safeParse(treeSchema, tree);
  if (!parsed.success) return [];
  return parsed.output.object.entries.flatMap((entry) => {
    const folder = v.safeParse(folderSchema, entry);
    return folder.success ? inTree(folder.output, `.github/actions/${folder.output.name}/`, DEFINITION) : [];
  });
}

const SYMLINK = 0o120000;

/** Empty where the entry is no file of such a name. */
function fileOf(entry: unknown, folder: string, names: RegExp): SeenFile[] {
  const parsed = v.safeParse(entrySchema, entry);
  if (!parsed.success || !names.test(parsed.output.name) || parsed.output.type === 'tree') return [];
  const { name, mode, type, object } = parsed.output;
  const path = `${folder}${name}`;
  const blob = v.safeParse(blobSchema, object);
  const why = (reason: UnreadableWhy | 'unobserved'): SeenFile[] => [{ path, why: reason }];
  if (type === 'commit') return why('submodule');
  if (mode === SYMLINK) return why('symlink');
  if (!blob.success) return why('unobserved');
  const { isBinary, isTruncated, text } = blob.output;
  if (isBinary === true) return why('binary');
  if (isTruncated) return why('too_large');
  return text === null ? why('unobserved') : [{ path, content: text }];
}
