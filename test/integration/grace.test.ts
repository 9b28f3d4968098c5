/** Entering is prompt, leaving is slow: only positive evidence that held for the whole grace period lets a member go. */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { PATH, memberNames, names, say, town } from '../builders.js';
import { TARGETINGS } from '../targetings.js';
import { Scene } from './passes.js';

const HOUR_MS = 3_600_000;
const BROKEN = 'apiVersion: v3\nkind: [service\n';

for (const { how, targeting } of TARGETINGS)
  describe(`The grace period, targeting ${how}`, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await Scene.open(town({ members: 9, promoted: 1, others: 2, targeting }));
      await scene.pass();
    });
    afterEach(async () => {
      expect(scene.github.contractViolations).to.deep.equal([]);
      await scene.close();
    });

    const after = async (hours: number): Promise<PassOutcome> => {
      scene.clock.pass(hours * HOUR_MS);
      return scene.pass();
    };
    const repository = () => scene.organization.get('member-001');
    const isMember = (): boolean => memberNames(scene.organization).includes('member-001');

    it('lets a repository that declares production in at once', () => {
      expect(memberNames(scene.organization)).to.include('promoted-001');
    });

    it('holds until it is over, counted from the pass that first saw it', async () => {
      say(repository(), 'deprecated');
      const first = await after(5);
      expect(first.result).to.equal('Succeeded');
      expect(scene.status.leaving).to.have.length(1);
      expect(scene.status.leaving?.[0]).to.include({
        name: 'member-001',
        reason: 'valid_non_production',
        author: 'ada',
      });
      expect(scene.status.leaving?.[0]?.dueTime).to.equal('2026-11-23T15:00:00Z');
      expect(first.acted?.decision.plan.retain[0]?.reason).to.match(/deprecated.*leaves after 2026-11-23T15:00:00Z/);
      await after(23.99);
      expect(isMember()).to.equal(true);
      await after(0.02);
      expect(isMember()).to.equal(false);
      expect(scene.status).to.deep.include({ leaving: [] });
      expect(scene.status.window).to.include({ left: 1, members: 10 });
    });

    it('starts again after the repository was in production again', async () => {
      say(repository(), 'deprecated');
      await after(1);
      say(repository(), 'production');
      await after(20);
      expect(scene.status.leaving).to.deep.equal([]);
      say(repository(), 'deprecated');
      await after(1);
      await after(20);
      expect(isMember()).to.equal(true);
      await after(4);
      expect(isMember()).to.equal(false);
    });

    for (const { title, breakIt } of [
      { title: 'a broken file', breakIt: () => repository().commit(PATH, BROKEN) },
      {
        title: 'a silent file',
        breakIt: () => repository().commit(PATH, 'apiVersion: v3\nkind: service\nmetadata:\n  name: a\n'),
      },
      { title: 'a file too large to read', breakIt: () => repository().commit(PATH, `# ${'x'.repeat(512_001)}\n`) },
      {
        title: 'a link in place of the file',
        breakIt: () => repository().commit(PATH, { content: 'elsewhere', mode: '120000' }),
      },
    ]) {
      it(`${title} is no way out, and neither clears nor completes a clock`, async () => {
        breakIt();
        await after(1);
        await after(100);
        expect([isMember(), scene.status.leaving]).to.deep.equal([true, []]);
        say(repository(), 'deprecated');
        await after(1);
        breakIt();
        await after(30);
        expect([isMember(), scene.status.leaving?.length]).to.deep.equal([true, 1]);
        say(repository(), 'deprecated');
        await after(0);
        expect(isMember()).to.equal(false);
      });
    }

    for (const { title, stop } of [
      { title: 'a deleted file', stop: () => repository().commit(PATH, null) },
      { title: 'archiving', stop: () => repository().archive() },
    ]) {
      it(`holds for ${title} as well`, async () => {
        stop();
        await after(0);
        await after(23);
        expect(isMember()).to.equal(true);
        await after(1);
        expect(isMember()).to.equal(false);
      });
    }

    it('holds for a changed policy as well', async () => {
      const spec = { repositories: { exclude: ['member-001'] } };
      await scene.pass(spec);
      expect(isMember()).to.equal(true);
      scene.clock.pass(24 * HOUR_MS);
      await scene.pass(spec);
      expect(isMember()).to.equal(false);
    });

    /** GitHub will not tell of this one, whatever is asked. */
    const hide = (): void => {
      const index = ({ body }: { body: unknown }): number =>
        ((body as { variables?: { ids?: string[] } } | undefined)?.variables?.ids ?? []).indexOf(repository().nodeID);
      for (let at = 0; at < 10; at += 1) {
        const isThere = (request: { body: unknown }): boolean => index(request) === at;
        scene.github.faults.when(isThere, { kind: 'graphql-partial', target: 'node', index: at }, Infinity);
      }
    };

    it('is not started by a repository that could not be observed', async () => {
      say(repository(), 'deprecated');
      hide();
      const outcome = await after(1);
      expect([outcome.result, outcome.seen?.complete]).to.deep.equal(['Incomplete', false]);
      expect(scene.status.leaving).to.deep.equal([]);
      expect(scene.status.conditions?.find(({ type }) => type === 'Ready')).to.include({
        status: 'False',
        reason: 'Incomplete',
      });
    });

    it('is neither cleared nor completed by one, while everything else is applied', async () => {
      say(repository(), 'deprecated');
      await after(1);
      // Another commit, or the verdict on the last one would still be known.
      repository().commit('README.md', 'more');
      say(scene.organization.get('other-001'), 'production');
      hide();
      const outcome = await after(30);
      expect([outcome.result, isMember(), scene.status.leaving?.length]).to.deep.equal(['Incomplete', true, 1]);
      expect(memberNames(scene.organization)).to.include('other-001');
      scene.github.reset();
      await after(0);
      expect(isMember()).to.equal(false);
    });

    it('is told by today’s policy: a shorter one lets go at once', async () => {
      say(repository(), 'deprecated');
      await after(0);
      scene.clock.pass(2 * HOUR_MS);
      await scene.pass({ exit: { gracePeriod: '1h' } });
      expect(isMember()).to.equal(false);
    });

    it('does not end early where the local clock is wrong: nobody leaves while it disagrees with GitHub', async () => {
      say(repository(), 'deprecated');
      await after(0);
      const wrong = (): number => scene.clock.now() + 48 * HOUR_MS;
      const outcome = await scene.pass({}, { github: { clock: wrong } });
      expect([outcome.result, isMember()]).to.deep.equal(['Incomplete', true]);
      await after(1);
      expect(isMember(), 'the wrong time left no trace').to.equal(true);
      expect(memberNames(scene.organization)).to.include.members(names('member', 9));
    });
  });
