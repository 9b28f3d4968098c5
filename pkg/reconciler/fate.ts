/** What a look-up by id says of a repository. */
import type { Fate } from '../github/index.js';

/** It is not found, or belongs to another login. A repository whose fate is not known is not lost. */
export const isLost = (fate: Fate, organization: string): boolean =>
  fate.state === 'missing' || (fate.state === 'owned' && fate.owner.toLowerCase() !== organization.toLowerCase());
