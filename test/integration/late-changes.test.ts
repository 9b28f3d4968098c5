/**
 * Kind: answers of GitHub that are of one copy, which lags behind a push. Its lists of what changed are another answer: whom they show as
 * changed a moment ago stays until that is settled, also in a full pass.
 */
import { expect } from 'chai';
import { memberNames, RETIRED, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SPEC = { exit: { gracePeriod: '1h' } } satisfies SpecInput;
const NAME = 'demoted-001';

interface Files {
  data?: { nodes?: ({ defaultBranchRef?: { target?: { oid: string; f0?: object } } } | null)[] };
}

describe('A full pass at the end of a grace period', () => {
  let scene: Scene;
  let acme: Organization;
  let proxy: TamperingGitHub;
  /** Head commits that the copy does not have yet, with the one that it shows in their place. */
  let lagging: Map<string, string>;

  beforeEach(async () => {
    acme = town({ members: 6, demoted: 1 });
    scene = await Scene.open(acme);
    lagging = new Map();
    proxy = await tampering(scene.github, async ({ path, forward }) => {
      const answer = await forward();
      if (!path.endsWith('/graphql')) return answer;
      for (const [head, old] of lagging) {
        for (const node of (answer.body as Files).data?.nodes ?? [])
          if (node?.defaultBranchRef?.target?.oid === head && node.defaultBranchRef.target.f0 !== undefined)
            node.defaultBranchRef.target.f0 = retired(node.defaultBranchRef.target.f0);
        answer.body = JSON.parse(JSON.stringify(answer.body).replaceAll(head, old));
      }
      return answer;
    });
    await pass();
    expect(scene.status.leaving).to.have.length(1);
    scene.clock.pass(HOUR + MINUTE);
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const pass = (): ReturnType<Scene['pass']> => scene.pass(SPEC, { github: { apiURL: proxy.url } });
  const isMember = (): boolean => memberNames(acme).includes(NAME);
  const lists = (): number =>
    scene.github.requests.filter(({ operation }) => operation === 'repos/list-for-org').length;

  it('lets nobody leave who was promoted a moment ago, though every answer about the files is of before', async () => {
    const old = acme.get(NAME).head?.oid ?? '';
    say(acme.get(NAME), 'production');
    lagging.set(acme.get(NAME).head?.oid ?? '', old);
    scene.clock.pass(20_000);
    expect([(await pass()).result, isMember()]).to.deep.equal(['Succeeded', true]);
    lagging.clear();
    scene.clock.pass(10 * MINUTE);
    await pass();
    expect([isMember(), scene.status.leaving]).to.deep.equal([true, []]);
  });

  it('lets leave who changed and still is not in production, once that is settled', async () => {
    say(acme.get(NAME), 'experimental');
    await pass();
    expect(isMember()).to.equal(true);
    scene.clock.pass(3 * MINUTE);
    await pass();
    expect(isMember()).to.equal(false);
  });

  it('waits for an hour at most: one that changes all the time leaves all the same', async () => {
    say(acme.get(NAME), 'experimental');
    await pass();
    expect(isMember()).to.equal(true);
    scene.clock.pass(HOUR);
    say(acme.get(NAME), 'experimental');
    await pass();
    expect(isMember()).to.equal(false);
  });

  it('keeps nobody in where the lists do not answer', async () => {
    scene.github.faults.when(
      ({ operation }) => operation === 'repos/list-for-org',
      { kind: 'status', status: 502 },
      99,
    );
    await pass();
    expect(isMember()).to.equal(false);
  });

  it('asks for the lists where somebody is to leave, and otherwise not', async () => {
    await pass();
    expect([isMember(), lists()]).to.deep.equal([false, 2]);
    scene.clock.pass(HOUR);
    await pass();
    expect(lists()).to.equal(2);
  });
});

const retired = (entry: object): object => ({
  ...entry,
  object: {
    ...{ __typename: 'Blob', byteSize: Buffer.byteLength(RETIRED), isBinary: false, isTruncated: false },
    text: RETIRED,
  },
});
