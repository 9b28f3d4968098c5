/** What waits for an approval: too many to isolate at once, and each release. An approval names the hash of exactly that. Pure. */
import { sha256 } from '../base/index.js';
import type { IncidentHold, IsolatedRepository } from '../api/index.js';
import type { Target } from './who.js';

/** One repository that enters or leaves, with the word that the hash has for it. */
export interface IsolationChange {
  id: number;
  name: string;
  status: string;
}

export interface HeldIsolation {
  planHash: string;
  reason: IncidentHold['reason'];
  entering: readonly IsolationChange[];
  leaving: readonly IsolationChange[];
}

/** Names that the status shows. */
const MAX_NAMES = 50;

/**
 * How many may be isolated at once by all incidents of a policy: a count, or a percentage of the repositories of the organization, rounded up.
 * Never less than one: a policy cannot forbid to isolate. Of an organization that no pass has seen yet a percentage says nothing: those who
 * are named are few, and do not wait for it.
 */
export function mostIsolated(max: number | string, repositories: number | undefined): number {
  if (typeof max === 'number') return Math.max(1, max);
  if (repositories === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.ceil((repositories * Number.parseInt(max, 10)) / 100));
}

/** The isolation of those targets; `uid`: of the incident. */
export const heldEntry = (uid: string, targets: readonly Target[]): HeldIsolation =>
  held(uid, 'TooManyIsolated', {
    entering: targets.map(({ id, name, why }) => ({ id, name, status: why })),
    leaving: [],
  });

/** The release of those who are isolated. */
export const heldRelease = (uid: string, isolated: readonly IsolatedRepository[]): HeldIsolation =>
  held(uid, 'ReleaseApproval', {
    entering: [],
    leaving: isolated.map(({ id, name }) => ({ id, name, status: 'isolated' })),
  });

function held(
  uid: string,
  reason: IncidentHold['reason'],
  changes: Pick<HeldIsolation, 'entering' | 'leaving'>,
): HeldIsolation {
  return { planHash: isolationHash(uid, changes), reason, ...changes };
}

/** `sha256:` over the canonical JSON of ids and words (RFC 8785: keys sorted, no blanks). https://www.rfc-editor.org/rfc/rfc8785 */
function isolationHash(target: string, { entering, leaving }: Pick<HeldIsolation, 'entering' | 'leaving'>): string {
  const text = JSON.stringify({ assignment: 'isolated', entering: pairs(entering), leaving: pairs(leaving), target });
  return `sha256:${sha256(text)}`;
}

const pairs = (changes: readonly IsolationChange[]): (readonly [number, string])[] =>
  changes.map(({ id, status }) => [id, status] as const).sort(([a], [b]) => a - b);

/** As the status shows it; one with the same reason goes on from when it began. */
export function holdStatus(
  { planHash, reason, entering, leaving }: HeldIsolation,
  {
    before,
    timeoutMs,
    now,
    approvals,
  }: { before: IncidentHold | undefined; timeoutMs: number; now: number; approvals: number },
): IncidentHold {
  const isSame = before?.reason === reason && (before.expiryTime === undefined || Date.parse(before.expiryTime) > now);
  const since = isSame ? before.since : new Date(now).toISOString();
  const changes = [...entering, ...leaving];
  return {
    ...{ planHash, reason, since, approvals, count: changes.length },
    expiryTime: new Date(Date.parse(since) + timeoutMs).toISOString(),
    repositories: changes.slice(0, MAX_NAMES).map(({ name }) => name),
  };
}
