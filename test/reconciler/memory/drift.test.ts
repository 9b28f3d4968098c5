/** Somebody else's hand on the membership: repaired, told of, and where it goes on, nobody leaves. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../../pkg/api/index.js';
import { membersHash } from '../../../pkg/base/index.js';
import { sightOfLastWrite, type LastWriteSight } from '../../../pkg/reconciler/memory/drift.js';
import { kept, memberNames, names, say, town } from '../../builders.js';
import { liveOf } from '../../governance/builders.js';
import { Scene } from '../../integration/passes.js';

const NO_GRACE = { exit: { gracePeriod: '0s' } };

describe('Drift', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 6, others: 2 }));
    await scene.pass(NO_GRACE);
  });
  afterEach(() => scene.close());

  const remove = (name: string): void => {
    const { id } = scene.organization.get(name);
    kept(scene.organization).setMembers(kept(scene.organization).members.filter((member) => member !== id));
  };

  it('is told and repaired: what was taken out comes back, what was put in leaves', async () => {
    const { organization } = scene;
    remove('member-002');
    kept(organization).setMembers([...kept(organization).members, organization.get('other-001').id]);
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.seen?.drift).to.deep.equal({
      added: [organization.get('other-001').id],
      removed: [organization.get('member-002').id],
    });
    expect(memberNames(organization)).to.deep.equal(names('member', 6));
    expect((await scene.pass(NO_GRACE)).seen).to.not.have.property('drift');
  });

  it('is not what our own writes change, nor a repository that was deleted', async () => {
    const { organization } = scene;
    say(organization.get('other-001'), 'production');
    await scene.pass(NO_GRACE);
    const { id } = organization.get('member-006');
    organization.get('member-006').delete();
    kept(organization).setMembers(kept(organization).members.filter((member) => member !== id));
    expect((await scene.pass(NO_GRACE)).seen).to.not.have.property('drift');
  });

  it('that goes on for three passes is a contest: what enters goes on, and nobody leaves', async () => {
    const { organization } = scene;
    for (let pass = 1; pass <= 2; pass += 1) {
      remove('member-002');
      expect((await scene.pass(NO_GRACE)).result).to.equal('Succeeded');
    }
    remove('member-002');
    say(organization.get('member-001'), 'deprecated');
    const contested = await scene.pass(NO_GRACE);
    expect([contested.result, contested.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'Contested']);
    expect(memberNames(organization)).to.deep.equal(names('member', 6));
    const calm = await scene.pass(NO_GRACE);
    expect([calm.result, memberNames(organization)]).to.deep.equal(['Succeeded', names('member', 6).slice(1)]);
  });

  /** Each is a pass in which nobody can tell whether the last write is in place. */
  const blind: Record<string, (scene: Scene) => void> = {
    'a write of unknown outcome': ({ github }) =>
      void github.faults.when(({ isWrite }) => isWrite, { kind: 'status', status: 502 }, 3),
    'a short listing': ({ github }) =>
      void github.faults.when(({ operation }) => operation === 'list', { kind: 'short-page' }, Infinity),
    'a file that is not answered for': ({ organization, github }) => {
      say(organization.get('member-006'), 'production');
      github.faults.when(({ operation }) => operation === 'files', { kind: 'graphql-error' }, Infinity);
    },
  };
  for (const [what, fault] of Object.entries(blind)) {
    it(`stays a contest through ${what}, until a pass finds the last write in place`, async () => {
      const { organization, github } = scene;
      for (let pass = 1; pass <= 3; pass += 1) {
        remove('member-006');
        await scene.pass(NO_GRACE);
      }
      say(organization.get('member-001'), 'deprecated');
      remove('member-006');
      fault(scene);
      await scene.pass(NO_GRACE);
      github.faults.clear();
      remove('member-006');
      scene.clock.pass(21 * 60_000);
      const outcome = await scene.pass(NO_GRACE);
      expect([outcome.result, outcome.acted?.decision.hold?.reason]).to.deep.equal(['Held', 'Contested']);
      expect(memberNames(organization)).to.deep.equal(names('member', 6));
      await scene.pass(NO_GRACE);
      expect(memberNames(organization)).to.deep.equal(names('member', 6).slice(1));
    });
  }

  it('counts on while a rollback is held and guards.maxEntering may keep out whom somebody took out', () => {
    const live = liveOf([1, 2]);
    const sight = (hold: 'TooManyLeaving' | 'RolledBack', isLimited: boolean): LastWriteSight =>
      sightOfLastWrite({
        live,
        status: heldStatus(hold, isLimited),
        left: new Set([1, 2]),
        listed: new Set([1, 2, 3]),
      });
    expect(sight('RolledBack', false)).to.deep.equal({ isInPlace: true });
    expect(sight('TooManyLeaving', true)).to.deep.equal({ isInPlace: true });
    expect(sight('RolledBack', true), 'nobody can tell').to.deep.equal({});
  });
});

function heldStatus(reason: 'TooManyLeaving' | 'RolledBack', isLimited: boolean): PolicyStatus {
  const time = '2026-11-22T10:00:00Z';
  const planHash = `sha256:${'0'.repeat(64)}`;
  return {
    ruleset: { id: 77, enforcement: 'Active', members: 2, membersHash: membersHash([1, 2]), undone: 1 },
    lastPass: {
      ...{ type: 'Full', result: 'Held', startTime: time, completionTime: time, reconcileID: 'r' },
      ...{ entered: 0, left: 0, retained: 0 },
    },
    hold: { planHash, reason, since: time, count: 0, repositories: [], approvals: 0 },
    ...(isLimited && { entryWindow: { startTime: time, members: 2, entered: 1 } }),
  };
}
