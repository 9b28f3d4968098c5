/** The checks that are about the credential and the clock, whatever the organization. */
import { grouped, plural, printable } from '../../../pkg/text/index.js';
import type { Sights } from './ask.js';
import type { Context } from './context.js';
import { failed, missing, ok, unknown, warning, type Judged } from './result.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Time to find out who may issue a new one, and to have it approved. */
const EXPIRY_WARNING_DAYS = 14;
/** Beyond it a pass lets nobody leave: docs/design/time.md. */
const MAX_DEVIATION_MS = 5 * MINUTE_MS;
/** Below it a pass stops reading: the last fifth is for others. */
const FLOOR = 0.2;

export function judgeExpiry({ headers, limits, organization }: Sights, { kind, nowMs }: Context): Judged {
  if (kind === 'app') return ok('the key of an App has no end; its tokens live for an hour and are made again');
  const { expiresMs } = headers;
  if (expiresMs === undefined) {
    const isAnswered = [limits, organization].some((answer) => answer?.value !== undefined);
    return isAnswered ? ok('the token has no expiry date') : unknown('not asked');
  }
  const end = utc(expiresMs);
  const days = Math.floor((expiresMs - nowMs) / DAY_MS);
  const fix = 'issue a new token before that, and hand it over in place of this one';
  if (expiresMs <= nowMs) return missing(`the token ended at ${end}`, 'issue a new token');
  if (days >= EXPIRY_WARNING_DAYS) return ok(`the token ends at ${end}, in ${days} days`);
  return warning(`the token ends at ${end}, ${days === 0 ? 'within a day' : `in ${plural(days, 'day')}`}`, fix);
}

export function judgeClock({ headers }: Sights, _context: Context): Judged {
  const ahead = headers.clockAheadMs;
  if (ahead === undefined) return unknown('GitHub did not give its time');
  const apart = Math.abs(ahead);
  const way = ahead > 0 ? 'ahead of' : 'behind';
  if (apart <= MAX_DEVIATION_MS)
    return ok(apart < 2_000 ? "in step with GitHub's clock" : `${Math.round(apart / 1_000)} s ${way} GitHub's`);
  return warning(
    `the clock of this machine is ${plural(Math.floor(apart / MINUTE_MS), 'minute')} ${way} GitHub's`,
    'set it, best by NTP: while it is more than 5 minutes off, nobody leaves the ruleset',
  );
}

export function judgeLimits({ limits }: Sights, _context: Context): Judged {
  if (limits === undefined) return unknown('not asked');
  if (limits.error !== undefined) return failed(limits.error);
  if (limits.value.limits.length === 0) return ok('this server has no rate limit');
  const shown = limits.value.limits.map(
    ({ resource, limit, remaining }) =>
      `${grouped(remaining)} of ${grouped(limit)} ${resource === 'graphql' ? 'GraphQL points' : 'requests'} left`,
  );
  const low = limits.value.limits.filter(({ limit, remaining }) => remaining < limit * FLOOR);
  const resetMs = Math.max(...low.map((each) => each.resetMs));
  if (low.length === 0) return ok(shown.join(', '));
  return warning(
    `${shown.join(', ')}: a pass reads only while at least a fifth is left`,
    `wait until ${utc(resetMs)}, or find out who else uses the credential`,
  );
}

export function judgeOrganization({ organization }: Sights, context: Context): Judged {
  if (organization === undefined) return unknown('not asked');
  if (organization.error !== undefined) return failed(organization.error);
  const { login, id, publicCount, privateCount } = organization.value;
  const name = printable(login);
  if (login.toLowerCase() !== context.organization.toLowerCase()) {
    return warning(
      `${context.organization} is called ${name} now`,
      `write ${name} in place of ${context.organization}: its old name may be taken by somebody else`,
    );
  }
  const count =
    publicCount === undefined || privateCount === undefined
      ? ''
      : `, ${plural(publicCount + privateCount, 'repository', 'repositories')}`;
  return ok(`${name}, id ${id}${count}`);
}

/** To the minute where the seconds are none: `2026-12-01 12:00 UTC`. */
export const utc = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ').replace(/:00$/, '')} UTC`;
