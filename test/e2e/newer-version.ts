/**
 * What a version of the future leaves behind: a chart with fields that this one does not know, a status with them, records of unknown
 * kinds with unknown fields, and a state folder with files of another form.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { openChain, realFiles, type Entry, type Head, type PolicyIdentity } from '../../pkg/journal/index.js';

const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));
const VERSION = '9.9.0';

interface Schema {
  properties: Record<string, Schema>;
}

/** Its chart; `remove` it. */
export function newerChart(): { folder: string; remove: () => void } {
  const parent = mkdtempSync(join(tmpdir(), 'plus1-newer-'));
  const folder = join(parent, 'plus1');
  cpSync(CHART, folder, { recursive: true });
  edit(join(folder, 'Chart.yaml'), (chart) => Object.assign(chart, { version: VERSION, appVersion: VERSION }));
  const crds = join(folder, 'files', 'crds');
  for (const name of readdirSync(crds)) edit(join(crds, name), addFields);
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

function edit(file: string, change: (object: Record<string, unknown>) => void): void {
  const object = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(object);
  // Helm reads YAML 1.1, where a bare Off is a boolean.
  writeFileSync(file, stringify(object, { version: '1.1' }));
}

function addFields({ spec }: Record<string, unknown>): void {
  const { names, versions } = spec as {
    names: { kind: string };
    versions: { schema: { openAPIV3Schema: Schema } }[];
  };
  if (names.kind !== 'Plus1Policy') return;
  for (const { schema } of versions) {
    const status = schema.openAPIV3Schema.properties['status'];
    const future = { type: 'string' } as unknown as Schema;
    if (status !== undefined) Object.assign(status.properties, { future });
    const journal = status?.properties['journal'];
    if (journal !== undefined) Object.assign(journal.properties, { future });
  }
}

/** Goes on in the chain that the status names, with records of kinds and fields that nobody knows yet, signed. */
export async function newerRecords(root: string, policy: PolicyIdentity, { journal }: PolicyStatus): Promise<Head> {
  const { chain = '' } = journal ?? {};
  const writer = (chain.split('/').at(-1) ?? '').replace(/\.[0-9a-f]{8}$/, '');
  const signal = new AbortController().signal;
  const opened = await openChain(
    {
      ...{ root, writer, keys: [readFileSync(join(root, 'key.pem'), 'utf8')], files: realFiles },
      ...{ actor: `plus1-controller/${VERSION}`, tool: VERSION, now: () => Date.now(), random: () => 'ffffffff' },
    },
    { pass: null, policy, snapshot: () => expectGoesOn() },
    signal,
  );
  const future = [
    { kind: 'FutureKind', data: { repositories: [{ id: 1, name: 'x', future: true }], members: [1, 2, 3] } },
    { kind: 'SecurityEvent', data: { event: 'FutureEvent', code: null, message: 'of a later version', future: {} } },
  ] as unknown as Entry[];
  await opened.writer.append(future, { pass: null, policy }, signal);
  await opened.writer.checkpoint(signal);
  const { head } = opened.writer;
  if (head === undefined || head.chain !== chain) throw new Error(`not the chain ${chain}`);
  return head;
}

const expectGoesOn = (): never => {
  throw new Error('the chain does not go on');
};

/** Files of another form, beside those of this version and in their place. */
export function newerFiles(state: string): void {
  const write = (path: string, content: object): void => {
    mkdirSync(join(state, path, '..'), { recursive: true });
    writeFileSync(join(state, path), JSON.stringify(content));
  };
  write('.future/index.json', { v: 1 });
  for (const folder of ['.cache', '.days'])
    for (const name of readdirSync(join(state, folder), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.json')) write(join(folder, name), { v: 99, repositories: 'in another form' });
}
