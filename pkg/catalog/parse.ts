/** Text to the documents of a catalogue file: every scalar a string, whatever is wrong with it in words for its owner. */
import type { ParsedNode } from 'yaml';
import { quote, readYAML, STRINGS, syntaxFault, type YAMLDocument } from '../text/index.js';
import type { ReasonCode } from './codes.js';
import type { Says } from './reporter.js';
import { isNothing } from './entity-view.js';

/** What follows a first fault is mostly its echo. */
const MAX_SYNTAX_REASONS = 3;
/** A text can repeat ten thousand keys; nobody reads more than a screen of them. */
const MAX_FAULTS = 60;

export interface YamlDocument {
  root: ParsedNode;
  targets: YAMLDocument['targets'];
}

/** Something to tell about a place in the text, or about all of it. */
export interface Told {
  code: ReasonCode;
  offset: number | undefined;
  says: Says;
}

export interface ParsedText {
  /** Without empty ones. Of a faulty text these are fragments, fit for counting only. */
  documents: YamlDocument[];
  faults: Told[];
  /** Set where the text is over a bound: nothing else is known of it then. */
  costly?: Told;
  /** What the text may hold, but better should not. */
  warnings: Told[];
}

/** Never throws. */
export function parse(text: string): ParsedText {
  const read = readYAML(text, STRINGS);
  if ('costly' in read) return { documents: [], faults: [], costly: tooCostly(read.costly), warnings: [] };
  if ('fault' in read) return { documents: [], faults: [read.fault], warnings: [] };
  const broken = read.documents.flatMap((document) => document.broken);
  const faults =
    broken.length > 0
      ? firstAtEachPlace(broken)
          .slice(0, MAX_SYNTAX_REASONS)
          .map((fault) => syntaxFault(text, fault))
      : read.documents.flatMap((document) => document.wrong).slice(0, MAX_FAULTS);
  return {
    documents: read.documents.flatMap(({ root, targets }) =>
      root === null || isNothing(root) ? [] : [{ root, targets }],
    ),
    faults,
    warnings: [...read.tags.map(tagIgnored), ...read.unindented.map(unindented)],
  };
}

/** A second fault at the same place has other advice for the same mistake. */
const firstAtEachPlace = (faults: YAMLDocument['broken']): YAMLDocument['broken'] =>
  faults.filter(({ offset }, index) => faults.findIndex((each) => each.offset === offset) === index);

const tooCostly = ({
  found,
  allowed,
  offset,
}: {
  found: string;
  allowed: string;
  offset: number | undefined;
}): Told => ({
  code: 'too-costly',
  offset,
  says: { found, expected: allowed, fix: 'make the file simpler, or split it' },
});

const tagIgnored = ({ offset, tag }: { offset: number; tag: string }): Told => ({
  code: 'tag-ignored',
  offset,
  says: {
    found: quote(tag),
    expected: 'no tag: every value is read as it is written',
    fix: 'remove the tag',
  },
});

const unindented = (offset: number): Told => ({
  code: 'yaml-unindented',
  offset,
  says: {
    found: 'a line in brackets or quotes that is indented no more than what it belongs to',
    expected: 'more indentation, which YAML 1.2 asks for and some parsers insist on',
    fix: 'indent the line with blanks',
  },
});
