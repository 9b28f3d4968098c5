/**
 * What inputs are made of: texts that broke a reader once, or that look like those that people write. In `corpus`, a folder for each
 * kind; a failing input that was found and fixed is added there. Where real catalogue files lie beside the project, they are used too:
 * they belong to others, and are no part of it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OWN = new URL('./corpus/', import.meta.url);
const BESIDE = new URL('../../../shared/data/entities/', import.meta.url);
/** Larger ones make each case dear, and say nothing more. */
const MOST_BYTES = 12_000;

export function corpus(kind: string): string[] {
  return textsIn(new URL(`${kind}/`, OWN), () => true);
}

/** One JSON value a file. */
export const jsonCorpus = (kind: string): unknown[] => corpus(kind).map((text) => JSON.parse(text) as unknown);

/** Real catalogue files, where they are there. */
export const realFiles = (): string[] => (existsSync(BESIDE) ? textsIn(BESIDE, (name) => name.endsWith('.yaml')) : []);

function textsIn(folder: URL, isWanted: (name: string) => boolean): string[] {
  return readdirSync(fileURLToPath(folder))
    .filter(isWanted)
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .filter((text) => text.length <= MOST_BYTES);
}
