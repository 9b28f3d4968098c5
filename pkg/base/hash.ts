/** SHA-256 of a text (UTF-8), as 64 hexadecimal digits. */
import { createHash } from 'node:crypto';

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
