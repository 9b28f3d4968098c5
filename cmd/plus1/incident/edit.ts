/** `plus1 incident open|isolate|close`: write the document of an incident. The next pass of the policy acts on it. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { API_VERSION, INCIDENT_KIND, INCIDENTS, parseInput } from '../../../pkg/api/index.js';
import { isMapping, keepFile } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { printable } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { oneIncident } from './stored.js';

interface IsolationFlags {
  repository: string[];
  matching?: string;
  actions?: string;
  cancelRuns: boolean;
  responder: string[];
  policies?: string;
}

export interface OpenOptions extends IsolationFlags {
  policy: string;
  title: string;
  reason: string;
  owner: string;
  severity: string;
  commander?: string;
  detectedAt?: string;
  ticket?: string;
  action: string[];
  endpoint: string[];
  windowStart?: string;
  windowEnd?: string;
  drill: boolean;
}

export interface IsolateOptions extends IsolationFlags {
  state?: string;
}

export interface CloseOptions {
  policies?: string;
  state?: string;
}

type Mapping = Record<string, unknown>;

/** The exit code. */
export const runOpen = (name: string, options: OpenOptions, io: CommandIO): Promise<number> =>
  reporting(io, async () => {
    const [policy = '', namespace] = options.policy.split('/').reverse();
    const document = documentOf({ name, ...(namespace !== undefined && { namespace }) }, specOf(policy, options, io));
    await put(document, { file: `incident-${name}.yaml`, policies: options.policies, isNew: true }, io);
    return EXIT.ok;
  });

/** The exit code. */
export const runIsolate = (name: string, options: IsolateOptions, io: CommandIO): Promise<number> =>
  reporting(io, () =>
    edit(name, options, io, (spec) => {
      const before = spec['isolate'] as Mapping;
      const names = [...((before['repositories'] as string[] | undefined) ?? []), ...options.repository];
      const teams = [...((before['responders'] as string[] | undefined) ?? []), ...options.responder];
      return {
        ...spec,
        isolate: {
          ...before,
          ...isolationOf(options),
          repositories: [...new Set(names)],
          responders: [...new Set(teams)],
        },
      };
    }),
  );

/** The exit code. */
export const runClose = (name: string, options: CloseOptions, io: CommandIO): Promise<number> =>
  reporting(io, () => edit(name, options, io, (spec) => ({ ...spec, closed: true })));

async function edit(
  asked: string,
  { policies, state }: CloseOptions,
  io: CommandIO,
  change: (spec: Mapping) => Mapping,
): Promise<number> {
  const { name, namespace, spec, file } = await oneIncident(asked, state, io);
  const document = documentOf({ name, namespace }, change(spec));
  await put(document, { file, policies, isNew: false }, io);
  return EXIT.ok;
}

function documentOf(metadata: Mapping, spec: Mapping): Mapping {
  const document = { apiVersion: API_VERSION, kind: INCIDENT_KIND, metadata, spec };
  const parsed = parseInput(INCIDENTS, document);
  if (parsed.ok) return document;
  throw new Plus1Error('PLUS1_USAGE', parsed.faults.join('; '));
}

const defined = (values: Mapping): Mapping =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function specOf(policy: string, options: OpenOptions, io: CommandIO): Mapping {
  const { title, severity, commander, ticket, reason, owner, drill, windowStart, windowEnd } = options;
  const now = new Date(io.clock()).toISOString().replace(/\.\d+Z$/, 'Z');
  return defined({
    policyRef: { name: policy },
    ...{ title, severity, commander, ticket, reason, owner },
    detectedAt: options.detectedAt ?? now,
    drill: drill ? true : undefined,
    indicators: { actions: actionsOf(options.action), endpoints: options.endpoint },
    window: windowStart === undefined ? undefined : defined({ start: windowStart, end: windowEnd }),
    isolate: { repositories: options.repository, responders: options.responder, ...isolationOf(options) },
  });
}

const isolationOf = ({ matching, actions, cancelRuns }: IsolationFlags): Mapping =>
  defined({ matching, actions, cancelRuns: cancelRuns ? true : undefined });

/** `owner/action@ref`, the same action several times: a ref that looks like a commit is one. */
function actionsOf(given: readonly string[]): Mapping[] {
  const byName = new Map<string, { refs: string[]; commits: string[] }>();
  for (const each of given) {
    const [name = '', ref] = each.split('@', 2);
    const known = byName.get(name) ?? { refs: [], commits: [] };
    byName.set(name, known);
    if (ref !== undefined) (/^[0-9a-f]{7,40}$/.test(ref) ? known.commits : known.refs).push(ref);
  }
  return [...byName].map(([name, { refs, commits }]) => ({ name, refs, commits }));
}

/** In the policies folder; without one it is printed, for a pull request. */
async function put(
  document: Mapping,
  { file, policies, isNew }: { file: string; policies: string | undefined; isNew: boolean },
  io: CommandIO,
): Promise<void> {
  // kubectl and Helm read YAML 1.1, where a bare `off` or `yes` is a boolean: what may be applied as well is quoted for both.
  const text = stringify(document, { version: '1.1' });
  if (policies === undefined) return void io.stdout.write(text);
  // What is kept in the state folder says where it is: no more than a name within the folder counts.
  if (basename(file) !== file) throw new Plus1Error('PLUS1_USAGE', `${file} is no name of a file of ${policies}`);
  const path = join(policies, file);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (isNew && before !== undefined) throw new Plus1Error('PLUS1_USAGE', `${path} is there already`);
  if (before !== undefined && !holdsAlone(before, document))
    throw new Plus1Error('PLUS1_USAGE', `${path} holds more than this incident, or something else`, {
      fix: 'edit it by hand',
    });
  await keepFile(path, text);
  io.stdout.write(`${printable(`Wrote ${path}; the next pass acts on it`)}\n`);
}

/** That incident, and no other document. */
function holdsAlone(text: string, { kind, metadata }: Mapping): boolean {
  const [first, ...others] = parseAllDocuments(text);
  const found = first?.toJS() as Mapping | null | undefined;
  const nameOf = (of: unknown): unknown => (isMapping(of) ? of['name'] : undefined);
  return others.length === 0 && found?.['kind'] === kind && nameOf(found?.['metadata']) === nameOf(metadata);
}
