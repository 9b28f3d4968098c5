/**
 * The objects of a policies folder that are inputs of passes, as its last looks found them, joined with what the state keeps of each.
 * Only what is proved gone goes: of a file that cannot be read the objects stay, and stand still.
 */
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_NAMESPACE, type InputObject, type InputStatus } from '../../api/index.js';
import { toPlus1Error } from '../../errors/index.js';
import { at } from '../claim.js';
import { keyString, type PolicyKey } from '../key.js';
import type { InputDocument } from './document.js';
import type { FileFaultLog } from './file-fault-log.js';
import { changedFields, fixedOf, type FixedFields } from './fixed-fields.js';
import { inputID, type InputKey, type InputState, type StoredInput } from './input-state.js';
import type { Scan, ScannedFile } from './scan.js';

/** Looks in a row that must miss an object, as of policies. */
const MISSED_LOOKS = 2;
/** The same while a file is not still yet. */
const MISSED_LOOKS_UNSETTLED = 20;

export interface InputEntry {
  key: InputKey;
  /** The policy that it is for, as far as that is known. */
  policy: PolicyKey | undefined;
  /** As it is kept; of a wrong one with the spec as it was written. */
  stored: StoredInput;
  /** Absent where it is wrong. */
  object?: InputObject;
  faults: string[];
  signature: string;
  /** What is kept could not be read: nothing may be decided by it, and nothing written over it. */
  isPastKnown: boolean;
  /** The state has the object as it is here, but for the status. */
  isKept: boolean;
  /** Looks in a row that did not find it any more. */
  missed: number;
}

export interface InputIndexOptions {
  state: InputState;
  /** Unix ms. */
  clock: () => number;
  faultLog: Pick<FileFaultLog, 'add'>;
  newID: () => string;
}

export interface InputChanges {
  /** Policies of which an object appeared, changed or went. */
  changed: PolicyKey[];
  /** Objects that went. */
  gone: InputEntry[];
  /** True where an object was missed that the next look may find. */
  pending: boolean;
}

interface Look {
  found: Set<string>;
  files: ReadonlyMap<string, ScannedFile>;
  changed: Map<string, PolicyKey>;
  signal: AbortSignal;
}

export class InputIndex {
  readonly #options: InputIndexOptions;
  readonly #entries = new Map<string, InputEntry>();
  /** Files whose objects are all known: read once since the start, or looked for in the state. */
  readonly #recalled = new Set<string>();

  constructor(options: InputIndexOptions) {
    this.#options = options;
  }

  get(key: InputKey): InputEntry | undefined {
    return this.#entries.get(inputID(key));
  }

