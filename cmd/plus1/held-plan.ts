/** The plan that an approval is for: the one that is held now, or an earlier one of the same hold. */
import { join } from 'node:path';
import { Plus1Error } from '../../pkg/errors/index.js';
import { holdRecords, realFiles, type HeldRecord } from '../../pkg/journal/index.js';
import { keyString, type CacheFolder, type StoredPolicy } from '../../pkg/policies/index.js';
import { readKnown } from '../../pkg/reconciler/index.js';
import { heldObject } from './held-object.js';
import type { ShownPlan } from './shown-plan.js';

/** Where plans are remembered. */
interface Memories {
  /** The state folder. */
  folder: string;
  cache: CacheFolder;
}

/** Throws PLUS1_USAGE for a hash that is none, PLUS1_NOT_HELD where no such plan is held. */
export async function heldPlan(
  policy: StoredPolicy,
  hash: string | undefined,
  memories: Memories,
  signal: AbortSignal,
): Promise<ShownPlan> {
  const { metadata } = policy;
  if (hash !== undefined && !/^sha256:[0-9a-f]{64}$/.test(hash))
    throw new Plus1Error(
      'PLUS1_USAGE',
      `--plan: found ${JSON.stringify(hash)}, allowed: sha256: and 64 hexadecimal digits`,
    );
  const ofObject = hash && (await heldObject(memories.folder, metadata, hash, signal));
  if (ofObject) return ofObject;
  return heldMembers(policy, hash, memories, signal);
}

/** Of the repositories under the ruleset of the policy. */
async function heldMembers(
  policy: StoredPolicy,
  hash: string | undefined,
  memories: Memories,
  signal: AbortSignal,
): Promise<ShownPlan> {
  const { metadata, status } = policy;
  const hold = status?.hold;
  if (hold === undefined) throw new Plus1Error('PLUS1_NOT_HELD', `nothing of ${keyString(metadata)} is held`);
  if (hash === undefined && hold.count === 0)
    throw new Plus1Error(
      'PLUS1_NOT_HELD',
      `nobody of ${keyString(metadata)} would leave; it is held since a rollback`,
      { fix: 'end the hold with plus1 release' },
    );
  const wanted = hash ?? hold.planHash;
  const names = (await recorded(policy, wanted, memories)) ?? (await cached(policy, wanted, memories, signal));
  if (names !== undefined) return { hash: wanted, count: names.length, names: [...names].sort() };
  if (wanted === hold.planHash) return { hash: wanted, count: hold.count, names: hold.repositories };
  throw new Plus1Error(
    'PLUS1_NOT_HELD',
    `no plan with the hash ${wanted} is held; the one that is held now is ${hold.planHash}`,
  );
}

/** As the journal beside the state has it. One that lies elsewhere, or cannot be read, is not known to this command. */
async function recorded(
  { status }: StoredPolicy,
  wanted: string,
  { folder }: Memories,
): Promise<readonly string[] | undefined> {
  const { journal, hold } = status ?? {};
  if (journal === undefined || hold === undefined) return undefined;
  const chain = join(folder, '.journal', ...journal.chain.split('/'));
  const held = await holdRecords(realFiles, chain, hold.since).catch(() => undefined);
  return held && namesOf(held.plans.get(wanted));
}

const namesOf = (record: HeldRecord | undefined): string[] | undefined =>
  record && [...record.leave, ...record.enter].map(({ name }) => name);

/** As the cache has it, of a home without a journal. */
async function cached(
  { metadata }: StoredPolicy,
  wanted: string,
  { cache }: Memories,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const known = readKnown(await cache.load(metadata, signal));
  const kept = known?.held?.find((plan) => plan.hash === wanted);
  if (kept === undefined) return undefined;
  const nameOf = new Map(known?.repositories.map(({ id, name }) => [id, name]));
  return [...kept.leaving, ...kept.entering].map(([id]) => nameOf.get(id) ?? `repository ${id}`);
}
