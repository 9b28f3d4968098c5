/** A request for an inventory in which the files themselves stand for the verdict, and a word for each of them. */
import type { CatalogFile } from '../../../pkg/catalog/index.js';
import type { Inventory, InventoryRequest } from '../../../pkg/github/index.js';

export const PATH = 'entity.datadog.yaml';

type Request = InventoryRequest<readonly CatalogFile[]>;

export const request = (extra: Partial<Request> = {}): Request => ({
  organization: 'acme',
  paths: [PATH],
  wanted: () => true,
  judge: (files) => files,
  ...extra,
});

/** State of the files of each repository, by name. */
export const statesOf = (inventory: Inventory<readonly CatalogFile[]>): Record<string, string> =>
  Object.fromEntries(
    inventory.repositories.map(({ repository, verdict }) => [repository.name, (verdict ?? []).map(word).join(',')]),
  );

const word = (file: CatalogFile): string => (file.state === 'unreadable' ? file.why : file.state);
