/** What both kinds of observing work with, ask of a repository, and come to. */
import type { LiveRuleset } from '../../api/index.js';
import { judge, readAhead, type Verdict } from '../../catalog/index.js';
import type { Inventory, InventoryRequest, ListMarks, Organization } from '../../github/index.js';
import { wantsFiles } from '../../governance/index.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import type { PassRequest } from '../types.js';
import type { PassDependencies } from './pass-dependencies.js';
import type { RulesetReads } from './ruleset-reads.js';

export interface ObserveDependencies extends Pick<PassDependencies, 'reader' | 'progress'> {
  verdicts: VerdictCache;
  rulesets: Pick<RulesetReads, 'find' | 'glanced'>;
  /** Called with the ruleset as soon as it was read, so that a pass that breaks off still knows what it saw of it. */
  found?: (ruleset: LiveRuleset) => void;
  /** The ruleset in whose place the pass goes on where none was found, for what finding it threw; throws where it does not. */
  inPlaceOf?: (thrown: unknown) => LiveRuleset;
}

export interface Observed {
  organization: Organization;
  ruleset: LiveRuleset;
  inventory: Inventory<Verdict>;
  /** Where a later quick pass begins to look for changes; absent where none comes, or GitHub did not say. */
  marks?: ListMarks;
  /** What changed alone was read. */
  isQuick?: true;
  /** Of what changed: so lately that what GitHub shows of it may be of a copy that lags. */
  unsettled?: ReadonlyMap<number, number>;
}

/** What is asked of each repository, whichever are looked at. */
export function inventoryRequest(
  { policy: { spec } }: PassRequest,
  { login }: Organization,
  verdicts: VerdictCache,
  signal: AbortSignal,
): InventoryRequest<Verdict> {
  return {
    organization: login,
    paths: spec.catalog.paths,
    wanted: (repository) => wantsFiles(repository, spec),
    known: (repository) => verdicts.verdict(repository),
    failedAt: (repository) => verdicts.failedAt(repository),
    judge: (files) => verdicts.shared(judge(files, spec.catalog)),
    readAhead,
    listed: ({ id }) => verdicts.sawListed(id),
    observed: (observed) => {
      verdicts.learn(observed);
      verdicts.keepMeanwhile(signal);
    },
  };
}
