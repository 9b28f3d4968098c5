/** UUIDs of version 5: the same name has the same one. https://www.rfc-editor.org/rfc/rfc9562#section-5.5 */
import { createHash } from 'node:crypto';

/** Of ours: names are positions in a journal. */
const NAMESPACE = Buffer.from('6f9c1a2e4b7d5c0a8e3f1d2b3c4a5968', 'hex');

export function uuid5(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
