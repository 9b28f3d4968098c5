/**
 * The one way in which YAML (and JSON, which is a part of it) is read, no matter who wrote it: catalogue files, policies, `-f`. The
 * text belongs to anyone who can push to a repository or write to a folder, and must not stop or slow what else there is to do.
 */
import type { Alias, Document, ParsedNode } from 'yaml';
import { TooCostly } from './bounds.js';
import { compose, type Composed, type GrammarFault } from './compose.js';
import { textFault, type Fault } from './faults.js';
import { inspect } from './inspect.js';
import { readPlain, type PlainTree } from './plain.js';
import { STRINGS, type YAMLSchema } from './schema.js';

export interface YAMLDocument {
  /** Where it begins. */
  offset: number;
  /** Null where it is empty. */
  root: ParsedNode | null;
  /** With comments and directives, for a text that is to be written again; undefined where there is none. */
  document: Document.Parsed | undefined;
  /** What each alias stands for; empty where the grammar is broken. */
  targets: ReadonlyMap<Alias, ParsedNode>;
  /** Against the grammar, in the order of the text. */
  broken: GrammarFault[];
  /** Within the grammar: repeated keys, aliases to nothing. Where the grammar is broken, of what is left of the tree. */
  wrong: Fault[];
}

export type YAMLText =
  | { costly: TooCostly }
  /** Not even looked at by the parser. */
  | { fault: Fault }
  | ({ documents: YAMLDocument[] } & Pick<Composed, 'tags' | 'unindented'>);

/** Everything that a text says. Never throws. `whole`: every comment is kept, for a text that is to be written again. */
export function readYAML(text: string, schema: YAMLSchema, whole = false): YAMLText {
  const fault = textFault(text);
  if (fault !== undefined) return { fault };
  const plain = whole || schema !== STRINGS ? undefined : readPlain(text);
  if (plain !== undefined) return { documents: plain.map(plainDocument), tags: [], unindented: [] };
  try {
    const { trees, faults, tags, unindented } = compose(text, schema, whole);
    const documents = trees.map(({ offset, root, document }): YAMLDocument => {
      return { offset, root, document, targets: new Map(), broken: [], wrong: [] };
    });
    assign(faults, documents);
    for (const document of documents) {
      if (document.root === null) continue;
      const targets = inspect(document.root, document.wrong);
      if (document.broken.length === 0) document.targets = targets;
    }
    return { documents, tags, unindented };
  } catch (thrown) {
    if (thrown instanceof TooCostly) return { costly: thrown };
    throw thrown;
  }
}

/** It has no aliases, and a repeated key is all that may be wrong with it. */
function plainDocument({ root, repeatsKey }: PlainTree): YAMLDocument {
  const wrong: Fault[] = [];
  if (repeatsKey) inspect(root, wrong);
  return { offset: root.range[0], root, document: undefined, targets: new Map(), broken: [], wrong };
}

/** Each fault belongs to the document that it stands in; one before the first document, to that. */
function assign(faults: GrammarFault[], documents: YAMLDocument[]): void {
  if (faults.length > 0 && documents.length === 0)
    documents.push({ offset: 0, root: null, document: undefined, targets: new Map(), broken: [], wrong: [] });
  let index = 0;
  for (const fault of faults.sort((a, b) => a.offset - b.offset)) {
    while (fault.offset >= (documents[index + 1]?.offset ?? Infinity)) index += 1;
    documents[index]?.broken.push(fault);
  }
}
