/**
 * GitHub's own words, fit for a message: one line, nothing invisible, bounded. Hazard: they may repeat what was sent, so
 * the line is cut between words: half of a secret would not be found any more by whoever cuts out whole ones (`hide`).
 */

/** The text as one line of at most `maxLength` characters. */
export function foreignText(text: string, maxLength: number): string {
  const line = text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .trim();
  if (line.length <= maxLength) return line;
  const cut = line.lastIndexOf(' ', maxLength - 1);
  return `${line.slice(0, Math.max(0, cut))}…`;
}
