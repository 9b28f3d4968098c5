/** The order is that of the memory of verdicts (`pkg/reconciler/memory/known-row.ts`): a new one comes last. */
export const VISIBILITIES = ['Public', 'Private', 'Internal'] as const;

/** What a listing tells of one repository. Shared by the room that reads it and the pure rooms that judge it. */
export interface Repository {
  /** The integer that rulesets target; survives renames and transfers. */
  id: number;
  /** GraphQL node id, for `nodes(ids:)`. */
  nodeID: string;
  /** Without the organization. */
  name: string;
  visibility: (typeof VISIBILITIES)[number];
  isArchived: boolean;
  /** Switched off by GitHub (terms of service, billing): its files cannot be read. */
  isDisabled: boolean;
  isEmpty: boolean;
  isFork: boolean;
  isTemplate: boolean;
  /** Short name; absent where the repository is empty, or its HEAD points nowhere. */
  defaultBranch?: string;
  /** Head commit of the default branch as listed; a verdict belongs to one commit. */
  headCommit?: string;
}
