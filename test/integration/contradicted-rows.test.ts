/**
 * One answer of GitHub is no evidence, and a row of the listing is one answer: a flag that is wrong in it, without an error, lets
 * nobody leave and starts no clock. The same fields are asked for again by id, and only two answers that agree count.
 */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { memberNames, names, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type TamperingGitHub } from './tampering-github.js';

const HOUR_MS = 3_600_000;
const NAME = 'member-002';
const ALL = names('member', 4);

type Row = Record<string, unknown>;

/** What speaks against a repository in a row, how it comes to be so, and the policy for which it does. */
const FACTS: { title: string; wrong: Row; happens: (scene: Scene) => void; spec: SpecInput; status: string }[] = [
  {
    title: 'isArchived',
    wrong: { isArchived: true },
    happens: (scene) => void scene.organization.get(NAME).archive(),
    spec: {},
    status: 'archived_skipped',
  },
  {
    title: 'isDisabled',
    wrong: { isDisabled: true },
    happens: (scene) => void scene.organization.get(NAME).disable(),
    spec: { catalog: { onInvalid: 'Release' } },
    status: 'unreadable',
  },
  {
    title: 'isFork',
    wrong: { isFork: true },
    happens: (scene) => void scene.organization.get(NAME).set({ isFork: true }),
    spec: { repositories: { forks: 'Exclude' } },
    status: 'excluded',
  },
  {
    title: 'isTemplate',
    wrong: { isTemplate: true },
    happens: (scene) => void scene.organization.get(NAME).set({ isTemplate: true }),
    spec: { repositories: { templates: 'Exclude' } },
    status: 'excluded',
  },
  {
    title: 'visibility',
    wrong: { visibility: 'PUBLIC' },
    happens: (scene) => void scene.organization.get(NAME).set({ visibility: 'public' }),
    spec: { repositories: { visibilities: ['Private', 'Internal'] } },
    status: 'excluded',
  },
  {
    title: 'name',
    wrong: { name: 'sandbox-2' },
    happens: (scene) => void scene.organization.get(NAME).rename('sandbox-2'),
    spec: { repositories: { exclude: ['sandbox-*'] } },
    status: 'excluded',
  },
];

