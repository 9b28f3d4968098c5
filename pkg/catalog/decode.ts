/**
 * Content to text, or the reason why it cannot be read. Decoding is fatal: a lenient decoder would put U+FFFD into a
 * value, and the verdict would be about a text that nobody wrote.
 */
import { plainText } from '../text/index.js';
import { MAX_FILE_BYTES, type UnreadableWhy } from './types.js';

export type Decoded = { text: string } | { why: UnreadableWhy };

/** A pointer is at most this long: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const MAX_POINTER_BYTES = 1024;
const LFS_POINTER = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1[ \t]*(?:\r?\n|$)/;

/** Text without its byte order mark. Lone CRs become LFs, one for one, so that offsets still fit the original. */
export function decode(content: string | Uint8Array): Decoded {
  if (byteLength(content) > MAX_FILE_BYTES) return { why: 'too_large' };
  const decoded = typeof content === 'string' ? { text: content } : decodeBytes(content);
  if ('why' in decoded) return decoded;
  const { text } = decoded;
  if (text.length <= MAX_POINTER_BYTES && LFS_POINTER.test(text)) return { why: 'lfs_pointer' };
  return { text: plainText(text) };
}

function byteLength(content: string | Uint8Array): number {
  if (typeof content !== 'string') return content.byteLength;
  return content.length > MAX_FILE_BYTES ? content.length : Buffer.byteLength(content, 'utf8');
}

function decodeBytes(bytes: Uint8Array): Decoded {
  // UTF-16 is full of NULs; without this it would be told as binary, which helps nobody to fix it.
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return { why: 'not_utf8' };
  if (bytes.includes(0)) return { why: 'binary' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { why: 'not_utf8' };
  }
}

const startsWith = (bytes: Uint8Array, first: number, second: number): boolean =>
  bytes[0] === first && bytes[1] === second;
