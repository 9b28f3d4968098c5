/** Random service definitions of v2, v2.1 and v2.2 as people write them: with comments everywhere, in several styles. */
import fc from 'fast-check';

export interface Definition {
  text: string;
  /** Every value that stands in it, but the version. */
  values: string[];
  comments: string[];
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
/** Words that other readers take for booleans, numbers, dates or nothing, and texts that need quotes. */
const odd = fc.constantFrom(
  'yes',
  '1.10',
  '007',
  'null-ish',
  '2024-01-01',
  '12:30',
  'a: b',
  '# no comment',
  "it's",
  'é',
  '*x',
);
const value = fc.oneof({ weight: 6, arbitrary: word }, { weight: 1, arbitrary: odd });

/** A text in one of the ways to write it; plain only where it stays the same text. */
const written = fc.tuple(value, fc.nat(2)).map(([text, style]) => {
  const isPlain = /^[\w.:-]+$/.test(text);
  if (style === 0 && isPlain) return { text, yaml: text };
  return { text, yaml: style === 1 ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text) };
});

type Written = { text: string; yaml: string };
type Lines = { lines: string[]; values: string[] };

const one = ({ text, yaml }: Written): Lines => ({ lines: [yaml], values: [text] });

const listOf = (items: readonly Written[]): Lines => ({
  lines: ['', ...items.map(({ yaml }) => `- ${yaml}`)],
  values: items.map(({ text }) => text),
});

const flowList = (items: readonly Written[]): Lines => ({
  lines: [`[${items.map(({ yaml }) => yaml).join(', ')}]`],
  values: items.map(({ text }) => text),
});

const scalars = fc
  .tuple(fc.array(written, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([items, flow]) => (flow ? flowList(items) : listOf(items)));

/** A list of mappings with these keys. */
const mappings = (keys: readonly string[]): fc.Arbitrary<Lines> =>
  fc.array(fc.tuple(...keys.map(() => written)), { minLength: 1, maxLength: 3 }).map((rows) => ({
    lines: [
      '',
      ...rows.flatMap((row) => row.map(({ yaml }, at) => `${at === 0 ? '- ' : '  '}${keys[at] ?? ''}: ${yaml}`)),
    ],
    values: rows.flatMap((row) => row.map(({ text }) => text)),
  }));

const block = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom('|', '|-'))
  .map(([lines, mark]) => ({
    lines: [mark, ...lines.map((line) => `  ${line}`)],
    values: [lines.join('\n') + (mark === '|-' ? '' : '\n')],
  }));

const nested = (key: string, sub: string): fc.Arbitrary<Lines> =>
  written.map(({ text, yaml }) => ({ lines: ['', `  ${key}:`, `    ${sub}: ${yaml}`], values: [text] }));

const text = written.map(one);
const FIELDS: Readonly<Record<string, fc.Arbitrary<Lines>>> = {
  team: text,
  'dd-team': text,
  application: text,
  description: fc.oneof(text, block),
  tier: text,
  lifecycle: text,
  type: text,
  languages: scalars,
  tags: scalars,
  contacts: mappings(['type', 'contact']),
  links: mappings(['name', 'type', 'url']),
  repos: mappings(['name', 'provider', 'url']),
  docs: mappings(['name', 'url']),
  'ci-pipeline-fingerprints': scalars,
  integrations: fc.oneof(
    nested('pagerduty', 'service-url'),
    nested('opsgenie', 'service-url'),
    nested('unknown', 'key'),
    written.map(({ text: of, yaml }) => ({ lines: ['', `  pagerduty: ${yaml}`], values: [of] })),
  ),
  extensions: fc.oneof(nested('example.com/x', 'deep'), nested('team', 'deep')),
  'no-such-field': fc.oneof(text, scalars, mappings(['a', 'b'])),
  'depends-on': scalars,
};

const comment = fc.tuple(word, fc.nat(999_999)).map(([said, at]) => `# ${said} ${at}`);
const above = fc.array(comment, { maxLength: 2 });

/** A key with its value, comments above and behind, and perhaps a blank line before. */
const field = (
  key: string,
  make: fc.Arbitrary<Lines>,
): fc.Arbitrary<{ lines: string[]; values: string[]; comments: string[] }> =>
  fc
    .tuple(make, above, fc.option(comment, { nil: undefined }), fc.boolean())
    .map(([{ lines, values }, before, behind, blank]) => {
      const [first = '', ...others] = lines;
      const head = `${key}:${first === '' ? '' : ` ${first}`}${behind === undefined ? '' : ` ${behind}`}`;
      return {
        lines: [...(blank ? [''] : []), ...before, head, ...others],
        values,
        comments: [...before, ...(behind === undefined ? [] : [behind])],
      };
    });

const version = fc.constantFrom('v2', 'v2.1', 'v2.2');

/** One definition, its keys in a random order. */
const definition: fc.Arbitrary<Definition> = fc
  .tuple(fc.subarray(Object.keys(FIELDS)), version, fc.boolean())
  .chain(([keys, of, quoted]) =>
    fc.tuple(
      fc
        .shuffledSubarray(['schema-version', 'dd-service', ...keys], { minLength: keys.length + 2 })
        .chain((order) =>
          fc.tuple(
            ...order.map((key) =>
              key === 'schema-version'
                ? field(key, fc.constant({ lines: [quoted ? `"${of}"` : of], values: [] }))
                : field(key, FIELDS[key] ?? word.map((name) => ({ lines: [name], values: [name] }))),
            ),
          ),
        ),
      above,
    ),
  )
  .map(([parts, end]) => ({
    text: `${[...parts.flatMap(({ lines }) => lines), ...end].join('\n').replace(/^\n/, '')}\n`,
    values: parts.flatMap(({ values }) => values),
    comments: [...parts.flatMap(({ comments }) => comments), ...end],
  }));

/** A file: one definition or several, with any line ends. */
export const definitions: fc.Arbitrary<Definition> = fc
  .tuple(fc.array(definition, { minLength: 1, maxLength: 3 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([documents, lineEnd, marked]) => ({
    text: `${marked ? '---\n' : ''}${documents.map(({ text: of }) => of).join('---\n')}`.replaceAll('\n', lineEnd),
    values: documents.flatMap(({ values }) => values),
    comments: documents.flatMap(({ comments }) => comments),
  }));
