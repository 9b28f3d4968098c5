/**
 * A policy of the folder as it is held: what the file says, joined with what the state remembers of it. Generation and
 * creation time outlive the process, so that a restart neither looks like a change nor makes an old policy the younger.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Plus1Policy, PolicyStatus } from '../api/index.js';
import type { PolicyDocument } from './document.js';
import type { HeldPolicy } from './home.js';
import { keyString, type PolicyKey } from './key.js';
import type { StoredPolicy } from './state.js';

export interface FolderEntry {
  held: HeldPolicy;
  /** Spec with its defaults, or as written where it is wrong: to tell a change from a touch. */
  stated: unknown;
  file: string;
  signature: string;
  /** Looks in a row that did not find it any more. */
  missed: number;
}

export interface Found {
  key: PolicyKey;
  document: PolicyDocument;
  file: string;
  signature: string;
}

/** What is remembered of the policy: from memory, else from the state folder. */
interface Past {
  spec: unknown;
  generation: number;
  createdMs: number | undefined;
  status: PolicyStatus;
}

export function pastOf(entry: FolderEntry | undefined, stored: StoredPolicy | undefined): Past {
  if (entry !== undefined) {
    const { generation, createdMs, status } = entry.held;
    return { spec: entry.stated, generation, createdMs, status };
  }
  const created = Date.parse(stored?.metadata.creationTimestamp ?? '');
  return {
    spec: stored?.spec,
    generation: stored?.metadata.generation ?? 0,
    createdMs: Number.isNaN(created) ? undefined : created,
    status: stored?.status ?? {},
  };
}

export function folderEntry({ key, document, file, signature }: Found, past: Past, now: number): FolderEntry {
  const stated = document.policy?.spec ?? specOf(document.stated);
  const generation =
    isDeepStrictEqual(past.spec, stated) && past.generation > 0 ? past.generation : past.generation + 1;
  const faults = [
    ...document.faults.map((fault) => `${file}: ${fault}`),
    ...immutableFaults(past.spec, document.policy),
  ];
  const policy =
    faults.length > 0 || document.policy === undefined
      ? undefined
      : { ...document.policy, metadata: { ...document.policy.metadata, generation } };
  const held: HeldPolicy = {
    key,
    faults,
    generation,
    createdMs: past.createdMs ?? now,
    uid: keyString(key),
    status: past.status,
    ...(policy && { policy }),
  };
  return { held, stated, file, signature, missed: 0 };
}

/** The whole object for the state folder. */
export function storedPolicy({ held, stated }: FolderEntry, status: PolicyStatus): StoredPolicy {
  const { key, generation, createdMs, uid } = held;
  return {
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: {
      ...held.policy?.metadata,
      ...key,
      uid,
      generation,
      creationTimestamp: new Date(createdMs).toISOString(),
    },
    spec: stated as Plus1Policy['spec'],
    status,
  };
}

/** What the API server's rules refuse in a cluster: another organization or ruleset is another policy, with clocks of its own. */
function immutableFaults(before: unknown, policy: Plus1Policy | undefined): string[] {
  if (policy === undefined) return [];
  const paths = [['organization'], ['github', 'apiURL'], ['ruleset', 'name']];
  return paths.flatMap((path) => {
    const [was, is] = [at(before, path), at(policy.spec, path)];
    if (was === undefined || was === is) return [];
    return [
      `spec.${path.join('.')}: found ${JSON.stringify(is)}, allowed: ${JSON.stringify(was)}: the field is immutable, another value is another policy`,
    ];
  });
}

const specOf = (document: unknown): unknown => at(document, ['spec']);

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}
