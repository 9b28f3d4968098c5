/** The plan that an approval is for: the one that is held now, or an earlier one of the same hold. */
import { Plus1Error } from '../../pkg/errors/index.js';
import { keyString, type CacheFolder, type StoredPolicy } from '../../pkg/policies/index.js';
import { readKnown } from '../../pkg/reconciler/index.js';

export interface ShownPlan {
  hash: string;
  count: number;
  /** As many as are known. */
  names: readonly string[];
}

/** Throws PLUS1_USAGE for a hash that is none, PLUS1_NOT_HELD where no such plan is held. */
export async function heldPlan(
  { metadata, status }: StoredPolicy,
  hash: string | undefined,
  cache: CacheFolder,
  signal: AbortSignal,
): Promise<ShownPlan> {
  if (hash !== undefined && !/^sha256:[0-9a-f]{64}$/.test(hash))
    throw new Plus1Error(
      'PLUS1_USAGE',
      `--plan: found ${JSON.stringify(hash)}, allowed: sha256: and 64 hexadecimal digits`,
    );
  const hold = status?.hold;
  if (hold === undefined) throw new Plus1Error('PLUS1_NOT_HELD', `nothing of ${keyString(metadata)} is held`);
  const known = readKnown(await cache.load(metadata, signal));
  const wanted = hash ?? hold.planHash;
  const kept = known?.held?.find((plan) => plan.hash === wanted);
  if (kept === undefined) {
    if (wanted === hold.planHash) return { hash: wanted, count: hold.count, names: hold.repositories };
    throw new Plus1Error(
      'PLUS1_NOT_HELD',
      `no plan with the hash ${wanted} is held; the one that is held now is ${hold.planHash}`,
    );
  }
  const nameOf = new Map(known?.repositories.map(({ id, name }) => [id, name]));
  const ids = [...kept.leaving, ...kept.entering].map(([id]) => id);
  return { hash: wanted, count: ids.length, names: ids.map((id) => nameOf.get(id) ?? `repository ${id}`).sort() };
}
