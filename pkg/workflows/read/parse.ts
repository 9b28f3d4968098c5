/** Text to the tree of a workflow file or a composite action, within the bounds of catalogue files. Never throws. */
import { decode, MAX_FILE_BYTES, type UnreadableWhy } from '../../catalog/index.js';
import {
  positions,
  readYAML,
  STRINGS,
  syntaxFault,
  type Fault,
  type Position,
  type YAMLDocument,
} from '../../text/index.js';
import { isMapping, textOf, Tree, type Node } from './nodes.js';
import type { WorkflowCode } from '../rules.js';

/** Something that keeps a file from being judged. */
export interface ReadFault {
  code: WorkflowCode;
  offset: number;
  says: { found: string; expected: string; fix: string };
}

export interface ParsedWorkflow {
  kind: 'workflow' | 'composite';
  text: string;
  tree: Tree;
  root: Node;
  positionOf: (offset: number) => Position;
}

export type ReadWorkflow =
  ParsedWorkflow | { kind: 'broken'; faults: ReadFault[]; positionOf: (offset: number) => Position };

/** What follows a first fault is mostly its echo. */
const MAX_FAULTS = 5;

/** Reads the content of one file. */
export function readWorkflow(content: string | Uint8Array): ReadWorkflow {
  const decoded = decode(content);
  if ('why' in decoded) return broken('', [unreadable(decoded.why)]);
  const { text } = decoded;
  const read = readYAML(text, STRINGS);
  if ('costly' in read) {
    const { found, allowed, offset = 0 } = read.costly;
    const says = { found, expected: allowed, fix: 'make the file simpler, or split it' };
    return broken(text, [{ code: 'file-unreadable', offset, says }]);
  }
  if ('fault' in read) return broken(text, [yamlFault(read.fault)]);
  const faults = read.documents.flatMap((document) => faultsOf(text, document)).sort((a, b) => a.offset - b.offset);
  if (faults.length > 0) return broken(text, faults.slice(0, MAX_FAULTS).map(yamlFault));
  const trees = read.documents.map((document) => new Tree(document)).filter(({ root }) => root !== undefined);
  return ofTrees(text, trees);
}

/** In a text with faults of grammar the rest is made of fragments, in which a repeated key is one all the same. */
function faultsOf(text: string, { broken: grammar, wrong }: YAMLDocument): Fault[] {
  if (grammar.length === 0) return wrong;
  return [...grammar.map((fault) => syntaxFault(text, fault)), ...wrong.filter(({ code }) => code === 'duplicate-key')];
}

function ofTrees(text: string, trees: readonly Tree[]): ReadWorkflow {
  const [tree, second] = trees;
  if (tree?.root === undefined) return broken(text, [shape(0, 'no document')]);
  const { root } = tree;
  if (second?.root !== undefined) return broken(text, [shape(second.root.range[0], 'a second document')]);
  const read = { text, tree, root, positionOf: positions(text) };
  if (isMapping(tree.get(root, 'jobs'))) return { kind: 'workflow', ...read };
  const runs = tree.get(root, 'runs');
  // The runner takes it in any case.
  if (textOf(tree.get(runs, 'using'))?.trim().toLowerCase() === 'composite') return { kind: 'composite', ...read };
  const jobs = tree.entry(root, 'jobs');
  return broken(text, [
    shape(
      jobs?.key.range[0] ?? root.range[0],
      jobs === undefined ? 'neither jobs nor a composite action' : 'jobs that are no mapping',
    ),
  ]);
}

const broken = (text: string, faults: ReadFault[]): ReadWorkflow => ({
  kind: 'broken',
  faults,
  positionOf: positions(text),
});

const yamlFault = ({ offset, says }: Fault): ReadFault => ({ code: 'yaml-fault', offset, says });

const shape = (offset: number, found: string): ReadFault => ({
  code: 'workflow-shape',
  offset,
  says: {
    found,
    expected: 'one document: a workflow with jobs, or an action with runs.using: composite',
    fix: 'name another file, or write jobs',
  },
});

const unreadable = (why: UnreadableWhy): ReadFault => ({
  code: 'file-unreadable',
  offset: 0,
  says: {
    found: UNREADABLE[why],
    expected: `text in UTF-8, at most ${MAX_FILE_BYTES} bytes`,
    fix: 'make it a regular text file of that size',
  },
});

const UNREADABLE: Readonly<Record<UnreadableWhy, string>> = {
  too_large: `more than ${MAX_FILE_BYTES} bytes`,
  binary: 'NUL bytes',
  not_utf8: 'bytes that are not UTF-8',
  symlink: 'a symbolic link',
  submodule: 'a submodule',
  directory: 'a directory',
  lfs_pointer: 'a pointer of Git LFS',
  disabled: 'a repository that GitHub disabled',
};

/** A file that is there but was not read as text, as one result. */
export const unreadableFile = (why: UnreadableWhy): ReadWorkflow => broken('', [unreadable(why)]);
