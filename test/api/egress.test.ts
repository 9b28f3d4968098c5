/** `spec.egress`: where the shared file may be, and that no workflow file can be named. */
import { expect } from 'chai';
import { parsePolicy } from '../../pkg/api/index.js';
import { documentOf } from './builders.js';

const faults = (egress: unknown): string[] => {
  const document = documentOf() as { spec: object };
  const parsed = parsePolicy({ ...document, spec: { ...document.spec, egress } });
  return parsed.ok ? [] : parsed.faults;
};
const path = (value: string): string[] => faults({ sharedFile: { path: value } });

describe('spec.egress', () => {
  it('takes Audit, which is the default, and SharedFile', () => {
    expect(faults({ delivery: 'Audit' })).to.deep.equal([]);
    expect(faults({ delivery: 'SharedFile' })).to.deep.equal([]);
    expect(faults({})).to.deep.equal([]);
    expect(faults({ delivery: 'Mail' })[0]).to.contain('allowed: one of Audit, SharedFile');
  });

  it('takes a repository, a path and a branch', () => {
    const sharedFile = { repository: 'lists', path: 'egress/allow.txt', branch: 'bots/egress' };
    expect(faults({ delivery: 'SharedFile', sharedFile })).to.deep.equal([]);
    expect(faults({ sharedFile: { repository: 'acme/lists' } })).to.have.length(1);
    for (const branch of ['a..b', '/a', 'a/', 'a b', 'refs~1'])
      expect(faults({ sharedFile: { branch } })).to.have.length(1);
  });

  it('refuses each spelling of a workflow file', () => {
    const workflows = [
      '.github/workflows/ci.yml',
      '.GitHub/Workflows/ci.yml',
      '.github/workflows',
      '.github',
      '.github/workflows/a/b',
    ];
    for (const each of workflows) expect(path(each).join(), each).to.contain('Plus1 writes no workflow file');
    for (const each of ['x/../.github/workflows/ci.yml', './.github/workflows/ci.yml', '/a', 'a//b', 'a\\b', '']) {
      expect(path(each), each).to.have.length(1);
    }
    expect(path('.github/workflows.txt')).to.deep.equal([]);
    expect(path('.github/CODEOWNERS')).to.have.length(1);
  });
});
