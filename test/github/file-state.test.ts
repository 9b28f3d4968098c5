import { expect } from 'chai';
import { fileState } from '../../pkg/github/inventory/file-state.js';
import { readObservations, readRowObservations } from '../../pkg/github/inventory/files-answer.js';
import type { Repository } from '../../pkg/api/index.js';

const text = (over: object = {}): object => ({
  mode: 33188,
  type: 'blob',
  object: { __typename: 'Blob', byteSize: 3, isBinary: false, isTruncated: false, text: 'a: ', ...over },
});

describe('the state of a file', () => {
  const cases: { entry: unknown; state: string; reason: string }[] = [
    { entry: null, state: 'absent', reason: 'null on a good answer proves it' },
    { entry: undefined, state: 'unobserved', reason: 'a field that was left out proves nothing' },
    { entry: 'x', state: 'unobserved', reason: 'what has not the shape of an entry' },
    {
      entry: { mode: 33188, type: 'blob', object: null },
      state: 'unobserved',
      reason: 'a file whose content is not shown',
    },
    { entry: text({ text: null }), state: 'unobserved', reason: 'text that is not shown though nothing says why' },
    { entry: text(), state: 'present', reason: 'text' },
    { entry: { ...text(), mode: 33261 }, state: 'present', reason: 'an executable file is a file' },
    { entry: text({ isBinary: null }), state: 'present', reason: 'GitHub could not tell, and shows text' },
    { entry: text({ isBinary: true, text: null }), state: 'binary', reason: 'bytes' },
    { entry: text({ byteSize: 512_001, text: null }), state: 'too_large', reason: 'one byte too many' },
    {
      entry: text({ byteSize: 512_000, text: '#'.repeat(512_000) }),
      state: 'present',
      reason: 'exactly as many as GitHub shows',
    },
    { entry: text({ byteSize: 4 }), state: 'unobserved', reason: 'text that is a byte short was cut' },
    { entry: text({ text: '' }), state: 'unobserved', reason: 'nothing of a file that has content' },
    { entry: text({ text: '', byteSize: 0 }), state: 'present', reason: 'an empty file' },
    { entry: text({ byteSize: undefined }), state: 'unobserved', reason: 'a size that was left out proves nothing' },
    { entry: text({ text: '\u00fc', byteSize: 2 }), state: 'present', reason: 'sizes are those of UTF-8' },
    { entry: text({ text: '\u00fc', byteSize: 1 }), state: 'present', reason: 'Latin-1 that GitHub made UTF-8 of' },
    { entry: text({ text: '\ufeffa', byteSize: 4 }), state: 'present', reason: 'a byte order mark has three bytes' },
    { entry: text({ text: '\ud83d', byteSize: 4 }), state: 'unobserved', reason: 'cut within a character' },
    { entry: text({ text: 'a\uFFFD', byteSize: 9 }), state: 'unobserved', reason: 'cut, and with the mark in it' },
    { entry: text({ isTruncated: true }), state: 'too_large', reason: 'GitHub cut it' },
    { entry: { ...text(), mode: 0o120000 }, state: 'symlink', reason: 'a link' },
    { entry: { ...text(), mode: 120000 }, state: 'symlink', reason: 'a link, octal written as decimal' },
    { entry: { mode: 0o160000, type: 'commit', object: null }, state: 'submodule', reason: 'another repository' },
    { entry: { mode: 0o040000, type: 'tree', object: {} }, state: 'directory', reason: 'a folder' },
    { entry: text({ text: '\uFFFD', byteSize: 1 }), state: 'not_utf8', reason: 'one bad byte became three' },
    { entry: text({ text: '\uFFFD', byteSize: 3 }), state: 'present', reason: 'the mark itself' },
  ];
  for (const { entry, state, reason } of cases) {
    it(`${state}: ${reason}`, () => {
      const file = fileState('p', entry);
      expect(file.state === 'unreadable' ? file.why : file.state).to.equal(state);
    });
  }
});

