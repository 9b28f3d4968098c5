/**
 * Other values in the spec of one incident of a file. Every other document keeps its bytes; that one is written from its tree, with its comments.
 * What comes out is read again: where anything but those values differs, or a comment is gone, there is no edit.
 */
import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, Scalar, YAMLMap, YAMLSeq, type Document } from 'yaml';
import { isMapping } from '../../../pkg/base/index.js';
import { readDocuments } from '../../../pkg/policies/index.js';
import { commentsIn, CORE, layoutOf, printableYAML, readYAML } from '../../../pkg/text/index.js';
import { isOf, partsOf, type Named } from '../with-field.js';
import type { Mapping } from './document.js';

/** Of one field below `spec`: what it is, or what a list has besides. */
export type Change = { path: readonly string[] } & ({ value: unknown } | { add: readonly string[] });

/** The spec with them. */
export function changed(spec: object, changes: readonly Change[]): Mapping {
  const after = structuredClone(spec) as Mapping;
  for (const change of changes) {
    const inner = change.path.slice(0, -1).reduce<Mapping>((at, key) => {
      const below = isMapping(at[key]) ? at[key] : {};
      return (at[key] = below);
    }, after);
    const key = change.path.at(-1) ?? '';
    if ('value' in change) inner[key] = change.value;
    else if (change.add.length > 0) inner[key] = [...((inner[key] as string[] | undefined) ?? []), ...change.add];
  }
  return after;
}

/** The text with them; the same text where it says so already; undefined where it cannot be written that way. */
export function withChanges(source: string, named: Named, changes: readonly Change[]): string | undefined {
  // The library writes none.
  const mark = source.startsWith(BOM) ? BOM : '';
  const edited = edit(source.slice(mark.length), named, changes);
  return edited === undefined ? undefined : `${mark}${edited}`;
}

const BOM = '\ufeff';

function edit(text: string, named: Named, changes: readonly Change[]): string | undefined {
  const parts = partsOf(text);
  const index = parts.findIndex((part) => isOf(part, named));
  const part = parts[index];
  const stated = part === undefined ? undefined : statedIn(part)[0];
  if (part === undefined || !isMapping(stated) || !isMapping(stated['spec'])) return undefined;
  const wanted = { ...stated, spec: changed(stated['spec'], changes) };
  if (isDeepStrictEqual(wanted, stated)) return text;
  const edited = isJSON(part) ? jsonText(part, wanted) : yamlText(part, changes);
  if (edited === undefined) return undefined;
  const after = [...parts.slice(0, index), edited, ...parts.slice(index + 1)].join('');
  const all = statedIn(text).map((each) => (isDeepStrictEqual(each, stated) ? wanted : each));
  return isDeepStrictEqual(statedIn(after), all) && hasAll(commentsIn(after), commentsIn(text)) ? after : undefined;
}

function statedIn(text: string): unknown[] {
  const { policies, inputs } = readDocuments(text);
  return [...inputs, ...policies].map(({ stated }) => stated);
}

function isJSON(part: string): boolean {
  try {
    return isMapping(JSON.parse(part));
  } catch {
    return false;
  }
}

/** With the indentation of its second line. */
const jsonText = (part: string, wanted: Mapping): string =>
  `${JSON.stringify(wanted, null, /^\s*\{\r?\n([ \t]+)/.exec(part)?.[1] ?? '')}\n`;

function yamlText(part: string, changes: readonly Change[]): string | undefined {
  const read = readYAML(part, CORE, true);
  const document = 'documents' in read ? read.documents.find(({ root }) => root !== null)?.document : undefined;
  if (document === undefined) return undefined;
  for (const change of changes) if (!apply(document, change)) return undefined;
  const { options, lineEnd } = layoutOf(part);
  return document.toString(options).replaceAll('\r', '').replaceAll('\n', lineEnd);
}

/** False where the tree has another form there, such as an alias. */
function apply(document: Document, change: Change): boolean {
  const path = ['spec', ...change.path];
  for (let length = 1; length < path.length; length += 1) {
    const place = path.slice(0, length);
    const above = document.getIn(place, true);
    if (isNothing(above)) fill(document, place, new YAMLMap(document.schema));
    else if (above !== undefined && !isMap(above)) return false;
  }
  if ('value' in change) document.setIn(path, change.value);
  else if (change.add.length > 0) return append(document, path, change.add.map(scalarOf));
  return true;
}

function append(document: Document, path: string[], more: Scalar[]): boolean {
  const list = document.getIn(path, true);
  const made = new YAMLSeq<Scalar>(document.schema);
  made.items.push(...more);
  if (list === undefined) document.setIn(path, made);
  else if (isNothing(list)) fill(document, path, made);
  else if (isSeq(list)) list.items.push(...more);
  else return false;
  return true;
}

/** A field that is left empty, perhaps with a comment. */
const isNothing = (node: unknown): node is Scalar<null> => isScalar(node) && node.value === null;

/** In the place of nothing, with its comments. */
function fill(document: Document, path: string[], made: YAMLMap | YAMLSeq): void {
  const { commentBefore, comment } = document.getIn(path, true) as Scalar<null>;
  const comments = [commentBefore, comment].filter(Boolean);
  if (comments.length > 0) made.commentBefore = comments.join('\n');
  document.setIn(path, made);
}

/** In quotes where a reader of any version of YAML would take it for something else. */
function scalarOf(text: string): Scalar {
  const made = new Scalar(text);
  made.type = printableYAML(text).startsWith('"') ? Scalar.QUOTE_DOUBLE : Scalar.PLAIN;
  return made;
}

/** Each as often as before. */
function hasAll(after: readonly string[], before: readonly string[]): boolean {
  const left = [...after];
  return before.every((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
