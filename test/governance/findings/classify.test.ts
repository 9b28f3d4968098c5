import { expect } from 'chai';
import type { Repository } from '../../../pkg/api/index.js';
import type { Verdict } from '../../../pkg/catalog/index.js';
import { classify, wantsFiles } from '../../../pkg/governance/index.js';
import { reasonOf, repositoryOf, specOf, type SpecInput } from '../builders.js';

const production: Verdict = {
  status: 'valid_production',
  lifecycles: ['production'],
  documents: 1,
  evidence: { file: 'entity.datadog.yaml', line: 7, column: 14, lifecycle: 'production' },
  reasons: [],
};

describe('classify', () => {
  interface Row {
    reason: string;
    repository?: Partial<Repository>;
    filter?: SpecInput['repositories'];
    verdict?: Verdict;
    status: string;
    code?: string;
    found?: string;
  }
  const rows: Row[] = [
    { reason: 'a verdict is taken over', verdict: production, status: 'valid_production' },
    { reason: 'no verdict is not knowing, never absence', status: 'unobserved', code: 'not-observed' },
    {
      reason: 'exclude wins over include',
      filter: { include: ['svc-*'], exclude: ['*-A'] },
      verdict: production,
      status: 'excluded',
      code: 'excluded-by-name',
      found: 'a name that *-A of repositories.exclude matches',
    },
    {
      reason: 'a name that nothing includes is excluded',
      filter: { include: ['team-*'] },
      verdict: production,
      status: 'excluded',
      code: 'not-included-by-name',
    },
    {
      reason: 'an empty include includes nothing',
      filter: { include: [] },
      status: 'excluded',
      code: 'not-included-by-name',
    },
    {
      reason: 'one include of several is enough',
      filter: { include: ['x', 'SVC-?'] },
      verdict: production,
      status: 'valid_production',
    },
    {
      reason: 'forks are excluded where the policy says so',
      repository: { isFork: true },
      filter: { forks: 'Exclude' },
      verdict: production,
      status: 'excluded',
      code: 'excluded-by-fork',
      found: 'a fork (repositories.forks Exclude)',
    },
    {
      reason: 'forks are included by default',
      repository: { isFork: true },
      verdict: production,
      status: 'valid_production',
    },
    {
      reason: 'templates are excluded where the policy says so',
      repository: { isTemplate: true },
      filter: { templates: 'Exclude' },
      status: 'excluded',
      code: 'excluded-by-template',
    },
    {
      reason: 'templates are included by default',
      repository: { isTemplate: true },
      verdict: production,
      status: 'valid_production',
    },
    {
      reason: 'a visibility that is not looked at is excluded',
      repository: { visibility: 'Public' },
      filter: { visibilities: ['Private', 'Internal'] },
      status: 'excluded',
      code: 'excluded-by-visibility',
      found: 'public visibility (repositories.visibilities Private, Internal)',
    },
    {
      reason: 'archiving comes before the file',
      repository: { isArchived: true },
      verdict: production,
      status: 'archived_skipped',
      code: 'archived',
    },
    {
      reason: 'the filter comes before archiving',
      repository: { isArchived: true },
      filter: { exclude: ['svc-a'] },
      status: 'excluded',
      code: 'excluded-by-name',
    },
    {
      reason: 'a disabled repository is judged by its verdict',
      repository: { isDisabled: true },
      verdict: { status: 'unreadable', lifecycles: [], documents: 0, reasons: [reasonOf({ code: 'disabled' })] },
      status: 'unreadable',
      code: 'disabled',
    },
    {
      reason: 'an unobserved verdict without a reason gets one',
      verdict: { status: 'unobserved', lifecycles: [], documents: 0, reasons: [] },
      status: 'unobserved',
      code: 'not-observed',
    },
    {
      reason: 'an unobserved verdict keeps the reason it has',
      verdict: { status: 'unobserved', lifecycles: [], documents: 0, reasons: [reasonOf({ code: 'timeout' })] },
      status: 'unobserved',
      code: 'timeout',
    },
  ];
  for (const { reason, repository, filter, verdict, status, code, found } of rows) {
    it(`${status}: ${reason}`, () => {
      const spec = specOf(filter === undefined ? {} : { repositories: filter });
      const finding = classify({ repository: repositoryOf(repository), verdict }, spec);
      expect(finding.status).to.equal(status);
      expect(finding.reasons.map((each) => each.code)).to.deep.equal(code === undefined ? [] : [code]);
      if (found !== undefined) expect(finding.reasons[0]?.found).to.equal(found);
      expect(finding.lifecycles).to.deep.equal(status === 'valid_production' ? ['production'] : []);
    });
  }

  it('keeps id, name, lifecycles, evidence, commit and author', () => {
    const finding = classify(
      { repository: repositoryOf({ id: 9 }), verdict: production, commit: 'abc', author: 'alice' },
      specOf(),
    );
    expect(finding).to.deep.equal({
      id: 9,
      name: 'svc-a',
      status: 'valid_production',
      lifecycles: ['production'],
      reasons: [],
      evidence: production.evidence,
      commit: 'abc',
      author: 'alice',
    });
  });

  it('has the owner of the file, and no more fields than it was given', () => {
    const finding = classify({ repository: repositoryOf(), verdict: { ...production, owner: 'team-a' } }, specOf());
    expect(finding).to.include({ owner: 'team-a' });
    const bare = classify(
      { repository: repositoryOf(), verdict: { ...production, evidence: undefined } as never },
      specOf(),
    );
    expect(bare).to.have.all.keys('id', 'name', 'status', 'lifecycles', 'reasons');
  });

  it('says nothing against a repository whose row is doubtful: that it is set aside is not known', () => {
    const finding = classify(
      { repository: repositoryOf({ isArchived: true }), isDoubtful: true, verdict: production },
      specOf(),
    );
    expect(finding).to.deep.include({ status: 'unobserved', lifecycles: [], isDoubtful: true });
    expect(finding.reasons).to.have.length(1);
    expect(finding.reasons[0]).to.include({
      severity: 'error',
      code: 'not-observed',
      found: 'no certain answer from GitHub about its state and its name',
      expected: 'an answer without an error, and the same one when asked again',
      fix: 'nothing to do in the repository: the next pass looks again',
    });
  });

  it('believes the files of a repository whose row is doubtful and sets nothing aside', () => {
    const finding = classify({ repository: repositoryOf(), isDoubtful: true, verdict: production }, specOf());
    expect(finding).to.include({ status: 'valid_production', isDoubtful: true });
    expect(
      classify({ repository: repositoryOf(), isDoubtful: false, verdict: production }, specOf()),
    ).to.not.have.property('isDoubtful');
  });

  it('shows nothing of the files of a repository that was set aside', () => {
    const finding = classify({ repository: repositoryOf({ isArchived: true }), verdict: production }, specOf());
    expect(finding.lifecycles).to.deep.equal([]);
    expect(finding).not.to.have.property('evidence');
  });

  it('tells a reason as every other finding is told: file, line 1, column 1, what to do', () => {
    const spec = specOf({ catalog: { paths: ['catalog/service.yaml'] } });
    const [told] = classify({ repository: repositoryOf({ isArchived: true }) }, spec).reasons;
    expect(told).to.include({ file: 'catalog/service.yaml', line: 1, column: 1, severity: 'warning' });
    expect(told?.fix).to.not.equal('');
  });
});

