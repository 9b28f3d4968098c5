/** `status.notifications`: whether channels take messages, and what is open at each. */
import * as v from 'valibot';
import { time } from './fields.js';
import type { NotificationEvent } from './notification-events.js';
import { MAX_OPEN_NOTIFICATIONS, notificationName } from './spec-notifications.js';
import { maybe, told, word } from './status-fields.js';

const openNotification = v.strictObject({
  event: told(word<NotificationEvent>(/^[A-Za-z][A-Za-z0-9]*$/, 64), 'What was told, and is not over yet.'),
  since: told(time(), 'Since when it has been so.'),
  sentTime: maybe(time(), 'When it was last delivered; absent until it was.'),
});

/** One channel. */
export const notification = v.strictObject({
  name: told(notificationName, 'Name of the channel.'),
  ready: told(v.boolean('true or false'), 'Whether the last message to it was delivered, where one was sent.'),
  reason: told(word<string>(/^[A-Za-z][A-Za-z0-9]*$/, 64), 'Why, in one word.'),
  lastSentTime: maybe(time(), 'When a message was last delivered.'),
  // A list as a whole: entries of entries would have owners of their own in a cluster.
  open: maybe(
    v.pipe(v.array(openNotification), v.maxLength(MAX_OPEN_NOTIFICATIONS)),
    'What was sent, and is not over yet; absent or empty where nothing is.',
  ),
});

/** One channel. */
export type NotificationStatus = v.InferOutput<typeof notification>;
/** What was told to a channel, and is not over. */
export type OpenNotification = v.InferOutput<typeof openNotification>;
