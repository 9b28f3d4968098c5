/** Any text at all: what is printed of it stays text, and JSON means what the engine reads. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  foreignLine,
  JSONTooCostly,
  parseJSON,
  printable as printed,
  printableJSON,
  quote,
} from '../../../pkg/text/index.js';
import { anyCharacter } from '../../characters.js';
import { corpus } from '../corpus.js';
import { mutatedText } from '../mutate/text.js';
import { printable } from '../printable.js';
import { target } from '../target.js';

export const json = target<string>({
  name: 'json',
  weight: 4,
  leastTaken: 0.1,
  inputs: mutatedText([...corpus('bodies').flatMap((text) => text.trim().split('\n')), ...corpus('answers')], {
    pieces: ['{"a":', '[1,', '\\u0000', '\\"'],
    most: 3,
  }),
  judge: (text) => {
    const expected = attempt(() => JSON.parse(text) as unknown);
    const found = attempt(() => parseJSON(text));
    if (found.error instanceof JSONTooCostly) return false;
    expect(found.error === undefined).to.equal(expected.error === undefined);
    expect(found.value).to.deep.equal(expected.value);
    if (found.error !== undefined) expect(found.error).to.be.instanceOf(SyntaxError);
    else printable(printableJSON(found.value).trimEnd());
    return found.error === undefined;
  },
});

function attempt(work: () => unknown): { value?: unknown; error?: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

const MOST = 40;

export const names = target<string>({
  name: 'names',
  weight: 3,
  leastTaken: 0,
  inputs: fc.oneof(fc.string({ unit: anyCharacter, maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 })),
  judge: (text) => {
    const line = foreignLine(text, MOST);
    printable(printed(text), quote(text), line);
    expect([...line].length).to.be.at.most(MOST + 1);
    return true;
  },
});
