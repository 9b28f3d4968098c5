import { expect } from 'chai';
import { ranOf, references, whomToIsolate, type Candidate } from '../../pkg/incident/index.js';
import { indexFiles, type IndexedRepository } from '../../pkg/workflows/index.js';
import { specOf } from './support/spec.js';

const BAD = 'tj-actions/changed-files';

const uses = (action: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ${action}\n`;

const indexed = (id: number, name: string, content?: string): IndexedRepository => ({
  ...{ id, name, head: 'a'.repeat(40), tree: 't' },
  files: indexFiles(
    [{ path: '.github/workflows/ci.yml', ...(content === undefined ? { why: 'unobserved' as const } : { content }) }],
    { floor: 'v2.16.0', repository: { private: true } },
  ),
});

const REPOSITORIES = [
  indexed(1, 'tagged', uses(`${BAD}@v45`)),
  indexed(2, 'pinned', uses(`${BAD}@${'c'.repeat(40)}`)),
  indexed(3, 'caller', 'on: push\njobs:\n  call:\n    uses: acme/tagged/.github/workflows/ci.yml@main\n'),
  indexed(4, 'clean', uses('actions/checkout@v4')),
  indexed(5, 'unread'),
  indexed(6, 'archived', uses(`${BAD}@v45`)),
];
const CANDIDATES: Candidate[] = REPOSITORIES.map(({ id, name, head }) => ({
  ...{ id, name, headCommit: head, isArchived: name === 'archived' },
}));
const SIGHT = { organization: 'acme', repositories: REPOSITORIES, unread: [] };

const who = (more: Record<string, unknown>, ran?: { ran: string[]; unknown: string[] }): string[] => {
  const spec = specOf(more);
  const sight = ran && { ran: new Set(ran.ran), unknown: new Set(ran.unknown) };
  return whomToIsolate(spec, CANDIDATES, references(spec, SIGHT), sight).targets.map(
    ({ name, why }) => `${name} ${why}`,
  );
};

const indicators = (action: object = {}): object => ({ actions: [{ name: BAD, ...action }] });

describe('whom an incident isolates', () => {
  it('takes the named ones alone where nothing else is asked for', () => {
    const isolate = { repositories: ['Clean', 'gone'] };
    expect(who({ isolate })).to.deep.equal(['clean Named']);
    expect(
      whomToIsolate(specOf({ isolate }), CANDIDATES, { refers: [], unknown: [] }, undefined).unmatched,
    ).to.deep.equal(['gone']);
  });

  it('takes those that refer, directly or through another file, and those that nobody can read', () => {
    expect(who({ isolate: { matching: 'Refers' }, indicators: indicators() })).to.deep.equal([
      ...['tagged Refers', 'pinned Refers', 'caller Refers', 'unread Unknown'],
    ]);
  });

  it('tells references apart by tag and by commit, also a short one', () => {
    expect(who({ isolate: { matching: 'Refers' }, indicators: indicators({ refs: ['v45'] }) })).to.deep.equal([
      ...['tagged Refers', 'caller Refers', 'unread Unknown'],
    ]);
    expect(who({ isolate: { matching: 'Refers' }, indicators: indicators({ commits: ['ccccccc'] }) })).to.deep.equal([
      ...['pinned Refers', 'unread Unknown'],
    ]);
  });

  it('of those that refer takes those that ran, and those whose runs are not known', () => {
    const spec = {
      ...{ isolate: { matching: 'Ran' }, indicators: indicators() },
      window: { start: '2025-03-14T00:00:00Z' },
    };
    expect(who(spec, { ran: ['tagged'], unknown: ['caller'] })).to.deep.equal([
      ...['tagged Ran', 'caller Unknown', 'unread Unknown'],
    ]);
    expect(who(spec)).to.deep.equal(['tagged Unknown', 'pinned Unknown', 'caller Unknown', 'unread Unknown']);
  });

  it('counts a repository as unknown whose files were not read at their present commit', () => {
    const spec = specOf({ isolate: { matching: 'Refers' }, indicators: indicators() });
    const sight = references(spec, { ...SIGHT, unread: ['clean'] });
    expect(whomToIsolate(spec, CANDIDATES, sight, undefined).targets.map(({ name }) => name)).to.include('clean');
  });

  it('takes nobody but the named ones without an index, and says that nothing is known', () => {
    const spec = specOf({ isolate: { matching: 'Refers', repositories: ['clean'] }, indicators: indicators() });
    const sight = references(spec, { ...SIGHT, repositories: undefined });
    expect(sight.unknown[0]?.why).to.match(/workflows.enabled/);
    expect(whomToIsolate(spec, CANDIDATES, sight, undefined).targets.map(({ name }) => name)).to.deep.equal(['clean']);
  });

  it('takes a run for one of the bad action only where its own file refers', () => {
    const spec = specOf({ indicators: indicators() });
    const { refers } = references(spec, SIGHT);
    const run = (id: number, path: string): { id: number; path: string; time: string; sha: string } => ({
      ...{ id, path, time: '2025-03-14T10:00:00Z', sha: 'b'.repeat(40) },
    });
    const answers = [
      { repository: 'tagged', runs: [run(11, '.github/workflows/ci.yml'), run(12, '.github/workflows/other.yml')] },
      { repository: 'caller', runs: [], why: 'GitHub refused its runs' },
    ];
    const { ran, unknown } = ranOf(refers, answers);
    expect(ran.map(({ run: id }) => id)).to.deep.equal([11]);
    expect(unknown).to.deep.equal([{ repository: 'caller', what: 'runs', why: 'GitHub refused its runs' }]);
  });
});
