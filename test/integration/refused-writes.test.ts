/**
 * Kind of fault: a removal that rides on a refusal, and a success that rides on an answer. What GitHub refuses is tried
 * again only without what it names and two proofs say is gone; an answer proves only what it shows whole.
 */
import { expect } from 'chai';
import { tokenCredential } from '../../pkg/github/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { kept, memberNames, names, PATH, PRODUCTION, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type Answered, type Asked, type TamperingGitHub } from './tampering-github.js';

const HOUR = 3_600_000;

interface RulesetBody {
  id: number;
  name: string;
  target: string;
  enforcement: string;
  conditions: { ref_name: { include: string[] }; repository_id: { repository_ids: number[] } } & Record<
    string,
    unknown
  >;
}

describe('A write', () => {
  let scene: Scene;
  let proxy: TamperingGitHub;
  /** The answer to the n-th PUT (from 1), or undefined for GitHub's own. */
  let answerPut: (n: number, asked: Asked) => Promise<Answered | undefined> | Answered | undefined;
  let puts: { members: number[]; status: number }[];

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 12, promoted: 1 }));
    puts = [];
    answerPut = () => undefined;
    proxy = await tampering(scene.github, async (asked) => {
      if (asked.method !== 'PUT') return undefined;
      const put = { members: (asked.body as RulesetBody).conditions.repository_id.repository_ids, status: 0 };
      const n = puts.push(put);
      const answer = (await answerPut(n, asked)) ?? (await asked.forward());
      put.status = answer.status;
      return answer;
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scene.close();
  });

  const pass = (spec: SpecInput = {}): Promise<PassOutcome> => scene.pass(spec, { github: { apiURL: proxy.url } });
  const statuses = (): number[] => puts.map(({ status }) => status);
  const everyone = [...names('member', 12), 'promoted-001'];

  describe('that GitHub refuses', () => {
    for (const status of [400, 403, 404, 409, 410, 418, 422, 451]) {
      it(`with ${status} and no name is sent once, and drops nobody that the token cannot see`, async () => {
        const ids = scene.organization.repositories.filter(({ name }) => /member-00[1-3]|promoted/.test(name));
        scene.github.world.tokens.add('github_pat_part', {
          kind: 'fine-grained',
          organization: 'acme',
          repositories: ids.map(({ id }) => id),
          permissions: { metadata: 'read', contents: 'read', organization_administration: 'write' },
        });
        answerPut = () => ({ status, body: { message: 'Validation Failed: try again' } });
        const github = { apiURL: proxy.url, credential: tokenCredential('github_pat_part', 'the token') };
        const outcome = await scene.pass({}, { github });
        expect(outcome.result).to.equal('Failed');
        expect(statuses()).to.deep.equal([status]);
        expect(memberNames(scene.organization)).to.deep.equal(names('member', 12));
        if (status !== 403 && status !== 404) {
          expect(outcome.error?.code).to.equal('PLUS1_WRITE_REFUSED');
          expect(outcome.error?.message).to.contain('Validation Failed: try again');
        }
      });
    }

    it('for a member that one proof says is gone stays refused, with the text of GitHub', async () => {
      scene.github.world.behaviour.unknownIDs = 'refuse';
      const { id } = scene.organization.get('member-001');
      scene.organization.get('member-001').delete();
      const outcome = await pass();
      expect([outcome.error?.code, statuses()]).to.deep.equal(['PLUS1_WRITE_REFUSED', [422]]);
      expect(outcome.error?.message).to.contain(`Invalid repository ids: ${id}`);
      expect(kept(scene.organization).members).to.include(id);
      scene.clock.pass(HOUR);
      expect((await pass()).result, 'the second proof').to.equal('Succeeded');
      expect(memberNames(scene.organization)).to.deep.equal(everyone.slice(1));
      expect(statuses()).to.deep.equal([422, 200]);
    });

    it('for a member that is gone and held by a guard stays refused', async () => {
      scene.github.world.behaviour.unknownIDs = 'refuse';
      const { id } = scene.organization.get('member-001');
      scene.organization.get('member-001').delete();
      await pass();
      scene.clock.pass(HOUR);
      const outcome = await pass({ guards: { maxLeaving: 0 } });
      expect([outcome.error?.code, outcome.acted?.decision.hold?.reason]).to.deep.equal([
        'PLUS1_WRITE_REFUSED',
        'TooManyLeaving',
      ]);
      expect(statuses()).to.deep.equal([422, 422]);
      expect(kept(scene.organization).members).to.include(id);
    });

    for (const isDeleted of [true, false])
      it(`for one that was to enter and ${isDeleted ? 'is deleted by now is sent once more without it' : 'is still there stays refused'}`, async () => {
        const passing = scene.organization.createRepository({ name: 'passing', files: { [PATH]: PRODUCTION } });
        const { id } = passing;
        scene.github.world.behaviour.unknownIDs = 'refuse';
        answerPut = (n) => {
          if (n > 1) return undefined;
          if (isDeleted) passing.delete();
          return isDeleted ? undefined : { status: 422, body: { message: `Validation Failed: ${id}` } };
        };
        const outcome = await pass();
        expect([outcome.result, statuses()]).to.deep.equal(isDeleted ? ['Succeeded', [422, 200]] : ['Failed', [422]]);
        expect(memberNames(scene.organization)).to.deep.equal(isDeleted ? everyone : names('member', 12));
      });

    describe('in mode EnterOnly', () => {
      const ENTER_ONLY: SpecInput = { mode: 'EnterOnly' };
      /** Gone by one proof, and an hour has passed. */
      const lose = async (...lost: string[]): Promise<number[]> => {
        const ids = lost.map((name) => scene.organization.get(name).id);
        for (const name of lost) scene.organization.get(name).delete();
        answerPut = () => ({ status: 409, body: { message: 'not yet' } });
        await pass(ENTER_ONLY);
        puts.length = 0;
        scene.clock.pass(HOUR);
        answerPut = () => undefined;
        return ids;
      };

      it('is sent once more without the members that it names and that are gone: they count in the window', async () => {
        scene.github.world.behaviour.unknownIDs = 'refuse';
        const ids = await lose('member-001', 'member-002');
        const outcome = await pass(ENTER_ONLY);
        expect([outcome.result, statuses()]).to.deep.equal(['Succeeded', [422, 200]]);
        expect(memberNames(scene.organization)).to.deep.equal(everyone.slice(2));
        expect(outcome.acted?.decision.toLeave.map(({ id, status }) => [id, status])).to.deep.equal(
          ids.map((id) => [id, 'gone']),
        );
        expect(scene.status.window?.left).to.equal(2);
      });

      it('stays refused where their leaving would break a guard', async () => {
        scene.github.world.behaviour.unknownIDs = 'refuse';
        await lose('member-001', 'member-002');
        const outcome = await pass({ ...ENTER_ONLY, guards: { maxLeaving: 1 } });
        expect([outcome.error?.code, statuses()]).to.deep.equal(['PLUS1_WRITE_REFUSED', [422]]);
        expect(kept(scene.organization).members).to.have.length(12);
        expect(scene.status.window?.left ?? 0).to.equal(0);
      });

      it('is sent without those alone that it names', async () => {
        const [named = 0, unnamed = 0] = await lose('member-001', 'member-002');
        const seen = scene.organization.get('member-003').id;
        answerPut = (n) =>
          n === 1
            ? { status: 422, body: { message: 'Validation Failed', errors: [`Invalid ids: ${named}, ${seen}`] } }
            : undefined;
        const outcome = await pass(ENTER_ONLY);
        expect([outcome.result, statuses()]).to.deep.equal(['Succeeded', [422, 200]]);
        expect(kept(scene.organization).members).to.not.include(named);
        expect(kept(scene.organization).members).to.include.members([unnamed, seen]);
      });

      it('is not tried a third time', async () => {
        const [named = 0, other = 0] = await lose('member-001', 'member-002');
        answerPut = (n) => ({ status: 422, body: { message: `Invalid repository_ids: ${n === 1 ? named : other}` } });
        const outcome = await pass(ENTER_ONLY);
        expect([outcome.error?.code, statuses()]).to.deep.equal(['PLUS1_WRITE_REFUSED', [422, 422]]);
        expect(kept(scene.organization).members).to.have.length(12);
      });

      it('is not tried again after a 400 that names them', async () => {
        const [named = 0] = await lose('member-001', 'member-002');
        answerPut = () => ({ status: 400, body: { message: `Invalid repository_ids: ${named}` } });
        await pass(ENTER_ONLY);
        expect(statuses()).to.deep.equal([400]);
      });
    });
  });

  describe('that is answered 200', () => {
    const madeUp: { what: string; change: (ruleset: RulesetBody) => object }[] = [
      { what: 'another id', change: (ruleset) => ({ ...ruleset, id: 999 }) },
      { what: 'another name', change: (ruleset) => ({ ...ruleset, name: 'other' }) },
      { what: 'another enforcement', change: (ruleset) => ({ ...ruleset, enforcement: 'disabled' }) },
      { what: 'another target', change: (ruleset) => ({ ...ruleset, target: 'tag' }) },
      {
        what: 'another ref_name',
        change: ({ conditions, ...ruleset }) => ({
          ...ruleset,
          conditions: { ...conditions, ref_name: { include: ['refs/heads/none'], exclude: [] } },
        }),
      },
      {
        what: 'no ref_name',
        change: ({ conditions: { repository_id }, ...ruleset }) => ({ ...ruleset, conditions: { repository_id } }),
      },
      {
        what: 'a condition more',
        change: ({ conditions, ...ruleset }) => ({
          ...ruleset,
          conditions: { ...conditions, repository_property: { include: [{ name: 'tier' }], exclude: [] } },
        }),
      },
      {
        what: 'a member less',
        change: ({ conditions, ...ruleset }) => ({
          ...ruleset,
          conditions: {
            ...conditions,
            repository_id: { repository_ids: conditions.repository_id.repository_ids.slice(1) },
          },
        }),
      },
      { what: 'no conditions', change: ({ conditions: _conditions, ...ruleset }) => ruleset },
    ];
    /** The ruleset as it would be after the PUT. */
    const applied = (asked: Asked): RulesetBody => {
      const { id, name, target, enforcement } = kept(scene.organization);
      return { id, name, target, enforcement, conditions: (asked.body as RulesetBody).conditions };
    };
    const readsByID = (): number =>
      scene.github.requests.filter(({ operation }) => operation === 'repos/get-org-ruleset').length;

    for (const { what, change } of madeUp) {
      it(`with ${what}, and was not applied, is no success`, async () => {
        answerPut = (_n, asked) => ({ status: 200, body: change(applied(asked)) });
        const outcome = await pass();
        expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_WRITE_UNPROVED']);
        expect(outcome.acted?.written).to.equal(false);
        expect(scene.status.compliance).to.include({ governed: 12, production: 13 });
        expect(scene.status.ruleset).to.include({ enforcement: 'Active', members: 12 });
      });

      it(`with ${what}, and was applied, is proved by reading the ruleset by its id`, async () => {
        answerPut = async (_n, asked) => {
          await asked.forward();
          return { status: 200, body: change(applied(asked)) };
        };
        const outcome = await pass();
        expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', everyone]);
        expect(readsByID(), 'at the start, before the PUT, after it').to.equal(3);
        expect(puts).to.have.length(1);
        expect(scene.status.ruleset).to.include({ enforcement: 'Active', members: 13 });
      });
    }

    it('with the whole of it needs no further request, whatever the order of its lists', async () => {
      scene.github.world.behaviour.idOrder = 'reversed';
      expect((await pass()).result).to.equal('Succeeded');
      expect(readsByID()).to.equal(2);
    });

    it('and lost its ref_name on the way is no success', async () => {
      answerPut = async (_n, asked) => {
        const answer = await asked.forward();
        const { conditions } = kept(scene.organization);
        kept(scene.organization).edit({ conditions: { ...conditions, ref_name: { include: [], exclude: [] } } });
        return { ...answer, body: { ...(answer.body as object), conditions: kept(scene.organization).conditions } };
      };
      expect((await pass()).error?.code).to.equal('PLUS1_WRITE_UNPROVED');
    });

    it('and is read afterwards as another ruleset, is not believed', async () => {
      await proxy.close();
      const other = scene.organization.rulesets.find(({ name }) => name === 'somebody_elses');
      let isPut = false;
      proxy = await tampering(scene.github, async (asked) => {
        if (asked.method === 'PUT') {
          isPut = true;
          return { status: 200, body: { ...applied(asked), id: 999 } };
        }
        if (!isPut || !/\/rulesets\/\d+$/.test(asked.path)) return undefined;
        const answer = await asked.forward();
        return { ...answer, body: { ...(answer.body as object), id: other?.id } };
      });
      const outcome = await pass();
      expect([outcome.result, outcome.acted?.written, outcome.acted?.pending]).to.deep.equal(['Failed', false, true]);
    });
  });
});
