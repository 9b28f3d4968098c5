/** Records as lines: their form, their length, and what becomes of values that are too long. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { expect } from 'chai';
import fc from 'fast-check';
import { canonical, isCanonical, parseLine } from '../../pkg/journal/record/line.js';
import { isReference } from '../../pkg/journal/record/fields.js';
import { joinParts, split } from '../../pkg/journal/record/split.js';

const MAX = 30_000;
const bytes = (value: unknown): number => Buffer.byteLength(canonical(value));

describe('A line of the journal', () => {
  it('has its keys in the order of RFC 8785: by UTF-16 unit, and numbers as ECMAScript prints them', () => {
    // The example of RFC 8785, section 3.2.3.
    const source = '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}';
    expect(canonical(JSON.parse(source))).to.equal(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    );
    expect(canonical(JSON.parse('[333333333.33333329,1E30,4.50,2e-3,-0]'))).to.equal(
      '[333333333.3333333,1e+30,4.5,0.002,0]',
    );
  });

  it('holds a foreign text with half of a character, as the replacement character', () => {
    expect(canonical({ 'a\ud800': ['\udc00b', '\ud83d\ude00'] })).to.equal('{"a\ufffd":["\ufffdb","\ud83d\ude00"]}');
  });

  it('is what a library of RFC 8785 writes, whatever the keys and the values', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('9', '10', '__proto__', 'toJSON', '\ufb33', '\ud83d\ude00'),
    );
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom(null, undefined, -0, 1e21, 5e-324, new Date(0)),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => {
        fc.pre(each !== undefined);
        expect(canonical(each)).to.equal(canonicalize(each));
      }),
      { numRuns: 200 },
    );
  });

  it('has no NaN, no infinity, and nothing that is no JSON', () => {
    for (const bad of [NaN, { a: [Infinity] }, undefined, { a: 1n }, Symbol('x')])
      expect(() => canonical(bad)).to.throw();
  });

  it('is canonical in no other spelling', () => {
    const line = canonical({ b: 1, a: 'x' });
    expect(isCanonical(Buffer.from(line))).to.equal(true);
    for (const other of [
      '{"b":1,"a":"x"}',
      '{"a":"x", "b":1}',
      '{"a":"\\u0078","b":1}',
      '{"a":"x","b":1.0}',
      '{"a":"y","a":"x","b":1}',
      '',
    ])
      expect(isCanonical(Buffer.from(other)), other).to.equal(false);
  });

  it('is no record where a field is missing or of another kind', () => {
    expect(parseLine(Buffer.from('{}'))).to.equal(undefined);
    expect(parseLine(Buffer.from([0xff, 0xfe]))).to.equal(undefined);
  });
});

describe('Data that is too long for a line', () => {
  const item = fc.record({ id: fc.nat(), name: fc.string({ unit: 'grapheme', maxLength: 60 }) });

  it('continues in further records, and is the same when they are joined', () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 400 }),
        fc.array(item, { maxLength: 400 }),
        fc.integer({ min: 2_500, max: 6_000 }),
        (left, right, max) => {
          const data = { planHash: 'sha256:x', left, right, count: 3 };
          const { parts, attachments } = split(data, max);
          expect(attachments).to.deep.equal([]);
          for (const part of parts) expect(bytes(part)).to.be.at.most(max);
          expect(joinParts(parts)).to.deep.equal(data);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is one record where it fits, whatever it holds', () => {
    const data = { repositories: [{ id: 1 }], spec: { text: 'x'.repeat(25_000) } };
    expect(split(data, MAX)).to.deep.equal({ parts: [data], attachments: [] });
  });

  it('becomes a file where it is no list, named by its content', () => {
    const spec = { text: 'x'.repeat(40_000) };
    const { parts, attachments } = split({ spec, members: [1, 2] }, MAX);
    const [{ text = '', reference } = { text: '', reference: undefined }] = attachments;
    expect(parts).to.deep.equal([{ spec: reference, members: [1, 2] }]);
    expect(isReference(reference)).to.equal(true);
    expect(text).to.equal(canonical(spec));
    expect(reference).to.deep.equal({ sha256: createHash('sha256').update(text).digest('hex'), bytes: text.length });
  });

  it('makes a file of one item that no line could hold', () => {
    const { parts, attachments } = split({ items: [{ a: 'y'.repeat(50_000) }, 2] }, MAX);
    expect(attachments).to.have.length(1);
    expect(parts).to.deep.equal([{ items: [attachments[0]?.reference, 2] }]);
  });
});
