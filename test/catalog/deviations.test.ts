/** Deviations from Datadog's schema are warnings, with a way to fix them, and never change the verdict. */
import { expect } from 'chai';
import { codes, entity, reasonOf, verdictOn } from './build.js';

const withLines = (lines: string): string => `${entity('production')}${lines}`;

describe('deviations from the schema of Datadog', () => {
  const cases: { reason: string; text: string; code: string; says: RegExp; line: number }[] = [
    {
      reason: 'an unknown key at the top',
      text: withLines('foo: 1\n'),
      code: 'unknown-key',
      says: /"foo" in the document.*extensions/,
      line: 7,
    },
    {
      reason: 'a misspelt section',
      text: withLines('extentions: {}\n'),
      code: 'unknown-key',
      says: /write extensions/,
      line: 7,
    },
    {
      reason: 'a misspelt key of metadata',
      text: entity('production').replace('  name: shop\n', '  name: shop\n  onwer: team\n'),
      code: 'unknown-key',
      says: /"onwer" in metadata.*write owner/,
      line: 5,
    },
    {
      reason: 'a key in the wrong section',
      text: withLines('  owner: team\n'),
      code: 'unknown-key',
      says: /only metadata\.owner is known/,
      line: 7,
    },
    {
      reason: 'a key of another kind',
      text: withLines('  components: []\n'),
      code: 'unknown-key',
      says: /spec\.components of the kind system/,
      line: 7,
    },
    {
      reason: 'an integration that does not exist',
      text: withLines('integrations:\n  pager-duty: {}\n'),
      code: 'unknown-key',
      says: /write pagerduty/,
      line: 8,
    },
    {
      reason: 'languages that are not a list',
      text: withLines('  languages: typescript\n'),
      code: 'field-type',
      says: /text as spec\.languages.*as a list/,
      line: 7,
    },
    {
      reason: 'a list as inheritFrom',
      text: entity('production').replace('shop\n', 'shop\n  inheritFrom: [system:a]\n'),
      code: 'field-type',
      says: /metadata\.inheritFrom.*one value/,
      line: 5,
    },
    {
      reason: 'a native kind in upper case',
      text: entity('production').replace('service', 'Service'),
      code: 'kind-spelling',
      says: /write kind: service/,
      line: 2,
    },
    {
      reason: 'a native kind misspelt',
      text: entity('production').replace('service', 'servicesy'),
      code: 'kind-spelling',
      says: /write kind: service/,
      line: 2,
    },
    {
      reason: 'a kind with a dot',
      text: entity('production').replace('service', 'custom.gateway'),
      code: 'kind-spelling',
      says: /rename the kind/,
      line: 2,
    },
    {
      reason: 'a merge key in metadata',
      text: entity('production').replace('shop\n', 'shop\n  <<: {}\n'),
      code: 'merge-key',
      says: /write the merged keys out/,
      line: 5,
    },
  ];
  for (const { reason, text, code, says, line } of cases) {
    it(`warns of ${reason}`, () => {
      const verdict = verdictOn(text);
      expect(verdict.status).to.equal('valid_production');
      expect(codes(verdict)).to.deep.equal([code]);
      const found = reasonOf(verdict, code);
      expect(`${found.found}; ${found.fix}`).to.match(says);
      expect(found).to.include({ severity: 'warning', line });
    });
  }

  const fine: { reason: string; text: string }[] = [
    {
      reason: 'what the API takes beyond the schema',
      text: withLines('datadog:\n  performanceData: {tags: []}\n').replace(
        'shop\n',
        'shop\n  namespace: default\n  id: x\n  managed: {}\n',
      ),
    },
    { reason: 'any key below extensions', text: withLines('extensions:\n  lifecycle: dev\n  foo: {bar: 1}\n') },
    { reason: 'any key in spec of a custom kind', text: withLines('  color: red\n').replace('service', 'library') },
    { reason: 'sections left empty', text: withLines('integrations:\ndatadog:\nextensions:\n') },
    { reason: 'an unquoted number as tier', text: withLines('  tier: 1\n') },
    { reason: 'the kind frontend', text: entity('production').replace('service', 'frontend') },
  ];
  for (const { reason, text } of fine) {
    it(`says nothing about ${reason}`, () => expect(verdictOn(text).reasons).to.deep.equal([]));
  }
});
