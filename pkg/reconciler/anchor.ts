/** What quick passes hand on from one to the next, and what one of them goes on with. */
import type { LiveRuleset, Repository } from '../api/index.js';
import type { ListMarks, Organization } from '../github/index.js';

/** Where the last look ended: what the next glance is held against. It lives as long as the process. */
export interface Anchor {
  /** Id of the look. The memory that it kept bears the same. */
  look: string;
  organization: Organization;
  visibility: 'Full' | 'Partial';
  seesFewer: boolean;
  marks: ListMarks;
  ruleset: LiveRuleset;
  /** Of the answer that shows that ruleset; absent after a write. */
  rulesetETag?: string | undefined;
  /** Something was not observed, and is asked for again. */
  isOpen: boolean;
  /** By this time of its pass was decided what is over, Unix ms. */
  decidedMs: number;
}

/** What a quick pass goes on with. */
export interface Changed {
  kind: 'changed';
  anchor: Anchor;
  /** The start of the pass, Unix ms: nothing of the glance is older. */
  startMs: number;
  /** As GitHub's lists show them, some of them maybe as they were before. */
  repositories: readonly Repository[];
  /** Those of them that changed so lately that a copy of GitHub which lags may still show them as they were. */
  unsettled: ReadonlyMap<number, number>;
  marks: ListMarks;
  ruleset: LiveRuleset;
  rulesetETag?: string | undefined;
}
