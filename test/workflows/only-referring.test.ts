/** What is kept of an index to find who refers to an action: whatever is left out, the answer is the same. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  findReferences,
  onlyReferring,
  type IndexedFile,
  type IndexedRepository,
  type IndexedUse,
} from '../../pkg/workflows/index.js';
import { runsOf } from '../sample.js';

const ORGANIZATION = 'Acme';
const ACTIONS = ['tj-actions/changed-files', 'acme/r1'];
const NAMES = [
  ...['tj-actions/changed-files', 'TJ-actions/Changed-Files', 'tj-actions/changed-files/sub', 'tj-actions/changed'],
  ...['actions/checkout', './.github/actions/a', ' ./.github/actions/a/', './', './.github/workflows/w0.yml'],
  ...['acme/r0', 'ACME/r1', 'Acme/R1/.github/actions/a', 'acme/r2/.github/workflows/w0.yml', 'acme-x/r0'],
];
const PATHS = ['.github/workflows/w0.yml', '.github/workflows/w1.yml', '.github/actions/a/action.yml', 'action.yaml'];

const use: fc.Arbitrary<IndexedUse> = fc.record({
  name: fc.constantFrom(...NAMES),
  ref: fc.constantFrom('v1', 'v45', 'main'),
  line: fc.integer({ min: 1, max: 5 }),
  job: fc.constantFrom('a', 'b'),
});
const fileAt = (path: string): fc.Arbitrary<IndexedFile> =>
  fc.record(
    {
      path: fc.constant(path),
      kind: fc.constant(path.startsWith('.github/workflows/') ? ('workflow' as const) : ('composite' as const)),
      jobs: fc.constant([{ name: 'a', status: 'holds' as const }]),
      uses: fc.array(use, { maxLength: 3 }),
      unknown: fc.constant('not readable'),
    },
    { requiredKeys: ['path', 'kind', 'jobs', 'uses'] },
  );
const files = fc.subarray(PATHS).chain((paths) => fc.tuple(...paths.map(fileAt)));
const index = fc
  .array(files, { minLength: 1, maxLength: 4 })
  .map((all): IndexedRepository[] =>
    all.map((own, id) => ({ id, name: `r${id}`, head: 'h', tree: 't', files: [...own] })),
  );

describe('What is kept to find who refers', () => {
  it('gives the answer of the whole index, and has no job', () => {
    let answers = 0;
    fc.assert(
      fc.property(index, fc.constantFrom(undefined, 'v45'), (repositories, ref) => {
        const only = repositories.map((each) => onlyReferring(each, { organization: ORGANIZATION, actions: ACTIONS }));
        for (const action of ACTIONS) {
          const asked = { organization: ORGANIZATION, action, ref };
          const whole = findReferences(repositories, asked);
          answers += whole.refers.filter(({ via }) => via !== 'direct').length;
          expect(findReferences(only, asked)).to.deep.equal(whole);
        }
        expect(only.flatMap((each) => each.files.flatMap(({ jobs }) => jobs))).to.deep.equal([]);
        expect(only.map(({ id, head }) => [id, head])).to.deep.equal(repositories.map(({ id, head }) => [id, head]));
      }),
      runsOf(2_000, 500),
    );
    expect(answers).to.be.greaterThan(0);
  });

  it('leaves out a file in which nothing concerns it', () => {
    const plain: IndexedFile = {
      ...{ path: '.github/workflows/w.yml', kind: 'workflow', jobs: [] },
      uses: [{ name: 'actions/checkout', ref: 'v4', line: 1, job: 'a' }],
    };
    const repository = { id: 1, name: 'r', head: 'h', tree: 't', files: [plain] };
    expect(onlyReferring(repository, { organization: ORGANIZATION, actions: ACTIONS }).files).to.deep.equal([]);
  });
});
