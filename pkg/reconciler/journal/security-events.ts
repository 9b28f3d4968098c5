/** What a security team wants to see: the four events of the specification. Pure. */
import type { PolicyStatus } from '../../api/index.js';
import type { ErrorCode, Plus1Error } from '../../errors/index.js';
import type { Sent } from '../../github/index.js';
import type { Data, Entry } from '../../journal/index.js';
import { beginsBackup } from '../backup-use.js';
import { CONTESTED_AFTER } from '../memory/drift.js';
import type { RepositoryChange } from './findings-changed.js';

export type SecurityEventName = Data<'SecurityEvent'>['event'];

const BY_CODE: Partial<Record<ErrorCode, SecurityEventName>> = {
  PLUS1_TOKEN_REJECTED: 'FailedAuthentication',
  PLUS1_SECRET_INVALID: 'FailedAuthentication',
  PLUS1_INSTALLATION_NOT_FOUND: 'FailedAuthentication',
  PLUS1_TOKEN_SSO: 'UnauthorizedAccess',
  PLUS1_TOKEN_PENDING: 'UnauthorizedAccess',
  PLUS1_SCOPE_MISSING: 'UnauthorizedAccess',
  PLUS1_PERMISSION_MISSING: 'UnauthorizedAccess',
  PLUS1_ACCESS_REFUSED: 'UnauthorizedAccess',
  PLUS1_SECRET_NOT_ALLOWED: 'UnauthorizedAccess',
  PLUS1_HOST_NOT_ALLOWED: 'UnauthorizedAccess',
};

/** Codes of findings by which a file is one that was made to hurt its reader. */
const HOSTILE = new Set(['too-costly', 'alias-limit']);

/** Names in a message. */
const MAX_NAMES = 10;

const event = (name: SecurityEventName, message: string, code: string | null = null): Entry => ({
  kind: 'SecurityEvent',
  data: { event: name, code, message },
});

/**
 * Of the error that a pass ended with, or that kept it from beginning. Once: a look that fails for the reason that the status
 * already tells is not recorded again.
 */
export function errorEvents(error: Plus1Error | undefined, previous: PolicyStatus): Entry[] {
  if (error === undefined) return [];
  const name = BY_CODE[error.code] ?? (isSecondaryLimit(error) ? 'SuspiciousActivity' : undefined);
  if (name === undefined || isTold(error, previous)) return [];
  return [event(name, error.message, error.code)];
}

/** GitHub refused the first credential, and the backup is used. Once, when that begins. */
export function refusedEvents(refusal: Plus1Error | undefined, now: PolicyStatus, before: PolicyStatus): Entry[] {
  return refusal !== undefined && beginsBackup(now, before)
    ? [event('FailedAuthentication', refusal.message, refusal.code)]
    : [];
}

/** An error that is told as a security event. */
export const isSecurityError = ({ code }: Plus1Error): boolean => BY_CODE[code] !== undefined;

/** Of the two kinds of limits, the one for too much at once. */
export const isSecondaryLimit = (error: Plus1Error | undefined): boolean =>
  error?.code === 'PLUS1_RATE_LIMITED' && error.message.includes('secondary rate limit');

/** Of a pass that waited for its end, and went on. */
export const limitEvents = ({ secondaryLimits: times }: Pick<Sent, 'secondaryLimits'>): Entry[] =>
  times === 0
    ? []
    : [
        event(
          'SuspiciousActivity',
          `GitHub's secondary rate limit refused ${times} ${times === 1 ? 'request' : 'requests'}, and was waited for`,
        ),
      ];

function isTold({ code }: Plus1Error, { conditions }: PolicyStatus): boolean {
  const ready = conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'False' && ready.message.startsWith(`${code}:`);
}

/** Our write was undone several times in a row. */
export function contestedEvents({ ruleset: now }: PolicyStatus, { ruleset: before }: PolicyStatus): Entry[] {
  const isNew = (before?.undone ?? 0) < CONTESTED_AFTER && (now?.undone ?? 0) >= CONTESTED_AFTER;
  if (!isNew) return [];
  return [event('SuspiciousActivity', `the last write was undone by somebody else ${now?.undone} times in a row`)];
}

export interface AnomalySight {
  changes: readonly RepositoryChange[];
  /** How many repositories the records had before. */
  before: number;
}

/** More than a fifth of the statuses changed, more than a tenth of the repositories went, or files are hostile. */
export function anomalyEvents({ changes, before }: AnomalySight): Entry[] {
  // What GitHub did not answer for changed no data.
  const changed = changes.filter(
    ({ from, to }) => from !== null && to !== null && from !== to && from !== 'unobserved' && to !== 'unobserved',
  );
  const added = changes.filter(({ from }) => from === null).length;
  const gone = changes.filter(({ to }) => to === null).length;
  const now = before + added - gone;
  const hostile = changes.filter(({ codes, from, to }) => from !== to && codes?.some((code) => HOSTILE.has(code)));
  return [
    ...(before > 0 && 5 * changed.length > before
      ? [event('DataAnomaly', `${changed.length} of ${before} repositories changed status in one pass`)]
      : []),
    ...(before > 0 && 10 * now < 9 * before
      ? [event('DataAnomaly', `the number of repositories fell from ${before} to ${now} in one pass`)]
      : []),
    ...(hostile.length > 0
      ? [event('DataAnomaly', `files that cost too much to read: ${names(hostile)}`, hostileCode(hostile))]
      : []),
  ];
}

function names(changes: readonly RepositoryChange[]): string {
  const shown = changes.slice(0, MAX_NAMES).map(({ name }) => name);
  const more = changes.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const hostileCode = (changes: readonly RepositoryChange[]): string | null =>
  changes.flatMap(({ codes }) => codes ?? []).find((code) => HOSTILE.has(code)) ?? null;

/** The volume of the journal was lost, or emptied. */
export const journalLost = (chain: string): Entry =>
  event(
    'SuspiciousActivity',
    `the journal ${chain}, which the status of the policy names, is not there any more`,
    'JournalLost',
  );

/** Deliveries of webhooks that nobody signed who knows a secret, since that time. */
export const forgeryEvent = ({ count, since, sources }: { count: number; since: string; sources: string }): Entry =>
  event(
    'UnauthorizedAccess',
    `${count} webhook ${count === 1 ? 'delivery' : 'deliveries'} without a right signature since ${since}, from ${sources}`,
    'WebhookSignature',
  );
