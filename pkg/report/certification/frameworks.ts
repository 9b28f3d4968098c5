/** Controls of frameworks, from data files: ids and our own words, and what of the evidence contributes to each. Never that one is satisfied. */
import * as v from 'valibot';
import { readYAML, STRINGS, valueOfDocument } from '../../text/index.js';
import { EVIDENCE, EVIDENCE_KEYS, type EvidenceKey } from './evidence.js';

const line = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  framework: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  reported_as: v.pipe(v.string(), v.maxLength(256)),
  title: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  contributes: v.pipe(v.array(v.picklist(EVIDENCE_KEYS)), v.minLength(1), v.maxLength(EVIDENCE_KEYS.length)),
});
const file = v.pipe(v.array(line), v.minLength(1), v.maxLength(1_000));

export type FrameworkLine = v.InferOutput<typeof line>;

/** Throws a TypeError that says where the file is wrong. `name`: of the file. */
export function parseFramework(source: string, name: string): FrameworkLine[] {
  const read = readYAML(source, STRINGS);
  const [document] = 'documents' in read ? read.documents : [];
  const isWhole = document !== undefined && document.broken.length === 0 && document.wrong.length === 0;
  if (!isWhole) throw new TypeError(`${name} is no YAML document`);
  const result = v.safeParse(file, valueOfDocument(document));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new TypeError(`${name}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
}

export interface Control {
  id: string;
  framework: string;
  /** The label of the specification for it. */
  reported_as: string;
  title: string;
  statement: 'contributes to';
  evidence: { key: EvidenceKey; what: string; figures: string; file: string; records: readonly string[] }[];
}

export const controlsOf = (lines: readonly FrameworkLine[]): Control[] =>
  lines.map(({ id, framework, reported_as, title, contributes }) => ({
    ...{ id, framework, reported_as, title, statement: 'contributes to' },
    evidence: contributes.map((key) => ({ key, ...EVIDENCE[key] })),
  }));
