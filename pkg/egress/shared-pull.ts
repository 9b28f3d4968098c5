/** The text of the pull request of the shared file. A mark in it says which rules it is about, so that it is known after any loss. Pure. */
import { markdownCode as code, markdownWords as words } from '../text/index.js';
import type { SharedEntry } from './shared-text.js';

/** Of every such pull request. */
export const PULL_TITLE = 'Egress rules: change what builds may reach';
/** Of its one commit, and of those that follow. */
export const COMMIT_MESSAGE = 'Write the egress rules';

const MAX_ROWS = 200;
const MAX_DIGESTS = 1_000;

/** What the mark says. */
export interface PullMark {
  /** Of all that the rules asked of the file then. */
  hash: string;
  /** Plus1 closed it itself, because nothing was left to be changed. */
  isOver: boolean;
  /** Of the rules that it brings, in short. */
  digests: readonly string[];
}

export interface PullSubject {
  /** `acme/payments`, as messages name the policy. */
  policy: string;
  entering: readonly SharedEntry[];
  leaving: readonly SharedEntry[];
  /** Lines that no rule has. */
  foreign: readonly string[];
  hash: string;
  digests: readonly string[];
  /** Reasons by name of the rule. */
  reasons: ReadonlyMap<string, string>;
}

export function pullBody({ policy, entering, leaving, foreign, hash, digests, reasons }: PullSubject): string {
  const lines = [
    `Plus1 keeps this file for the policy ${code(policy)}. What builds may reach follows the egress rules, and this pull request brings the file to what they say.`,
    '',
    ...table('Enters', entering, reasons),
    ...table('Leaves', leaving, reasons),
    ...(foreign.length > 0
      ? [
          '### Lines that no rule has',
          '',
          'They stay as they are.',
          '',
          ...cutList(foreign.map((line) => `- ${code(line)}`)),
          '',
        ]
      : []),
    '### What happens next',
    '',
    'An approving review of the last commit and the merge put what enters into force. It is changed as the rules change; there is never a second one beside it. Closed without a merge, it is not opened again before a rule changes.',
  ];
  return `${lines.join('\n')}\n\n${markOf({ hash, digests, isOver: false })}\n`;
}

/** Of one that is closed because the file has all that it should. */
export const overBody = (hash: string): string =>
  `The file has all that the rules ask of it by now, so that nothing is left to be changed. Plus1 closed this pull request.\n\n${markOf({ hash, digests: [], isOver: true })}\n`;

const markOf = ({ hash, digests, isOver }: PullMark): string =>
  [
    `<!-- plus1:egress v1 ${hash} ${isOver ? 'over' : 'open'} -->`,
    `<!-- plus1:egress-rules ${digests.slice(0, MAX_DIGESTS).join(' ')} -->`,
  ].join('\n');

/** Undefined where there is no mark. Ours is the last one: above it stand lines of others, and one of them may look like a mark. */
export function readPullMark(body: string): PullMark | undefined {
  const [, hash = '', state] = last(body, /<!-- plus1:egress v1 (sha256:[0-9a-f]{64}) (open|over) -->/g) ?? [];
  if (hash === '') return undefined;
  const digests = last(body, /<!-- plus1:egress-rules ([0-9a-f ]*) -->/g)?.[1] ?? '';
  return { hash, isOver: state === 'over', digests: digests.split(' ').filter(Boolean) };
}

const last = (text: string, mark: RegExp): RegExpExecArray | undefined => [...text.matchAll(mark)].at(-1);

function table(title: string, entries: readonly SharedEntry[], reasons: ReadonlyMap<string, string>): string[] {
  if (entries.length === 0) return [];
  const rows = entries.map(({ endpoint, rule, owner, until }) => {
    const cells = [
      code(endpoint),
      code(rule),
      words(owner),
      until === undefined ? 'no end' : code(until),
      words(reasons.get(rule) ?? ''),
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    `### ${title}`,
    '',
    '| endpoint | rule | owner | until | reason |',
    '| --- | --- | --- | --- | --- |',
    ...cutList(rows),
    '',
  ];
}

const cutList = (rows: readonly string[]): string[] =>
  rows.length <= MAX_ROWS ? [...rows] : [...rows.slice(0, MAX_ROWS), '', `And ${rows.length - MAX_ROWS} more.`];
