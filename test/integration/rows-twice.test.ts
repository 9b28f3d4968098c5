/**
 * Kind: an answer that contradicts itself. A listing has two rows about one repository, as where it moved between two pages, and one
 * of them is wrong: it neither keeps a repository in production out, nor takes a member out.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import type { Repository } from '../../pkg/api/index.js';
import { protectingRow, rowDifference } from '../../pkg/github/inventory/row-difference.js';
import { entity, memberNames, names, PATH, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type Answered, type TamperingGitHub } from './tampering-github.js';

const HOUR_MS = 3_600_000;
const ALL = names('member', 4);

/** Of the second page. */
const CURSOR = 'second';

type Row = Record<string, unknown>;

interface List {
  nodes: Row[];
  pageInfo: object;
}

const listOf = ({ body }: Answered): List =>
  (body as { data: { organization: { repositories: List } } }).data.organization.repositories;

const LIES: { title: string; lie: Row; spec?: SpecInput }[] = [
  { title: 'archived', lie: { isArchived: true } },
  { title: 'disabled', lie: { isDisabled: true } },
  { title: 'empty', lie: { isEmpty: true, defaultBranchRef: null } },
  { title: 'a fork', lie: { isFork: true }, spec: { repositories: { forks: 'Exclude' } } },
  { title: 'a template', lie: { isTemplate: true }, spec: { repositories: { templates: 'Exclude' } } },
  { title: 'public', lie: { visibility: 'PUBLIC' }, spec: { repositories: { visibilities: ['Private'] } } },
  { title: 'of another name', lie: { name: 'sandbox-2' }, spec: { repositories: { exclude: ['sandbox-*'] } } },
];

describe('A listing with a row about one repository on each of two pages', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** The other row, by name, and whether it comes before the right one. */
  let others: Map<string, { lie: Row; isFirst: boolean }>;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 1, others: 1 }));
    for (const repository of scene.organization.repositories) repository.set({ visibility: 'private' });
    others = new Map();
    let second: { answer: Answered; nodes: Row[] } | undefined;
    proxy = await tampering(scene.github, async ({ body, forward }) => {
      if (!JSON.stringify(body ?? '').includes('ownerAffiliations')) return undefined;
      if (second !== undefined && (body as { variables: { after?: unknown } }).variables.after === CURSOR) {
        const { answer, nodes } = second;
        listOf(answer).nodes = nodes;
        listOf(answer).pageInfo = { hasNextPage: false, endCursor: null };
        return answer;
      }
      const answer = await forward();
      const right = listOf(answer).nodes;
      const wrong = right.flatMap((row) => {
        const other = others.get(String(row['name']));
        return other === undefined ? [] : [{ ...row, ...other.lie }];
      });
      const isFirst = [...others.values()].every((other) => other.isFirst);
      second = { answer: structuredClone(answer), nodes: isFirst ? right : wrong };
      listOf(answer).nodes = isFirst ? wrong : right;
      listOf(answer).pageInfo = { hasNextPage: true, endCursor: CURSOR };
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });
  const pass = (spec: SpecInput = {}): Promise<PassOutcome> => scene.pass(spec, { github: { apiURL: proxy.url } });

  for (const { title, lie, spec = {} } of LIES) {
    for (const isFirst of [true, false]) {
      for (const gracePeriod of ['0s', '24h']) {
        it(`lets production enter and no member leave, where the ${isFirst ? 'first' : 'second'} says ${title}, with a grace period of ${gracePeriod}`, async () => {
          others = new Map(['member-002', 'promoted-001'].map((name) => [name, { lie, isFirst }]));
          for (const hours of [0, 25]) {
            scene.clock.pass(hours * HOUR_MS);
            const outcome = await pass({ ...spec, exit: { gracePeriod } });
            expect([outcome.result, outcome.seen?.findings.length]).to.deep.equal(['Succeeded', 6]);
            expect(memberNames(scene.organization)).to.deep.equal([...ALL, 'promoted-001']);
            expect(scene.status.leaving).to.deep.equal([]);
          }
        });
      }
    }
  }

  it('reads the files of one whose rows name two commits, though memory knows the one', async () => {
    const repository = scene.organization.get('other-001');
    const before = { name: 'main', target: { oid: repository.head?.oid } };
    await pass();
    repository.commit(PATH, entity('production'));
    others.set('other-001', { lie: { defaultBranchRef: before }, isFirst: true });
    await pass();
    expect(memberNames(scene.organization)).to.include('other-001');
  });

  it('lets nobody leave who is set aside by both, each for another reason', async () => {
    const spec: SpecInput = { exit: { gracePeriod: '0s' }, repositories: { forks: 'Exclude' } };
    scene.organization.get('member-002').archive();
    others.set('member-002', { lie: { isArchived: false, isFork: true }, isFirst: true });
    const outcome = await pass(spec);
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Incomplete', [...ALL, 'promoted-001']]);
  });

  it('lets one leave by its file all the same', async () => {
    say(scene.organization.get('member-002'), 'deprecated');
    others.set('member-002', { lie: { isArchived: true }, isFirst: true });
    const outcome = await pass({ exit: { gracePeriod: '0s' } });
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal([
      'Succeeded',
      ['member-001', 'member-003', 'member-004', 'promoted-001'],
    ]);
  });
});

describe('Of two rows about one repository', () => {
  const row = fc.record<Repository>({
    id: fc.constant(7),
    nodeID: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('one', 'two'),
    visibility: fc.constantFrom('Public', 'Private', 'Internal'),
    isArchived: fc.boolean(),
    isDisabled: fc.boolean(),
    isEmpty: fc.boolean(),
    isFork: fc.boolean(),
    isTemplate: fc.boolean(),
    headCommit: fc.constantFrom('c', 'd'),
  });

  it('the one that counts is one of them, and its files decide where those of either do', () => {
    fc.assert(
      fc.property(row, row, (a, b) => {
        const wanted = ({ isArchived }: Repository): boolean => !isArchived;
        const counts = protectingRow(a, b, wanted);
        expect([a, b]).to.include(counts);
        expect(wanted(counts)).to.equal(wanted(a) || wanted(b));
      }),
    );
  });

  it('every difference is seen, whichever comes first', () => {
    fc.assert(
      fc.property(row, row, (a, b) => {
        expect(rowDifference(a, b)).to.equal(rowDifference(b, a));
        expect(rowDifference(a, b) === undefined).to.equal(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});
