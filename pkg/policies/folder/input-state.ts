/**
 * What is kept of objects of the policies folder: `STATE/.kinds/<kind>/<namespace>/<name>.json`, each the whole object with its status.
 * Id, generation and time of creation outlive the process by it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { INPUT_KINDS, inputKind, inputStatusFault, type InputObject } from '../../api/index.js';
import {
  errnoOf,
  faultText,
  isMapping,
  isMissing,
  keepFile,
  readBoundedText,
  removeFile,
  writeAdvice,
  writeFault,
} from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { parseJSON } from '../../text/index.js';
import type { FixedFields } from './fixed-fields.js';

/** Beside the states of policies. */
const KINDS = '.kinds';
/** A status with all of its lists needs far less. */
const MAX_BYTES = 4_194_304;

export interface InputKey {
  kind: string;
  namespace: string;
  name: string;
}

/** As it is kept. Of a wrong object the spec may be anything. */
export interface StoredInput extends Omit<InputObject, 'spec'> {
  spec: unknown;
  origin: {
    /** The file that declared it. */
    file: string;
    /** What must stay as it is; absent until something was done for it. */
    fixed?: FixedFields;
  };
}

export const inputID = ({ kind, namespace, name }: InputKey): string => `${kind}/${namespace}/${name}`;

export class InputState {
  readonly #root: string;
  readonly #beforeWrite: (() => void) | undefined;

  /** `state`: the state folder. `beforeWrite`: throws where this process may not write (any more). */
  constructor(state: string, beforeWrite?: () => void) {
    this.#root = join(state, KINDS);
    this.#beforeWrite = beforeWrite;
  }

  path({ kind, namespace, name }: InputKey): string {
    return join(this.#root, kind, encodeURIComponent(namespace), `${encodeURIComponent(name)}.json`);
  }

  /** Undefined where nothing is kept of it. Throws PLUS1_STATE_UNREADABLE. */
  async read(key: InputKey, signal: AbortSignal): Promise<StoredInput | undefined> {
    const path = this.path(key);
    const unreadable = (why: string, cause?: unknown): Plus1Error =>
      new Plus1Error('PLUS1_STATE_UNREADABLE', `cannot read what is kept of ${inputID(key)} at ${path}: ${why}`, {
        cause,
        fix: 'repair that file; or delete it, and the object then begins again, with another id',
      });
    try {
      const kept = storedOf(parseJSON(await readBoundedText(path, { maxBytes: MAX_BYTES, signal })), key);
      if (kept === undefined) throw unreadable('it is of no such object');
      if (typeof kept === 'string') throw unreadable(kept);
      return kept;
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      if (signal.aborted || cause instanceof Plus1Error) throw cause;
      throw unreadable(cause instanceof SyntaxError ? 'it is not JSON' : faultText(cause), cause);
    }
  }

  /** All that came from a file, by what is kept. None of what cannot be read: nothing is decided by it. */
  async list(signal: AbortSignal): Promise<StoredInput[]> {
    const found: StoredInput[] = [];
    for (const { kind } of INPUT_KINDS)
      for (const namespace of await namesIn(join(this.#root, kind)))
        for (const file of await namesIn(join(this.#root, kind, namespace))) {
          if (!file.endsWith('.json')) continue;
          const key = { kind, namespace: decoded(namespace), name: decoded(file.slice(0, -'.json'.length)) };
          const stored = await this.read(key, signal).catch(() => undefined);
          signal.throwIfAborted();
          if (stored !== undefined) found.push(stored);
        }
    return found;
  }

  /** Throws PLUS1_STATE_UNWRITABLE. */
  async write(stored: StoredInput, signal: AbortSignal): Promise<void> {
    this.#beforeWrite?.();
    const path = this.path(keyOf(stored));
    try {
      await keepFile(path, `${JSON.stringify(stored, null, 2)}\n`, { signal, beforeRename: this.#beforeWrite });
    } catch (cause) {
      if (signal.aborted || cause instanceof Plus1Error) throw cause;
      const what = `cannot write what is kept of ${inputID(keyOf(stored))} at ${path}: ${writeFault(cause)}`;
      throw new Plus1Error('PLUS1_STATE_UNWRITABLE', what, { cause, ...writeAdvice(cause) });
    }
  }

  async remove(key: InputKey): Promise<void> {
    this.#beforeWrite?.();
    await removeFile(this.path(key));
  }
}

const keyOf = ({ kind, metadata: { namespace, name } }: StoredInput): InputKey => ({ kind, namespace, name });

/** Undefined where it is no object of that name; a text where its status cannot be read: what was done for it is not known then. */
function storedOf(object: unknown, key: InputKey): StoredInput | string | undefined {
  const kind = inputKind(key.kind);
  if (kind === undefined || !isMapping(object) || object['kind'] !== key.kind) return undefined;
  const metadata = metadataOf(object['metadata'], key);
  const status = object['status'] ?? {};
  const fault = inputStatusFault(kind, status);
  if (fault !== undefined) return fault;
  const { file, fixed } = isMapping(object['origin']) ? object['origin'] : {};
  return (
    metadata && {
      kind: key.kind,
      metadata,
      spec: object['spec'],
      status,
      origin: { file: typeof file === 'string' ? file : '', ...(isMapping(fixed) && { fixed }) },
    }
  );
}

function metadataOf(metadata: unknown, { namespace, name }: InputKey): StoredInput['metadata'] | undefined {
  if (!isMapping(metadata) || metadata['name'] !== name || metadata['namespace'] !== namespace) return undefined;
  const { uid, generation, creationTimestamp } = metadata;
  if (typeof uid !== 'string' || typeof generation !== 'number' || typeof creationTimestamp !== 'string')
    return undefined;
  return { name, namespace, uid, generation, creationTimestamp };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw new Plus1Error('PLUS1_STATE_UNREADABLE', `cannot list ${folder}: ${faultText(error)}`, { cause: error });
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
