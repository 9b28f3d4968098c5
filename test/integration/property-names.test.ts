/**
 * Names in targeting by custom property. Kind: a PATCH goes by name, and one answer about who bears it is no evidence: the list of values
 * may lag behind a rename, lack a repository, or be read while names change hands.
 */
import { expect } from 'chai';
import { memberNames, names, PATH, PROPERTY, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { productionThatLeft } from './history.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

const { name: PROPERTY_NAME, value: VALUE } = PROPERTY;
const NO_GRACE = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } } satisfies SpecInput;

interface Row {
  repository_id: number;
  repository_name: string;
}

interface Patch {
  repository_names: string[];
  properties: { value: string | null }[];
}

describe('Names in targeting by custom property', () => {
  let scene: Scene;
  let acme: Organization;
  let proxy: TamperingGitHub;
  /** The rows of the list of values, as GitHub shows them. */
  let shown: (rows: Row[]) => Row[];

  async function open(of: Parameters<typeof town>[0]): Promise<void> {
    acme = town({ ...of, targeting: 'CustomProperty' });
    shown = (rows) => rows;
    scene = await Scene.open(acme);
    proxy = await tampering(scene.github, async ({ method, path, forward }) => {
      if (method !== 'GET' || !path.includes('/properties/values')) return undefined;
      const answer = await forward();
      return { ...answer, body: shown(answer.body as Row[]) };
    });
  }
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const pass = (): ReturnType<Scene['pass']> => scene.pass(NO_GRACE, { github: { apiURL: proxy.url } });
  const valueOf = (id: number): unknown => acme.properties.valueOf(id, PROPERTY_NAME);

  /** What is to happen in front of the n-th PATCH that is asked about. */
  function beforePatch(isMeant: (patch: Patch) => boolean, change: () => void): void {
    let isDone = false;
    scene.github.beforeRequest(async ({ method, body }) => {
      if (isDone || method !== 'PATCH' || !isMeant(body as Patch)) return;
      isDone = true;
      change();
    });
  }

  it('that changed hands before the pass, while the list still shows the old ones, let nobody else leave', async () => {
    await open({ members: 6, demoted: 2 });
    const old = new Map(acme.repositories.map(({ id, name }) => [id, name]));
    shown = (rows) =>
      rows.map((row) => ({ ...row, repository_name: old.get(row.repository_id) ?? row.repository_name }));
    acme.get('demoted-001').rename('demoted-001-legacy');
    const taker = acme.get('member-003');
    taker.rename('demoted-001');
    const lagging = await pass();
    expect(lagging.error?.code).to.equal('PLUS1_WRITE_UNPROVED');
    expect([productionThatLeft(acme), valueOf(taker.id)]).to.deep.equal([[], VALUE]);
    expect(memberNames(acme), 'whose name is certain leaves').to.not.include('demoted-002');
    shown = (rows) => rows;
    scene.clock.pass(1_300_000);
    await pass();
    expect([memberNames(acme).includes('demoted-001-legacy'), valueOf(taker.id)]).to.deep.equal([false, VALUE]);
    expect(productionThatLeft(acme)).to.deep.equal([]);
  });

  it('do not unset one that the list lacked, and that bears the name of one that was let in', async () => {
    await open({ members: 3, promoted: 1, others: 1 });
    const hidden = acme.get('member-002');
    hidden.commit(PATH, 'kind: [');
    let isHidden = true;
    shown = (rows) => rows.filter(({ repository_id: id }) => !isHidden || id !== hidden.id);
    beforePatch(
      () => true,
      () => {
        acme.get('promoted-001').rename('elsewhere');
        hidden.rename('promoted-001');
        isHidden = false;
      },
    );
    await pass();
    expect(valueOf(hidden.id)).to.equal(VALUE);
    expect(memberNames(acme)).to.have.members(['member-001', 'promoted-001', 'member-003', 'elsewhere']);
  });

  it('do not unset one that the same write let in under another name', async () => {
    await open({ members: 3, promoted: 31 });
    const first = acme.get('promoted-001');
    beforePatch(
      ({ repository_names: each }) => each.includes('promoted-031'),
      () => {
        acme.get('promoted-031').rename('elsewhere');
        first.rename('promoted-031');
      },
    );
    await pass();
    expect(productionThatLeft(acme)).to.deep.equal([]);
    expect(memberNames(acme)).to.have.members([...names('member', 3), ...names('promoted', 31).slice(1), 'elsewhere']);
  });

  it('of one that enters and is not listed yet let nobody leave: the ruleset would be left with nobody', async () => {
    await open({ members: 1, promoted: 1 });
    say(acme.get('member-001'), 'deprecated');
    const hidden = acme.get('promoted-001').id;
    shown = (rows) => rows.filter(({ repository_id: id }) => id !== hidden);
    const outcome = await pass();
    expect([outcome.error?.code, memberNames(acme)]).to.deep.equal(['PLUS1_WRITE_UNPROVED', ['member-001']]);
    shown = (rows) => rows;
    scene.clock.pass(1_300_000);
    await pass();
    expect(memberNames(acme)).to.deep.equal(['promoted-001']);
  });

  it('are asked for in one question a PATCH, also of thirty', async () => {
    await open({ members: 3, demoted: 31 });
    const outcome = await pass();
    expect([outcome.result, memberNames(acme)]).to.deep.equal(['Succeeded', names('member', 3)]);
    const asked = scene.github.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('$n0: String!'));
    expect(asked).to.have.length(2);
  });

  it('that GitHub does not say let nobody leave by them, and the others go', async () => {
    await open({ members: 3, demoted: 2 });
    await proxy.close();
    proxy = await tampering(scene.github, async ({ body, forward }) => {
      const answer = await forward();
      if (!JSON.stringify(body ?? '').includes('$n0: String!')) return answer;
      const errors = [{ type: 'INTERNAL', path: ['r0'], message: 'timeout' }];
      return { ...answer, body: { ...(answer.body as object), errors } };
    });
    say(acme.get('member-003'), 'deprecated');
    const outcome = await pass();
    expect(outcome.error?.code).to.equal('PLUS1_WRITE_UNPROVED');
    expect(memberNames(acme)).to.have.length(3);
  });

  it('are read as often as it takes: a long list, which takes longer than a read may be old, keeps nobody in', async () => {
    await open({ members: 6, demoted: 40 });
    scene.github.beforeRequest(async ({ method, path }) => {
      if (method === 'GET' && path.includes('/properties/values')) scene.clock.pass(12_000);
    });
    const outcome = await pass();
    expect([outcome.error?.message, memberNames(acme)]).to.deep.equal([undefined, names('member', 6)]);
  });

  it('that were read more than five seconds before the PATCH leaves are read again', async () => {
    await open({ members: 6, demoted: 1 });
    let asked = 0;
    // Asked before the intent is kept, and when the PATCH leaves.
    const assertMayWrite = (): void => {
      if ((asked += 1) !== 2) return;
      scene.clock.pass(6_000);
      acme.get('demoted-001').rename('demoted-001-legacy');
      acme.get('member-003').rename('demoted-001');
    };
    await scene.pass(NO_GRACE, { github: { apiURL: proxy.url }, dependencies: { record: { assertMayWrite } } });
    const patches = scene.github.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body as Patch);
    expect(patches.map(({ repository_names: each }) => each)).to.deep.equal([['demoted-001-legacy']]);
    expect(memberNames(acme)).to.have.length(6).and.to.include('demoted-001');
  });
});
