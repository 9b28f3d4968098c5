/**
 * Verify: the second half of observing. What speaks against members is asked again, before anybody leaves on it: their files,
 * and the fate of those that a complete listing did not contain. I/O that decides nothing.
 */
import type { Finding } from '../../governance/index.js';
import { sightOfLastWrite } from '../memory/drift.js';
import type { PassRequest, PassObservation } from '../types.js';
import { lookUpAbsent, seesFewer } from './unlisted-members.js';
import { confirm } from './confirm.js';
import type { Observed, ObserveDependencies } from './observe.js';
import { isTrusted } from './trusted-time.js';

/** All that the pass saw. `findings` are those of the first reading. */
export async function verify(
  { policy: { spec }, status }: PassRequest,
  { organization, ruleset, inventory, findings: first }: Observed & { findings: readonly Finding[] },
  { reader, verdicts }: Pick<ObserveDependencies, 'reader' | 'verdicts'>,
  signal: AbortSignal,
): Promise<PassObservation> {
  const { repositories, listed: isWhole, totalCount } = inventory;
  const evidenceMs = reader.time.now();
  const findings = await confirm(
    { organization: organization.login, spec, status, ruleset, repositories, findings: first, now: evidenceMs },
    { reader, verdicts },
    signal,
  );
  const listed = new Set(findings.map(({ id }) => id));
  const { absent, waiting, visibility } = await lookUpAbsent(
    { reader, verdicts, organization, ruleset, listed, isWhole, totalCount },
    signal,
  );
  const lastWrite =
    spec.mode === 'Observe' ? {} : sightOfLastWrite({ live: ruleset, status, left: verdicts.members, listed });
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
    branches: new Map(repositories.map(({ repository }) => [repository.id, repository.defaultBranch])),
    ...(lastWrite.drift === undefined ? {} : { drift: lastWrite.drift }),
    lastWrite,
    skewed: !isTrusted(reader.time),
    complete:
      isWhole &&
      findings.every((finding) => finding.status !== 'unobserved') &&
      // One that the organization has and the listing has not: the listing lacks rows, whatever its total, maybe of production.
      absent.every(({ fate }) => fate !== 'unknown' && fate !== 'unseen'),
  };
}
