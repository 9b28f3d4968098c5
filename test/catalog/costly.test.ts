/** Foreign text in one stretch of work: whatever a repository holds, judging it costs a bounded amount on every machine. */
import { expect } from 'chai';
import { MAX_FILE_BYTES, MAX_REASONS_PER_FILE, type Verdict } from '../../pkg/catalog/index.js';
import { codes, entity, reasonOf, verdictOn } from './build.js';
import { fill, HOSTILE } from './hostile-inputs.js';
import { sampleOf } from '../sample.js';

/**
 * Work of this process, not time on the wall. The bounds keep each text near 100 ms; what looks at everything twice takes
 * seconds, so that there is room between the two for a machine that is slow or busy.
 */
const MOST_MS = 1_000;

function measured(text: string): { verdict: Verdict; ms: number } {
  const before = process.cpuUsage();
  const verdict = verdictOn(text);
  const { user, system } = process.cpuUsage(before);
  return { verdict, ms: (user + system) / 1_000 };
}

const isCostly = (verdict: Verdict): boolean => codes(verdict).includes('too-costly');

/** The longest text of a shape that is still judged. */
function longestJudged(make: (bytes: number) => string): string {
  let [low, high] = [0, MAX_FILE_BYTES - 1_000];
  for (let step = 0; step < 4; step += 1) {
    const middle = Math.floor((low + high) / 2);
    if (isCostly(verdictOn(make(middle)))) high = middle;
    else low = middle;
  }
  return make(low);
}

/** The shapes of which the text just below the bound is looked for; that judges each of them five times more. */
const SOUGHT = new Set(sampleOf(Object.keys(HOSTILE), 4, 'just below the bound'));

describe('what a file may cost', () => {
  for (const [name, make] of Object.entries(HOSTILE)) {
    it(`is bounded for ${name}, as large as a file may be and just below the bound`, () => {
      const whole = make(MAX_FILE_BYTES - 1_000);
      const { verdict, ms } = measured(whole);
      expect(verdict.reasons.length).to.be.at.most(MAX_REASONS_PER_FILE + 1);
      expect(ms, 'as large as a file may be').to.be.at.most(MOST_MS);
      if (!isCostly(verdict)) return;
      expect(verdict.status).to.equal('unreadable');
      expect(verdict.lifecycles).to.deep.equal([]);
      if (!SOUGHT.has(name)) return;
      const { ms: below } = measured(longestJudged(make));
      expect(below, 'just below the bound').to.be.at.most(MOST_MS);
    });
  }

  const bounds: { what: string; text: string; found: string }[] = [
    { what: 'tokens', text: `[${'a, '.repeat(15_000)}]`, found: 'more than 30,000 tokens' },
    { what: 'lines', text: `a: |\n${' x\n'.repeat(50_000)}`, found: 'more than 50,000 lines' },
    { what: 'levels', text: `a: ${'['.repeat(200)}`, found: 'more than 128 levels' },
    { what: 'documents', text: '--- a\n'.repeat(600), found: 'more than 500 documents, marks or directives' },
    {
      what: 'keys',
      text: `{${Array.from({ length: 5_001 }, (_, index) => `k${index}`).join(',')}}`,
      found: 'more than 5,000 keys in one mapping',
    },
    { what: 'tags', text: `a: ${'!a '.repeat(9)}b`, found: 'more than 8 tags and anchors before one value' },
  ];
  for (const { what, text, found } of bounds) {
    it(`is bounded by the count of ${what}, which it names`, () => {
      const verdict = verdictOn(text);
      expect(verdict).to.include({ status: 'unreadable', documents: 0 });
      expect(reasonOf(verdict, 'too-costly').found).to.equal(found);
    });
  }

  it('leaves a file alone whose size comes from comments, empty lines, long texts or many small entities', () => {
    const padded = [
      `${entity('production')}${fill('# a line of a license that somebody pasted here\n', 500_000)}`,
      `${fill('#\n', 90_000)}${entity('production')}`,
      `${fill('\n', 40_000)}${entity('production')}${fill('\n', 9_000)}`,
      `${entity('production')}extensions:\n  text: |\n${fill('    some words of a text\n', 490_000)}`,
      `${entity('production')}extensions:\n  text: "${fill('some words of a text ', 490_000)}"\n`,
      Array.from({ length: 400 }, (_, index) => entity('production', `a${index}`)).join('---\n'),
    ];
    for (const text of padded) {
      const verdict = verdictOn(text);
      expect(verdict.status, `${text.length} bytes: ${JSON.stringify(verdict.reasons[0])}`).to.equal(
        'valid_production',
      );
    }
  });

  it('finds the same places behind many lines that hold nothing', () => {
    const verdict = verdictOn(
      `${entity()}${'  # nothing\n\n'.repeat(200)}spec:\n${'\n'.repeat(300)}  lifecycle: PRODUCTION\n`,
    );
    expect(reasonOf(verdict, 'lifecycle-near-production')).to.include({ line: 706, column: 14 });
  });
});
