/**
 * Patterns of CODEOWNERS files: those of gitignore with the exceptions that GitHub names. Case counts. `docs/*` holds the files of that
 * folder alone. https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax
 * By tables and not by regular expressions: a pattern is foreign, and two stars in a row make those take for ever.
 */

/** Any number of folders. */
const ANY_DEPTH = '**';

/** Whether the pattern holds the file at `path`, which begins without a slash. */
export function holds(pattern: string, path: string): boolean {
  if (pattern === '/' || pattern === '') return false;
  return holdsSegments(segmentsOf(pattern), path.split('/'));
}

/** Without a slash in front or in the middle, a pattern holds at every depth. */
function segmentsOf(pattern: string): string[] {
  const segments = pattern.split('/');
  const isFolder = segments.length > 1 && segments.at(-1) === '';
  if (segments[0] === '') segments.shift();
  else if (segments.length === (isFolder ? 2 : 1) && segments[0] !== ANY_DEPTH) segments.unshift(ANY_DEPTH);
  if (isFolder) segments[segments.length - 1] = ANY_DEPTH;
  return segments;
}

/** From the last segment to the first: `next[at]` says whether the rest of the pattern holds the path from `at` on. */
function holdsSegments(segments: readonly string[], path: readonly string[]): boolean {
  const { length } = path;
  let next = path.map(() => false);
  next.push(true);
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    const segment = segments[index] ?? '';
    const isLast = index === segments.length - 1;
    const here = next.map(() => false);
    for (let at = length; at >= 0; at -= 1) here[at] = holdsFrom(segment, { path, at, isLast, next, here });
    next = here;
  }
  return next[0] === true;
}

interface Place {
  path: readonly string[];
  at: number;
  isLast: boolean;
  next: readonly boolean[];
  here: readonly boolean[];
}

function holdsFrom(segment: string, { path, at, isLast, next, here }: Place): boolean {
  if (at === path.length) return segment === ANY_DEPTH && !isLast && next[at] === true;
  if (segment === ANY_DEPTH) return isLast || next[at] === true || here[at + 1] === true;
  if (!holdsName(segment, path[at] ?? '')) return false;
  // A name in the last place is a file, or a folder with all that is in it; a star is a file.
  return isLast ? segment !== '*' || at === path.length - 1 : next[at + 1] === true;
}

/** One name against one segment: `*` any characters, `?` one, a backslash before what stands for itself. */
function holdsName(segment: string, name: string): boolean {
  let [at, inName] = [0, 0];
  let star: { at: number; inName: number } | undefined;
  while (inName < name.length) {
    const mark = segment[at];
    const escaped = mark === '\\' ? segment[at + 1] : undefined;
    if (escaped !== undefined && escaped === name[inName]) [at, inName] = [at + 2, inName + 1];
    else if (mark === '*') star = { at: (at += 1), inName };
    else if (escaped === undefined && (mark === '?' || mark === name[inName])) [at, inName] = [at + 1, inName + 1];
    else if (star !== undefined) [at, inName] = [star.at, (star.inName += 1)];
    else return false;
  }
  while (segment[at] === '*') at += 1;
  return at === segment.length;
}
