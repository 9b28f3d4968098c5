/** `spec.guards`, `spec.exit` and `spec.exemptions`: what holds a plan back, and who is judged by hand. */
import * as v from 'valibot';
import { duration, integer, listMap, MAX_COUNT, oneOf, set, share, text, time } from './fields.js';

const SHARE_ALLOWED = `an integer from 0 to ${MAX_COUNT}, or a percentage such as 25%`;

const GROUPS = { min: 0, max: 8, allowed: 'at most 8 groups of 1 to 128 characters' };
const group = text(1, 128, 'a group of 1 to 128 characters');

const approval = v.strictObject({
  policy: v.pipe(
    v.optional(oneOf(['WhenHeld', 'Always']), 'WhenHeld'),
    v.description(
      'When a plan asks for an approval: WhenHeld (default) where a guard holds it, Always where anybody leaves.',
    ),
  ),
  required: v.pipe(
    v.optional(integer(1, 10, 'an integer from 1 to 10'), 1),
    v.description('Distinct approvers that each held change needs, 1 to 10. Default 1.'),
  ),
  timeout: v.pipe(
    v.optional(duration('1h', '720h'), '48h'),
    v.description('How long approvals of a hold count, 1h to 720h; then they expire together. Default 48h.'),
  ),
  groups: v.pipe(
    v.optional(set(group, GROUPS), []),
    v.description('Each must be a group of at least one approver that counts; at most 8. Default none.'),
  ),
  emergencyGroups: v.pipe(
    v.optional(set(group, GROUPS), []),
    v.description(
      'One Emergency approval by a member of one of these releases at once; at most 8. Default none: there are no Emergency approvals.',
    ),
  ),
});

export const guards = v.strictObject({
  maxLeaving: v.pipe(
    v.optional(share(SHARE_ALLOWED), '25%'),
    v.description(
      'How many members may leave within the window: a count, or a percentage of the membership at its start, rounded up. Default 25%.',
    ),
  ),
  maxEntering: v.pipe(
    v.optional(share(SHARE_ALLOWED)),
    v.description(
      'How many repositories may enter within the window: a count, or a percentage of the membership at its start, rounded up. Unset: no limit.',
    ),
  ),
  window: v.pipe(
    v.optional(duration('1h', '168h'), '24h'),
    v.description(
      'The time over which leavers are counted, 1h to 168h; starts with the first leave after the last window ended. Default 24h.',
    ),
  ),
  minMembers: v.pipe(
    v.optional(integer(1, MAX_COUNT, `an integer from 1 to ${MAX_COUNT}`), 1),
    v.description('Fewest members a plan may leave behind. Default and minimum 1: an empty set is never sent.'),
  ),
  approval: v.pipe(v.optional(approval, {}), v.description('Who may let a held plan pass.')),
});

export const isolation = v.strictObject({
  max: v.pipe(
    v.optional(share(SHARE_ALLOWED), '10%'),
    v.description(
      'How many repositories all incidents together may isolate without an approval: a count, or a percentage of the repositories of the organization, rounded up; at least 1. Default 10%.',
    ),
  ),
});

export const exit = v.strictObject({
  gracePeriod: v.pipe(
    v.optional(duration('0s', '720h'), '24h'),
    v.description(
      'How long a repository must have stopped declaring production before it leaves, 0s to 720h. Default 24h.',
    ),
  ),
});

const exemption = v.strictObject({
  repository: v.pipe(
    text(1, 100, 'a repository name of 1 to 100 characters'),
    v.description('Name of the repository, without the organization.'),
  ),
  repositoryID: v.pipe(
    v.optional(integer(1, Number.MAX_SAFE_INTEGER, 'a repository id')),
    v.description('Id of the repository; wins over the name, and survives renames.'),
  ),
  effect: v.pipe(
    oneOf(['Govern', 'Release']),
    v.description(
      'What the exemption does, whatever filter, archiving and file say: Govern governs, Release lets the repository leave.',
    ),
  ),
  reason: v.pipe(
    text(8, 1024, 'a reason of 8 to 1024 characters'),
    v.description('Why, for those who read the report later; 8 to 1024 characters.'),
  ),
  owner: v.pipe(text(1, 128, 'an owner of 1 to 128 characters'), v.description('Who answers for the exemption.')),
  expiresAt: v.pipe(time(), v.description('When the exemption ends, as RFC 3339: 2027-03-31T00:00:00Z.')),
});

export const exemptions = v.pipe(
  v.optional(listMap(exemption, { key: 'repository', max: 256, allowed: 'at most 256 exemptions' })),
  v.description('Repositories judged by hand for a time, at most 256, one entry each.'),
);
