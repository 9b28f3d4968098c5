/**
 * Kubeconfig files, merged as kubectl merges them, and the one context that is used of them. The rules are those of
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
 * Hazard: a kubeconfig holds credentials, so no message repeats a value of it but names.
 */
import { resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { FileFault, isMapping, readBoundedText } from '../base/index.js';
import { configFault, Entry, placeOf, typeOf } from './kubeconfig-entry.js';
import { quote } from '../text/index.js';

/** The parts of one context. */
export interface Chosen {
  cluster: Entry;
  /** Undefined where the context names none: the server is asked as nobody. */
  user: Entry | undefined;
  namespace: string | undefined;
}

/** Files of hundreds of clusters, each with its certificates, stay below it. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Names that a message lists. */
const MAX_NAMES = 10;

const LISTS = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;
type List = keyof typeof LISTS;
type Names = Map<string, Entry>;

interface Kubeconfig extends Record<List, Names> {
  currentContext: string | undefined;
}

export interface ReadOptions {
  life?: AbortSignal | undefined;
  /** In place of the current one. */
  context?: string | undefined;
}

/** Throws PLUS1_CLUSTER_CONFIG. A file that is missing among several counts as empty. */
export async function readKubeconfigs(
  files: readonly string[],
  { life: signal, context }: ReadOptions = {},
): Promise<Chosen> {
  const read: Kubeconfig[] = [];
  for (const file of files) {
    const config = await readFile(resolve(file), { mayMiss: files.length > 1, signal });
    if (config !== undefined) read.push(config);
  }
  if (read.length === 0) throw configFault(`KUBECONFIG: no file of ${files.join(', ')} can be read: ENOENT`);
  const merged = merge(read);
  return choose(context === undefined ? merged : { ...merged, currentContext: context }, files.join(', '));
}

/** The first file to have an entry has all of it: nothing of a later entry with the same name is used. */
function merge(configs: readonly Kubeconfig[]): Kubeconfig {
  const all = (list: List): Names => new Map(configs.toReversed().flatMap((config) => [...config[list]]));
  const currentContext = configs.find((config) => config.currentContext !== undefined)?.currentContext;
  return { clusters: all('clusters'), users: all('users'), contexts: all('contexts'), currentContext };
}

function choose({ clusters, users, contexts, currentContext }: Kubeconfig, files: string): Chosen {
  if (currentContext === undefined)
    throw configFault(
      `${files}: there is no current context: set current-context to one of contexts: ${listed(contexts)}`,
    );
  const context = contexts.get(currentContext);
  if (context === undefined)
    throw configFault(
      `${files}: current-context: found ${quote(currentContext)}, which is not in contexts: ${listed(contexts)}`,
    );
  const find = (field: 'cluster' | 'user', entries: Names): Entry | undefined => {
    const name = context.text(field);
    if (name === undefined) return undefined;
    const found = entries.get(name);
    if (found === undefined)
      throw context.fault(field, `found ${quote(name)}, which is not in ${field}s: ${listed(entries)}`);
    return found;
  };
  const cluster = find('cluster', clusters);
  if (cluster === undefined) throw context.fault('cluster', 'it is missing; name one of clusters');
  return { cluster, user: find('user', users), namespace: context.text('namespace')?.trim() };
}

function listed(entries: Names): string {
  const names = [...entries.keys()];
  const shown = names.slice(0, MAX_NAMES).map(quote).join(', ');
  if (names.length === 0) return 'there are none';
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

async function readFile(
  file: string,
  { mayMiss, signal }: { mayMiss: boolean; signal: AbortSignal | undefined },
): Promise<Kubeconfig | undefined> {
  const text = await readBoundedText(file, { maxBytes: MAX_BYTES, signal }).catch((thrown: unknown) => {
    if (!(thrown instanceof FileFault)) throw thrown;
    if (mayMiss && thrown.code === 'ENOENT') return undefined;
    throw configFault(`${file} cannot be read: ${thrown.code}: ${thrown.message}`);
  });
  if (text === undefined) return undefined;
  const whole = parsed(file, text);
  const top = new Entry('kubeconfig', file, whole);
  for (const [field, needed] of [
    ['kind', 'Config'],
    ['apiVersion', 'v1'],
  ] as const) {
    const found = top.text(field) ?? needed;
    if (found !== needed) throw top.fault(field, `found ${quote(found)}, needed ${quote(needed)}`);
  }
  const entries = (list: List): Names => entriesOf(top, list);
  return {
    clusters: entries('clusters'),
    users: entries('users'),
    contexts: entries('contexts'),
    currentContext: top.text('current-context'),
  };
}

/** The parser's words quote the file, which holds credentials: only the line is named. */
function parsed(file: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(text, { logLevel: 'error' }) ?? {};
  } catch (thrown) {
    const line = thrown instanceof YAMLParseError ? thrown.linePos?.[0].line : undefined;
    throw configFault(`${file}${line === undefined ? '' : `:${line}`}: it is not valid YAML`);
  }
  if (isMapping(value)) return value;
  throw configFault(`${file}: it is not valid: found a ${typeOf(value)}, needed the mapping of a kubeconfig`);
}

function entriesOf(top: Entry, list: List): Names {
  const names: Names = new Map();
  for (const [index, item] of top.list(list).entries()) {
    const at = `${list}[${index}]`;
    if (!isMapping(item)) throw top.fault(at, `found a value of type ${typeOf(item)}, needed a mapping`);
    const name = new Entry(at, top.file, item).text('name');
    if (name === undefined) throw top.fault(at, 'it has no name');
    if (names.has(name)) throw top.fault(list, `${quote(name)} is there twice; remove one of them`);
    const fields = item[LISTS[list]] ?? {};
    const place = placeOf(list, name);
    if (!isMapping(fields)) throw new Entry(place, top.file, {}).fault(LISTS[list], 'it is not a mapping');
    names.set(name, new Entry(place, top.file, fields));
  }
  return names;
}
