/**
 * One catalogue file as GitHub shows it, in the words of the catalogue. Null proves absence only where nothing went
 * wrong around it: the caller says so by asking at all.
 */
import * as v from 'valibot';
import { MAX_FILE_BYTES, type CatalogFile, type UnreadableWhy } from '../../catalog/index.js';

const entrySchema = v.looseObject({
  mode: v.number(),
  type: v.string(),
  object: v.nullish(
    v.looseObject({
      byteSize: v.optional(v.number()),
      isBinary: v.nullish(v.boolean()),
      isTruncated: v.optional(v.boolean()),
      text: v.nullish(v.string()),
    }),
  ),
});

type Entry = v.InferOutput<typeof entrySchema>;

/** Git's file modes are octal; GitHub's number has been seen in both readings. */
const SYMLINK_MODES = new Set([0o120000, 120000]);
const SUBMODULE_MODES = new Set([0o160000, 160000]);
const DIRECTORY_MODES = new Set([0o040000, 40000]);

const REPLACEMENT = '\uFFFD';

/** The state of the file at `path`, from the entry of an answer without errors about it. */
export function fileState(path: string, entry: unknown): CatalogFile {
  if (entry === null) return { path, state: 'absent' };
  const parsed = v.safeParse(entrySchema, entry);
  if (!parsed.success) return unobserved(path, 'the answer of GitHub does not contain the file');
  const { object } = parsed.output;
  const why = unreadable(parsed.output);
  if (why !== undefined) return { path, state: 'unreadable', why };
  const content = object?.text;
  if (typeof content !== 'string') return unobserved(path, 'GitHub did not show the text');
  if (object?.byteSize === undefined) return unobserved(path, 'GitHub did not show the size');
  return isCut(content, object.byteSize)
    ? unobserved(path, `GitHub showed ${Buffer.byteLength(content)} of ${object.byteSize} bytes`)
    : { path, state: 'present', content };
}

export function unobserved(path: string, why: string): CatalogFile {
  return { path, state: 'unobserved', why };
}

function unreadable({ mode, type, object }: Entry): UnreadableWhy | undefined {
  if (SYMLINK_MODES.has(mode)) return 'symlink';
  if (SUBMODULE_MODES.has(mode) || type === 'commit') return 'submodule';
  if (DIRECTORY_MODES.has(mode) || type === 'tree') return 'directory';
  return object === null || object === undefined ? undefined : unreadableBlob(object);
}

function unreadableBlob(blob: NonNullable<Entry['object']>): UnreadableWhy | undefined {
  if (blob.isBinary === true) return 'binary';
  if ((blob.byteSize ?? 0) > MAX_FILE_BYTES || blob.isTruncated === true) return 'too_large';
  return isMangled(blob.text, blob.byteSize) ? 'not_utf8' : undefined;
}

/**
 * GitHub puts U+FFFD where bytes are no UTF-8. The mark itself may stand in a file; then the sizes agree. It has three bytes, and
 * stands for one to three, so that a text with marks is never shorter than the file: a shorter one was cut.
 */
function isMangled(text: string | null | undefined, byteSize = 0): boolean {
  return typeof text === 'string' && text.includes(REPLACEMENT) && Buffer.byteLength(text) > byteSize;
}

/**
 * Half a file is no file: the half without `spec.lifecycle` would speak against a repository in production. Text may be longer
 * than the file, where a server made UTF-8 of another encoding; it is shorter only where something was left out.
 */
function isCut(text: string, byteSize: number): boolean {
  return Buffer.byteLength(text) < byteSize;
}
