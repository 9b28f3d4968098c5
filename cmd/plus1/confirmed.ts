/** Asks a person at a terminal. */
import { createInterface } from 'node:readline/promises';
import { Plus1Error } from '../../pkg/errors/index.js';
import { printable } from '../../pkg/text/index.js';
import type { CommandIO } from './io.js';

/** Throws PLUS1_USAGE without a terminal: nobody is there to ask. */
export async function isConfirmed(question: string, { stdin, stderr, signal }: CommandIO): Promise<boolean> {
  if ((stdin as { isTTY?: boolean }).isTTY !== true)
    throw new Plus1Error('PLUS1_USAGE', 'there is no terminal to ask at', { fix: 'give --yes as well' });
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await prompt.question(`${printable(question)} [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}
