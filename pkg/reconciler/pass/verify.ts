/**
 * Verify: the second half of observing. What speaks against members is asked again, before anybody leaves on it: their files,
 * and the fate of those that a complete listing did not contain. I/O that decides nothing.
 */
import type { Repository } from '../../api/index.js';
import { ownTurn } from '../../base/index.js';
import type { Finding, Restored } from '../../governance/index.js';
import type { Anchor } from '../anchor.js';
import { sightOfLastWrite } from '../memory/drift.js';
import type { PassRequest, PassObservation } from '../types.js';
import { lookUpAbsent, notLookedUp, seesFewer, type Absence } from './unlisted-members.js';
import { confirm } from './confirm.js';
import type { Observed, ObserveDependencies } from './observed.js';
import { isTrusted } from './trusted-time.js';

/** All that the pass saw. `findings` are those of the first reading. */
export async function verify(
  { policy: { spec }, status, quick }: PassRequest,
  {
    organization,
    ruleset,
    inventory,
    isQuick,
    unsettled,
    findings: first,
    restored,
  }: Observed & { findings: readonly Finding[]; restored?: Restored | undefined },
  { reader, verdicts }: Pick<ObserveDependencies, 'reader' | 'verdicts'>,
  signal: AbortSignal,
): Promise<PassObservation> {
  const { repositories, listed: isWhole, totalCount } = inventory;
  await ownTurn();
  const evidenceMs = reader.time.now();
  const { findings, second } = await confirm(
    {
      organization,
      spec,
      status,
      ruleset,
      repositories,
      findings: first,
      restored,
      unsettled,
      now: evidenceMs,
    },
    { reader, verdicts },
    signal,
  );
  // Look-ups may take long, and a process that is killed in them must not forget whom the second answers showed in production.
  await verdicts.keepSights(signal);
  const listed = new Set(findings.map(({ id }) => id));
  const look = { reader, verdicts, organization, ruleset, listed, isWhole, totalCount };
  const anchor = isQuick === true ? quick?.glance?.anchor : undefined;
  const { absent, waiting, visibility, fewer } = await findAbsent(look, anchor, signal);
  const isSeen = isQuick === true ? seenIn(findings) : listed;
  const lastWrite =
    spec.mode === 'Observe' ? {} : sightOfLastWrite({ live: ruleset, status, left: verdicts.members, listed: isSeen });
  return {
    organization,
    credential: { kind: reader.credential.kind, visibility },
    seesFewer: fewer,
    ruleset,
    findings,
    absent,
    waiting,
    totalCount,
    evidenceMs,
    branches: branchesOf([...repositories.map(({ repository }) => repository), ...second]),
    ...(lastWrite.drift === undefined ? {} : { drift: lastWrite.drift }),
    lastWrite,
    skewed: !isTrusted(reader.time),
    isListed: isWhole,
    ...(isQuick === true && { isQuick }),
    complete:
      (isWhole || isQuick === true) &&
      findings.every((finding) => finding.status !== 'unobserved') &&
      // One that the organization has and the listing has not: the listing lacks rows, whatever its total, maybe of production.
      absent.every(({ fate }) => fate !== 'unknown' && fate !== 'unseen'),
  };
}

/** By the last answer about each. */
const branchesOf = (repositories: readonly Repository[]): PassObservation['branches'] =>
  new Map(repositories.map(({ id, defaultBranch }) => [id, defaultBranch]));

/** A quick pass looks up nobody: what the last full one found of the credential's view still counts. */
async function findAbsent(
  look: Parameters<typeof lookUpAbsent>[0],
  anchor: Anchor | undefined,
  signal: AbortSignal,
): Promise<Absence & { fewer: boolean }> {
  if (anchor !== undefined) return { ...notLookedUp(look, anchor), fewer: anchor.seesFewer };
  return { ...(await lookUpAbsent(look, signal)), fewer: seesFewer(look) };
}

/** Of the others nobody knows that they are still there. */
const seenIn = (findings: readonly Finding[]): Set<number> =>
  new Set(findings.filter(({ status }) => status !== 'unobserved').map(({ id }) => id));
