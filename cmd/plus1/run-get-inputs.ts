/** What `plus1 get` prints of a kind that is an input of passes: the columns of `kubectl get`, or whole objects. */
import { API_VERSION, type InputColumn, type InputKind } from '../../pkg/api/index.js';
import { InputState, StateFolder, type StoredInput } from '../../pkg/policies/index.js';
import { isMapping } from '../../pkg/base/index.js';
import { printableJSON, printableYAML } from '../../pkg/text/index.js';
import { readEnvironment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';
import { stateFolder } from './state-folder.js';
import { isNamed, onePolicy } from './stored-policy.js';
import { ago, table } from './table.js';

export interface GetInputsOptions {
  output?: 'json' | 'yaml';
  state?: string;
}

/** The exit code. 1 where there is no such policy. */
export const runGetInputs = (
  kind: InputKind,
  name: string | undefined,
  { output, state }: GetInputsOptions,
  io: CommandIO,
): Promise<number> =>
  reporting(io, async () => {
    const folder = stateFolder(state, readEnvironment(io.env));
    if (name !== undefined) await onePolicy(new StateFolder(folder), name, io);
    const isWanted = (stored: StoredInput): boolean =>
      stored.kind === kind.kind && isNamed({ namespace: stored.metadata.namespace, name: policyOf(stored) }, name);
    const items = (await new InputState(folder).list(io.signal)).filter(isWanted);
    const objects = items.map(({ origin: _file, ...object }) => ({ apiVersion: API_VERSION, ...object }));
    if (output === 'json') io.stdout.write(printableJSON({ items: objects }, 4));
    else if (output === 'yaml') io.stdout.write(printableYAML({ items: objects }));
    else if (items.length === 0) io.stderr.write(`No ${kind.words.many} found.\n`);
    else io.stdout.write(columns(kind, items, io.clock()));
    return EXIT.ok;
  });

/** What is wrong as it is kept may name none. */
function policyOf({ spec }: StoredInput): string {
  const name = at(spec, ['policyRef', 'name']);
  return typeof name === 'string' ? name : '';
}

function columns({ columns }: InputKind, items: readonly StoredInput[], nowMs: number): string {
  const heads = columns.map(({ name }) => name.toUpperCase());
  return table(
    ['NAME', ...heads],
    items.map((item) => [item.metadata.name, ...columns.map((column) => cell(column, item, nowMs))]),
  );
}

function cell(column: InputColumn, item: StoredInput, nowMs: number): string {
  const value =
    'path' in column
      ? at(item, column.path)
      : item.status.conditions?.find(({ type }) => type === column.condition)?.[column.field];
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return column.type === 'date' && Date.parse(text) <= nowMs ? ago(text, nowMs) : text;
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((inner: unknown, key) => (isMapping(inner) ? inner[key] : undefined), value);
