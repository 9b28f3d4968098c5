/** The ways of targeting, as a table: what must hold of one membership must hold of the other. */
import type { Targeting } from '../pkg/api/index.js';

export const TARGETINGS: readonly { how: string; targeting: Targeting; writes: string }[] = [
  { how: 'by id', targeting: 'RepositoryID', writes: 'repos/update-org-ruleset' },
  {
    how: 'by custom property',
    targeting: 'CustomProperty',
    writes: 'orgs/custom-properties-for-repos-create-or-update-organization-values',
  },
];
