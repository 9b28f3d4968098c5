/** Anyone who can push a file can push this one: it must cost little, end in a verdict and stay fit for one line of a report. */
import { expect } from 'chai';
import { judge, MAX_FILE_BYTES, MAX_REASONS_PER_FILE } from '../../pkg/catalog/index.js';
import { codes, entity, present, reasonOf, SETTINGS, stream, verdictOn } from './build.js';

const fill = (unit: string): string => unit.repeat(Math.floor(MAX_FILE_BYTES / unit.length));
const aliases = (levels: number): string =>
  `a0: &a0 [${Array(10).fill('x').join(', ')}]\n` +
  Array.from(
    { length: levels },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(', ')}]\n`,
  ).join('');

describe('hostile files', () => {
  it('refuses aliases that expand a billionfold, without expanding them', () => {
    const verdict = verdictOn(`${entity('production')}extensions:\n  ${aliases(30).replaceAll('\n', '\n  ')}\n`);
    expect(verdict.status).to.equal('invalid_yaml');
    expect(codes(verdict)).to.deep.equal(['alias-limit']);
  });

  it('allows the aliases of a person', () => {
    const uses = Array.from({ length: 300 }, (_, index) => `  k${index}: *t\n`).join('');
    expect(verdictOn(`${entity('production')}extensions:\n  t: &t [a, b, c]\n${uses}`).status).to.equal(
      'valid_production',
    );
  });

  for (const unit of ['[', '{', '[a, ', '{a: ', '- ', '? ', 'a:\n  [']) {
    it(`refuses deep nesting by ${JSON.stringify(unit)}, from 0.5 MB down to the stack`, () => {
      for (const text of [fill(unit), unit.repeat(5_000), unit.repeat(1_000)]) {
        const verdict = verdictOn(text);
        expect(verdict.status).to.equal('unreadable');
        expect(codes(verdict)).to.deep.equal(['too-costly']);
      }
    });
  }

  it('reads nesting as deep as embedded documents have it', () => {
    expect(verdictOn(`${entity('production')}extensions: ${'{a: '.repeat(100)}1${'}'.repeat(100)}\n`).status).to.equal(
      'valid_production',
    );
  });

  it('lists at most fifty reasons of a file, errors first, and says how many more there are', () => {
    const warnings = Array.from({ length: 70 }, (_, index) => `x-${index}: 1\n`).join('');
    const verdict = verdictOn(`${warnings}apiVersion: v3\nkind: service\n`);
    expect(verdict.reasons).to.have.length(MAX_REASONS_PER_FILE + 1);
    expect(codes(verdict)).to.include('metadata-name');
    expect(verdict.reasons.at(-1)).to.include({ code: 'more-findings', found: '21 more findings' });
  });

  it('quotes foreign values, cuts them at 80 characters and escapes what is not seen', () => {
    const long = reasonOf(verdictOn(entity('production').replace('v3', 'x'.repeat(500))), 'api-version');
    expect(long.found).to.equal(`apiVersion: "${'x'.repeat(80)}…"`);
    const bidi = reasonOf(verdictOn(entity('production').replace('v3', '"v3\\x1b[2J\u202e\\n"')), 'api-version');
    expect(bidi.found).to.equal('apiVersion: "v3\\u001b[2J\\u202e\\n"');
  });

  it('keeps every reason on one line of printable text', () => {
    const nasty = 'x\u2028y\u0085z';
    const text = stream(
      `${nasty}: 1\napiVersion: "${nasty}"\n`,
      `apiVersion: v3\nkind: "${nasty}"\nmetadata: {name: "${nasty}", "${nasty}": 1, inheritFrom: "${nasty}"}\n`,
    );
    for (const reason of verdictOn(text).reasons) {
      for (const part of [reason.found, reason.expected, reason.fix])
        expect(part, reason.code).to.match(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
    }
  });

  it('keeps the properties of objects out of everything', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const verdict = verdictOn(names.map((name) => `${name}: {lifecycle: production, name: x}\n`).join(''));
    expect(verdict.status).to.equal('invalid_schema');
    for (const name of names)
      expect(judge([present(entity('production').replace('service', name))], SETTINGS).status).to.equal(
        'valid_production',
      );
    expect(({} as Record<string, unknown>)['lifecycle']).to.equal(undefined);
  });
});
