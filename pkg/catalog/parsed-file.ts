/** A file decoded and parsed: nearly all that judging it costs. It can be done before, each file of a repository by itself. */
import { decode } from './decode.js';
import { parse, type ParsedText } from './parse.js';
import type { CatalogFile, UnreadableWhy } from './types.js';

type PresentFile = CatalogFile & { state: 'present' };

export type ParsedFile = { why: UnreadableWhy } | { text: string; parsed: ParsedText };

/** What was parsed before lives as long as its file does. */
const ahead = new WeakMap<CatalogFile, ParsedFile>();

/** Does the costly part for the `judge` that comes next, which then costs little for each file. */
export function readAhead(file: CatalogFile): void {
  if (file.state === 'present') ahead.set(file, parseFile(file));
}

/** What `readAhead` left, or the same made now. */
export const parsedFile = (file: PresentFile): ParsedFile => ahead.get(file) ?? parseFile(file);

function parseFile({ content }: PresentFile): ParsedFile {
  const decoded = decode(content);
  return 'why' in decoded ? decoded : { text: decoded.text, parsed: parse(decoded.text) };
}
