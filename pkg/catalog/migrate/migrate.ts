/**
 * A catalogue file of an older schema as one of v3. Documents that need no change keep their bytes; the others are written from
 * their tree, with their comments. The result is judged as a pass would judge it, and what it lacks is told.
 */
import type { Document } from 'yaml';
import { isMap, YAMLMap } from 'yaml';
import { commentsIn, layoutOf, positions, quote, readYAML, STRINGS, type YAMLDocument } from '../../text/index.js';
import { decode } from '../decode.js';
import { judge } from '../judge.js';
import type { CatalogFile, JudgeSettings, Verdict } from '../types.js';
import { isNothing } from '../entity-view.js';
import { settleAliases } from './aliases.js';
import { migrateDefinition } from './definition.js';
import { draftOf, type Draft, type Told } from './draft.js';
import { fillLifecycle, isEntity, mendEntity, saysLifecycle } from './entity.js';
import { lostComments, missing, valuesIn } from './kept.js';
import { isLegacyVersion } from './rules.js';
import { find, textOf } from './tree.js';

export interface MigrateOptions extends JudgeSettings {
  /** What is written where a document states no lifecycle. */
  lifecycle?: string;
}

/** One thing to tell, with its place in the source. */
export interface MigrationNote {
  line: number;
  column: number;
  says: string;
}

export interface Migration {
  /** Of the source where it was refused. */
  verdict: Verdict;
  /** The text before, and after; the same where nothing is to change or the file was refused. Without a byte order mark. */
  before: string;
  after: string;
  /** True where the source begins with a byte order mark, which the file keeps. */
  bom: boolean;
  /** Changes that are more than a move, and what v3 has no place for. */
  notes: MigrationNote[];
  /** Why there is no result; the file is to stay as it is. */
  refusals: MigrationNote[];
}

/** Never throws. `path` names the file in findings. */
export function migrate(file: CatalogFile & { state: 'present' }, options: MigrateOptions): Migration {
  const source = judge([file], options);
  const decoded = decode(file.content);
  if ('why' in decoded) return refused(source, '', []);
  const { text } = decoded;
  const read = readYAML(text, STRINGS, true);
  if ('costly' in read) return refused(source, text, [{ offset: read.costly.offset ?? 0, says: read.costly.found }]);
  // Broken YAML is told by the verdict, in the words of `validate`.
  if ('fault' in read || read.documents.some(({ broken, wrong }) => broken.length + wrong.length > 0))
    return refused(source, text, []);
  const drafts = read.documents.map((document) => draftDocument(document));
  const refusals = drafts.flatMap((draft) => draft?.refusals ?? []);
  if (refusals.length > 0) return refused(source, text, refusals);
  if (options.lifecycle !== undefined) fill(drafts, options.lifecycle);
  const written = drafts.some((draft) => draft?.changed) ? write(text, read.documents, drafts) : text;
  return proved({ file, text, source, documents: read.documents, drafts, written }, options);
}

/** A document with what is to change in it; undefined where it states nothing. */
interface Drafted extends Draft {
  /** False: its bytes stay. */
  changed: boolean;
  legacy: boolean;
}

function draftDocument({ root, targets, offset }: YAMLDocument): Drafted | undefined {
  if (root === null || isNothing(root)) return undefined;
  if (!isMap(root)) {
    const says = 'a document that is no mapping: write an entity, or remove the document';
    return { ...draftOf(new YAMLMap(), targets), refusals: [{ offset, says }], changed: false, legacy: false };
  }
  const draft: Drafted = { ...draftOf(root, targets), changed: false, legacy: isLegacy(root, targets) };
  if (draft.legacy) {
    draft.changed = true;
    migrateDefinition(draft);
  } else if (isEntity(draft)) {
    mendEntity(draft);
    draft.changed = draft.notes.length > 0;
  } else draft.refusals.push({ offset: root.range[0], says: whatElse(draft) });
  return draft;
}

function isLegacy(root: Draft['root'], targets: Draft['targets']): boolean {
  const versions = ['schema-version', 'apiVersion'].map((key) => textOf(find(root, key, targets)?.value, targets));
  const isService = find(root, 'dd-service', targets) !== undefined;
  const stated = versions.filter((version) => version !== undefined);
  if (stated.length === 0) return isService;
  if (versions[0] === undefined) return isService && stated.every(isLegacyVersion);
  return isLegacyVersion(versions[0]);
}

function whatElse({ root, targets }: Draft): string {
  const version = ['schema-version', 'apiVersion']
    .map((key) => textOf(find(root, key, targets)?.value, targets))
    .find((text) => text !== undefined);
  const info = find(root, 'info', targets);
  if (info !== undefined || (version !== undefined && /^v?1(?:\.|$)/i.test(version)))
    return 'a definition of the schema v1, which is not migrated: write it as v2.2 or as an entity of v3 first';
  const found = version === undefined ? 'no version' : `the version ${quote(version)}`;
  return `${found}, which is neither a service definition of v2, v2.1 or v2.2 nor near an entity of v3`;
}

