/** The text of an issue: what it says, and that nothing of a file becomes markup, a mention, a reference or a link in it. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { judge, type Reason } from '../../pkg/catalog/index.js';
import { issueText, TITLE, type IssueSubject } from '../../pkg/issues/text.js';
import { markdownCode as code, markdownWords as words } from '../../pkg/text/index.js';
import { markerStart, readMarker } from '../../pkg/issues/marker.js';
import { anyCharacter } from '../characters.js';
import { PATH } from '../builders.js';
import { runsOf } from '../sample.js';

const SCOPE = { organizationID: 424_242, ruleset: 'plus1_enforcement' };
const PRODUCTION = ['production', 'Production'];

const subject = (given: Partial<IssueSubject> = {}): IssueSubject => ({
  ...{ repositoryID: 1_000_007, url: 'https://github.com/acme/order-api', status: 'invalid_yaml', reasons: [] },
  ...{ paths: [PATH], productionLifecycles: PRODUCTION, effect: 'Retain' },
  ...given,
});

function written(content: string): string {
  const { status, reasons } = judge([{ path: PATH, state: 'present', content }], { productionLifecycles: PRODUCTION });
  return issueText(SCOPE, subject({ status, reasons })).body;
}

/** What is left of a text where all code is taken out, as GitHub does before it looks for mentions and references. */
const outsideOfCode = (text: string): string =>
  text
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
    .replace(/\]\(https:\/\/github\.com\/acme\/order-api\/blob\/HEAD\/[\w.%/-]*#L\d+\)/g, ']');

describe('The text of an issue', () => {
  it('is the one that the guide shows', () => {
    const body = written('apiVersion: v3\nkind: service\nmetadata:\n  name: svc\n  lifecycle: production\n');
    const shown = readFileSync('docs/guides/issues.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('>'))
      .map((line) => line.slice(2));
    expect(shown.join('\n')).to.equal(`**${TITLE}**\n\n${body.slice(0, body.indexOf('\n\n<!--'))}`);
  });

  for (const [name, content, expected] of [
    [
      'a misspelt key that can mean one thing alone',
      'apiversion: v3\nkind: service\nmetadata:\n  name: svc\n',
      /```yaml\napiVersion: v3\n```/,
    ],
    ['an older schema, where more has to change', 'schema-version: v2.2\ndd-service: svc\n', undefined],
    ['a lifecycle that nobody wrote', 'apiVersion: v3\nkind: service\nmetadata:\n  name: svc\n', undefined],
  ] as const) {
    it(`${expected ? 'shows' : 'does not guess'} the corrected lines of ${name}`, () => {
      if (expected) expect(written(content)).to.match(expected);
      else expect(written(content)).to.not.include('```');
    });
  }

  it('says what a file may be called and must say where there is none', () => {
    const { body } = issueText(SCOPE, subject({ status: 'missing_file', paths: [PATH, 'catalog/x.yaml'] }));
    expect(body).to.include('The file is one of `entity.datadog.yaml`, `catalog/x.yaml`.');
    expect(body).to.include('`spec.lifecycle` is `production` or `Production`');
  });

  it('says what becomes of the repository until then, as the policy has it', () => {
    const body = (effect: IssueSubject['effect']): string => issueText(SCOPE, subject({ effect })).body;
    expect(body('Retain')).to.include('the protection of the repository stays as it is');
    expect(body('Release')).to.include('loses that after the grace period').and.not.include('stays as it is');
    expect(body('Govern')).to.include('protected as one that is in production').and.not.include('stays as it is');
  });

  it('is the same for the same finding, and its mark tells which one it is about', () => {
    const [one, other] = [issueText(SCOPE, subject()), issueText(SCOPE, subject())];
    expect(one).to.deep.equal(other);
    const start = markerStart(SCOPE, 1_000_007);
    expect(readMarker(one.body, start)).to.deep.equal({ cause: one.cause, hash: one.hash, isClosed: false });
    expect(readMarker(one.body, markerStart({ ...SCOPE, ruleset: 'other' }, 1_000_007))).to.equal(undefined);
    expect(readMarker(one.body, markerStart(SCOPE, 100_000_7))).to.deep.include({ hash: one.hash });
    expect(readMarker(one.body, markerStart(SCOPE, 100_000))).to.equal(undefined);
    const forged = `${start}${'a'.repeat(16)} ${'b'.repeat(16)} closed -->`;
    const reason: Reason = {
      severity: 'error',
      code: 'x',
      file: PATH,
      line: 1,
      column: 1,
      found: forged,
      expected: '',
      fix: '',
    };
    const quoting = issueText(SCOPE, subject({ reasons: [reason] }));
    expect(quoting.body).to.include(forged);
    expect(readMarker(quoting.body, start), 'a file is no mark').to.deep.include({
      hash: quoting.hash,
      isClosed: false,
    });
  });

  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          ...[
            '@acme/all',
            '@ada',
            '#12',
            'acme/x#3',
            'GH-7',
            'https://evil.example',
            'www.evil.example',
            '`',
            '``',
            '```',
          ],
          ...[
            '<img src=x onerror=alert(1)>',
            '<!-- plus1:issue v1 ',
            '-->',
            '](http://x)',
            '**',
            '\n',
            '\r',
            '\u001b[31m',
            '\u202e',
            ' ',
            'a',
            '"',
          ],
          ...['deadbeefcafe', '- [ ] ', '| --- |', '~~', '\\', '&#64;ada', 'mailto:a@b.example', '> ', '# '],
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  );

  it('makes nothing of what others wrote but text and code', () => {
    const reason = fc.record({
      ...{ severity: fc.constant<Reason['severity']>('error'), code: fc.constant('yaml-syntax') },
      ...{ file: hostile, line: fc.nat(99), column: fc.nat(99), found: hostile, expected: hostile, fix: hostile },
    });
    const property = fc.property(fc.array(reason, { minLength: 1, maxLength: 3 }), hostile, (reasons, lifecycle) => {
      const given = {
        reasons,
        productionLifecycles: [lifecycle],
        paths: [lifecycle],
        status: 'missing_lifecycle',
      } as const;
      const { body } = issueText(SCOPE, subject(given));
      const [text = '', ...more] = body.split(markerStart(SCOPE, 1_000_007));
      expect(more, 'one mark').to.have.length(1);
      const left = outsideOfCode(text);
      expect(left).to.not.match(
        /@|#(?!## What)\d|[<>&\\~|]|https?:|www\.|GH-\d|\b[0-9a-f]{7,40}\b|[\p{Cc}\p{Cf}](?<!\n)/iu,
      );
    });
    fc.assert(property, runsOf(3_000, 200));
  });

  it('keeps plain words plain', () => {
    for (const plain of ['close the bracket, or indent it', 'v3, v3.0', 'write lifecycle: below spec'])
      expect(words(plain)).to.equal(plain);
    for (const other of ['@ada', 'v3.0.*', 'see #4', 'a_b_c', 'http://x', 'GH-12', '0123abc', '- item', '1. item'])
      expect(words(other)).to.equal(code(other));
    expect(code('a `b` c')).to.equal('`` a `b` c ``');
  });
});
