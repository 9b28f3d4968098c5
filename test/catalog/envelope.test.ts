/** What makes a document a v3 entity, and the near misses that are named when it is not one. */
import { expect } from 'chai';
import { codes, entity, reasonOf, stream, verdictOn } from './build.js';

const versioned = (version: string): string => entity('production').replace('apiVersion: v3', `apiVersion: ${version}`);

describe('the envelope of an entity', () => {
  for (const version of ['v3', '"v3"', 'v3.0', 'v3.0.0', 'v3.0.17', 'v3.0.X', 'v3.0.1-beta', 'v3   ']) {
    it(`accepts apiVersion ${version}`, () =>
      expect(verdictOn(versioned(version)).status).to.equal('valid_production'));
  }

  for (const version of [
    'V3',
    '3',
    '3.0',
    'v3.1',
    'v3.00',
    'v30',
    'v4',
    'v2.2',
    'v2',
    '"v3 "',
    'v3\u00a0',
    'v3alpha1',
    'null',
    '~',
    '""',
    '[v3]',
    '{v3: x}',
    'backstage.io/v1alpha1',
  ]) {
    it(`refuses apiVersion ${JSON.stringify(version)} by name`, () => {
      const verdict = verdictOn(versioned(version));
      expect(verdict.status).to.equal('invalid_schema');
      expect(verdict.lifecycles).to.deep.equal([]);
      expect(reasonOf(verdict, 'api-version').line).to.equal(1);
    });
  }

  const misses: { reason: string; text: string; code: string; says: RegExp; line: number }[] = [
    {
      reason: 'schema-version: v3',
      text: entity('production').replace('apiVersion', 'schema-version'),
      code: 'api-version',
      says: /"schema-version" and no apiVersion.*replace "schema-version" by apiVersion: v3/,
      line: 1,
    },
    {
      reason: 'apiversion',
      text: entity('production').replace('apiVersion', 'apiversion'),
      code: 'api-version',
      says: /"apiversion"/,
      line: 1,
    },
    {
      reason: 'apiVersion after a byte order mark that is not first',
      text: `---\n\ufeff${entity('production')}`,
      code: 'api-version',
      says: /no apiVersion/,
      line: 2,
    },
    {
      reason: 'kink',
      text: entity('production').replace('kind', 'kink'),
      code: 'kind',
      says: /"kink" and no kind.*replace "kink" by kind/,
      line: 2,
    },
    {
      reason: 'no kind',
      text: entity('production').replace('kind: service\n', ''),
      code: 'kind',
      says: /no kind/,
      line: 1,
    },
    {
      reason: 'an empty kind',
      text: entity('production').replace('kind: service', 'kind: ""'),
      code: 'kind',
      says: /an empty kind/,
      line: 2,
    },
    {
      reason: 'a null kind',
      text: entity('production').replace('kind: service', 'kind: ~'),
      code: 'kind',
      says: /no kind/,
      line: 2,
    },
    {
      reason: 'a list as kind',
      text: entity('production').replace('kind: service', 'kind: [service]'),
      code: 'kind',
      says: /a list as kind/,
      line: 2,
    },
    {
      reason: 'no metadata',
      text: 'apiVersion: v3\nkind: service\nspec: {lifecycle: production}\n',
      code: 'metadata-name',
      says: /no metadata/,
      line: 1,
    },
    {
      reason: 'misspelt metadata',
      text: entity('production').replace('metadata', 'metdata'),
      code: 'metadata-name',
      says: /"metdata" and no metadata/,
      line: 3,
    },
    {
      reason: 'a list as metadata',
      text: 'apiVersion: v3\nkind: service\nmetadata: [name]\n',
      code: 'metadata-name',
      says: /a list as metadata/,
      line: 3,
    },
    {
      reason: 'no name',
      text: entity('production').replace('name: shop', 'owner: team'),
      code: 'metadata-name',
      says: /no metadata\.name/,
      line: 3,
    },
    {
      reason: 'an empty name',
      text: entity('production').replace('name: shop', 'name: ""'),
      code: 'metadata-name',
      says: /an empty metadata\.name/,
      line: 4,
    },
    {
      reason: 'a name that a # made a comment',
      text: entity('production').replace('name: shop', 'name: #shop'),
      code: 'metadata-name',
      says: /no metadata\.name/,
      line: 4,
    },
    {
      reason: 'an unfilled template as name',
      text: entity('production').replace('name: shop', 'name: {{ name }}'),
      code: 'metadata-name',
      says: /a mapping as metadata\.name/,
      line: 4,
    },
    {
      reason: 'text as spec',
      text: 'apiVersion: v3\nkind: service\nmetadata: {name: a}\nspec:\n  lifecycle:\u00a0production\n',
      code: 'spec',
      says: /text as spec/,
      line: 5,
    },
    {
      reason: 'a list as spec',
      text: 'apiVersion: v3\nkind: service\nmetadata: {name: a}\nspec: [production]\n',
      code: 'spec',
      says: /a list as spec/,
      line: 4,
    },
  ];
  for (const { reason, text, code, says, line } of misses) {
    it(`names the near miss: ${reason}`, () => {
      const verdict = verdictOn(text);
      expect(verdict.status).to.equal('invalid_schema');
      const found = reasonOf(verdict, code);
      expect(`${found.found}; ${found.fix}`).to.match(says);
      expect(found).to.include({ line, severity: 'error' });
    });
  }

  const legacy: { reason: string; text: string; says: RegExp }[] = [
    {
      reason: 'v2.2 with a lifecycle',
      text: 'schema-version: v2.2\ndd-service: shop\nlifecycle: production\n',
      says: /"v2.2", with lifecycle "production".*spec\.lifecycle: "production"/,
    },
    {
      reason: 'v2.1 with an empty lifecycle',
      text: 'schema-version: v2.1\ndd-service: shop\nlifecycle: ""\n',
      says: /"v2.1"; migrate to v3 with plus1 migrate/,
    },
    { reason: 'v2', text: 'schema-version: v2\ndd-service: shop\n', says: /"v2"; migrate to v3 with plus1 migrate/ },
    {
      reason: 'no version at all',
      text: 'dd-service: shop\n',
      says: /dd-service: "shop"; migrate to v3 with plus1 migrate/,
    },
    { reason: 'v1', text: 'info:\n  dd-service: shop\n', says: /dd-service: "shop"; migrate to v3: / },
  ];
  for (const { reason, text, says } of legacy) {
    it(`takes ${reason} for a legacy document, tells its lifecycle and how to migrate`, () => {
      const verdict = verdictOn(text);
      expect(verdict.status).to.equal('invalid_schema');
      expect(verdict.lifecycles).to.deep.equal([]);
      expect(codes(verdict)).to.deep.equal(['legacy-schema']);
      const found = reasonOf(verdict, 'legacy-schema');
      expect(`${found.found}; ${found.fix}`).to.match(says);
    });
  }

  const nothing: { reason: string; text: string; documents: number; code: string }[] = [
    { reason: '0 bytes', text: '', documents: 0, code: 'no-entity' },
    { reason: 'white space', text: ' \n\n', documents: 0, code: 'no-entity' },
    {
      reason: 'a commented-out template',
      text: '# apiVersion: v3\n# spec:\n#   lifecycle: production\n',
      documents: 0,
      code: 'no-entity',
    },
    { reason: 'document markers', text: '---\n---\n', documents: 0, code: 'no-entity' },
    { reason: 'null', text: 'null\n', documents: 0, code: 'no-entity' },
    { reason: 'plain text', text: 'production\n', documents: 1, code: 'not-a-mapping' },
    {
      reason: 'the target of a symbolic link',
      text: '../shared/entity.datadog.yaml',
      documents: 1,
      code: 'not-a-mapping',
    },
    { reason: 'an error page', text: '<html>\n<body>404</body>\n</html>\n', documents: 1, code: 'not-a-mapping' },
    {
      reason: 'a list of entities',
      text: `- ${entity('production').replaceAll('\n', '\n  ').trimEnd()}\n`,
      documents: 1,
      code: 'not-a-mapping',
    },
    { reason: 'an empty mapping', text: '{}\n', documents: 1, code: 'api-version' },
    { reason: 'some other mapping', text: 'service:\n  lifecycle: production\n', documents: 1, code: 'api-version' },
  ];
  for (const { reason, text, documents, code } of nothing) {
    it(`finds no entity in ${reason}`, () => {
      const verdict = verdictOn(text);
      expect(verdict).to.include({ status: 'invalid_schema', documents });
      expect(codes(verdict)).to.deep.equal([code]);
    });
  }

  it('judges v2 and v3 documents of one file each by itself', () => {
    const v2 = 'schema-version: v2.1\ndd-service: shop\n';
    expect(verdictOn(stream(v2, entity('production'))).status).to.equal('valid_production');
    expect(verdictOn(stream(v2, entity('5 weeks')))).to.deep.include({
      status: 'invalid_schema',
      lifecycles: ['5 weeks'],
      documents: 2,
    });
  });
});