/** Definitions get it where they have none; entities of v3 only where no document of the file speaks. */
function fill(drafts: readonly (Drafted | undefined)[], lifecycle: string): void {
  const isSilent = !drafts.some((draft) => draft !== undefined && saysLifecycle(draft));
  for (const draft of drafts) {
    if (draft === undefined || !(draft.legacy || isSilent)) continue;
    if (fillLifecycle(draft, lifecycle)) draft.changed = true;
  }
}

/** The file with each changed document in the place of the old one. */
function write(text: string, documents: readonly YAMLDocument[], drafts: readonly (Drafted | undefined)[]): string {
  const parts = documents.map(({ offset, document, targets }, index): Part => {
    const source = text.slice(index === 0 ? 0 : offset, documents[index + 1]?.offset ?? text.length);
    if (document === undefined || drafts[index]?.changed !== true) return { source };
    settleAliases(document, targets);
    // A comment behind the end of a document that keeps its bytes (`...`) is there already.
    if (index > 0 && drafts[index - 1]?.changed !== true && !commentsIn(source).includes(firstLine(document)))
      document.commentBefore = null;
    return { source, document };
  });
  const all = (): string => parts.map(rewritten).join('');
  const lost = lostComments(text, all());
  for (const part of parts) keepComments(part, lost);
  return all();
}

/** A document of the source; with its tree where it is to be written again. */
interface Part {
  source: string;
  document?: Document;
}

const firstLine = ({ commentBefore }: Document): string => `#${commentBefore?.split('\n', 1)[0] ?? ''}`.trimEnd();

function rewritten({ source, document }: Part): string {
  if (document === undefined) return source;
  const { options, lineEnd } = layoutOf(source);
  // The library leaves the carriage returns of the source in comments of several lines.
  return document.toString(options).replaceAll('\r', '').replaceAll('\n', lineEnd);
}

/** Better at the head than gone: the tree has no place for some comments. Takes from `lost` what it finds in the part. */
function keepComments({ source, document }: Part, lost: string[]): void {
  if (document === undefined || lost.length === 0) return;
  const here = commentsIn(source).filter((comment) => {
    const at = lost.indexOf(comment);
    if (at >= 0) lost.splice(at, 1);
    return at >= 0;
  });
  const head = here.map((comment) => comment.replace(/^#/, '')).join('\n');
  if (here.length > 0) document.commentBefore = [head, document.commentBefore].filter(Boolean).join('\n');
}

interface Work {
  file: CatalogFile & { state: 'present' };
  text: string;
  source: Verdict;
  documents: readonly YAMLDocument[];
  drafts: readonly (Drafted | undefined)[];
  written: string;
}

/** The result where it holds, judged and compared with the source. */
function proved({ file, text, source, drafts, written }: Work, options: MigrateOptions): Migration {
  const notes = drafts.flatMap((draft) => draft?.notes ?? []);
  if (written === text) return { ...refused(source, text, []), notes: placed(notes, text) };
  const verdict = judge([{ ...file, content: written }], options);
  const again = readYAML(written, STRINGS, true);
  const before = readYAML(text, STRINGS, true);
  if (!('documents' in again) || !('documents' in before) || verdict.status === 'invalid_yaml')
    return refused(source, text, [{ offset: 0, says: 'the result would not be YAML; this is a fault of plus1' }]);
  const values = valuesIn(before.documents.map(({ root }) => root));
  const kept = [
    ...valuesIn(again.documents.map(({ root }) => root)),
    ...drafts.flatMap((draft) => draft?.replaced ?? []),
  ];
  const lost = missing(values, kept)[0];
  if (lost !== undefined)
    return refused(source, text, [{ offset: 0, says: `${quote(lost)} would be lost; this is a fault of plus1` }]);
  if (!['valid_production', 'valid_non_production', 'missing_lifecycle'].includes(verdict.status)) {
    const errors = verdict.reasons.filter(({ severity }) => severity === 'error');
    const says = errors.map(({ found, expected, fix }) => `found ${found}, expected ${expected}; ${fix}`)[0];
    return refused(source, text, [{ offset: 0, says: `the result would be ${verdict.status}: ${says ?? ''}` }]);
  }
  return { verdict, before: text, after: written, bom: hasBOM(file.content), notes: placed(notes, text), refusals: [] };
}

function refused(verdict: Verdict, text: string, refusals: readonly Told[]): Migration {
  return { verdict, before: text, after: text, bom: false, notes: [], refusals: placed(refusals, text) };
}

function placed(told: readonly Told[], text: string): MigrationNote[] {
  const positionOf = positions(text);
  return told
    .map(({ offset, says }) => ({ ...positionOf(offset), says }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function hasBOM(content: string | Uint8Array): boolean {
  if (typeof content === 'string') return content.charCodeAt(0) === 0xfeff;
  return content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
}
