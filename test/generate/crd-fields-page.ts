/** `docs/reference/*-fields.md`: every field of spec and status, from the schemas that the CRDs are made of. */
import { DURATION_PATTERN, type InputKind } from '../../pkg/api/index.js';
import { approvalSchema } from './crd/approval.js';
import { inputSchema } from './crd/input.js';
import type { OpenApi } from './crd/open-api.js';
import { policySchema } from './crd/resource.js';

const MADE = '<!-- Written by `make generate` from pkg/api. Change the schema, not this page. -->';
const MARKS = 'A field in **bold** is required. `[]` stands for an entry of a list.';

const POLICY = `${MADE}

# Fields of a policy

Every field of \`Plus1Policy\` v1alpha1 with what it takes, as the API server and the program judge it; \`kubectl explain\`
says the same. [Plus1Policy](../spec/v1alpha1/plus1policy.md) tells what the fields do.

${MARKS} A duration is written as Go does it: \`10m\`, \`1h30m\`,
\`500ms\`; days are no unit.
`;

const APPROVAL = `${MADE}

# Fields of an approval

Every field of \`Plus1Approval\` v1alpha1: an object of a cluster, or a file in a state folder. Short name \`plus1a\`;
\`kubectl explain plus1a\` says the same. [Approvals](../guides/approvals.md) tells how to give one and whose counts.

${MARKS} \`spec\` never changes: another plan needs another approval.
`;

/** The page of policies as it must be. */
export const crdFieldsPage = (): string => page(POLICY, policySchema());

/** The page of approvals as it must be. */
export const approvalFieldsPage = (): string => page(APPROVAL, approvalSchema());

/** Where the page of a kind lies: `docs/reference/egress-rule-fields.md`. */
export const inputPagePath = ({ words }: InputKind): string =>
  `docs/reference/${words.one.replaceAll(' ', '-')}-fields.md`;

/** The page of a kind that is an input of passes, as it must be. */
export function inputFieldsPage(input: InputKind): string {
  const { kind, shortName, words, about } = input;
  const article = /^[aeiou]/.test(words.one) ? 'an' : 'a';
  return page(
    `${MADE}

# Fields of ${article} ${words.one}

${about}

Every field of \`${kind}\` v1alpha1: an object of a cluster, or a document in the policies folder. Short name \`${shortName}\`;
\`kubectl explain ${shortName}\` says the same.

${MARKS}
`,
    inputSchema(input),
  );
}

function page(header: string, { properties }: OpenApi): string {
  const { spec, status } = properties ?? {};
  if (spec === undefined || status === undefined) throw new Error('an object has a spec and a status');
  return [
    header,
    '## spec\n',
    table(rows(spec, 'spec')),
    '\n## status\n',
    'Written by the controller alone.\n',
    table(rows(status, 'status')),
    '',
  ].join('\n');
}

const table = (lines: readonly string[]): string =>
  ['| Field | Takes | Default | Meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');

/** One row for each field under a node, parents before children. */
function rows(node: OpenApi, path: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const own = `${path}.${name}`;
    const title = node.required?.includes(name) ? `**\`${own}\`**` : `\`${own}\``;
    const given = field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``;
    const row = `| ${[title, takes(field), given, field.description ?? ''].map(cell).join(' | ')} |`;
    const inner = field.items === undefined ? rows(field, own) : rows(field.items, `${own}[]`);
    return [row, ...inner];
  });
}

/** The type of a field with its bounds, in words. */
function takes(node: OpenApi): string {
  if (node.type === 'array') return listOf(node);
  if (node.enum !== undefined) return node.enum.map((word) => `\`${word}\``).join(', ');
  if (node['x-kubernetes-int-or-string']) return 'integer or percentage';
  if (node.type === 'integer') return `integer, ${node.minimum} to ${node.maximum}`;
  return node.type === 'string' ? textOf(node) : (node.type ?? '');
}

function textOf({ format, pattern, minLength, maxLength }: OpenApi): string {
  if (format === 'date-time') return 'time (RFC 3339)';
  if (pattern === DURATION_PATTERN.source) return 'duration';
  const length = minLength === undefined ? `at most ${maxLength}` : `${minLength} to ${maxLength}`;
  return `string, ${length} characters${pattern === undefined ? '' : `, \`${pattern}\``}`;
}

function listOf({ items, minItems = 0, maxItems, ...node }: OpenApi): string {
  const keys = node['x-kubernetes-list-map-keys'];
  const once = keys === undefined ? 'each once' : `each \`${keys.join()}\` once`;
  const unique = node['x-kubernetes-list-type'] === undefined ? '' : `, ${once}`;
  return `list of ${minItems} to ${maxItems}${unique}: ${takes(items ?? {})}`;
}

/** A bar would end the cell, and an angle bracket would begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