  /** Those that name the policy. */
  of(key: PolicyKey): InputEntry[] {
    const id = keyString(key);
    return [...this.#entries.values()].filter(({ policy }) => policy !== undefined && keyString(policy) === id);
  }

  /** Takes in what one look at the folder saw. */
  async take({ files, unsettled }: Scan, signal: AbortSignal): Promise<InputChanges> {
    const look: Look = {
      found: new Set(),
      files: new Map(files.map((file) => [file.name, file])),
      changed: new Map(),
      signal,
    };
    for (const file of files) for (const document of file.inputs) await this.#document(file, document, look);
    for (const file of files) {
      const fault = faultOf(file);
      if (fault !== undefined) await this.#standStill(file, fault, look);
      this.#recalled.add(file.name);
    }
    const dropped = this.#drop(look, unsettled ? MISSED_LOOKS_UNSETTLED : MISSED_LOOKS);
    return { changed: [...look.changed.values()], ...dropped };
  }

  /** Reads what is kept where that failed before. */
  async withPast(entry: InputEntry, signal: AbortSignal): Promise<InputEntry> {
    const past = entry.isPastKnown ? undefined : await this.#past(entry.key, signal);
    if (past?.isPastKnown !== true) return entry;
    const { stored, object } = entry;
    return this.#put({ ...entry, stated: stored.spec, file: stored.origin.file, spec: object?.spec }, past);
  }

  async #document(file: ScannedFile, document: InputDocument, look: Look): Promise<void> {
    const id = this.#named(file.name, document, look);
    if (id === undefined) return;
    const key = keyOf(document);
    const before = this.#entries.get(id);
    if (before?.signature === file.signature && before.stored.origin.file === file.name) return;
    const past = before ?? (await this.#past(key, look.signal));
    look.signal.throwIfAborted();
    this.#tell(before, look);
    const declared = declaredBy(key, file, document);
    // While it does not say whose it is, it is whose it was.
    this.#tell(this.#put({ ...declared, policy: declared.policy ?? before?.policy }, past), look);
  }

  /** The id of an object that counts; reports what is wrong with the document. */
  #named(file: string, document: InputDocument, look: Look): string | undefined {
    const { name, line, faults, kind } = document;
    const { faultLog } = this.#options;
    const about = `line ${line}`;
    const what = `${kind.words.one} ${name ?? 'without a name'}`;
    if (faults.length > 0) faultLog.add(file, about, `${what}: ${faults.join('; ')}`);
    if (name === undefined) return undefined;
    const id = inputID(keyOf(document));
    if (look.found.has(id) || isElsewhere(this.#entries.get(id), file, look.files)) {
      faultLog.add(file, about, `${id} is declared a second time; the first declaration stays in force`);
      return undefined;
    }
    look.found.add(id);
    return id;
  }

  /** The object as it is held from now on. */
  #put(declared: Declared, past: Past): InputEntry {
    const before = past.stored;
    const fixed = fixedOf(before);
    const { key, policy, signature, faults, file, stated, spec } = withFixed(declared, fixed);
    const isSame = before !== undefined && isDeepStrictEqual(asJSON(before.spec), asJSON(stated));
    const metadata = this.#metadata(key, before, isSame);
    const status = before?.status ?? {};
    const entry: InputEntry = {
      ...{ key, policy, signature, faults, missed: 0, isPastKnown: past.isPastKnown },
      isKept: isSame && past.isKept && before.origin.file === file,
      stored: { kind: key.kind, metadata, spec: stated, status, origin: { file, ...(fixed && { fixed }) } },
      ...(spec !== undefined && { object: { kind: key.kind, metadata, spec, status } }),
    };
    this.#entries.set(inputID(key), entry);
    return entry;
  }

  #metadata({ name, namespace }: InputKey, before: StoredInput | undefined, isSame: boolean): InputObject['metadata'] {
    const { clock, newID } = this.#options;
    if (before === undefined)
      return { name, namespace, uid: newID(), generation: 1, creationTimestamp: new Date(clock()).toISOString() };
    return { ...before.metadata, generation: before.metadata.generation + (isSame ? 0 : 1) };
  }

  async #past(key: InputKey, signal: AbortSignal): Promise<Past> {
    try {
      const stored = await this.#options.state.read(key, signal);
      return { stored, isPastKnown: true, isKept: stored !== undefined };
    } catch (error) {
      signal.throwIfAborted();
      this.#options.faultLog.add(this.#options.state.path(key), 'state', toPlus1Error(error).message);
      return { stored: undefined, isPastKnown: false, isKept: false };
    }
  }

  /** Objects of a file that says nothing of them any more. Since a start, those that the state says it declared. */
  async #standStill({ name: file, signature }: ScannedFile, fault: string, look: Look): Promise<void> {
    const stop = (stored: StoredInput, past: Past, policy: PolicyKey | undefined): void => {
      const { kind, metadata, spec: stated } = stored;
      const key = { kind, namespace: metadata.namespace, name: metadata.name };
      if (look.found.has(inputID(key))) return;
      look.found.add(inputID(key));
      const before = this.#entries.get(inputID(key));
      if (before?.signature === signature) return;
      const faults = [`${file}: ${fault}`];
      this.#tell(this.#put({ key, file, signature, stated, policy, faults, spec: undefined }, past), look);
    };
    for (const entry of [...this.#entries.values()])
      if (entry.stored.origin.file === file) stop(entry.stored, entry, entry.policy);
    if (this.#recalled.has(file)) return;
    for (const stored of await this.#options.state.list(look.signal))
      if (
        stored.origin.file === file &&
        this.#entries.get(inputID({ ...stored.metadata, kind: stored.kind })) === undefined
      )
        stop(stored, { stored, isPastKnown: true, isKept: true }, policyOf(stored));
  }

  #tell(entry: InputEntry | undefined, { changed }: Look): void {
    if (entry?.policy !== undefined) changed.set(keyString(entry.policy), entry.policy);
  }

  #drop(look: Look, looks: number): { gone: InputEntry[]; pending: boolean } {
    const gone: InputEntry[] = [];
    let pending = false;
    for (const [id, entry] of this.#entries) {
      entry.missed = look.found.has(id) ? 0 : entry.missed + 1;
      if (entry.missed === 0) continue;
      if (entry.missed < looks) {
        pending = true;
        continue;
      }
      this.#entries.delete(id);
      gone.push(entry);
      this.#tell(entry, look);
    }
    return { gone, pending };
  }
}

