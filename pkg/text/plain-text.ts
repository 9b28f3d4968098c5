/** Text without what editors leave in it. */

const BOM = 0xfeff;

/** Without its byte order mark. Lone CRs, line ends in YAML, become LFs, one for one: offsets still fit the original. */
export function plainText(text: string): string {
  const body = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  return body.includes('\r') ? body.replace(/\r(?!\n)/g, '\n') : body;
}

/** Comments, blanks and document marks: nothing is stated. */
const BLANK_LINE = /^(?:---|\.\.\.)?\s*(?:#|$)/;

/** True where every line is empty. Line by line: one pattern for all of them would try every way to divide them. */
export function isBlank(text: string): boolean {
  return text.split('\n').every((line) => BLANK_LINE.test(line.trim()));
}
