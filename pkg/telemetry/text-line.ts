/** A log line for a person at a terminal: time, level and message, and the fields behind them. The same facts as the JSON line. */
import { styleText } from 'node:util';
import { printable } from '../text/index.js';

const COLORS: Readonly<Record<string, 'red' | 'yellow' | 'green' | 'dim'>> = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'dim',
};

/** The longest level. */
const LEVEL_WIDTH = 5;

/**
 * From the JSON line, whose secrets are cut out already. What is hidden in a value is escaped once more, because reading JSON
 * turns its escapes into what they stand for.
 */
export function textLine(json: string, { color }: { color: boolean }): string {
  const { ts, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const paint = (style: 'red' | 'yellow' | 'green' | 'dim' | 'bold', text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const word = wordOf(level);
  const behind = Object.entries(fields).map(
    ([name, value]) => `${paint('dim', `${printable(name)}=`)}${valueOf(value)}`,
  );
  return [
    paint('dim', wordOf(ts)),
    paint(COLORS[word] ?? 'dim', word.toUpperCase().padEnd(LEVEL_WIDTH)),
    paint('bold', wordOf(msg)),
    ...behind,
  ].join(' ');
}

const wordOf = (value: unknown): string => printable(typeof value === 'string' ? value : JSON.stringify(value));

/** In quotes where a reader could not tell where the value ends. */
function valueOf(value: unknown): string {
  const isPlain = typeof value === 'string' && value !== '' && !/[\s"'=\\]/.test(value);
  return printable(isPlain ? value : JSON.stringify(value));
}