/** As a look at a file finds it. */
interface Declared {
  key: InputKey;
  file: string;
  signature: string;
  stated: unknown;
  spec: InputObject['spec'] | undefined;
  policy: PolicyKey | undefined;
  faults: string[];
}

/** What was known or is kept of it. */
interface Past {
  stored: StoredInput | undefined;
  isPastKnown: boolean;
  isKept: boolean;
}

/** The key of a document that has a name. */
const keyOf = ({ kind, name = '', namespace = DEFAULT_NAMESPACE }: InputDocument): InputKey => ({
  kind: kind.kind,
  namespace,
  name,
});

function declaredBy(key: InputKey, { name: file, signature }: ScannedFile, document: InputDocument): Declared {
  const { policyName, spec, stated, faults } = document;
  return {
    ...{ key, file, signature, spec, faults: faults.map((fault) => `${file}: ${fault}`) },
    stated: spec ?? at(stated, ['spec']) ?? {},
    policy: policyName === undefined ? undefined : { namespace: key.namespace, name: policyName },
  };
}

/** Wrong where it changes what must stay; and it is whose it was. */
function withFixed(declared: Declared, fixed: FixedFields | undefined): Declared {
  const { key, file, stated, policy } = declared;
  const changed = changedFields(key.kind, stated, fixed).map((fault) => `${file}: ${fault}`);
  if (changed.length === 0) return declared;
  const name = fixed?.['policyRef.name'];
  const own = typeof name === 'string' ? { namespace: key.namespace, name } : policy;
  return { ...declared, policy: own, spec: undefined, faults: [...declared.faults, ...changed] };
}

/** Lays a status over an entry. */
export function withStatus(entry: InputEntry, status: InputStatus): void {
  entry.stored = { ...entry.stored, status };
  if (entry.object !== undefined) entry.object = { ...entry.object, status };
}

function policyOf({ metadata: { namespace }, spec }: StoredInput): PolicyKey | undefined {
  const name = at(spec, ['policyRef', 'name']);
  return typeof name === 'string' ? { namespace, name } : undefined;
}

/** Where two files declare one object, the one that was there first stays; on a fresh start, the first by name. */
function isElsewhere(before: InputEntry | undefined, file: string, files: Look['files']): boolean {
  const home = before?.stored.origin.file;
  if (before === undefined || home === undefined || home === file) return false;
  const { key } = before;
  return (files.get(home)?.inputs ?? []).some(
    ({ kind, name, namespace = DEFAULT_NAMESPACE }) =>
      kind.kind === key.kind && name === key.name && namespace === key.namespace,
  );
}

/** Why the file is no proof that an object went from it. A wrong policy beside them says nothing of them. */
function faultOf({ fault, documents }: ScannedFile): string | undefined {
  return fault ?? documents.find(({ policy, name }) => policy === undefined && name === undefined)?.faults.join('; ');
}

/** As it is kept. */
const asJSON = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
