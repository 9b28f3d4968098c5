/**
 * Cuts the slice of GitHub's published OpenAPI that the simulator serves out of npm `@octokit/openapi`, and writes it to
 * `openapi.json` beside this file. Run by hand when GitHub publishes something new: `node --import tsx test/fakes/github/schema/cut.ts`.
 * Hazard: the package is 385 MB unpacked, so only one file of it is taken out of the archive.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '../rest/router.js';

const PACKAGE = '@octokit/openapi@23.0.2';
const FILE = 'package/generated/api.github.com.json';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Prose, examples and what OpenAPI has beyond JSON Schema. */
const DROPPED = new Set([
  'description',
  'example',
  'examples',
  'externalDocs',
  'discriminator',
  'deprecated',
  'title',
  'default',
  'nullable',
]);

/** Newer rule types than the description must be representable, so their closed union is opened. */
const OPENED = new Set(['org-rules', 'repository-rule', 'repository-rule-detailed']);
const ANY_RULE = {
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string' }, parameters: { type: 'object' } },
};

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes a type or an alternative. */
function schema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => schema(item));
  if (!isObject(value)) return value;
  const out: Json = {};
  for (const [key, item] of Object.entries(value)) {
    if (DROPPED.has(key) || key.startsWith('x-')) continue;
    out[key] = key === 'properties' && isObject(item) ? properties(item) : schema(item);
  }
  return value['nullable'] === true ? withNull(out) : out;
}

/** Names of properties are not keywords: one may be called `description`. */
const properties = (value: Json): Json =>
  Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, schema(name === 'account' ? eitherAccount(item) : item)]),
  );

/** One list of the description wants an installation's account to be a user *and* an enterprise; everywhere else it is either. */
function eitherAccount(value: unknown): unknown {
  if (!isObject(value) || !Array.isArray(value['allOf'])) return value;
  const { allOf, ...rest } = value;
  return { ...rest, anyOf: allOf };
}

function withNull(value: Json): Json {
  if (typeof value['type'] !== 'string') return { anyOf: [value, { type: 'null' }] };
  const nulls = Array.isArray(value['enum']) ? { enum: [...(value['enum'] as unknown[]), null] } : {};
  return { ...value, ...nulls, type: [value['type'], 'null'] };
}

function at(document: Json, pointer: string): Json {
  const steps = pointer
    .slice(2)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>((node, step) => (node as Json)[step], document) as Json;
}

const resolved = (document: Json, node: Json): Json =>
  typeof node['$ref'] === 'string' ? at(document, node['$ref']) : node;

function jsonSchemaOf(document: Json, part: unknown): unknown {
  if (!isObject(part)) return undefined;
  const content = resolved(document, part)['content'];
  const media = isObject(content)
    ? (content['application/json'] ?? content['application/vnd.github.object'])
    : undefined;
  return isObject(media) ? schema(media['schema']) : undefined;
}

function operationOf(document: Json, method: string, path: string): Json | undefined {
  const item = (document['paths'] as Json)[path];
  const operation = isObject(item) ? item[method.toLowerCase()] : undefined;
  if (!isObject(operation)) return undefined;
  const responses: Json = {};
  for (const [status, response] of Object.entries(operation['responses'] as Json)) {
    const found = jsonSchemaOf(document, response);
    if (found !== undefined) responses[status] = found;
  }
  const request = jsonSchemaOf(document, operation['requestBody']);
  return { id: operation['operationId'], method, path, ...(request === undefined ? {} : { request }), responses };
}

/** All named schemas that the operations lead to. */
function components(document: Json, operations: unknown): Json {
  const all = at(document, '#/components/schemas');
  const out: Json = {};
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || name in out) continue;
      out[name] = OPENED.has(name) ? ANY_RULE : schema(all[name]);
      visit(out[name]);
    }
  };
  visit(operations);
  return { schemas: Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function cut(document: Json): Json {
  const operations: Json = {};
  for (const { method, path, operation } of routes) {
    const found = operationOf(document, method, path);
    if (!found) {
      console.log(`not in the description: ${method} ${path}`);
      continue;
    }
    const { id, ...rest } = found;
    if (id !== operation) throw new Error(`${method} ${path} is ${String(id)}, not ${operation}`);
    operations[operation] = rest;
  }
  // Served by GitHub, absent from its description: https://api.github.com/repositories/{id} answers as /repos/{owner}/{repo} does.
  operations['repos/get-by-id'] = { ...(operations['repos/get'] as Json), path: '/repositories/{id}' };
  const error = { $ref: '#/components/schemas/basic-error' };
  for (const operation of Object.values(operations)) ((operation as Json)['responses'] as Json)['error'] = error;
  return { from: PACKAGE, operations, components: components(document, operations) };
}

const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
try {
  const archive = execFileSync('npm', ['pack', PACKAGE, '--silent'], { cwd: folder, encoding: 'utf8' }).trim();
  execFileSync('tar', ['xzf', archive, FILE], { cwd: folder });
  const slice = JSON.stringify(cut(JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Json));
  const target = new URL('./openapi.json', import.meta.url);
  writeFileSync(target, `${slice}\n`);
  console.log(`${target.pathname}: ${slice.length} bytes`);
} finally {
  rmSync(folder, { recursive: true });
}