describe('The reason of a repository that no file decides about', () => {
  interface Told {
    repository?: Partial<Repository>;
    filter?: SpecInput['repositories'];
    told: { severity?: string; found: string; expected: string; fix: string };
  }
  const byPolicy = (field: string): string => `change ${field} of the policy if it should be governed`;
  const looked = { expected: 'a repository that the policy looks at', fix: byPolicy('that setting') };
  const TOLD: Told[] = [
    {
      told: {
        severity: 'error',
        found: 'no answer from GitHub about its catalogue files',
        expected: 'an answer',
        fix: 'nothing to do in the repository: the next pass looks again',
      },
    },
    {
      repository: { isArchived: true },
      told: {
        found: 'an archived repository',
        expected: 'a repository that takes pushes',
        fix: 'unarchive it if it should be governed',
      },
    },
    {
      filter: { exclude: ['svc-*'] },
      told: {
        found: 'a name that svc-* of repositories.exclude matches',
        expected: 'a name that no glob of repositories.exclude matches',
        fix: byPolicy('repositories.exclude'),
      },
    },
    {
      filter: { include: ['x'] },
      told: {
        found: 'a name that no glob of repositories.include matches',
        expected: 'a name that a glob of repositories.include matches',
        fix: byPolicy('repositories.include'),
      },
    },
    {
      repository: { isTemplate: true },
      filter: { templates: 'Exclude' },
      told: { found: 'a template repository (repositories.templates Exclude)', ...looked },
    },
    {
      repository: { isFork: true },
      filter: { forks: 'Exclude' },
      told: { found: 'a fork (repositories.forks Exclude)', ...looked },
    },
  ];
  for (const { repository, filter, told } of TOLD)
    it(`is: ${told.found}`, () => {
      const spec = specOf(filter === undefined ? {} : { repositories: filter });
      const [reason] = classify({ repository: repositoryOf(repository) }, spec).reasons;
      expect(reason).to.include({ severity: 'warning', ...told });
    });
});

describe('wantsFiles', () => {
  it('asks for the files of repositories that they decide about, and of no others', () => {
    const spec = specOf({ repositories: { exclude: ['tmp-*'] } });
    expect(wantsFiles(repositoryOf(), spec)).to.equal(true);
    expect(wantsFiles(repositoryOf({ isArchived: true }), spec)).to.equal(false);
    expect(wantsFiles(repositoryOf({ name: 'tmp-1' }), spec)).to.equal(false);
  });
});
