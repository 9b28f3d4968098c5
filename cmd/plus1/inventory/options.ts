/** The flags of `inventory`. By itself, since the declaration of the flags must not load what reads the index. */
export const INVENTORY_FORMATS = ['text', 'json', 'csv'] as const;

/** As commander hands them over. */
export interface InventoryOptions {
  policy?: string;
  org?: string;
  runs: boolean;
  since?: string;
  until?: string;
  format: (typeof INVENTORY_FORMATS)[number];
  state?: string;
}

/** RFC 3339. */
export interface Window {
  since: string;
  until: string;
}
