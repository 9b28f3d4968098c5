/**
 * Approvals beside a state folder: `STATE/.approvals/<namespace>/<policy>/<name>.json`, each the whole object. Everyone who can
 * write the folder can approve: names are not proved, and groups count as they are given. A file that is deleted counts no more.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseApproval, type ApprovalStatus, type Plus1Approval } from '../../api/index.js';
import { errnoOf, faultText, isMissing, keepFile, readBoundedText, writeAdvice, writeFault } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { parseJSON } from '../../text/index.js';
import type { ApprovalHome, StoredApproval } from '../approvals.js';
import { keyString, type PolicyKey } from '../key.js';

/** The largest reason and 16 groups need less than 16 KiB. */
const MAX_BYTES = 65_536;

export interface ApprovalFolderOptions {
  /** The state folder. */
  state: string;
  /** Throws where this process may not write (any more). */
  beforeWrite?: (() => void) | undefined;
  /** Told of a file that is no approval of the policy whose folder it lies in. */
  onFault?: (path: string, fault: string) => void;
}

export class ApprovalFolder implements ApprovalHome {
  readonly #options: ApprovalFolderOptions;

  constructor(options: ApprovalFolderOptions) {
    this.#options = options;
  }

  /** Throws PLUS1_STATE_UNREADABLE where the folder is there and cannot be listed: an approval that was withdrawn must not count. */
  async list(key: PolicyKey, signal: AbortSignal): Promise<StoredApproval[]> {
    const found: StoredApproval[] = [];
    for (const file of await this.#files(key)) {
      const path = join(this.#folder(key), file);
      const object = await this.#read(path, key, signal);
      if (object !== undefined) found.push({ object, verified: false, isClaim: false });
    }
    return found;
  }

  /** Writes a new one. Throws PLUS1_STATE_UNWRITABLE. */
  async add(object: Plus1Approval, signal: AbortSignal): Promise<void> {
    const { namespace, name } = object.metadata;
    await this.#write(this.#path({ namespace, name: object.spec.policyRef.name }, name), object, signal);
  }

  async setStatus(
    key: PolicyKey,
    { name, uid }: { name: string; uid: string },
    status: ApprovalStatus,
    signal: AbortSignal,
  ): Promise<void> {
    this.#options.beforeWrite?.();
    const path = this.#path(key, name);
    const object = await this.#read(path, key, signal);
    if (object?.metadata.uid !== uid) return;
    await this.#write(path, { ...object, status }, signal);
  }

  async #write(path: string, object: Plus1Approval, signal: AbortSignal): Promise<void> {
    try {
      await keepFile(path, `${JSON.stringify(object, null, 2)}\n`, { signal });
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new Plus1Error('PLUS1_STATE_UNWRITABLE', `cannot write the approval ${path}: ${writeFault(cause)}`, {
        cause,
        ...writeAdvice(cause),
      });
    }
  }

  /** Undefined where it went, or is none of that policy. */
  async #read(path: string, key: PolicyKey, signal: AbortSignal): Promise<Plus1Approval | undefined> {
    try {
      const parsed = parseApproval(parseJSON(await readBoundedText(path, { maxBytes: MAX_BYTES, signal })));
      const faults = parsed.ok ? placeFaults(parsed.approval, path, key) : parsed.faults;
      if (parsed.ok && faults.length === 0) return parsed.approval;
      this.#options.onFault?.(path, faults.join('; '));
    } catch (error) {
      if (signal.aborted) throw error;
      if (!isMissing(error)) this.#options.onFault?.(path, faultText(error));
    }
    return undefined;
  }

  async #files(key: PolicyKey): Promise<string[]> {
    try {
      return (await readdir(this.#folder(key))).filter((name) => /^[^.].*\.json$/.test(name)).sort();
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      const what = `cannot list the approvals of ${keyString(key)} in ${this.#folder(key)}`;
      throw new Plus1Error('PLUS1_STATE_UNREADABLE', `${what}: ${faultText(error)}`, { cause: error });
    }
  }

  #folder({ namespace, name }: PolicyKey): string {
    return join(this.#options.state, '.approvals', encodeURIComponent(namespace), encodeURIComponent(name));
  }

  #path(key: PolicyKey, name: string): string {
    return join(this.#folder(key), `${encodeURIComponent(name)}.json`);
  }
}

/** A file that was copied from one policy to another, or under another name, would count twice. */
function placeFaults({ metadata, spec }: Plus1Approval, path: string, key: PolicyKey): string[] {
  return [
    ...(metadata.namespace === key.namespace && spec.policyRef.name === key.name
      ? []
      : [`it is of ${metadata.namespace}/${spec.policyRef.name}, and lies with those of ${keyString(key)}`]),
    ...(path.endsWith(`/${encodeURIComponent(metadata.name)}.json`) ? [] : [`its name is ${metadata.name}`]),
  ];
}
