/**
 * The state folder: `STATE/<namespace>/<name>.json`, the whole object with its status. Exit clocks and the guards'
 * window live here, so a file that cannot be read is an error, never an empty memory: empty would forget who left.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { policyMemory, type Plus1Policy, type PolicyStatus } from '../api/index.js';
import { hasCode, Plus1Error } from '../errors/index.js';
import { sweepLeftovers, keepFile } from './atomic-file.js';
import type { Claim } from './claim.js';
import { keyString, type PolicyKey } from './key.js';

/** A policy as it is kept: what was asked, and what came of it. */
export interface StoredPolicy extends Plus1Policy {
  status?: PolicyStatus;
  /** Of a folder: the file that declared it, and the ruleset that it claimed when it was last valid. */
  origin?: { file: string; claim?: Claim };
}

export interface StoredPolicies {
  policies: StoredPolicy[];
  /** One for each state that cannot be read. */
  faults: { key: PolicyKey; error: Plus1Error }[];
}

export class StateFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(key: PolicyKey): string {
    return join(this.#folder, encodeURIComponent(key.namespace), `${encodeURIComponent(key.name)}.json`);
  }

  /** What an earlier pass left, or undefined where there was none. Throws PLUS1_STATE_UNREADABLE. */
  async read(key: PolicyKey, signal: AbortSignal): Promise<StoredPolicy | undefined> {
    const path = this.path(key);
    let text: string;
    try {
      text = await readFile(path, { encoding: 'utf8', signal });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new Plus1Error(
        'PLUS1_STATE_UNREADABLE',
        `cannot read the state of ${keyString(key)} at ${path}: ${codeOf(error)}`,
        { cause: error },
      );
    }
    try {
      const object: unknown = JSON.parse(text);
      if (!isPolicy(object)) throw new TypeError('not a policy');
      checkMemory(object.status, keyString(key), path);
      return object;
    } catch (error) {
      if (error instanceof Plus1Error) throw error;
      throw new Plus1Error(
        'PLUS1_STATE_UNREADABLE',
        `the state of ${keyString(key)} at ${path} is not a policy in JSON`,
        { cause: error },
      );
    }
  }

  /** Every policy that the folder knows, by namespace and name. A folder that is not there knows none. */
  async list(signal: AbortSignal): Promise<StoredPolicies> {
    const policies: StoredPolicy[] = [];
    const faults: StoredPolicies['faults'] = [];
    for (const namespace of await namesIn(this.#folder, (name) => !name.startsWith('.'))) {
      for (const file of await namesIn(join(this.#folder, namespace), (name) => name.endsWith('.json'))) {
        const key = { namespace: decoded(namespace), name: decoded(file.slice(0, -'.json'.length)) };
        try {
          const policy = await this.read(key, signal);
          if (policy !== undefined) policies.push(policy);
        } catch (error) {
          // One that is broken hides no other.
          if (!hasCode(error, 'PLUS1_STATE_UNREADABLE')) throw error;
          faults.push({ key, error });
        }
      }
    }
    return { policies, faults };
  }

  /** Keeps policy and status whole. Throws PLUS1_STATE_UNWRITABLE; the earlier state is then still there. */
  async write(key: PolicyKey, object: StoredPolicy, signal: AbortSignal): Promise<void> {
    try {
      await keepFile(this.path(key), `${JSON.stringify(object, null, 2)}\n`, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Plus1Error(
        'PLUS1_STATE_UNWRITABLE',
        `cannot write the state of ${keyString(key)} at ${this.path(key)}: ${codeOf(error)}`,
        { cause: error },
      );
    }
  }

  /** Takes away what killed processes left half written. `nowMs`: Unix ms. */
  sweep(nowMs: number): Promise<void> {
    return sweepLeftovers(this.#folder, nowMs);
  }

  /** Forgets a policy that was deleted. */
  async remove(key: PolicyKey): Promise<void> {
    await rm(this.path(key), { force: true });
  }
}

/** A name that somebody else put there may not be one of ours. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

async function namesIn(folder: string, wanted: (name: string) => boolean): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(wanted).sort();
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ENOTDIR') return [];
    throw new Plus1Error('PLUS1_STATE_UNREADABLE', `cannot list the state folder ${folder}: ${codeOf(error)}`, {
      cause: error,
    });
  }
}

function isPolicy(object: unknown): object is StoredPolicy {
  const part = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  const spec = part(object, 'spec');
  return typeof spec === 'object' && spec !== null && typeof part(part(object, 'metadata'), 'name') === 'string';
}

/** Clocks and windows that are not what they should be are no memory to decide by. */
function checkMemory(status: unknown, name: string, path: string): void {
  const checked = v.safeParse(policyMemory, status ?? {});
  if (checked.success) return;
  const [issue] = checked.issues;
  const where = v.getDotPath(issue) ?? '';
  throw new Plus1Error('PLUS1_STATE_UNREADABLE', `the state of ${name} at ${path} is damaged at status.${where}`);
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** `ENOSPC`, `EACCES`, … : short, stable, and without the path a second time. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.message : 'unknown fault';
}
