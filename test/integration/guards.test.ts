/** Guards: many at once are held, many one by one are held at the same total, and the last one never leaves. */
import { expect } from 'chai';
import { startGitHub } from '../fakes/github/index.js';
import { memberNames, names, say, town } from '../builders.js';
import { plus1, policyArguments, reportOf, temporaryFolder } from './cli.js';
import { TARGETINGS } from '../targetings.js';
import { Scene } from './passes.js';

const NO_GRACE = { exit: { gracePeriod: '0s' } };
const HOUR_MS = 3_600_000;

for (const { how, targeting } of TARGETINGS)
  describe(`Guards, targeting ${how}`, () => {
    let scene: Scene | undefined;
    afterEach(() => scene?.close());

    it('hold a third that stops at once (exit 3), while what enters is applied', async () => {
      const organization = town({ members: 13, demoted: 7, promoted: 2, targeting });
      const github = await startGitHub({ organizations: [organization] });
      const args = [...policyArguments(organization, github), '--state', temporaryFolder()];
      try {
        const ran = await plus1(['sync', ...args, '--format', 'json'], { github });
        expect(ran.code, ran.stderr).to.equal(3);
        const { plan, changes_applied } = reportOf(ran);
        expect(plan).to.include({ held: true, hold_reason: 'TooManyLeaving' });
        expect(plan.leave.map(({ name }) => name)).to.deep.equal(names('demoted', 7));
        expect(changes_applied).to.deep.equal({
          repositories_added: 2,
          repositories_removed: 0,
          total_modifications: 2,
        });
        const all = [...names('demoted', 7), ...names('member', 13), ...names('promoted', 2)];
        expect(memberNames(organization)).to.deep.equal(all);
        const dry = await plus1(['plan', ...args, '--format', 'json'], { github });
        expect([dry.code, reportOf(dry).plan.held], 'a dry run that made its plan is a success').to.deep.equal([
          0,
          true,
        ]);
        const text = await plus1(['sync', ...args], { github });
        expect(text.stdout).to.match(/Held \(TooManyLeaving\): 7 repositories would leave/);
      } finally {
        await github.close();
      }
    });

    it('hold at the same total where they stop one by one, pass after pass, with a state on disk', async () => {
      const organization = town({ members: 20, targeting });
      const github = await startGitHub({ organizations: [organization] });
      const state = temporaryFolder();
      try {
        const codes: (number | undefined)[] = [];
        for (const name of names('member', 7)) {
          say(organization.get(name), 'deprecated');
          codes.push(
            (await plus1(['sync', ...policyArguments(organization, github), '--state', state], { github })).code,
          );
        }
        // 25 % of the 20 there were when the window began.
        expect(codes).to.deep.equal([0, 0, 0, 0, 0, 3, 3]);
        expect(memberNames(organization)).to.have.length(15);
      } finally {
        await github.close();
      }
    });

    it('open again when the window has ended', async () => {
      scene = await Scene.open(town({ members: 20, targeting }));
      const { organization, clock } = scene;
      for (const name of names('member', 6)) say(organization.get(name), 'deprecated');
      for (const name of names('member', 3)) say(organization.get(name), 'production');
      expect((await scene.pass(NO_GRACE)).result).to.equal('Succeeded');
      for (const name of names('member', 3)) say(organization.get(name), 'deprecated');
      clock.pass(23 * HOUR_MS);
      const held = await scene.pass(NO_GRACE);
      expect([held.result, held.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'TooManyLeaving']);
      expect(scene.status.conditions?.find(({ type }) => type === 'Held')).to.include({ status: 'True' });
      expect(scene.status.hold).to.include({ count: 3, reason: 'TooManyLeaving' });
      clock.pass(HOUR_MS);
      expect((await scene.pass(NO_GRACE)).result).to.equal('Succeeded');
      expect(memberNames(organization)).to.have.length(14);
      expect(scene.status).to.not.have.any.keys('hold');
      expect(scene.status.window).to.include({ members: 17, left: 3 });
    });

    for (const { maxLeaving, reason } of [
      { maxLeaving: '100%', reason: 'though the share would let everybody go' },
      { maxLeaving: 5, reason: 'though the count would let everybody go' },
    ]) {
      it(`the last member never leaves, ${reason}`, async () => {
        scene = await Scene.open(town({ members: 3, targeting }));
        const spec = { ...NO_GRACE, guards: { maxLeaving } };
        for (const name of names('member', 3)) {
          say(scene.organization.get(name), 'deprecated');
          await scene.pass(spec);
        }
        const last = await scene.pass(spec);
        expect([last.result, last.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'TooFewMembers']);
        expect(memberNames(scene.organization)).to.deep.equal(['member-003']);
        expect(scene.github.requests.filter(({ isWrite }) => isWrite)).to.have.length(2);
      });
    }

    it('the only member stays where another could take its place only later', async () => {
      scene = await Scene.open(town({ demoted: 1, targeting }));
      const held = await scene.pass({ ...NO_GRACE, guards: { maxLeaving: '100%' } });
      expect([held.result, memberNames(scene.organization)]).to.deep.equal(['Held', ['demoted-001']]);
      const fresh = scene.organization.createRepository({ name: 'fresh', files: {} });
      say(fresh, 'production');
      expect((await scene.pass({ ...NO_GRACE, guards: { maxLeaving: '100%' } })).result).to.equal('Succeeded');
      expect(memberNames(scene.organization)).to.deep.equal(['fresh']);
    });
  });
