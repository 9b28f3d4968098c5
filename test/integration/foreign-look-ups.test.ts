/**
 * A gateway on the way that lets through what GitHub documents, and answers 404 to the look-up by id. Kind: an answer of something else
 * than GitHub, taken for a proof.
 */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { memberNames, town } from '../builders.js';
import { Scene } from './passes.js';
import { tampering, type Answered, type TamperingGitHub } from './tampering-github.js';

const HOUR_MS = 3_600_000;

describe('A look-up that a gateway answers in place of GitHub', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 12 }));
    // GitHub's listing lacks a member that is there, and its count agrees.
    const { id } = scene.organization.get('member-007');
    scene.organization.countOverride = { public_repos: 0, total_private_repos: 11 };
    proxy = await tampering(scene.github, async ({ path, forward }) => {
      if (path.startsWith('/repositories/')) return noRoute();
      const answer = await forward();
      const list = (answer.body as Listed | undefined)?.data?.organization?.repositories;
      if (list === undefined) return answer;
      list.nodes = list.nodes.filter((row) => row?.databaseId !== id);
      list.totalCount = list.nodes.length;
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const noRoute = (): Answered => ({
    status: 404,
    body: { message: 'no Route matched with those values' },
    headers: { 'x-github-request-id': '', date: new Date(scene.clock.now()).toUTCString() },
  });

  it('proves nobody gone, in no number of passes', async () => {
    for (let passes = 0; passes < 4; passes += 1) {
      const spec = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };
      const outcome: PassOutcome = await scene.pass(spec, { github: { apiURL: proxy.url } });
      expect([outcome.result, outcome.seen?.absent.map(({ fate }) => fate)]).to.deep.equal(['Incomplete', ['unknown']]);
      scene.clock.pass(HOUR_MS);
    }
    expect(memberNames(scene.organization)).to.include('member-007');
  });
});

interface Listed {
  data?: { organization?: { repositories?: { totalCount: number; nodes: ({ databaseId: number } | null)[] } } };
}
