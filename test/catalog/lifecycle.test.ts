/** `spec.lifecycle`, the one value that decides, and everything that only looks like it. */
import { expect } from 'chai';
import { judge } from '../../pkg/catalog/index.js';
import { codes, entity, present, reasonOf, SETTINGS, verdictOn } from './build.js';

describe('the lifecycle', () => {
  for (const value of [
    'prod',
    'live',
    'ga',
    'active',
    'PRODUCTION',
    'production#x',
    'production-eu',
    '5 weeks',
    '${STAGE}',
    '<stage>',
    '"null"',
    '"~"',
    'Null',
    '1',
    'true',
  ]) {
    it(`takes ${value} for a value that is not production`, () => {
      const verdict = verdictOn(entity(value));
      expect(verdict.status).to.equal('valid_non_production');
      expect(verdict.lifecycles).to.deep.equal([value.replaceAll('"', '')]);
      expect(verdict.evidence).to.deep.equal({
        file: 'entity.datadog.yaml',
        line: 6,
        column: 14,
        lifecycle: value.replaceAll('"', ''),
      });
    });
  }

  for (const value of ['', '~', 'null', '""', "''", '"  "', '"\\n\\t"', '|\n    \n', '# production']) {
    it(`takes ${JSON.stringify(value)} for no value`, () => {
      const verdict = verdictOn(entity(value));
      expect(verdict).to.deep.include({ status: 'missing_lifecycle', lifecycles: [] });
      expect(verdict).not.to.have.property('evidence');
      expect(codes(verdict)).to.deep.equal(['lifecycle-missing']);
    });
  }

  for (const value of ['[production]', '[]', '{stage: production}', '{{ stage }}', '\n    - production']) {
    it(`refuses ${JSON.stringify(value)}: not one value`, () => {
      const verdict = verdictOn(entity(value));
      expect(verdict).to.deep.include({ status: 'invalid_schema', lifecycles: [] });
      expect(codes(verdict)).to.include('lifecycle-type');
    });
  }

  const near: { reason: string; value: string }[] = [
    { reason: 'upper case', value: 'PRODUCTION' },
    { reason: 'mixed case', value: 'ProDuction' },
    { reason: 'a no-break space before', value: '"\u00a0production"' },
    { reason: 'a no-break space after', value: 'production\u00a0' },
    { reason: 'a zero-width space', value: 'production\u200b' },
    { reason: 'a line separator', value: '"production\\L"' },
    { reason: 'a byte order mark', value: '"\ufeffproduction"' },
    { reason: 'a letter left out', value: 'prodution' },
    { reason: 'two letters swapped', value: 'prodcution' },
    { reason: 'a letter too many', value: 'productions' },
    { reason: 'the usual short form', value: 'prod' },
    { reason: 'the short form in upper case', value: 'PROD' },
    { reason: 'a shorter one', value: 'prd' },
    { reason: 'the word that others use', value: 'live' },
  ];
  for (const { reason, value } of near) {
    it(`does not take ${reason} for production, but warns and shows it`, () => {
      const verdict = verdictOn(entity(value));
      expect(verdict.status).to.equal('valid_non_production');
      const warning = reasonOf(verdict, 'lifecycle-near-production');
      expect(warning).to.include({ severity: 'warning', line: 6, column: 14 });
      expect(warning.found).to.match(/^[\x20-\x7e]+$/);
    });
  }

  for (const value of [
    'preproduction',
    'pre-production',
    'non-production',
    'reproduction2',
    'alive',
    'product',
    'introduction',
  ]) {
    it(`takes ${value} for what it says`, () => {
      expect(codes(verdictOn(entity(value)))).to.deep.equal([]);
    });
  }

  it('warns of words that other parsers take for no value', () => {
    expect(codes(verdictOn(entity('NULL')))).to.deep.equal(['lifecycle-null']);
  });

  it('compares exactly with the values configured', () => {
    const settings = { productionLifecycles: ['live', 'ga'] };
    expect(judge([present(entity('live'))], settings).status).to.equal('valid_production');
    expect(judge([present(entity('production'))], settings).status).to.equal('valid_non_production');
    expect(reasonOf(judge([present(entity('prod'))], settings), 'lifecycle-near-production').fix).to.include('live');
    expect(codes(judge([present(entity('Live'))], settings))).to.deep.equal(['lifecycle-near-production']);
  });

  const elsewhere: { reason: string; text: string }[] = [
    { reason: 'a tag', text: `${entity()}  tags: ["lifecycle:production", "env:production"]\n` },
    { reason: 'a description', text: `${entity()}  description: |\n    spec:\n      lifecycle: production\n` },
    { reason: 'a comment', text: `${entity()}# spec:\n#   lifecycle: production\n` },
    { reason: 'extensions', text: `${entity()}extensions:\n  x:\n    spec:\n      lifecycle: production\n` },
    {
      reason: 'an embedded OpenAPI document',
      text: `${entity().replace('service', 'api')}spec:\n  interface:\n    definition: {info: {lifecycle: production}}\n`,
    },
    { reason: 'the top level', text: `${entity()}lifecycle: production\n` },
    { reason: 'metadata', text: `${entity()}  lifecycle: production\n` },
    { reason: 'a misspelt key', text: `${entity()}spec:\n  lifecyle: production\n` },
    { reason: 'a misspelt spec', text: `${entity()}Spec:\n  lifecycle: production\n` },
  ];
  for (const { reason, text } of elsewhere) {
    it(`does not read ${reason}`, () =>
      expect(verdictOn(text)).to.deep.include({ status: 'missing_lifecycle', lifecycles: [] }));
  }

  const told: { reason: string; text: string; says: RegExp; line: number }[] = [
    { reason: 'no spec', text: entity(), says: /no spec\.lifecycle/, line: 1 },
    { reason: 'an empty spec', text: `${entity()}spec:\n`, says: /no spec\.lifecycle/, line: 5 },
    { reason: 'a null spec', text: `${entity()}spec: ~\n`, says: /no spec\.lifecycle/, line: 5 },
    { reason: 'an empty value', text: entity(''), says: /without a value/, line: 6 },
    {
      reason: 'a lifecycle at the top level',
      text: `${entity()}lifecycle: production\n`,
      says: /at the top level.*move it below spec/,
      line: 1,
    },
    {
      reason: 'a lifecycle below metadata',
      text: `${entity()}  lifecycle: production\n`,
      says: /below metadata.*move it below spec/,
      line: 1,
    },
    {
      reason: 'a misspelt lifecycle',
      text: `${entity()}spec:\n  lifecyle: production\n`,
      says: /"lifecyle".*correct the spelling/,
      line: 6,
    },
    {
      reason: 'a misspelt lifecycle of a custom kind',
      text: `${entity().replace('service', 'library')}spec:\n  Lifecycle: production\n`,
      says: /"Lifecycle"/,
      line: 6,
    },
    { reason: 'a misspelt spec', text: `${entity()}specs:\n  lifecycle: production\n`, says: /"specs"/, line: 5 },
    {
      reason: 'an inherited lifecycle',
      text: `${entity()}  inheritFrom: system:mail\n`,
      says: /inheritFrom "system:mail".*not looked up/,
      line: 1,
    },
  ];
  for (const { reason, text, says, line } of told) {
    it(`tells how to fix ${reason}`, () => {
      const found = reasonOf(verdictOn(text), 'lifecycle-missing');
      expect(`${found.found}; ${found.fix}`).to.match(says);
      expect(found.line).to.equal(line);
    });
  }

  it('points a warning at a lifecycle that stands where it is not read', () => {
    expect(reasonOf(verdictOn(`${entity('dev')}lifecycle: production\n`), 'lifecycle-misplaced')).to.include({
      line: 7,
      column: 1,
      severity: 'warning',
    });
    expect(judge([present(`${entity('dev')}lifecycle: production\n`)], SETTINGS).status).to.equal(
      'valid_non_production',
    );
  });
});
