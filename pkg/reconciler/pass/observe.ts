/**
 * Observe: I/O that decides nothing. Names missing rights first, then the ruleset, then every repository with the verdict
 * on its files.
 */
import type { LiveRuleset } from '../../api/index.js';
import { judge, readAhead, type Verdict } from '../../catalog/index.js';
import type { Inventory, Organization } from '../../github/index.js';
import { wantsFiles } from '../../governance/index.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import { requireProvedMemory, requireSameOrganization } from '../memory/write-mark.js';
import type { PassDependencies } from './pass-dependencies.js';
import type { PassRequest } from '../types.js';

export interface ObserveDependencies extends Pick<PassDependencies, 'reader' | 'progress'> {
  verdicts: VerdictCache;
  /** Called with the ruleset as soon as it was read, so that a pass that breaks off still knows what it saw of it. */
  found?: (ruleset: LiveRuleset) => void;
}

export interface Observed {
  organization: Organization;
  ruleset: LiveRuleset;
  inventory: Inventory<Verdict>;
}

/** Throws Plus1Error where nothing can be said at all; what stays unknown of single repositories is in the result. */
export async function observe(
  { policy: { spec }, status, isMemoryUnproved }: PassRequest,
  { reader, progress, verdicts, found }: ObserveDependencies,
  signal: AbortSignal,
): Promise<Observed> {
  const organization = await reader.preflight(spec.organization, signal);
  requireSameOrganization(status, organization);
  verdicts.requireOrganization(organization.id);
  const ruleset = await reader.findRuleset(organization.login, spec.ruleset.name, signal);
  // Before it counts as found: what a pass saw of it may be kept, and would then prove itself.
  if (isMemoryUnproved === true) requireProvedMemory(status, organization, ruleset);
  found?.(ruleset);
  const inventory = await reader.inventory<Verdict>(
    {
      organization: organization.login,
      paths: spec.catalog.paths,
      wanted: (repository) => wantsFiles(repository, spec),
      known: (repository) => verdicts.verdict(repository),
      failedAt: (repository) => verdicts.failedAt(repository),
      judge: (files) => judge(files, spec.catalog),
      readAhead,
      listed: ({ id }) => verdicts.sawListed(id),
      observed: (observed) => {
        verdicts.learn(observed);
        verdicts.keepMeanwhile(signal);
      },
      ...(progress === undefined ? {} : { progress }),
    },
    signal,
  );
  return { organization, ruleset, inventory };
}
