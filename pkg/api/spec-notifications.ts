/** `spec.notifications`: who hears of a policy, where, and of what. */
import * as v from 'valibot';
import { listMap, matching, oneOf, set } from './fields.js';
import { NOTIFICATION_EVENTS, NOTIFICATION_SEVERITIES } from './notification-events.js';
import { ruled } from './rule.js';
import { secretRef } from './spec-github.js';

const NOTIFICATION_TYPES = ['Slack', 'Teams', 'PagerDuty', 'Email', 'Webhook'] as const;
export const MAX_NOTIFICATIONS = 16;
/** What is open at one channel; each event is there at most once. */
export const MAX_OPEN_NOTIFICATIONS = 32;

/** A name of a channel. */
export const notificationName = matching(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  63,
  'a lower-case name of at most 63 letters, digits and inner hyphens',
);

/** Narrower than RFC 5321: what mail programs read as a list, a comment or a second recipient is refused. */
const mailAddress = matching(
  /^[A-Za-z0-9._%+=-]{1,64}@([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+$/,
  254,
  'a mail address such as security@example.com',
);

const notification = v.pipe(
  v.strictObject({
    name: v.pipe(notificationName, v.description('Name of the channel, for status, metrics and logs.')),
    type: v.pipe(
      oneOf(NOTIFICATION_TYPES),
      v.description('What the channel is: Slack, Teams, PagerDuty, Email or Webhook.'),
    ),
    secretRef: v.pipe(
      secretRef,
      v.description(
        'The Secret with its address and keys. url: Slack, Teams, Webhook; routingKey: PagerDuty; host, port, username, password, from, ca.crt: Email; signingKey: Webhook.',
      ),
    ),
    to: v.pipe(
      v.optional(set(mailAddress, { min: 1, max: 20, allowed: '1 to 20 mail addresses' })),
      v.description('Who gets the mail, 1 to 20 addresses; of Email alone, which needs it.'),
    ),
    events: v.pipe(
      v.optional(
        set(oneOf(NOTIFICATION_EVENTS), {
          min: 1,
          max: NOTIFICATION_EVENTS.length,
          allowed: `1 to ${NOTIFICATION_EVENTS.length} events`,
        }),
      ),
      v.description('Exactly these events. Unset: all of at least minSeverity.'),
    ),
    minSeverity: v.pipe(
      v.optional(oneOf(NOTIFICATION_SEVERITIES)),
      v.description(
        'Least severity that is sent: Info, Warning or High; not together with events. Warning where neither is set.',
      ),
    ),
    delivery: v.pipe(
      v.optional(oneOf(['Immediate', 'Daily']), 'Immediate'),
      v.description('Immediate (default), or Daily: one digest at digestTime.'),
    ),
    digestTime: v.pipe(
      v.optional(matching(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 5, 'a time of day in UTC such as 09:00'), '09:00'),
      v.description(
        'When the digest, and what is reported once a day, is sent: hour and minute in UTC. Default 09:00.',
      ),
    ),
    suspend: v.pipe(
      v.optional(v.boolean('true or false'), false),
      v.description('Sends nothing to this channel. Default false.'),
    ),
  }),
  ruled(
    ({ type, to }) => (type === 'Email') === (to !== undefined),
    'to with type Email, and with no other type',
    "(self.type == 'Email') == has(self.to)",
  ),
  ruled(
    ({ events, minSeverity }) => events === undefined || minSeverity === undefined,
    'events or minSeverity, not both',
    '!(has(self.events) && has(self.minSeverity))',
  ),
);

export const notifications = v.pipe(
  v.optional(
    listMap(notification, { key: 'name', max: MAX_NOTIFICATIONS, allowed: `at most ${MAX_NOTIFICATIONS} channels` }),
  ),
  v.description('Channels that hear what happens to the policy, at most 16, one entry each. Default none.'),
);

/** One channel of a policy. */
export type NotificationChannel = NonNullable<v.InferOutput<typeof notifications>>[number];
