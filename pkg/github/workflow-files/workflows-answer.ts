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

/** Null: nothing is there. A field that is not there says nothing. */
const oid = v.nullable(v.looseObject({ oid: v.string() }));

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
type Entry = v.InferOutput<typeof entrySchema>;
/** A folder, with what is in it where it is one. */
const folderSchema = v.looseObject({ type: v.string(), object: v.unknown() });
const entriesSchema = v.looseObject({ entries: v.array(v.unknown()) });
const placeSchema = v.looseObject({ name: v.string(), type: v.string(), object: v.unknown() });
const nodesSchema = v.looseObject({ nodes: v.array(v.unknown()) });

type Commit = Record<'w' | 'a' | 'y' | 'z' | 'tree', unknown> & { oid: string };

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

/** The files of each. Whose answer lacks a part is not told of: a file that is not shown must not count as one that is not there. */
export const workflowsOf = (
  answer: GraphQLAnswer,
  batch: readonly Repository[],
): { repository: Repository; files: WorkflowFiles }[] =>
  commitsOf(answer, batch).flatMap(({ repository, commit, tree }) => {
    const files = filesOf(commit);
    return files === undefined ? [] : [{ repository, files: { head: commit.oid, tree, files } }];
  });

const WORKFLOW = /\.ya?ml$/;
const DEFINITION = /^action\.ya?ml$/;

/** Undefined where a part is missing. That there is nothing counts only where the root folder was shown. */
function filesOf({ w, a, y, z, tree }: Commit): SeenFile[] | undefined {
  if (!v.safeParse(entriesSchema, tree).success) return undefined;
  const roots = [y, z].map((entry) => (entry === null ? [] : fileOf(entry, '', DEFINITION)));
  return joined([inFolder(w, '.github/workflows/', WORKFLOW), actionsOf(a), ...roots]);
}

/** Undefined where one of them is. */
function joined(lists: readonly (SeenFile[] | undefined)[]): SeenFile[] | undefined {
  const known = lists.filter((list) => list !== undefined);
  return known.length === lists.length ? known.flat() : undefined;
}

/** What is in it: nothing where there is none, or it is no folder. */
function entriesOf(folder: unknown): unknown[] | undefined {
  if (folder === null) return [];
  const parsed = v.safeParse(folderSchema, folder);
  if (!parsed.success) return undefined;
  if (parsed.output.type !== 'tree') return [];
  const entries = v.safeParse(entriesSchema, parsed.output.object);
  return entries.success ? entries.output.entries : undefined;
}

function inFolder(folder: unknown, path: string, names: RegExp): SeenFile[] | undefined {
  const entries = entriesOf(folder);
  return entries && joined(entries.map((entry) => fileOf(entry, path, names)));
}

function actionsOf(folder: unknown): SeenFile[] | undefined {
  const entries = entriesOf(folder);
  return (
    entries &&
    joined(
      entries.map((entry) => {
        const place = v.safeParse(placeSchema, entry);
        return place.success ? inFolder(place.output, `.github/actions/${place.output.name}/`, DEFINITION) : undefined;
      }),
    )
  );
}

const SYMLINK = 0o120000;

/** Empty where the entry is no file of such a name. */
function fileOf(entry: unknown, folder: string, names: RegExp): SeenFile[] | undefined {
  const parsed = v.safeParse(entrySchema, entry);
  if (!parsed.success) return undefined;
  const { name, type } = parsed.output;
  return names.test(name) && type !== 'tree' ? [contentOf(parsed.output, `${folder}${name}`)] : [];
}

function contentOf({ mode, type, object }: Entry, path: string): SeenFile {
  if (type === 'commit') return { path, why: 'submodule' };
  if (mode === SYMLINK) return { path, why: 'symlink' };
  const blob = v.safeParse(blobSchema, object);
  if (!blob.success) return { path, why: 'unobserved' };
  const { isBinary, isTruncated, text } = blob.output;
  if (isBinary === true) return { path, why: 'binary' };
  if (isTruncated) return { path, why: 'too_large' };
  return text === null ? { path, why: 'unobserved' } : { path, content: text };
}
