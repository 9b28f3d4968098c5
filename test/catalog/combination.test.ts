/** Several documents and several paths of one repository: the first rule that matches decides. */
import { expect } from 'chai';
import { judge, type CatalogFile, type Verdict } from '../../pkg/catalog/index.js';
import { codes, entity, present, SETTINGS, stream, verdictOn } from './build.js';

const broken = 'a: [\n';
const production = entity('production', 'a');
const staging = entity('staging', 'b');
const silent = entity(undefined, 'c');
const invalid = 'apiVersion: v3\nkind: service\n';

describe('several documents', () => {
  const cases: { reason: string; documents: string[]; status: Verdict['status'] }[] = [
    { reason: 'production and staging', documents: [production, staging], status: 'valid_production' },
    {
      reason: 'staging and production: no document wins by being first',
      documents: [staging, production],
      status: 'valid_production',
    },
    {
      reason: 'production among silent ones',
      documents: [silent, production, entity(undefined, 'd')],
      status: 'valid_production',
    },
    { reason: 'production beside an invalid one', documents: [invalid, production], status: 'valid_production' },
    { reason: 'production beside a broken one', documents: [production, broken], status: 'invalid_yaml' },
    { reason: 'staging beside an invalid one', documents: [staging, invalid], status: 'invalid_schema' },
    { reason: 'silence beside an invalid one', documents: [silent, invalid], status: 'invalid_schema' },
    {
      reason: 'an invalid one that says production',
      documents: [staging, 'apiVersion: v3\nkind: service\nspec: {lifecycle: production}\n'],
      status: 'invalid_schema',
    },
    { reason: 'staging among silent ones', documents: [silent, staging], status: 'valid_non_production' },
    { reason: 'silence', documents: [silent, entity(undefined, 'd')], status: 'missing_lifecycle' },
    { reason: 'dev and prod', documents: [entity('dev', 'a'), entity('prod', 'b')], status: 'valid_non_production' },
    { reason: 'production and a list', documents: [entity('[dev]', 'a'), production], status: 'valid_production' },
  ];
  for (const { reason, documents, status } of cases) {
    it(`says ${status} for ${reason}`, () => {
      expect(verdictOn(stream(...documents)).status).to.equal(status);
    });
  }

  it('tells distinct lifecycles in order, and where the deciding one stands', () => {
    const verdict = verdictOn(stream(staging, entity('dev', 'x'), production, entity('staging', 'y')));
    expect(verdict.lifecycles).to.deep.equal(['staging', 'dev', 'production']);
    expect(verdict.evidence).to.deep.equal({
      file: 'entity.datadog.yaml',
      line: 20,
      column: 14,
      lifecycle: 'production',
    });
    expect(verdict.documents).to.equal(4);
  });

  it('finds nothing wrong with silence beside a document that speaks', () => {
    expect(verdictOn(stream(silent, production)).reasons).to.deep.equal([]);
    expect(verdictOn(stream(silent, staging)).reasons).to.deep.equal([]);
  });

  it('warns of the same kind and name twice', () => {
    expect(codes(verdictOn(stream(staging, staging)))).to.deep.equal(['duplicate-entity']);
  });
});

describe('several paths', () => {
  const absent = (path: string): CatalogFile => ({ path, state: 'absent' });
  const unobserved: CatalogFile = { path: 'u.yaml', state: 'unobserved', why: '502 after 3 retries' };
  const symlink: CatalogFile = { path: 's.yaml', state: 'unreadable', why: 'symlink' };
  const cases: { reason: string; files: CatalogFile[]; status: Verdict['status']; codes: string[] }[] = [
    { reason: 'no file at all', files: [], status: 'missing_file', codes: [] },
    {
      reason: 'every file absent',
      files: [absent('a'), absent('b')],
      status: 'missing_file',
      codes: ['file-missing', 'file-missing'],
    },
    {
      reason: 'one absent, one in production',
      files: [absent('a'), present(production)],
      status: 'valid_production',
      codes: [],
    },
    {
      reason: 'one absent, one a symlink',
      files: [absent('a'), symlink],
      status: 'unreadable',
      codes: ['file-symlink'],
    },
    {
      reason: 'one in staging, one in production',
      files: [present(staging, 'a'), present(production, 'b')],
      status: 'valid_production',
      codes: [],
    },
    {
      reason: 'one in production, one unreadable',
      files: [present(production), symlink],
      status: 'unreadable',
      codes: ['file-symlink'],
    },
    {
      reason: 'one unreadable, one broken: the first',
      files: [symlink, present(broken)],
      status: 'unreadable',
      codes: ['file-symlink', 'yaml-syntax'],
    },
    {
      reason: 'one broken, one unreadable: the first',
      files: [present(broken), symlink],
      status: 'invalid_yaml',
      codes: ['yaml-syntax', 'file-symlink'],
    },
    {
      reason: 'one without an entity, one in production',
      files: [present('# none\n', 'a'), present(production)],
      status: 'valid_production',
      codes: ['no-entity'],
    },
    {
      reason: 'one without an entity, one in staging',
      files: [present('# none\n', 'a'), present(staging)],
      status: 'invalid_schema',
      codes: ['no-entity'],
    },
    {
      reason: 'one silent, one in staging',
      files: [present(silent, 'a'), present(staging, 'b')],
      status: 'valid_non_production',
      codes: [],
    },
    {
      reason: 'one unobserved, one in production: unknown decides nothing',
      files: [present(production), unobserved],
      status: 'unobserved',
      codes: ['file-unobserved'],
    },
    {
      reason: 'one unobserved, one absent',
      files: [absent('a'), unobserved],
      status: 'unobserved',
      codes: ['file-unobserved'],
    },
    {
      reason: 'one unobserved, one broken',
      files: [present(broken), unobserved],
      status: 'unobserved',
      codes: ['yaml-syntax', 'file-unobserved'],
    },
    {
      reason: 'the same entity in both',
      files: [present(staging, 'a'), present(staging, 'b')],
      status: 'valid_non_production',
      codes: ['duplicate-entity'],
    },
  ];
  for (const { reason, files, status, codes: expected } of cases) {
    it(`says ${status} for ${reason}`, () => {
      const verdict = judge(files, SETTINGS);
      expect(verdict.status).to.equal(status);
      expect(codes(verdict)).to.deep.equal(expected);
    });
  }

  it('says why a file was not observed', () => {
    expect(judge([unobserved], SETTINGS).reasons[0]?.found).to.equal('502 after 3 retries');
  });

  it('counts documents over all files and names the file of the evidence', () => {
    const verdict = judge([present(stream(staging, silent), 'a.yaml'), present(production, 'b.yaml')], SETTINGS);
    expect(verdict.documents).to.equal(3);
    expect(verdict.evidence?.file).to.equal('b.yaml');
  });
});
