import type { Edits, Mutant } from './table.js';

/** By file, all that has to be planted. */
export const partsOf = ({ file, edits, also }: Mutant): Edits[] => [{ file, edits }, ...(also ? [also] : [])];

/** The source with the fault in it. Throws where a text to replace does not stand there once. */
export function planted(source: string, { file, edits }: Edits): string {
  return edits.reduce((text, [found, instead]) => {
    const parts = text.split(found);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${found}`);
    return parts.join(instead);
  }, source);
}
