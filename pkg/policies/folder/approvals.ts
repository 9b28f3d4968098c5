/**
 * Approvals beside a state folder: `STATE/.approvals/<namespace>/<policy>/<name>.json`, each the whole object. Everyone who can
 * write the folder can approve: names are not proved, and groups count as they are given. A file that is deleted counts no more.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseApproval, type ApprovalStatus, type Plus1Approval } from '../../api/index.js';
import {
  faultText,
  isMissing,
  keepFile,
  readBoundedText,
  writeAdvice,
  writeFault,
  type AtomicWrite,
} from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { parseJSON } from '../../text/index.js';
import type { ApprovalHome, StoredApproval } from '../approvals.js';
import { keyString, type PolicyKey } from '../key.js';
import { filesOf } from './files-of.js';

/** The largest reason and 16 groups need less than 16 KiB. */
export const MAX_APPROVAL_BYTES = 65_536;
/** Beside the state. */
export const APPROVALS = '.approvals';
/** A name of a file that may be one. */
export const APPROVAL_FILE = /^[^.].*\.json$/;

export interface ApprovalFolderOptions {
  /** The state folder. */
  state: string;
  /** Throws where this process may not write (any more). */
  beforeWrite?: (() => void) | undefined;
  /** Told of a file that is no approval of the policy whose folder it lies in. */
  onFault?: (path: string, fault: string) => void;
}

/** Its file is not there any more. */
class Withdrawn extends Error {}

export class ApprovalFolder implements ApprovalHome {
  /** Who may write the folder is trusted with the groups. */
  readonly areClaims = false;
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
    await this.#write(this.#path({ namespace, name: object.spec.policyRef.name }, name), object, { signal });
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
    // One that was withdrawn while the text was flushed must not come back.
    const beforeRename = (): void => {
      this.#options.beforeWrite?.();
      if (!existsSync(path)) throw new Withdrawn();
    };
    await this.#write(path, { ...object, status }, { signal, beforeRename });
  }

  async #write(path: string, object: Plus1Approval, options: AtomicWrite & { signal: AbortSignal }): Promise<void> {
    try {
      await keepFile(path, `${JSON.stringify(object, null, 2)}\n`, options);
    } catch (cause) {
      if (cause instanceof Withdrawn) return;
      if (options.signal.aborted || cause instanceof Plus1Error) throw cause;
      throw new Plus1Error('PLUS1_STATE_UNWRITABLE', `cannot write the approval ${path}: ${writeFault(cause)}`, {
        cause,
        ...writeAdvice(cause),
      });
    }
  }

  /** Undefined where it went, or is none of that policy. */
  async #read(path: string, key: PolicyKey, signal: AbortSignal): Promise<Plus1Approval | undefined> {
    try {
      const parsed = parseApproval(parseJSON(await readBoundedText(path, { maxBytes: MAX_APPROVAL_BYTES, signal })));
      const faults = parsed.ok ? placeFaults(parsed.approval, path, key) : parsed.faults;
      if (parsed.ok && faults.length === 0) return parsed.approval;
      this.#options.onFault?.(path, faults.join('; '));
    } catch (error) {
      if (signal.aborted) throw error;
      if (!isMissing(error)) this.#options.onFault?.(path, faultText(error));
    }
    return undefined;
  }

  #files(key: PolicyKey): Promise<string[]> {
    return filesOf(this.#folder(key), APPROVAL_FILE, `the approvals of ${keyString(key)}`);
  }

  #folder({ namespace, name }: PolicyKey): string {
    return join(this.#options.state, APPROVALS, encodeURIComponent(namespace), encodeURIComponent(name));
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
