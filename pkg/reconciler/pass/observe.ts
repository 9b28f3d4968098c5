/**
 * Observe: I/O that decides nothing. Names missing rights first, then the ruleset, then every repository with the verdict
 * on its files, which are read again where somebody would leave on it, then the fate of members that a complete listing did not contain.
 */
import type { LiveRuleset } from '../../api/index.js';
import { judge, readAhead, type Verdict } from '../../catalog/index.js';
import { wantsFiles } from '../../governance/index.js';
import { lookUpAbsent, seesFewer } from './absent.js';
import { confirm } from './confirm.js';
import { findDrift } from '../memory/drift.js';
import type { Learning } from '../memory/known.js';
import { requireProvedMemory, requireSameOrganization } from '../memory/memory.js';
import { isTrusted } from './trusted-time.js';
import type { PassDependencies } from './pass-dependencies.js';
import type { PassRequest, Seen } from '../types.js';

export interface ObserveDependencies extends Pick<PassDependencies, 'reader' | 'progress'> {
  learning: Learning;
  /** Called with the ruleset as soon as it was read, so that a pass that breaks off still knows what it saw of it. */
  found?: (ruleset: LiveRuleset) => void;
}

/** Throws Plus1Error where nothing can be said at all; what stays unknown of single repositories is in the result. */
export async function observe(
  { policy: { spec }, status, isMemoryUnproved }: PassRequest,
  { reader, progress, learning, found }: ObserveDependencies,
  signal: AbortSignal,
): Promise<Seen> {
  const organization = await reader.preflight(spec.organization, signal);
  requireSameOrganization(status, organization);
  learning.requireOrganization(organization.id);
  const ruleset = await reader.findRuleset(organization.login, spec.ruleset.name, signal);
  // Before it counts as found: what a pass saw of it may be kept, and would then prove itself.
  if (isMemoryUnproved === true) requireProvedMemory(status, organization, ruleset);
  found?.(ruleset);
  const inventory = await reader.inventory<Verdict>(
    {
      organization: organization.login,
      paths: spec.catalog.paths,
      wanted: (repository) => wantsFiles(repository, spec),
      known: (repository) => learning.verdict(repository),
      failedAt: (repository) => learning.failedAt(repository),
      judge: (files) => judge(files, spec.catalog),
      readAhead,
      observed: (observed) => {
        learning.learn(observed);
        learning.keepMeanwhile(signal);
      },
      ...(progress === undefined ? {} : { progress }),
    },
    signal,
  );
  const { repositories } = inventory;
  const evidenceMs = reader.time.now();
  const findings = await confirm(
    { organization: organization.login, spec, status, ruleset, repositories, now: evidenceMs },
    { reader, learning },
    signal,
  );
  const listed = new Set(findings.map(({ id }) => id));
  const { listed: isWhole, totalCount } = inventory;
  const { absent, waiting, visibility } = await lookUpAbsent(
    { reader, learning, organization, ruleset, listed, isWhole, totalCount },
    signal,
  );
  const drift =
    spec.mode === 'Observe' ? undefined : findDrift({ live: ruleset, status, left: learning.members, listed });
  return {
    organization,
    credential: { kind: reader.credential.kind, visibility },
    seesFewer: seesFewer({ reader, organization, totalCount }),
    ruleset,
    findings,
    absent,
    waiting,
    totalCount,
    evidenceMs,
    branches: new Map(inventory.repositories.map(({ repository }) => [repository.id, repository.defaultBranch])),
    ...(drift === undefined ? {} : { drift }),
    skewed: !isTrusted(reader.time),
    complete:
      inventory.listed &&
      findings.every((finding) => finding.status !== 'unobserved') &&
      absent.every((member) => member.fate !== 'unknown'),
  };
}
