/** The table behind `docs/reference/specification.md`: each line of the specifications, and what answers it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as v from 'valibot';

const line = v.strictObject({
  /** What is asked for, in the words of the specification. */
  line: v.pipe(v.string(), v.minLength(1)),
  is: v.picklist(['built', 'document', 'notSoftware', 'refused', 'notYet']),
  /** What answers it, or why nothing does. */
  by: v.pipe(v.string(), v.minLength(1)),
  /** A page, with an anchor where a part of it is meant. */
  see: v.optional(v.pipe(v.string(), v.regex(/^[\w./-]+\.md(#[\w-]+)?$/))),
  /** The file of a test, and words of a title in it. */
  test: v.optional(v.pipe(v.string(), v.regex(/^test\/\S+\.test\.ts .+$/))),
});
const section = v.strictObject({ section: v.string(), lines: v.pipe(v.array(line), v.minLength(1)) });

export type Line = v.InferOutput<typeof line>;
export type Section = v.InferOutput<typeof section>;

export interface Document {
  title: string;
  sections: readonly Section[];
}

/** Both documents. Throws where a file is no such table. */
export const documents = (): readonly Document[] => [
  { title: 'Plus1 Enforcement Ruleset Management', sections: read('enforcement.yaml') },
  { title: 'Operations and lifecycle', sections: read('operations.yaml') },
];

const read = (name: string): readonly Section[] =>
  v.parse(v.array(section), parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')));

/** The file of the test that a line names, and the words of its title. */
export function testOf({ test }: Line): { file: string; title: string } | undefined {
  if (test === undefined) return undefined;
  const at = test.indexOf(' ');
  return { file: test.slice(0, at), title: test.slice(at + 1) };
}
