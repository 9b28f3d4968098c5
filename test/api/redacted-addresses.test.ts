/** Texts that quote addresses: what may be a secret in them is not shown, however long they are, and at a cost that grows with their length alone. */
import { expect } from 'chai';
import fc from 'fast-check';
import { redactAddresses } from '../../pkg/api/index.js';
import { runsOf } from '../sample.js';

/** What is hidden, as patterns: each place of a text is tried, so that a long one takes minutes. */
const byPatterns = (text: string): string =>
  text
    .replace(/:\/\/[^\s"]*@/g, '://[redacted]@')
    .replace(/[^\s"'/:@[\]]+:[^\s"'/@]*@/g, '[redacted]@')
    .replace(/(:\/\/[^\s"'?#]*[?#])[^\s"']*/g, '$1[redacted]')
    .replace(/([\w\]/.-]\?)[^\s"'=?]*=[^\s"']*/g, '$1[redacted]');

/** As the fuzz has it: far above what a text of this length may cost. */
const MOST_MS = 2_000;
const LENGTH = 300_000;

describe('A text that quotes addresses', () => {
  for (const [text, shown] of [
    ['https://user:pass@host/x', 'https://[redacted]@host/x'],
    ['user:pass@host', '[redacted]@host'],
    ['"https://host/a?token=1#b" and more', '"https://host/a?[redacted]" and more'],
    ['host/a?token=1', 'host/a?[redacted]'],
    ['2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['mail@host', 'mail@host'],
  ] as const)
    it(`shows nothing that may be a secret: ${text}`, () => expect(redactAddresses(text)).to.equal(shown));

  it('hides what the patterns say, of any text', () => {
    const piece = fc.constantFrom(
      '://',
      ':',
      '@',
      '/',
      '?',
      '#',
      '=',
      '"',
      "'",
      ' ',
      '\n',
      '[',
      ']',
      'a',
      'b1',
      '.',
      'é',
      '\u{1f600}',
    );
    const texts = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        expect(redactAddresses(text)).to.equal(byPatterns(text));
      }),
      runsOf(20_000, 2_000),
    );
  });

  for (const unit of ['a', 'a:', '://', 'a?', 'a://', '@', 'a:b@', '[', '?#', '\ud800'])
    it(`costs no more than its length, of ${JSON.stringify(unit)} again and again`, () => {
      const text = unit.repeat(LENGTH / unit.length);
      const before = process.cpuUsage();
      redactAddresses(text);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1_000).to.be.below(MOST_MS);
    });
});
