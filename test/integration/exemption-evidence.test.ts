/**
 * What an exemption needs before it takes protection away: its repository's name by two answers, and an end that no clock says is over.
 * Kind: one answer, or one reading of a time, taken for a proof.
 */
import { expect } from 'chai';
import type { Exemption } from '../../pkg/api/index.js';
import { complianceReport } from '../../pkg/report/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { kept, memberNames, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';
import { QuickScene } from './quick-scene.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TOLD = 'member-002';

const exemptionOf = (
  scene: Scene,
  repository: string,
  effect: Exemption['effect'],
  forMs = 100 * DAY_MS,
): Exemption => ({
  ...{ repository, effect, reason: 'Retired in the first quarter', owner: 'team-x' },
  expiresAt: new Date(scene.clock.now() + forMs).toISOString(),
});

describe('An exemption by name', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** What rows say of `TOLD`: those of the listing, and those of a question by id. */
  let rows: { listed?: string; again?: string; isNamedByError?: boolean };

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6 }));
    rows = {};
    const { nodeID } = scene.organization.get(TOLD);
    proxy = await tampering(scene.github, async ({ body, forward }) => {
      const query = JSON.stringify(body ?? '');
      const isListing = query.includes('ownerAffiliations');
      const name = isListing ? rows.listed : query.includes('isArchived') ? rows.again : undefined;
      if (name === undefined) return undefined;
      const answer = await forward();
      const { data, ...rest } = answer.body as {
        data: { nodes?: Row[]; organization?: { repositories: { nodes: Row[] } } };
      };
      const nodes = data.nodes ?? data.organization?.repositories.nodes ?? [];
      const index = nodes.findIndex(({ id }) => id === nodeID);
      if (index >= 0) nodes[index] = { ...nodes[index], name };
      const path = ['organization', 'repositories', 'nodes', index, 'name'];
      const errors = isListing && rows.isNamedByError && { errors: [{ message: 'no answer', type: 'SERVICE', path }] };
      return { ...answer, body: { ...rest, data, ...errors } };
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });
  const pass = (spec: SpecInput): Promise<PassOutcome> => scene.pass(spec, { github: { apiURL: proxy.url } });

  for (const isNamedByError of [false, true])
    it(`releases nobody by one row that has its name${isNamedByError ? ', one with an error' : ''}`, async () => {
      rows = { listed: 'retired', isNamedByError };
      const exemptions = [exemptionOf(scene, 'retired', 'Release')];
      await pass({ exit: { gracePeriod: '0s' }, exemptions });
      expect(memberNames(scene.organization)).to.include(TOLD);
    });

  it('starts no clock by one row that has its name, so that another such row a day later releases nobody', async () => {
    rows = { listed: 'retired' };
    const exemptions = [exemptionOf(scene, 'retired', 'Release')];
    expect((await pass({ exemptions })).status.leaving ?? []).to.deep.equal([]);
    scene.clock.pass(DAY_MS + MINUTE_MS);
    await pass({ exemptions });
    expect(memberNames(scene.organization)).to.include(TOLD);
  });

  it('releases by two answers, asked for when the clock starts and when it ends, and not in between', async () => {
    const exemptions = [exemptionOf(scene, TOLD, 'Release')];
    const asked: number[] = [];
    for (const waitMs of [0, HOUR_MS, DAY_MS]) {
      scene.clock.pass(waitMs);
      const before = scene.github.requests.length;
      await pass({ exemptions });
      asked.push(scene.github.requests.slice(before).filter(({ operation }) => operation === 'nodes').length);
    }
    expect(memberNames(scene.organization)).not.to.include(TOLD);
    expect(asked).to.deep.equal([1, 0, 1]);
  });

  it('releases nobody by a name that a list of GitHub shows it gave up a moment ago: both answers are of a copy that is behind', async () => {
    const spec = { exit: { gracePeriod: '1h' }, exemptions: [exemptionOf(scene, TOLD, 'Release')] };
    const quick = new QuickScene(scene, spec, { apiURL: proxy.url });
    await quick.full();
    scene.clock.pass(HOUR_MS - 30_000);
    const { id } = scene.organization.get(TOLD);
    scene.organization.get(TOLD).rename('kept');
    rows = { listed: TOLD, again: TOLD };
    scene.clock.pass(MINUTE_MS);
    const late = await quick.quick();
    expect([late?.isQuick, late?.result]).to.deep.equal([true, 'Succeeded']);
    expect(kept(scene.organization).members).to.include(id);
    rows = {};
    scene.clock.pass(3 * MINUTE_MS);
    expect((await quick.quick())?.status.leaving).to.deep.equal([]);
    expect(kept(scene.organization).members).to.include(id);
  });

  it('releases by a name that it got a moment ago, once that is settled', async () => {
    const spec = { exit: { gracePeriod: '1h' }, exemptions: [exemptionOf(scene, TOLD, 'Release')] };
    const quick = new QuickScene(scene, spec, { apiURL: proxy.url });
    await quick.full();
    scene.clock.pass(HOUR_MS - 30_000);
    say(scene.organization.get(TOLD), 'deprecated');
    for (const [waitMs, isMember] of [
      [MINUTE_MS, true],
      [2 * MINUTE_MS, false],
    ] as const) {
      scene.clock.pass(waitMs);
      await quick.quick();
      expect(memberNames(scene.organization).includes(TOLD)).to.equal(isMember);
    }
  });

  it('releases nobody by the id in a quick pass in which GitHub does not show that repository', async () => {
    const { id, nodeID } = scene.organization.get(TOLD);
    const exemptions = [{ ...exemptionOf(scene, TOLD, 'Release'), repositoryID: id }];
    let isSilent = true;
    const silent = await tampering(scene.github, async ({ body, forward }) => {
      if (!isSilent || !JSON.stringify(body ?? '').includes('nodes(')) return undefined;
      const answer = await forward();
      const { data } = answer.body as { data: { nodes: (Row | null)[] } };
      const index = data.nodes.findIndex((node) => node?.id === nodeID);
      if (index < 0) return answer;
      data.nodes[index] = null;
      return { ...answer, body: { data, errors: [{ message: 'no answer', type: 'SERVICE', path: ['nodes', index] }] } };
    });
    const quick = new QuickScene(scene, { exit: { gracePeriod: '1h' }, exemptions }, { apiURL: silent.url });
    await quick.full();
    scene.clock.pass(HOUR_MS + MINUTE_MS);
    expect((await quick.quick())?.isQuick).to.equal(true);
    expect(kept(scene.organization).members).to.include(id);
    isSilent = false;
    await quick.quick();
    expect(kept(scene.organization).members).to.not.include(id);
    await silent.close();
  });

  it('governs, where a row of the listing has an old name in the pass that would let it leave', async () => {
    say(scene.organization.get(TOLD), 'deprecated');
    await pass({});
    scene.clock.pass(DAY_MS + MINUTE_MS);
    rows = { listed: 'member-002-old' };
    await pass({ exemptions: [exemptionOf(scene, TOLD, 'Govern')] });
    expect(memberNames(scene.organization)).to.include(TOLD);
  });

  it('governs over a filter where the second answer alone has its name', async () => {
    rows = { listed: 'member-old' };
    const repositories = { exclude: [TOLD, 'member-old'] };
    await pass({ exit: { gracePeriod: '0s' }, repositories, exemptions: [exemptionOf(scene, TOLD, 'Govern')] });
    expect(memberNames(scene.organization)).to.include(TOLD);
  });
});

