/** `docs/reference/journal.md`, from the schema of the records. */
import type * as v from 'valibot';
import { KINDS, MAX_LINE_BYTES, recordSchema } from '../../pkg/journal/index.js';

const HEADER = `<!-- Written by \`make generate\` from pkg/journal/record/kinds.ts. Change the schema, not this page. -->

# Journal

The journal records what Plus1 saw and did, one chain of records for each policy and writer:

    JOURNAL/<namespace>/<policy>.<first 8 digits of its uid>/<writer>.<8 random digits>/
      00000001.jsonl      a segment: one record a line. A closed one is compressed: 00000001.jsonl.gz
      checkpoint          the newest signed checkpoint
      checkpoints         one for each day, for the end of each segment, and for the pass that began one
      manifest.json       the verifier keys, and where each segment begins and ends
      attachments/        values that are too large for a line: <SHA-256>.json

A line is JSON in the form of [RFC 8785](https://www.rfc-editor.org/rfc/rfc8785), of at most ${MAX_LINE_BYTES.toLocaleString('en-US')} bytes with its line end. The hash
of a record is SHA-256 over the bytes of its line without the line end. The lines are also the leaves of a tree as in
[RFC 6962](https://www.rfc-editor.org/rfc/rfc6962#section-2.1). A checkpoint signs its size and root, in the form of
[C2SP](https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md), with the origin \`plus1.dev/<chain>\`.

A checkpoint is kept when the next one takes its place: it is added to \`checkpoints\`, with an empty line between each two. The line behind
the root, \`kept <bytes> sha256:<hash>\`, names what was in \`checkpoints\` when a checkpoint was signed. In a checkpoint of an earlier
version it is absent.

A value that is no list and does not fit into a line is written as \`{"sha256":…,"bytes":…}\` and lies in \`attachments\`. A list
that does not fit continues in further records of the same kind, marked by \`part\`; what is no list stands in the first of them.
Readers keep and skip kinds and fields that they do not know.

## Every record

`;

/** The page as it must be. */
export function journalPage(): string {
  const kinds = Object.entries(KINDS).map(
    ([name, { when, data }]) => `## ${name}\n\n${sentence(when)}\n\n${fields(data)}`,
  );
  return `${HEADER}${fields(recordSchema)}\n${kinds.join('\n')}`;
}

function fields({ entries }: { entries: Record<string, unknown> }): string {
  const all = Object.entries(entries) as [string, v.GenericSchema][];
  if (all.length === 0) return 'No fields of its own.\n';
  const rows = all.map(([name, schema]) => `| \`${name}\` | ${typeOf(schema)} | ${aboutOf(schema) ?? ''} |\n`);
  return `| field | type | meaning |\n| --- | --- | --- |\n${rows.join('')}`;
}

/** What the page needs to know of a schema of valibot. */
interface Shape {
  type: string;
  wrapped?: Shape;
  item?: Shape;
  options?: Shape[];
  pipe?: { kind: string; type: string; description?: string }[];
}

function aboutOf(schema: unknown): string | undefined {
  return (schema as Shape).pipe?.findLast(({ type }) => type === 'description')?.description;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  picklist: 'text',
  number: 'number',
  boolean: 'true or false',
  unknown: 'any value, or a reference to an attachment',
  loose_object: 'object',
  strict_tuple: 'list',
  loose_tuple: 'list',
  record: 'object',
};

function typeOf(schema: unknown): string {
  const { type, wrapped, item } = schema as Shape;
  if (type === 'exact_optional') return `${typeOf(wrapped)}; may be absent`;
  if (type === 'nullable') return `${typeOf(wrapped)}, or null`;
  if (type === 'array') return `list of ${plural(typeOf(item))}`;
  const word = WORDS[type];
  if (word === undefined) throw new Error(`the page has no word for ${type}`);
  return word;
}

const plural = (word: string): string => (word.startsWith('any value') ? 'objects' : `${word}s`);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
