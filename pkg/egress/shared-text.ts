/**
 * The text of the shared file: one endpoint a line, as `host:port`. A line of ours follows a comment that names it, with its rule, owner and
 * end, and the digest of that rule. Every other line is of somebody else and stays where it is. Pure.
 */
import { foreignLine } from '../text/index.js';

/** One endpoint of one rule in the file. */
export interface SharedEntry {
  endpoint: string;
  /** Name of the rule. */
  rule: string;
  owner: string;
  /** RFC 3339; absent: no end. */
  until?: string;
  /** The first 16 digits of the rule's digest: another scope, end or kind is another entry. */
  digest: string;
}

/** What is compared: the file on the default branch, where the branch parted from it, and on the branch. */
export interface Texts {
  base: string;
  /** Absent where there is no branch. */
  branch?: { before: string; now: string } | undefined;
}

const MARK = '# plus1 ';
const COMMENT = /^# plus1 (\S+): rule (\S+), owner (.*), (no end|until \S+), ([0-9a-f]{16})$/;
const MAX_OWNER = 253;

/** `sha256:…` in short. */
export const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 16);

type Line = { is: 'ours'; text: string; entry?: SharedEntry } | { is: 'foreign'; text: string };

/** Entries of ours, in their order; those whose endpoint does not follow are none. */
export function entriesOf(text: string): SharedEntry[] {
  const lines = linesOf(text);
  const endpoints = new Set(
    lines.filter((line) => line.is === 'ours' && line.entry === undefined).map(({ text: own }) => own),
  );
  return lines.flatMap((line) =>
    line.is === 'ours' && line.entry !== undefined && endpoints.has(line.entry.endpoint) ? [line.entry] : [],
  );
}

/** Endpoints that others wrote, each line once. Blank lines and comments are none. */
export const foreignEndpoints = (text: string): string[] => [
  ...new Set(
    foreignOf(text)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  ),
];

/** The text with exactly those entries: they stand where ours stood, else at the end, sorted. The same text where it has them. */
export function withEntries(text: string, entries: readonly SharedEntry[]): string {
  const lines = linesOf(text);
  const wanted = blockOf(entries);
  const own = lines.filter(({ is }) => is === 'ours').map((line) => line.text);
  if (own.length === wanted.length && own.every((line, at) => line === wanted[at])) return text;
  const ending = text.includes('\r\n') ? '\r' : '';
  const at = lines.findIndex(({ is }) => is === 'ours');
  const before = lines.slice(0, at === -1 ? lines.length : at);
  const after = at === -1 ? [] : lines.slice(at).filter(({ is }) => is === 'foreign');
  const all = [
    ...before.map(({ text: line }) => line),
    ...wanted.map((line) => line + ending),
    ...after.map(({ text: line }) => line),
  ];
  return all.map((line) => `${line}\n`).join('');
}

/**
 * What the branch should have. As long as nobody changed the file on the default branch, it is the branch's own text with our entries;
 * else that of the default branch with our entries and with the lines that others added on the branch: none of either side is lost.
 */
export function proposedText({ base, branch }: Texts, entries: readonly SharedEntry[]): string {
  if (branch === undefined) return withEntries(base, entries);
  if (base === branch.before) return withEntries(branch.now, entries);
  return withEntries(withLines(base, addedLines(branch.before, branch.now)), entries);
}

/** Lines of others that are in the one and not in the other. */
function addedLines(before: string, now: string): string[] {
  const known = countsOf(foreignOf(before));
  return foreignOf(now).filter((line) => line.trim() !== '' && !taken(known, line));
}

function withLines(text: string, lines: readonly string[]): string {
  const known = countsOf(foreignOf(text));
  const missing = lines.filter((line) => !taken(known, line));
  if (missing.length === 0) return text;
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return whole + missing.map((line) => `${line}\n`).join('');
}

function countsOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.trimEnd(), (counts.get(line.trimEnd()) ?? 0) + 1);
  return counts;
}

/** Takes one of that line away, where there is one. */
function taken(counts: Map<string, number>, line: string): boolean {
  const count = counts.get(line.trimEnd()) ?? 0;
  if (count === 0) return false;
  counts.set(line.trimEnd(), count - 1);
  return true;
}

const foreignOf = (text: string): string[] =>
  linesOf(text).flatMap((line) => (line.is === 'foreign' ? [line.text] : []));

/** Ours: a comment of ours, and the endpoint that it names right after it. */
function linesOf(text: string): Line[] {
  const rows = text.split('\n');
  if (rows.at(-1) === '') rows.pop();
  let named = new Set<string>();
  return rows.map((row): Line => {
    const line = row.trimEnd();
    const entry = line.startsWith(MARK) ? entryOf(line) : undefined;
    if (entry !== undefined) {
      named.add(entry.endpoint);
      return { is: 'ours', text: line, entry };
    }
    const isOurs = named.has(line);
    named = new Set();
    return isOurs ? { is: 'ours', text: line } : { is: 'foreign', text: row };
  });
}

function entryOf(line: string): SharedEntry | undefined {
  const [, endpoint = '', rule = '', owner = '', end = '', digest = ''] = COMMENT.exec(line) ?? [];
  if (endpoint === '') return undefined;
  return { endpoint, rule, owner, digest, ...(end !== 'no end' && { until: end.replace(/^until /, '') }) };
}

/** Sorted; an endpoint of several rules stands once, after a comment for each. */
function blockOf(entries: readonly SharedEntry[]): string[] {
  const byEndpoint = new Map<string, string[]>();
  for (const entry of entries) {
    const comments = byEndpoint.get(entry.endpoint) ?? [];
    byEndpoint.set(entry.endpoint, [...comments, commentOf(entry)]);
  }
  return [...byEndpoint]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([endpoint, comments]) => [...[...new Set(comments)].sort(), endpoint]);
}

const commentOf = ({ endpoint, rule, owner, until, digest }: SharedEntry): string =>
  `${MARK}${endpoint}: rule ${rule}, owner ${ownerWords(owner)}, ${until === undefined ? 'no end' : `until ${until}`}, ${digest}`;

/** On one line, whatever its owner typed. */
const ownerWords = (owner: string): string => foreignLine(owner, MAX_OWNER);
