/** Classify: each repository that was observed gets a finding. Pure. */
import type { PolicySpec } from '../../api/index.js';
import type { Verdict } from '../../catalog/index.js';
import type { ObservedRepository } from '../../github/index.js';
import { classify, type Finding } from '../../governance/index.js';

/** The findings, in the order of the listing. */
export function classifyAll(repositories: readonly ObservedRepository<Verdict>[], spec: PolicySpec): Finding[] {
  return repositories.map((observed) => classify(observed, spec));
}
