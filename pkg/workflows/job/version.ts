/** Versions of harden-runner: what a file tells of them, and whether one is older than a floor. */
import type { Scalar } from 'yaml';
import { commentBehind } from '../read/words.js';

export interface KnownVersion {
  text: string;
  /** A comment is somebody's claim; a tag can move; `tags`: the tags of the repository say so. */
  from: 'tag' | 'comment' | 'tags';
}

const VERSION = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(-[0-9A-Za-z.-]{1,60})?$/;
const COMMENT = /^#\s*(?:tag=|pin@)?(v?\d[^\s,;)]*)/;
export const FULL_COMMIT = /^[0-9a-f]{40}$/i;

/** True for `vX.Y.Z`, which a floor must be. */
export const isVersion = (text: string): boolean => VERSION.test(text);

/** Undefined where the file, and the tags if they were asked for, do not say. */
export function versionOf(
  ref: string,
  uses: Scalar.Parsed,
  source: string,
  tags: ReadonlyMap<string, readonly string[]> | undefined,
): KnownVersion | undefined {
  if (VERSION.test(ref)) return { text: ref, from: 'tag' };
  if (tags !== undefined) return versionByTags(ref, tags);
  if (!FULL_COMMIT.test(ref)) return undefined;
  const claimed = COMMENT.exec(commentBehind(uses, source) ?? '')?.[1];
  return claimed !== undefined && VERSION.test(claimed) ? { text: claimed, from: 'comment' } : undefined;
}

/** A commit by its own tags; a moving tag such as `v2` by the full versions of the commit that it names. */
function versionByTags(ref: string, tags: ReadonlyMap<string, readonly string[]>): KnownVersion | undefined {
  const names = FULL_COMMIT.test(ref)
    ? (tags.get(ref.toLowerCase()) ?? [])
    : ([...tags.values()].find((all) => all.includes(ref)) ?? []);
  const text = names.filter(isVersion).sort(compareVersions).at(-1);
  return text === undefined ? undefined : { text, from: 'tags' };
}

/** Below 0 where `a` is older. A pre-release is older than its release. Both must be versions. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [VERSION.exec(a), VERSION.exec(b)];
  for (let part = 1; part <= 3; part += 1) {
    const difference = Number(left?.[part]) - Number(right?.[part]);
    if (difference !== 0) return difference;
  }
  const [pre, other] = [left?.[4], right?.[4]];
  if (pre === other) return 0;
  if (pre === undefined) return 1;
  return other === undefined || pre < other ? -1 : 1;
}
