/** The command lines of the story as a program gets them, and as bash would hand them over: what is shown can be copied. */
import { DemoFault } from '../demo/act.js';

/** What bash takes for something else outside quotes: braces are multiplied, a pattern becomes the names of files. */
const OF_BASH = /[{}[\]*?$&|;<>()`"\\!~]/;
const WORD = /(?:'[^']*'|[^\s'])+/g;

/** Single quotes keep blanks together, and bash out. Throws where bash would hand over something else. */
export function words(line: string): string[] {
  const bare = line.replaceAll(/'[^']*'/g, '');
  if (OF_BASH.test(bare) || bare.includes("'")) throw new DemoFault(`bash would not take this as it stands: ${line}`);
  return [...line.matchAll(WORD)].map(([word]) => word.replaceAll("'", ''));
}
