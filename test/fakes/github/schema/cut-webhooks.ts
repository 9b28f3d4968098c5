/**
 * Cuts the schemas of the deliveries that the simulator sends out of npm `@octokit/openapi-webhooks`, and writes them to `webhooks.json`
 * beside this file. Run by hand: `node --import tsx test/fakes/github/schema/cut-webhooks.ts`. They are JSON Schema already (OpenAPI 3.1).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = '@octokit/openapi-webhooks@12.1.0';
const FILE = 'package/generated/api.github.com.json';

/** By event, and action where it has any. */
const EVENTS = [
  ...['ping', 'push', 'organization-renamed'],
  ...['created', 'deleted', 'edited'].map((action) => `repository-ruleset-${action}`),
  ...['created', 'deleted', 'archived', 'unarchived', 'edited'].map((action) => `repository-${action}`),
  ...['publicized', 'privatized', 'renamed', 'transferred'].map((action) => `repository-${action}`),
];

/** Newer rule types than the description must be representable. */
const OPENED: Record<string, unknown> = { 'repository-rule': { type: 'object', required: ['type'] } };

/** Prose, examples, and what OpenAPI has beyond JSON Schema. */
const DROPPED = new Set([
  'description',
  'example',
  'examples',
  'externalDocs',
  'title',
  'default',
  'deprecated',
  'summary',
]);

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !DROPPED.has(key) && !key.startsWith('x-'));
  // Names of properties are not keywords: one may be called `description`.
  return Object.fromEntries(
    kept.map(([key, item]) => [
      key,
      key === 'properties' && isObject(item)
        ? Object.fromEntries(Object.entries(item).map(([name, each]) => [name, plain(each)]))
        : plain(item),
    ]),
  );
}

function cut(document: Json): Json {
  const all = (document['components'] as { schemas: Json }).schemas;
  const schemas: Json = {};
  const visit = (name: string): void => {
    if (name in schemas) return;
    schemas[name] = OPENED[name] ?? plain(all[name]);
    for (const [, next] of JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      if (next !== undefined) visit(next);
  };
  for (const event of EVENTS) {
    if (!(`webhook-${event}` in all)) throw new Error(`not in the description: ${event}`);
    visit(`webhook-${event}`);
  }
  return { from: PACKAGE, components: { schemas } };
}

const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
try {
  const archive = execFileSync('npm', ['pack', PACKAGE, '--silent'], { cwd: folder, encoding: 'utf8' }).trim();
  execFileSync('tar', ['xzf', archive, FILE], { cwd: folder });
  const text = JSON.stringify(cut(JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Json));
  const target = new URL('./webhooks.json', import.meta.url);
  writeFileSync(target, `${text}\n`);
  console.log(`${target.pathname}: ${text.length} bytes`);
} finally {
  rmSync(folder, { recursive: true });
}
