/** `plus1 incident isolate|close`: change the file that declares an incident, or print its document. The next pass of the policy acts on it. */
import { INCIDENT_KIND, type IncidentSpec } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { keyString } from '../../../pkg/policies/index.js';
import { printable, printableYAML } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { inputIn, notThere, readPoliciesFile } from '../policies-file.js';
import { reporting } from '../program.js';
import { withField } from '../with-field.js';
import { documentOf, isolationOf, type IsolationFlags } from './document.js';
import { changed, withChanges, type Change } from './in-file.js';
import { oneIncident, type StoredIncident } from './stored.js';

export interface IsolateOptions extends IsolationFlags {
  state?: string;
}

export interface CloseOptions {
  policies?: string;
  state?: string;
}

/** The exit code. */
export const runIsolate = (name: string, options: IsolateOptions, io: CommandIO): Promise<number> =>
  reporting(io, async () => {
    const how = isolationOf(options);
    if (options.repository.length + options.responder.length + Object.keys(how).length === 0)
      throw new Plus1Error('PLUS1_USAGE', 'found nothing to change, allowed: --repository and other flags of isolate');
    return edit(name, options, io, (spec) => {
      // The controller releases what is closed, and isolates nobody more by it.
      if (spec.closed) throw new Plus1Error('PLUS1_USAGE', `${name} is closed`, { fix: 'open another incident' });
      return [
        addition(['isolate', 'repositories'], spec.isolate.repositories, options.repository),
        addition(['isolate', 'responders'], spec.isolate.responders, options.responder),
        ...Object.entries(how).map(([key, value]): Change => ({ path: ['isolate', key], value })),
      ];
    });
  });

/** The exit code. */
export const runClose = (name: string, options: CloseOptions, io: CommandIO): Promise<number> =>
  reporting(io, () => edit(name, options, io, () => [{ path: ['closed'], value: true }]));

/** Names that are not there yet. GitHub knows them in any case. */
function addition(path: Change['path'], before: readonly string[], more: readonly string[]): Change {
  const known = new Map(before.map((name) => [name.toLowerCase(), name]));
  const fresh = new Map(
    more.filter((name) => !known.has(name.toLowerCase())).map((name) => [name.toLowerCase(), name]),
  );
  return { path, add: [...fresh.values()] };
}

async function edit(
  asked: string,
  { policies, state }: CloseOptions,
  io: CommandIO,
  changesOf: (spec: IncidentSpec) => Change[],
): Promise<number> {
  const incident = await oneIncident(asked, state, io);
  if (policies !== undefined) return editFile(incident, policies, io, changesOf);
  const { name, namespace, spec } = incident;
  io.stdout.write(printableYAML(documentOf({ name, namespace }, changed(spec, changesOf(spec)))));
  return EXIT.ok;
}

/** By what the file says now: somebody may have edited it since the last pass. */
async function editFile(
  { name, namespace, file }: StoredIncident,
  policies: string,
  io: CommandIO,
  changesOf: (spec: IncidentSpec) => Change[],
): Promise<number> {
  const named = { kind: INCIDENT_KIND, name, namespace };
  const id = keyString(named);
  const { path, text, replace } = await readPoliciesFile({ policies, file }, id, io);
  const before = inputIn(text, named);
  if (before === undefined) throw notThere(path, named);
  if (before.spec === undefined) throw new Plus1Error('PLUS1_POLICY_INVALID', `${path}: ${before.faults.join('; ')}`);
  const spec = before.spec as IncidentSpec;
  const changes = changesOf(spec);
  documentOf({ name, namespace }, changed(spec, changes));
  const edited = written(text, { named, changes });
  if (edited === text) {
    io.stderr.write(`${printable(`${path} says so already.`)}\n`);
    return EXIT.failed;
  }
  if (edited === undefined)
    throw new Plus1Error('PLUS1_USAGE', `${path} cannot be changed without changing what else is in it`, {
      fix: `write it by hand: ${changes.map(handwritten).join('; ')}`,
    });
  await replace(edited);
  io.stdout.write(`${printable(`Wrote ${path}; the next pass acts on it`)}\n`);
  return EXIT.ok;
}

/** A single switch is one line of the file; all else is written from the tree of its document. */
function written(
  text: string,
  { named, changes }: { named: Parameters<typeof withField>[1]; changes: readonly Change[] },
): string | undefined {
  const [change, second] = changes;
  const [field = '', below] = change?.path ?? [];
  const isSwitch = second === undefined && below === undefined && change !== undefined && 'value' in change;
  const line = isSwitch ? withField(text, named, { field, value: change.value === true }) : undefined;
  return line ?? withChanges(text, named, changes);
}

const handwritten = (change: Change): string =>
  'add' in change
    ? `${change.add.join(', ')} in spec.${change.path.join('.')}`
    : `spec.${change.path.join('.')}: ${String(change.value)}`;
