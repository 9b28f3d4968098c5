/** What holds for every file, not only for those that somebody thought of. */
import { expect } from 'chai';
import fc from 'fast-check';
import { judge, type CatalogFile } from '../../pkg/catalog/index.js';
import { anyCharacter } from '../characters.js';
import { runsOf } from '../sample.js';
import { entity, present, SETTINGS, stream, verdictOn } from './build.js';

/** Pieces that make texts which get past the first token. */
const pieces = fc.constantFrom(
  'apiVersion: v3\n',
  'kind: service\n',
  'metadata: {name: a}\n',
  'spec:\n',
  '  lifecycle: production\n',
  '  lifecycle: ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '- ',
  '? ',
  ': ',
  '&a ',
  '*a',
  '!t ',
  '!<',
  '<<: ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '|\n',
  '>-\n',
  '#',
  '\t',
  ' ',
  '\n',
  '\r',
  '\ufeff',
  '\0',
  '\u00a0',
  '~',
  'null',
  '@',
  '`',
  'x',
  '<<<<<<< a\n',
  '=======\n',
);
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: anyCharacter }),
);
const contents = fc.oneof(texts, fc.uint8Array());
const lifecycles = fc.constantFrom('production', 'staging', undefined);
const documents = fc.array(lifecycles, { minLength: 1, maxLength: 6 });
const numbered = (values: readonly (string | undefined)[]): string =>
  stream(...values.map((value, index) => entity(value, `s${index}`)));

describe('the verdict', () => {
  it('is given for any content, with reasons that fit one line', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const verdict = verdictOn(content);
        const lines = typeof content === 'string' ? content.split(/\r\n|\r|\n/).length : Infinity;
        for (const reason of verdict.reasons) {
          expect(reason.line).to.be.within(1, lines);
          expect(reason.column).to.be.at.least(1);
          expect(`${reason.found}${reason.expected}${reason.fix}`).to.match(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
        }
        if (verdict.status !== 'valid_production' && verdict.status !== 'valid_non_production')
          expect(verdict.reasons).not.to.deep.equal([]);
      }),
      runsOf(500),
    );
  });

  it('is the same for a text and its bytes, unless it holds NUL or half a pair', () => {
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(!text.includes('\0') && !/\p{Surrogate}/u.test(text));
        expect(verdictOn(new TextEncoder().encode(text))).to.deep.equal(verdictOn(text));
      }),
    );
  });

  it('is production as soon as one document of a well-formed stream is, wherever it stands', () => {
    fc.assert(
      fc.property(documents, (values) => {
        const expected = values.includes('production')
          ? 'valid_production'
          : values.includes('staging')
            ? 'valid_non_production'
            : 'missing_lifecycle';
        expect(verdictOn(numbered(values)).status).to.equal(expected);
      }),
    );
  });

  it('is not lowered by a production document more', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const before = verdictOn(text).status;
        const after = judge([present(text, 'a'), present(entity('production'), 'b')], SETTINGS).status;
        expect(after).to.equal(before === 'invalid_yaml' || before === 'unreadable' ? before : 'valid_production');
      }),
    );
  });

  it('does not depend on how documents are spread over files', () => {
    fc.assert(
      fc.property(documents, (values) => {
        const files: CatalogFile[] = values.map((value, index) => present(entity(value, `s${index}`), `${index}.yaml`));
        const { status, lifecycles: apart, documents: count } = judge(files, SETTINGS);
        expect({ status, apart, count }).to.deep.equal({
          status,
          apart: verdictOn(numbered(values)).lifecycles,
          count: values.length,
        });
        expect(verdictOn(numbered(values)).status).to.equal(status);
      }),
    );
  });

  it('is unobserved as soon as one file is', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 3 }), fc.nat(3), (all, at) => {
        const files: CatalogFile[] = all.map((text, index) => present(text, `${index}`));
        files.splice(at, 0, { path: 'u', state: 'unobserved', why: 'timeout' });
        expect(judge(files, SETTINGS).status).to.equal('unobserved');
      }),
    );
  });

  it('says production only with evidence that stands where it says', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const verdict = verdictOn(text);
        if (verdict.status !== 'valid_production') return;
        expect(SETTINGS.productionLifecycles).to.include(verdict.evidence?.lifecycle);
        expect(verdict.lifecycles).to.include(verdict.evidence?.lifecycle);
      }),
    );
  });
});
