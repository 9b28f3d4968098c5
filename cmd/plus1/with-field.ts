/**
 * One switch of one object in a file of YAML documents, with every other byte as it was. What comes out is read again: where anything
 * but that one field differs, there is no edit.
 */
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_NAMESPACE } from '../../pkg/api/index.js';
import { isMapping } from '../../pkg/base/index.js';
import { CORE, readYAML, valueOfDocument } from '../../pkg/text/index.js';

export interface Named {
  kind: string;
  name: string;
  namespace: string;
}

/** The text with it; the same text where it says so already; undefined where it cannot be set that way. */
export function withField(
  text: string,
  named: Named,
  { field, value }: { field: string; value: boolean },
): string | undefined {
  const parts = partsOf(text);
  const index = parts.findIndex((part) => isOf(part, named));
  const part = parts[index];
  if (part === undefined) return undefined;
  const before = specOf(part);
  if (before === undefined) return undefined;
  if ((before[field] ?? false) === value) return text;
  const edited = edit(part, field, value);
  const after = edited === undefined ? undefined : specOf(edited);
  const { [field]: _before, ...restBefore } = before;
  const { [field]: now, ...restAfter } = after ?? {};
  if (edited === undefined || now !== value || !isDeepStrictEqual(restBefore, restAfter)) return undefined;
  return [...parts.slice(0, index), edited, ...parts.slice(index + 1)].join('');
}

/** The documents of a text, each with all bytes up to the next. */
export const partsOf = (text: string): string[] => text.split(/^(?=---)/m);

/** The line of the field, or a new one right below `spec:`. */
function edit(part: string, field: string, value: boolean): string | undefined {
  const spec = /^spec:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*([ \t]+)\S/m.exec(part);
  if (spec === null) return undefined;
  const [, indent = '  '] = spec;
  const line = new RegExp(`^(${indent}${field}:[ \\t]*)(?:true|false)(?=[ \\t]*(?:#.*)?$)`, 'm');
  if (line.test(part)) return part.replace(line, `$1${value}`);
  return part.replace(/^(spec:[^\n]*?)(\r?\n)/m, `$1$2${indent}${field}: ${value}$2`);
}

/** True of a text with exactly one document, which declares that object. */
export function isOf(part: string, { kind, name, namespace }: Named): boolean {
  const value = valueOf(part);
  const metadata = value?.['metadata'];
  if (value?.['kind'] !== kind || !isMapping(metadata)) return false;
  return metadata['name'] === name && (metadata['namespace'] ?? DEFAULT_NAMESPACE) === namespace;
}

function specOf(part: string): Record<string, unknown> | undefined {
  const spec = valueOf(part)?.['spec'];
  return isMapping(spec) ? spec : undefined;
}

/** Of a text with exactly one document. */
function valueOf(part: string): Record<string, unknown> | undefined {
  const read = readYAML(part, CORE);
  if (!('documents' in read)) return undefined;
  const documents = read.documents.filter(({ root }) => root !== null);
  const [document, second] = documents;
  if (document === undefined || second !== undefined) return undefined;
  if (document.broken.length > 0 || document.wrong.length > 0) return undefined;
  const value = valueOfDocument(document);
  return isMapping(value) ? value : undefined;
}