describe('A row of the listing that is wrong', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  let id: number;
  /** What is put into the row of the member in place of what is there: in the listing, and in the second answer. */
  let lies: { listed?: Row; again?: Row };
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 1 }));
    for (const repository of scene.organization.repositories) repository.set({ visibility: 'private' });
    const { nodeID } = scene.organization.get(NAME);
    id = scene.organization.get(NAME).id;
    lies = {};
    proxy = await tampering(scene.github, async ({ body, forward }) => {
      const query = JSON.stringify(body ?? '');
      const lie = query.includes('ownerAffiliations') ? lies.listed : query.includes('isArchived') && lies.again;
      if (lie === undefined || lie === false) return undefined;
      const answer = await forward();
      const data = (answer.body as { data: { nodes?: Row[]; organization?: { repositories: { nodes: Row[] } } } }).data;
      const row = (data.nodes ?? data.organization?.repositories.nodes)?.find((node) => node['id'] === nodeID);
      if (row !== undefined) Object.assign(row, lie);
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });
  const pass = (spec: SpecInput): Promise<PassOutcome> => scene.pass(spec, { github: { apiURL: proxy.url } });
  const statusIn = ({ seen }: PassOutcome): string | undefined =>
    seen?.findings.find((finding) => finding.id === id)?.status;
  const leaving = (): number[] | undefined => scene.status.leaving?.map((clock) => clock.id);
  const isMember = (): boolean => scene.organization.rulesets[0]?.members.includes(id) === true;

  for (const { title, wrong, happens, spec, status } of FACTS) {
    describe(`in ${title}`, () => {
      for (const gracePeriod of ['0s', '24h']) {
        it(`once: nobody leaves and no clock starts, with a grace period of ${gracePeriod}`, async () => {
          lies = { listed: wrong };
          const outcome = await pass({ ...spec, exit: { gracePeriod } });
          expect([outcome.result, statusIn(outcome)]).to.deep.equal(['Succeeded', 'valid_production']);
          expect([memberNames(scene.organization), leaving()]).to.deep.equal([[...ALL, 'promoted-001'], []]);
        });
      }

      it('once, in the pass in which it would leave: the second answer counts, and clears its clock', async () => {
        lies = { listed: wrong, again: wrong };
        await pass(spec);
        expect(leaving()).to.deep.equal([id]);
        scene.clock.pass(25 * HOUR_MS);
        lies = { listed: wrong };
        const outcome = await pass(spec);
        expect([statusIn(outcome), isMember(), leaving()]).to.deep.equal(['valid_production', true, []]);
      });

      it('once, and no second answer comes: it stays, as unobserved', async () => {
        lies = { listed: wrong };
        scene.github.faults.when(({ operation }) => operation === 'nodes', { kind: 'status', status: 502 }, Infinity);
        const outcome = await pass({ ...spec, exit: { gracePeriod: '0s' } });
        expect([outcome.result, statusIn(outcome)]).to.deep.equal(['Incomplete', 'unobserved']);
        expect([isMember(), leaving()]).to.deep.equal([true, []]);
      });

      it('is right where both answers say so: it leaves without a grace period, and with one in time', async () => {
        happens(scene);
        const outcome = await pass(spec);
        expect([outcome.result, statusIn(outcome), leaving()]).to.deep.equal(['Succeeded', status, [id]]);
        await pass({ ...spec, exit: { gracePeriod: '0s' } });
        expect([isMember(), leaving()]).to.deep.equal([false, []]);
      });
    });
  }

  it('for one reason, and in the second answer for another, is no agreement', async () => {
    const spec: SpecInput = { exit: { gracePeriod: '0s' }, repositories: { exclude: ['sandbox-*'] } };
    lies = { listed: { isArchived: true }, again: { name: 'sandbox-2' } };
    expect(statusIn(await pass(spec))).to.equal('excluded');
    expect([isMember(), leaving()]).to.deep.equal([true, []]);
  });

  it('and whose file says something else than production is read twice before that counts', async () => {
    lies = { listed: { isArchived: true } };
    scene.organization.get(NAME).commit('entity.datadog.yaml', null);
    const spec: SpecInput = { exit: { gracePeriod: '0s' } };
    expect(statusIn(await pass(spec))).to.equal('missing_file');
    expect(isMember()).to.equal(true);
    lies = {};
    await pass(spec);
    expect(isMember()).to.equal(false);
  });

  it('and a limit in place of the second answer: it stays, as unobserved', async () => {
    lies = { listed: { isArchived: true } };
    scene.github.faults.when(({ operation }) => operation === 'nodes', {
      kind: 'primary',
      status: 403,
      resetInS: 3_600,
    });
    const outcome = await pass({ exit: { gracePeriod: '0s' } });
    expect([statusIn(outcome), isMember(), leaving()]).to.deep.equal(['unobserved', true, []]);
  });
});

describe('What the listing says, asked for again', () => {
  it('costs a handful of questions where 500 members were archived at once, and none in their grace period', async () => {
    const scene = await Scene.open(town({ members: 505 }));
    try {
      const questions = async (hours: number, spec: SpecInput = {}): Promise<number> => {
        scene.clock.pass(hours * HOUR_MS);
        scene.github.reset();
        await scene.pass(spec);
        return scene.github.requests.filter(({ operation }) => operation === 'nodes').length;
      };
      expect(await questions(0)).to.equal(0);
      for (const name of names('member', 500)) scene.organization.get(name).archive();
      const open: SpecInput = { guards: { maxLeaving: '100%' } };
      expect(await questions(1, open)).to.equal(5);
      expect(scene.status.leaving).to.have.length(500);
      expect(await questions(1, open)).to.equal(0);
      expect(await questions(25, open)).to.equal(5);
      expect(memberNames(scene.organization)).to.have.length(5);
      expect(await questions(1, open)).to.equal(0);
    } finally {
      await scene.close();
    }
  });

  it('heals around one repository that GitHub cannot serve: its neighbours are asked about all the same', async () => {
    const scene = await Scene.open(town({ members: 8 }));
    try {
      for (const name of names('member', 4)) scene.organization.get(name).archive();
      const { nodeID } = scene.organization.get('member-003');
      scene.github.faults.when(
        ({ operation, body }) => operation === 'nodes' && JSON.stringify(body).includes(nodeID),
        { kind: 'status', status: 502 },
        Infinity,
      );
      await scene.pass();
      expect(scene.status.leaving?.map(({ name }) => name)).to.deep.equal(['member-001', 'member-002', 'member-004']);
    } finally {
      await scene.close();
    }
  });
});
