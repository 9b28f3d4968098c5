/** How a document is laid out, so that it is written again as its owner writes: indentation, lists, brackets, line ends. */
import type { ToStringOptions } from 'yaml';

export interface Layout {
  options: ToStringOptions;
  lineEnd: '\n' | '\r\n';
}

const DEFAULT_INDENT = 2;
const MAX_INDENT = 8;

/** Of the source of one document: a file may hold the work of several hands. */
export function layoutOf(source: string): Layout {
  const steps = stepsOf(source);
  const list = steps.find(({ isList }) => isList);
  const map = steps.find(({ isList, by }) => !isList && by > 0 && by <= MAX_INDENT);
  return {
    options: {
      // Folding would change texts that their owner did not touch.
      lineWidth: 0,
      minContentWidth: 0,
      indent: map?.by ?? DEFAULT_INDENT,
      indentSeq: list === undefined || list.by > 0,
      flowCollectionPadding: /[[{] +[^\s\]}]/.test(source),
    },
    lineEnd: source.includes('\r\n') ? '\r\n' : '\n',
  };
}

interface Step {
  /** How much deeper the first line below a key stands. */
  by: number;
  isList: boolean;
}

/** Lines that hold a key alone, each with the line below it. A text of several lines may look like one; it is rare enough. */
function stepsOf(source: string): Step[] {
  const lines = source
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !/^\s*(?:#|$)/.test(line));
  return lines.flatMap((line, index) => {
    const below = lines[index + 1];
    const key = /^( *)[\w.-]+:(?: +#.*)?$/.exec(line);
    if (key === null || below === undefined) return [];
    const by = below.length - below.trimStart().length - (key[1] ?? '').length;
    return [{ by, isList: /^ *- /.test(below) }];
  });
}
