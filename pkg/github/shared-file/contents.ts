/** What GitHub's contents API says of a path. https://docs.github.com/en/rest/repos/contents#get-repository-content */
import * as v from 'valibot';
import type { FileText } from './types.js';

/** As of every file that Plus1 reads; GitHub shows no text above 1 MB. */
const MAX_BYTES = 512_000;

const fileSchema = v.looseObject({
  type: v.string(),
  size: v.number(),
  encoding: v.optional(v.string(), ''),
  content: v.optional(v.string(), ''),
});

export function decodeContents(data: unknown): FileText {
  if (Array.isArray(data)) return { state: 'other', why: 'it is a folder' };
  const { type, size, encoding, content } = v.parse(fileSchema, data);
  if (type !== 'file') return { state: 'other', why: `it is a ${type}` };
  if (size > MAX_BYTES) return { state: 'other', why: `it has ${size} bytes, at most ${MAX_BYTES} are written` };
  if (encoding !== 'base64') return { state: 'other', why: 'GitHub does not show its text' };
  const bytes = Buffer.from(content, 'base64');
  const text = bytes.toString('utf8');
  // What is not UTF-8 would be written back in another way.
  return Buffer.from(text, 'utf8').equals(bytes) ? { state: 'text', text } : { state: 'other', why: 'it is not UTF-8' };
}
