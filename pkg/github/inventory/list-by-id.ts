/**
 * The rows of some repositories by id, in place of a listing: what a pass looks at that reads only what changed. The same fields as a
 * page of the listing has, and the owner: an id goes with its repository to another organization.
 */
import type { Repository } from '../../api/index.js';
import type { InventoryRequest } from '../types.js';
import { readRows } from './read-rows.js';
import type { InventoryOptions, Lister } from './take-inventory.js';

export interface ByID extends Pick<InventoryRequest<never>, 'failedAt'> {
  repositories: readonly Repository[];
  /** Repositories of another owner are left out, as those are that GitHub does not answer for. */
  ownerID: number;
}

export function listByID(options: InventoryOptions, { repositories, ownerID, failedAt }: ByID): Lister {
  return async ({ context, onPage }) => {
    const reading = { ...options, context, ownerID, ...(failedAt && { failedAt }) };
    const rows = await readRows(reading, repositories, context.signal);
    const fresh = [...rows.values()].map((repository) => ({ repository, certain: true }));
    onPage(fresh, { listed: rows.size, total: repositories.length });
    return { total: repositories.length, proved: rows.size === repositories.length };
  };
}
