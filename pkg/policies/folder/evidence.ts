/** The evidence of incidents: `STATE/.evidence/<incident>/`. It gives way to journal and state where the volume is nearly full. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { errnoOf, isMissing, keepFile, readBoundedFile, sha256 } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';

/** Beside the states of policies. */
const EVIDENCE = '.evidence';
/** All workflow files of one repository are far less. */
const MAX_BYTES = 134_217_728;
/** Not evidence: the manifest of it, and the list of repositories as it is now, which changes. */
const OTHERS = new Set(['manifest.json', 'entries.json']);

export interface EvidenceOptions {
  /** The state folder. */
  state: string;
  /** What is in the way of a file of that length; undefined where nothing is. */
  shortage?: (bytes: number) => Promise<string | undefined>;
  /** Throws where this process may not write (any more). */
  beforeWrite?: (() => void) | undefined;
}

export interface KeptEvidence {
  /** Below the folder of the incident, with slashes. */
  path: string;
  bytes: number;
  sha256: string;
}

export class EvidenceFolder {
  readonly #root: string;
  readonly #options: EvidenceOptions;

  constructor(options: EvidenceOptions) {
    this.#root = join(options.state, EVIDENCE);
    this.#options = options;
  }

  folder(incident: string): string {
    return join(this.#root, encodeURIComponent(incident));
  }

  /** All evidence, each file as it is now. Throws what the file system throws. */
  async entries(incident: string, signal: AbortSignal): Promise<KeptEvidence[]> {
    const folder = this.folder(incident);
    const found: KeptEvidence[] = [];
    for (const path of await filesBelow(folder)) {
      const name = relative(folder, path).split(sep).map(decodeURIComponent).join('/');
      if (OTHERS.has(name)) continue;
      const bytes = await readBoundedFile(path, { maxBytes: MAX_BYTES, signal });
      found.push({ path: name, bytes: bytes.length, sha256: sha256(bytes) });
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Undefined where there is no such file. */
  async read(incident: string, path: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await readBoundedFile(this.#path(incident, path), { maxBytes: MAX_BYTES, signal })).toString('utf8');
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  }

  /** Throws PLUS1_STATE_UNWRITABLE where there is no room, and what the file system throws. */
  async keep(incident: string, { path, text }: { path: string; text: string }, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const shortage = await this.#options.shortage?.(Buffer.byteLength(text));
    if (shortage !== undefined) throw new Plus1Error('PLUS1_STATE_UNWRITABLE', shortage);
    const { beforeWrite } = this.#options;
    await keepFile(this.#path(incident, path), text, { signal, beforeRename: beforeWrite });
  }

  /** A name of a repository or branch leads nowhere else. */
  #path(incident: string, path: string): string {
    const parts = path
      .split('/')
      .map((part) => (/^\.*$/.test(part) ? `%2E${part.slice(1)}` : encodeURIComponent(part)));
    return join(this.folder(incident), ...parts);
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const found: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) found.push(...(await filesBelow(path)));
      else if (entry.isFile()) found.push(path);
    }
    return found;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
