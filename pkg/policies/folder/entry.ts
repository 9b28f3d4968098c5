/**
 * A policy of the folder as it is held: what the file says, joined with what the state remembers of it. Generation and
 * creation time outlive the process, so that a restart neither looks like a change nor makes an old policy the younger.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Plus1Policy, PolicyStatus } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import { at, claimOf, immutableFaults, keptClaim, type Claim } from '../claim.js';
import type { PolicyDocument } from './document.js';
import type { PolicyRecord } from '../home.js';
import { keyString, type PolicyKey } from '../key.js';
import { isEmptyMemory, keptUID, type StoredPolicy } from '../stored-policy.js';

export interface FolderEntry {
  record: PolicyRecord;
  /** Spec with its defaults, or as written where it is wrong: to tell a change from a touch. */
  stated: unknown;
  found: Found;
  /** False where the state could not be read: then generation and creation time are guesses until it can. */
  isPastKnown: boolean;
  /** Looks in a row that did not find it any more. */
  missed: number;
}

export interface Found {
  key: PolicyKey;
  /** Absent where the file cannot be read any more. */
  document?: PolicyDocument;
  file: string;
  signature: string;
}

/** What is remembered of the policy: from memory, else from the state folder. */
export interface RememberedPolicy {
  spec: unknown;
  generation: number;
  createdMs: number | undefined;
  status: PolicyStatus;
  claim: Claim | undefined;
  /** Made once; undefined before that, and in states of older versions. */
  uid: string | undefined;
  /** There is a memory, and nothing proves whose it is. */
  isUnproved: boolean;
}

export function pastOfEntry({ record, stated }: FolderEntry): RememberedPolicy {
  const { generation, createdMs, status, claim, recordUID: uid, isMemoryUnproved = false } = record;
  return { spec: stated, generation, createdMs, status, claim, uid, isUnproved: isMemoryUnproved };
}

export function pastOfStored(stored: StoredPolicy | undefined): RememberedPolicy {
  if (stored === undefined)
    return {
      ...{ spec: undefined, generation: 0, createdMs: undefined, status: {}, claim: undefined },
      ...{ uid: undefined, isUnproved: false },
    };
  const { metadata, spec, status = {}, origin } = stored;
  const claim = keptClaim(stored);
  const created = Date.parse(metadata.creationTimestamp ?? '');
  return {
    spec,
    generation: metadata.generation ?? 0,
    createdMs: Number.isNaN(created) ? undefined : created,
    status,
    claim,
    uid: keptUID(stored),
    isUnproved: !isEmptyMemory(status) && (claim === undefined || origin?.isUnproved === true),
  };
}

/** A policy as its state alone tells it. `createdMs`: where the state does not say how old it is. */
export function heldState(stored: StoredPolicy, createdMs: number): PolicyRecord {
  const key = { namespace: stored.metadata.namespace, name: stored.metadata.name };
  const { claim, ...past } = pastOfStored(stored);
  return {
    key,
    faults: [],
    generation: past.generation,
    createdMs: past.createdMs ?? createdMs,
    uid: keyString(key),
    status: past.status,
    ...(claim && { claim }),
  };
}

/** The policy as the document says it. */
export function folderEntry(
  found: Found & { document: PolicyDocument },
  past: RememberedPolicy,
  nowMs: number,
): FolderEntry {
  const { document, file } = found;
  // Broken YAML states nothing: then what was stated before is what is kept.
  const stated = document.policy?.spec ?? at(document.stated, ['spec']) ?? past.spec ?? {};
  const own = document.policy && claimOf(document.policy.spec);
  const faults = [
    ...document.faults.map((fault) => `${file}: ${fault}`),
    ...(own ? immutableFaults(past.claim, own) : []),
  ];
  const claim = faults.length === 0 ? own : (past.claim ?? claimOf(stated));
  return entryOf({ found, past, stated, faults, claim, nowMs });
}

/** A policy whose file says nothing that can be read: it stays, and stands still. */
export function unreadableEntry(found: Found, past: RememberedPolicy, fault: string, nowMs: number): FolderEntry {
  const { spec, claim } = past;
  return entryOf({ found, past, stated: spec ?? {}, faults: [`${found.file}: ${fault}`], claim, nowMs });
}

interface Parts {
  found: Found;
  past: RememberedPolicy;
  stated: unknown;
  faults: string[];
  claim: Claim | undefined;
  nowMs: number;
}

function entryOf({ found, past, stated, faults, claim, nowMs }: Parts): FolderEntry {
  const { key, document } = found;
  const generation = past.generation > 0 && sameSpec(past.spec, stated) ? past.generation : past.generation + 1;
  const policy = faults.length === 0 ? document?.policy : undefined;
  const record: PolicyRecord = {
    key,
    faults,
    generation,
    createdMs: past.createdMs ?? nowMs,
    uid: keyString(key),
    ...(past.uid !== undefined && { recordUID: past.uid }),
    status: past.status,
    ...(policy && { policy: { ...policy, metadata: { ...policy.metadata, generation } } }),
    ...(claim && { claim }),
    ...(past.isUnproved && { isMemoryUnproved: true }),
  };
  return { record, stated, found, isPastKnown: true, missed: 0 };
}

/** As JSON, because that is how the one of them was kept. */
export function sameSpec(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(asJSON(a), asJSON(b));
}

const asJSON = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** The whole object for the state folder. */
export function storedPolicy({ record, stated, found }: FolderEntry, status: PolicyStatus): StoredPolicy {
  const { key, generation, createdMs, uid, recordUID = uid, policy, claim, isMemoryUnproved } = record;
  return {
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: {
      ...policy?.metadata,
      ...key,
      uid: recordUID,
      generation,
      creationTimestamp: new Date(createdMs).toISOString(),
    },
    // Of a wrong policy it may be anything; a state whose spec is no map could not be read again.
    spec: (isMapping(stated) ? stated : {}) as Plus1Policy['spec'],
    status,
    origin: { file: found.file, ...(claim && { claim }), ...(isMemoryUnproved && { isUnproved: true }) },
  };
}
