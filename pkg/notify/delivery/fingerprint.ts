/** Tells a changed Secret from the same one, without keeping anything of it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ChannelSecret } from '../channels/channel.js';

const hashOf = (secret: ChannelSecret, salt: string): string =>
  createHmac('sha256', salt)
    .update(JSON.stringify(Object.entries(secret).sort()))
    .digest('hex');

/** A salt and a hash. */
export const fingerprint = (secret: ChannelSecret, salt: string): string => `${salt}:${hashOf(secret, salt)}`;

/** True where it is the Secret of that fingerprint. */
export function isSame(secret: ChannelSecret, print: string): boolean {
  const [salt = '', hash = ''] = print.split(':');
  const own = Buffer.from(hashOf(secret, salt));
  const other = Buffer.from(hash);
  return own.length === other.length && timingSafeEqual(own, other);
}
