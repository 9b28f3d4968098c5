/**
 * A CODEOWNERS file: who owns a path. The last line that holds the path counts; one without owners leaves it without; a faulty line is as
 * if it were not there. https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */
import { holds } from './pattern.js';

export interface OwnersLine {
  /** From 1. */
  line: number;
  pattern: string;
  /** As written, such as `@acme/security`. None: nobody owns what it holds. */
  owners: readonly string[];
}

export interface Codeowners {
  lines: readonly OwnersLine[];
  /** Numbers of the faulty lines, which are skipped. */
  faulty: readonly number[];
}

/** `alice`, `acme/security`, or an address. */
const OWNER = /^(?:@[A-Za-z0-9_][\w.-]*(?:\/[\w.-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+)$/;

/** Of gitignore, what GitHub does not take: negation, character ranges, a first `#` that is escaped. */
const NOT_TAKEN = /^!|[[\]]|^\\#|\*\*\*/;

/** `faulty`: lines that GitHub finds faulty beside those that anybody can see, such as one with an owner that does not exist. */
export function parseCodeowners(text: string, faulty: readonly number[]): Codeowners {
  const bad = new Set(faulty);
  const lines: OwnersLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const words = wordsOf(raw);
    const [pattern, ...owners] = words;
    if (pattern === undefined) continue;
    const line = index + 1;
    if (NOT_TAKEN.test(pattern) || owners.some((owner) => !OWNER.test(owner))) bad.add(line);
    if (!bad.has(line)) lines.push({ line, pattern, owners });
  }
  return { lines, faulty: [...bad].sort((a, b) => a - b) };
}

/** Up to a comment; a blank behind a backslash belongs to the pattern. */
function wordsOf(raw: string): string[] {
  const words = raw.trim().match(/(?:\\.|[^\s\\]|\\$)+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? words : words.slice(0, comment);
}

/** The line that decides about the file at `path`, which begins without a slash; undefined where none does. */
export const lineOf = ({ lines }: Codeowners, path: string): OwnersLine | undefined =>
  lines.findLast(({ pattern }) => holds(pattern, path));

/** More files than anybody names by hand. */
const MOST_SAMPLES = 200;

/**
 * The files that stand for what `path` asks about: itself, or for a folder (with a slash at its end) some file in it, every workflow-like
 * name that a line gives a rule of its own, and those that are known to be there.
 */
export function samplesOf({ lines }: Codeowners, path: string, known: readonly string[]): string[] {
  const plain = path.replace(/^\/+/, '');
  if (!plain.endsWith('/') && plain !== '') return [plain];
  const named = lines
    .map(({ pattern }) => pattern.replace(/^\/+/, '').replaceAll(/\*+|\?/g, 'any'))
    .filter((pattern) => pattern.startsWith(plain) && pattern !== plain)
    .map((pattern) => (pattern.endsWith('/') ? `${pattern}any` : pattern));
  const inside = known.filter((file) => file.startsWith(plain));
  return [...new Set([`${plain}any.yml`, `${plain}any.yaml`, ...named, ...inside])].slice(0, MOST_SAMPLES);
}