/** As far as it is read here. */
interface Row {
  id?: string;
  name?: string;
}

describe('The end of an exemption', () => {
  let scene: Scene;
  afterEach(() => scene.close());
  /** A pass of a machine whose clock is that far ahead. */
  const passAhead = (spec: SpecInput, aheadMs: number): Promise<PassOutcome> =>
    scene.pass(spec, { dependencies: { clock: () => scene.clock.now() + aheadMs } });
  const takesListing = (ms: number): void => {
    let isTaken = false;
    scene.github.beforeRequest(async ({ operation }) => {
      if (operation !== 'list' || isTaken) return;
      isTaken = true;
      scene.clock.pass(ms);
    });
  };

  it('counts where it comes while the pass lists: who was released stays', async () => {
    scene = await Scene.open(town({ members: 6 }));
    const spec: SpecInput = { exemptions: [exemptionOf(scene, TOLD, 'Release', 25 * HOUR_MS)] };
    await scene.pass(spec);
    scene.clock.pass(25 * HOUR_MS - MINUTE_MS);
    takesListing(9 * MINUTE_MS);
    await scene.pass(spec);
    expect(memberNames(scene.organization)).to.include(TOLD);
  });

  it('counts where it comes while the pass lists: who was kept out enters', async () => {
    scene = await Scene.open(town({ members: 6, promoted: 1 }));
    takesListing(9 * MINUTE_MS);
    await scene.pass({ exemptions: [exemptionOf(scene, 'promoted-001', 'Release', MINUTE_MS)] });
    expect(memberNames(scene.organization)).to.include('promoted-001');
  });

  it('of one that protects comes by the clock that is behind', async () => {
    scene = await Scene.open(town({ members: 6 }));
    say(scene.organization.get(TOLD), 'deprecated');
    const exemptions = [exemptionOf(scene, TOLD, 'Govern', 4 * MINUTE_MS - 1_000)];
    await passAhead({ exit: { gracePeriod: '0s' }, exemptions }, 4 * MINUTE_MS);
    expect(memberNames(scene.organization)).to.include(TOLD);
  });

  it('of one that releases comes by the clock that is ahead', async () => {
    scene = await Scene.open(town({ members: 6 }));
    const exemptions = [exemptionOf(scene, TOLD, 'Release', -3 * MINUTE_MS)];
    await passAhead({ exit: { gracePeriod: '0s' }, exemptions }, -4 * MINUTE_MS);
    expect(memberNames(scene.organization)).to.include(TOLD);
  });

  for (const [behindMs, endedMs] of [
    [30 * DAY_MS, 10 * DAY_MS],
    [4 * MINUTE_MS, 3 * MINUTE_MS],
  ] as const)
    it(`keeps nobody out by a clock that is ${behindMs / MINUTE_MS} minutes behind, and is not reported as exempted`, async () => {
      scene = await Scene.open(town({ members: 6, promoted: 1 }));
      const exemptions = [exemptionOf(scene, 'promoted-001', 'Release', -endedMs)];
      const outcome = await passAhead({ exemptions }, -behindMs);
      expect(memberNames(scene.organization)).to.include('promoted-001');
      expect(complianceReport(outcome)?.exempted ?? 0).to.equal(0);
    });

  it('of one that governs does not come by a clock that is 30 days ahead', async () => {
    scene = await Scene.open(town({ members: 6, others: 1 }));
    await passAhead({ exemptions: [exemptionOf(scene, 'other-001', 'Govern', 10 * DAY_MS)] }, 30 * DAY_MS);
    expect(memberNames(scene.organization)).to.include('other-001');
  });
});

