/** What is told of a foreign input stays text: one line, without control characters. */
const RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export function printable(...texts: readonly string[]): void {
  for (const text of texts)
    if (RAW.test(text)) throw new Error(`it is told raw: ${JSON.stringify(text.slice(0, 300))}`);
}
