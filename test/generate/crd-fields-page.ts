/** `docs/reference/policy-fields.md`: every field of spec and status, from the schema that the CRD is made of. */
import { DURATION_PATTERN } from '../../pkg/api/index.js';
import type { OpenApi } from './crd/open-api.js';
import { policySchema } from './crd/resource.js';

const HEADER = `<!-- Written by \`make generate\` from pkg/api. Change the schema, not this page. -->

# Fields of a policy

Every field of \`Plus1Policy\` v1alpha1 with what it takes, as the API server and the program judge it; \`kubectl explain\`
says the same. [Plus1Policy](../spec/v1alpha1/plus1policy.md) tells what the fields do.

A field in **bold** is required. \`[]\` stands for an entry of a list. A duration is written as Go does it: \`10m\`, \`1h30m\`,
\`500ms\`; days are no unit.
`;

/** The page as it must be. */
export function crdFieldsPage(): string {
  const { spec, status } = policySchema().properties ?? {};
  if (spec === undefined || status === undefined) throw new Error('a policy has a spec and a status');
  return [
    HEADER,
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