describe('A grace period, and an exemption that says the contrary', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6 }));
  });
  afterEach(() => scene.close());

  /** A pass that breaks off after it has read files. */
  async function brokenPass(spec: SpecInput): Promise<void> {
    const stop = new AbortController();
    let files = 0;
    say(scene.organization.get('member-006'), 'deprecated');
    scene.github.beforeRequest(async ({ operation }) => {
      if (operation === 'files' && ++files === 2) stop.abort();
    });
    const { acted } = await scene.pass(spec, { signal: stop.signal });
    expect(acted, 'the pass broke off').to.equal(undefined);
    say(scene.organization.get('member-006'), 'production');
    scene.github.reset();
  }

  it('that ran by an exemption does not go on in a broken pass that saw no exemption', async () => {
    await scene.pass({ exemptions: [exemptionOf(scene, TOLD, 'Release', 2 * HOUR_MS)] });
    expect(scene.status.leaving).to.have.length(1);
    scene.clock.pass(12 * HOUR_MS);
    await brokenPass({});
    scene.clock.pass(12 * HOUR_MS + MINUTE_MS);
    await scene.pass({ exemptions: [exemptionOf(scene, TOLD, 'Release')] });
    expect(memberNames(scene.organization)).to.include(TOLD);
  });

  it('that ran by a file does not go on in a broken pass in which the policy governed it', async () => {
    say(scene.organization.get(TOLD), 'deprecated');
    await scene.pass({});
    const spec: SpecInput = { exemptions: [exemptionOf(scene, TOLD, 'Govern', 20 * HOUR_MS)] };
    scene.clock.pass(12 * HOUR_MS);
    await brokenPass(spec);
    scene.clock.pass(12 * HOUR_MS + MINUTE_MS);
    await scene.pass(spec);
    expect(memberNames(scene.organization)).to.include(TOLD);
  });
});
