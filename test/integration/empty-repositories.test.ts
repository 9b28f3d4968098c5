/**
 * Kind: absence without a proof that presence would have been seen. GitHub says of a private repository that it is empty: that is one
 * more way to show no file, and nothing documents what a credential that may not read contents is told.
 */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { memberNames, names, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

const HOUR_MS = 3_600_000;
const GRACES = ['0s', '24h'];

interface Shown {
  id: string;
  isEmpty?: boolean;
  defaultBranchRef?: unknown;
}

describe('A private repository that GitHub shows as empty', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** Those that GitHub shows as empty, in the listing and by id. */
  let empty: Set<string>;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, others: 3 }));
    empty = new Set();
    proxy = await tampering(scene.github, async ({ path, forward }) => {
      if (!path.endsWith('/graphql')) return undefined;
      const answer = await forward();
      JSON.stringify(answer.body, (_key, value: Shown | null) => {
        if (typeof value?.id === 'string' && 'isEmpty' in value && empty.has(value.id))
          Object.assign(value, { isEmpty: true, defaultBranchRef: null });
        return value;
      });
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const nodeOf = (name: string): string => scene.organization.get(name).nodeID;
  const pass = (spec: SpecInput): Promise<PassOutcome> => scene.pass(spec, { github: { apiURL: proxy.url } });
  const statusOf = ({ seen }: PassOutcome, name: string): string | undefined =>
    seen?.findings.find((finding) => finding.name === name)?.status;

  for (const visibility of ['private', 'internal'] as const) {
    for (const gracePeriod of GRACES) {
      it(`is unobserved where nothing ${visibility} was read at all, with a grace period of ${gracePeriod}`, async () => {
        for (const name of names('member', 4)) scene.organization.get(name).set({ visibility });
        // Files of public repositories: the paths of the policy are right, and they prove nothing about the others.
        for (const name of names('other', 3)) scene.organization.get(name).set({ visibility: 'public' });
        empty = new Set(names('member', 4).map(nodeOf));
        for (const hours of [0, 25, 25]) {
          scene.clock.pass(hours * HOUR_MS);
          const outcome = await pass({ exit: { gracePeriod } });
          expect([outcome.result, statusOf(outcome, 'member-001')]).to.deep.equal(['Incomplete', 'unobserved']);
          expect([memberNames(scene.organization), scene.status.leaving]).to.deep.equal([names('member', 4), []]);
        }
      });
    }
  }

  for (const gracePeriod of GRACES) {
    it(`leaves where content of another private one was read, with a grace period of ${gracePeriod}`, async () => {
      for (const repository of scene.organization.repositories) repository.set({ visibility: 'private' });
      empty = new Set([nodeOf('member-002')]);
      for (const hours of [0, 25]) {
        scene.clock.pass(hours * HOUR_MS);
        const outcome = await pass({ exit: { gracePeriod } });
        expect([outcome.result, statusOf(outcome, 'member-002')]).to.deep.equal(['Succeeded', 'missing_file']);
      }
      expect(memberNames(scene.organization)).to.deep.equal(['member-001', 'member-003', 'member-004']);
    });
  }

  it('leaves no pass incomplete where it is no member: a new organization has only such', async () => {
    for (const repository of scene.organization.repositories) repository.set({ visibility: 'public' });
    for (const name of names('other', 3)) scene.organization.get(name).set({ visibility: 'private' });
    empty = new Set(names('other', 3).map(nodeOf));
    const outcome = await pass({});
    expect([outcome.result, statusOf(outcome, 'other-001')]).to.deep.equal(['Succeeded', 'missing_file']);
  });
});
