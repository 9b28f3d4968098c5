/**
 * Judges documents of our own kinds as their home would, each fault at the line and column of the field that it is about: for the checks of a
 * pull request. Pure.
 */
import {
  APPROVAL_KIND,
  INPUT_KINDS,
  inputKind,
  KIND,
  parseInput,
  parsePolicy,
  parseWrittenApproval,
} from '../../api/index.js';
import {
  CORE,
  cut,
  offsetOfPath,
  plainText,
  positions,
  printable,
  readYAML,
  sentenceOf,
  valueOfDocument,
  type Position,
  type YAMLDocument,
} from '../../text/index.js';

/** One fault of one document. */
export interface ObjectFault extends Position {
  /** The path of the field; empty where the document cannot be read. */
  path: string;
  /** `found X, allowed: Y` */
  text: string;
}

/** Documents of our own kinds in one text. */
export interface JudgedObjects {
  documents: number;
  faults: ObjectFault[];
}

const OURS = /(?:^|[\s{,])["']?apiVersion["']?\s*:\s*["']?plus1\.dev\//m;
const KINDS = [KIND, APPROVAL_KIND, ...INPUT_KINDS.map(({ kind }) => kind)];
const MAX_SHOWN = 60;

/** Undefined where no document is of ours. Never throws. */
export function judgeObjects(source: string): JudgedObjects | undefined {
  const text = plainText(source);
  if (!OURS.test(text)) return undefined;
  const positionOf = positions(text);
  const read = readYAML(text, CORE);
  if ('costly' in read)
    return {
      documents: 1,
      faults: [{ ...positionOf(0), path: '', text: `it holds ${read.costly.found}, allowed: ${read.costly.allowed}` }],
    };
  if ('fault' in read) {
    const { offset, says } = read.fault;
    return {
      documents: 1,
      faults: [{ ...positionOf(offset), path: '', text: `found ${says.found}, allowed: ${says.expected}` }],
    };
  }
  const own = read.documents.filter(({ offset }, at) => OURS.test(text.slice(offset, read.documents[at + 1]?.offset)));
  return { documents: own.length, faults: own.flatMap((document) => faultsOf(document, positionOf)) };
}

function faultsOf(document: YAMLDocument, positionOf: (offset: number) => Position): ObjectFault[] {
  const [grammar] = document.broken;
  if (grammar !== undefined)
    return [{ ...positionOf(grammar.offset), path: '', text: `broken YAML: ${sentenceOf(grammar.message)}` }];
  if (document.wrong.length > 0)
    return document.wrong.map(({ offset, says }) => ({
      ...{ ...positionOf(offset), path: '', text: `found ${says.found}, allowed: ${says.expected}` },
    }));
  return linesOf(valueOfDocument(document)).map((line) => {
    const [path = '', ...rest] = line.split(': ');
    return { ...positionOf(offsetOfPath(document, path.split('.'))), path, text: rest.join(': ') };
  });
}

/** Each as `path: found X, allowed: Y`. */
function linesOf(value: unknown): string[] {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  if (kind === KIND) return faultLines(parsePolicy(value));
  if (kind === APPROVAL_KIND) return faultLines(parseWrittenApproval(value));
  const input = inputKind(kind);
  if (input !== undefined) return faultLines(parseInput(input, value));
  return [
    `kind: found ${printable(cut(JSON.stringify(kind) ?? 'none', MAX_SHOWN))}, allowed: one of ${KINDS.join(', ')}`,
  ];
}

const faultLines = (parsed: { ok: true } | { ok: false; faults: string[] }): string[] =>
  parsed.ok ? [] : parsed.faults;
