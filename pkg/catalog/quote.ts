/**
 * Foreign text made fit for one line. Values come from files of other people: control characters could drive a
 * terminal, forge a log line or reverse the reading order, and a no-break space must be seen to be believed.
 */

/** What is shown of one foreign value, in UTF-16 units: enough to recognise it, short enough for one line. */
const MAX_SHOWN = 80;

const HIDDEN = /[\p{C}\p{Z}]/gu;

/** The value in double quotes, cut at 80 characters, everything invisible escaped. */
export function quote(value: string): string {
  return printable(JSON.stringify(cut(value, MAX_SHOWN)));
}

/** The text with everything invisible but the blank escaped; for paths and messages that stand without quotes. */
export function printable(text: string): string {
  return text.replace(HIDDEN, (char) => (char === ' ' ? char : escape(char)));
}

/** The first characters of a text; an ellipsis says that there is more. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, splitsPair ? length - 1 : length)}…`;
}

function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