describe('the answer to a question for files', () => {
  const repository = (id: number): Repository => ({
    id,
    nodeID: `R_${id}`,
    name: `r${id}`,
    visibility: 'Private',
    isArchived: false,
    isDisabled: false,
    isEmpty: false,
    isFork: false,
    isTemplate: false,
  });
  const node = (databaseId: number, over: object = {}): object => ({
    databaseId,
    isEmpty: false,
    isDisabled: false,
    defaultBranchRef: { name: 'main', target: { oid: 'abc', author: null, f0: null } },
    ...over,
  });
  const sightOf = (data: unknown, errors: object[] = []): unknown => {
    const sights = readObservations({ data, errors }, [repository(1), repository(2)], {
      paths: ['p'],
      withFolder: false,
    });
    if (sights === undefined) return 'nothing';
    const [first] = sights;
    return first?.seen === true ? first.files.map(({ state }) => state).join() : first?.why;
  };

  const cases: { data: unknown; errors?: object[]; sight: string; reason: string }[] = [
    { data: { nodes: [node(1), node(2)] }, sight: 'absent', reason: 'a known commit without the file' },
    {
      data: { nodes: [node(2), node(1)] },
      sight: 'GitHub showed another repository',
      reason: 'answers in another order',
    },
    { data: { nodes: [null, node(2)] }, sight: 'GitHub did not show the repository', reason: 'a null without a word' },
    { data: { nodes: [node(1)] }, sight: 'nothing', reason: 'fewer answers than questions' },
    { data: null, sight: 'nothing', reason: 'no data' },
    {
      data: { nodes: [node(1, { isEmpty: true, defaultBranchRef: null }), node(2)] },
      sight: 'absent',
      reason: 'became empty',
    },
    {
      data: { nodes: [node(1, { defaultBranchRef: null }), node(2)] },
      sight: 'GitHub did not show the default branch',
      reason: 'not empty, and still no branch',
    },
    {
      data: { nodes: [node(1, { defaultBranchRef: { target: null } }), node(2)] },
      sight: 'GitHub did not show the head commit',
      reason: 'a branch without a commit',
    },
    {
      data: { nodes: [node(1, { isDisabled: true }), node(2)] },
      sight: 'unreadable',
      reason: 'was switched off meanwhile',
    },
    {
      data: { nodes: [node(1), node(2)] },
      errors: [{ path: ['nodes', 0, 'defaultBranchRef'] }],
      sight: 'GitHub answered with an error',
      reason: 'an error names it',
    },
    {
      data: { nodes: [node(1), node(2)] },
      errors: [{ type: 'FORBIDDEN', path: ['nodes', 0] }],
      sight: 'GitHub answered FORBIDDEN',
      reason: 'a typed error names it',
    },
    {
      data: { nodes: [node(1), node(2)] },
      errors: [{ type: 'x\n\u001b[31m', path: ['nodes', 0] }],
      sight: 'GitHub answered with an error',
      reason: 'a foreign word is not repeated',
    },
    {
      data: { nodes: [node(1), node(2)] },
      errors: [{ path: ['nodes', 1, 'defaultBranchRef'] }],
      sight: 'absent',
      reason: 'the error names the other one',
    },
    {
      data: { nodes: [node(1), node(2)] },
      errors: [{ path: ['rateLimit'] }],
      sight: 'nothing',
      reason: 'an error about something else',
    },
    {
      data: { nodes: [node(1), node(2)] },
      errors: [{ path: ['nodes'] }],
      sight: 'nothing',
      reason: 'an error about all of them',
    },
  ];
  for (const { data, errors, sight, reason } of cases)
    it(`${sight}: ${reason}`, () => expect(sightOf(data, errors)).to.equal(sight));

  it('cuts an author that is longer than a status may hold, between characters', () => {
    const target = { oid: 'abc', author: { name: '🚀'.repeat(5_000), user: null }, f0: null };
    const nodes = [node(1, { defaultBranchRef: { name: 'main', target } }), node(2)];
    const [first] =
      readObservations({ data: { nodes }, errors: [] }, [repository(1), repository(2)], {
        paths: ['p'],
        withFolder: false,
      }) ?? [];
    expect(first).to.include({ author: '🚀'.repeat(256) });
  });
});

describe('the answer to a second question about rows of the listing', () => {
  const row = (databaseId: number, over: object = {}): Record<string, unknown> => ({
    id: `R_${databaseId}`,
    databaseId,
    name: `r${databaseId}`,
    visibility: 'PRIVATE',
    isArchived: true,
    isDisabled: false,
    isEmpty: false,
    isFork: false,
    isTemplate: false,
    defaultBranchRef: null,
    ...over,
  });
  const asked = [{ id: 1 }, { id: 2 }] as Repository[];
  const archived = (data: unknown, errors: object[] = []): unknown =>
    readRowObservations({ data, errors }, asked)?.map((sight) => sight.seen && sight.row?.isArchived);

  it('shows each row', () => {
    expect(archived({ nodes: [row(1), row(2, { isArchived: false })] })).to.deep.equal([true, false]);
  });

  for (const { title, node, errors } of [
    { title: 'null', node: null },
    { title: 'a row without its flags', node: { id: 'R_1', databaseId: 1 } },
    { title: 'a flag that is null', node: row(1, { isTemplate: null }) },
    { title: 'a visibility that GitHub does not have', node: row(1, { visibility: 'SECRET' }) },
    { title: 'another repository', node: row(3) },
    { title: 'a row that an error names', node: row(1), errors: [{ path: ['nodes', 0, 'isArchived'], message: 'x' }] },
  ]) {
    it(`says nothing about a repository by ${title}`, () => {
      expect(archived({ nodes: [node, row(2)] }, errors)).to.deep.equal([false, true]);
    });
  }

  it('says nothing at all with an error about something else, or with rows that are missing', () => {
    expect(archived({ nodes: [row(1), row(2)] }, [{ path: ['organization'], message: 'x' }])).to.equal(undefined);
    expect(archived({ nodes: [row(1)] })).to.equal(undefined);
    expect(archived({ nodes: null })).to.equal(undefined);
  });
});
