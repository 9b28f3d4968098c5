/** `spec.issues`: whether owners of repositories are told of their catalogue file by an issue. */
import * as v from 'valibot';
import { duration, integer, oneOf, set, text } from './fields.js';

/** Statuses that an owner can do something about. */
const ISSUE_STATUSES = ['invalid_yaml', 'invalid_schema', 'unreadable', 'missing_lifecycle', 'missing_file'] as const;

const DEFAULT_STATUSES: (typeof ISSUE_STATUSES)[number][] = [
  'invalid_yaml',
  'invalid_schema',
  'unreadable',
  'missing_lifecycle',
];

/** GitHub takes no longer name: https://docs.github.com/en/rest/issues/labels */
const label = text(1, 50, 'the name of a label, 1 to 50 characters');

export const issues = v.strictObject({
  mode: v.pipe(
    v.optional(oneOf(['Off', 'PerRepository']), 'Off'),
    v.description('Off (default), or PerRepository: one issue in each repository whose catalogue file cannot be used.'),
  ),
  statuses: v.pipe(
    v.optional(
      set(oneOf(ISSUE_STATUSES), {
        min: 1,
        max: ISSUE_STATUSES.length,
        allowed: `1 to ${ISSUE_STATUSES.length} statuses`,
      }),
      DEFAULT_STATUSES,
    ),
    v.description(
      'Findings that an issue is opened for: invalid_yaml, invalid_schema, unreadable and missing_lifecycle by default; missing_file may be added.',
    ),
  ),
  after: v.pipe(
    v.optional(duration('0s', '720h'), '24h'),
    v.description('How long a finding must have stood before its issue is opened, 0s to 720h. Default 24h.'),
  ),
  labels: v.pipe(
    v.optional(set(label, { min: 0, max: 10, allowed: 'at most 10 labels' }), ['plus1']),
    v.description('Labels of a new issue, at most 10. Default plus1.'),
  ),
  maxPerPass: v.pipe(
    v.optional(integer(1, 100, 'an integer from 1 to 100'), 25),
    v.description('Issues that are opened or changed in one pass, 1 to 100; the others in the next. Default 25.'),
  ),
});
