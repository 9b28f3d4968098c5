/** A PUT that was on its way when its process died: no read shows it, and GitHub may apply it minutes later. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { membersHash } from '../../pkg/base/index.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import { productionThatLeft } from './history.js';
import { Scene, type SpecInput } from './passes.js';

const MINUTE_MS = 60_000;
/** Ten minutes after it was sent, at most one after its intent, it is not applied any more; two clocks may be ten minutes apart. */
const SETTLED_MS = 21 * MINUTE_MS;
const RIGHT = [...names('member', 20), 'promoted-001'];
const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';

/** The list of ids that a PUT sends. */
const idsOf = ({ body }: LoggedRequest): number[] => [
  ...(body as { conditions: { repository_id: { repository_ids: number[] } } }).conditions.repository_id.repository_ids,
];

/** A pass whose process dies in its PUT, which hangs; the ids that it sent. */
async function diesInPut(scene: Scene, spec: SpecInput): Promise<number[]> {
  const death = new AbortController();
  let ids: number[] | undefined;
  scene.github.beforeRequest((request) => {
    if (!isPut(request)) return;
    ids = idsOf(request);
    death.abort(new Error('killed'));
    return new Promise<never>(() => undefined);
  });
  const keep = async (status: PolicyStatus): Promise<undefined> => {
    death.signal.throwIfAborted();
    scene.kept = JSON.stringify(status);
    return undefined;
  };
  await scene.pass(spec, { signal: death.signal, dependencies: { keep } });
  scene.github.reset();
  if (ids === undefined) throw new Error('no PUT was sent');
  return ids;
}

describe('A write that was on its way when its process was killed', () => {
  const SPEC: SpecInput = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 2 } };
  const DEMOTED = names('demoted', 2);
  let scene: Scene;
  let sent: number[];
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 20, demoted: 2, promoted: 1, others: 3 }));
    sent = await diesInPut(scene, SPEC);
    expect(scene.status.window?.left).to.equal(2);
  });
  afterEach(async () => {
    expect(productionThatLeft(scene.organization)).to.deep.equal([]);
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });
  const isKept = (): void => {
    expect(scene.status).to.have.property('pendingWrite');
    expect(scene.status.window?.left).to.equal(2);
    expect(memberNames(scene.organization)).to.include.members(DEMOTED);
  };
  const ready = (): string | undefined => scene.status.conditions?.find(({ type }) => type === 'Ready')?.message;

  for (const minutes of [0, 5, 9, 10]) {
    it(`${minutes} minutes later nobody leaves, who enters enters, and the count stays; then GitHub applies it, and the guard holds the next`, async () => {
      const { organization } = scene;
      scene.clock.pass(minutes * MINUTE_MS);
      say(organization.get('member-001'), 'deprecated');
      const outcome = await scene.pass(SPEC);
      expect([outcome.result, outcome.acted?.written]).to.deep.equal(['Succeeded', true]);
      expect(memberNames(organization)).to.include.members(['promoted-001', 'member-001']);
      isKept();
      expect(ready()).to.match(/; nobody leaves until an earlier write is settled: it has no known outcome/);
      expect(ready()).to.match(/3 until an earlier write is settled/);
      // Another look finds nothing to write, and settles it no more than the first.
      await scene.pass(SPEC);
      isKept();
      kept(organization).setMembers(sent, { id: 1001, type: 'User' });
      // The first of two writes shows; the other is not settled by that.
      for (const [result, later] of [
        ['Succeeded', 0],
        ['Held', SETTLED_MS],
        ['Held', SETTLED_MS],
      ] as const) {
        scene.clock.pass(later);
        expect((await scene.pass(SPEC)).result).to.equal(result);
        expect(memberNames(organization)).to.include('member-001').and.not.include('demoted-001');
        expect(scene.status.window?.left).to.equal(2);
        expect(scene.status.pendingWrite !== undefined).to.equal(result === 'Succeeded');
      }
    });
  }

  it('says whose memory it is, though no pass has ended', () => {
    const { organizationID, ruleset, pendingWrite } = scene.status;
    const { id } = kept(scene.organization);
    expect([organizationID, ruleset?.id]).to.deep.equal([scene.organization.id, id]);
    expect(pendingWrite?.membersHash).to.equal(membersHash(sent));
  });

  it('once it is settled it is taken back where no read shows it, and who was to leave leaves and is counted once', async () => {
    await scene.pass(SPEC);
    scene.clock.pass(SETTLED_MS);
    const outcome = await scene.pass(SPEC);
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal(['Succeeded', RIGHT]);
    expect(scene.status.window?.left).to.equal(2);
    expect(scene.status).to.not.have.property('pendingWrite');
  });

  it('no time that is wrong makes it older: a pass a day ahead takes nothing back', async () => {
    scene.github.world.useClock(() => scene.clock.now() - 24 * 60 * MINUTE_MS);
    scene.clock.pass(24 * 60 * MINUTE_MS);
    expect((await scene.pass(SPEC)).result).to.equal('Incomplete');
    isKept();
  });

  it('one that a clock ahead began counts from the first pass with the right time', async () => {
    const { pendingWrite } = scene.status;
    const future = new Date(scene.clock.now() + 365 * 24 * 60 * MINUTE_MS).toISOString();
    scene.kept = scene.kept?.replaceAll(pendingWrite?.startTime ?? '', future);
    await scene.pass(SPEC);
    isKept();
    scene.clock.pass(5 * MINUTE_MS);
    await scene.pass(SPEC);
    isKept();
    scene.clock.pass(16 * MINUTE_MS);
    await scene.pass(SPEC);
    expect(memberNames(scene.organization)).to.deep.equal(RIGHT);
    expect(scene.status.window?.left).to.equal(2);
  });

  it('a repository that is in production again stays, whatever becomes of the write', async () => {
    say(scene.organization.get('demoted-001'), 'production');
    await scene.pass(SPEC);
    isKept();
    scene.clock.pass(SETTLED_MS);
    await scene.pass(SPEC);
    expect(memberNames(scene.organization)).to.include('demoted-001');
  });

  it('is open until it is settled, though all who would leave by it are in production again', async () => {
    for (const name of DEMOTED) say(scene.organization.get(name), 'production');
    await scene.pass(SPEC);
    isKept();
    say(scene.organization.get('member-001'), 'deprecated');
    scene.clock.pass(9 * MINUTE_MS);
    await scene.pass(SPEC);
    isKept();
    expect(memberNames(scene.organization)).to.include('member-001');
    scene.clock.pass(12 * MINUTE_MS);
    await scene.pass({ ...SPEC, guards: { maxLeaving: 3 } });
    expect(scene.status).to.not.have.property('pendingWrite');
    expect(memberNames(scene.organization)).to.not.include('member-001');
    expect(scene.status.window?.left, 'what was counted stays counted').to.equal(3);
  });

  it('a write by which only others enter keeps its mark through a second death', async () => {
    await diesInPut(scene, SPEC);
    isKept();
    await scene.pass(SPEC);
    isKept();
  });
});

describe('A write by which others only enter, that was on its way when its process was killed', () => {
  const SPEC: SpecInput = { exit: { gracePeriod: '0s' } };
  let scene: Scene;
  let sent: number[];
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 8, promoted: 1, others: 2 }));
    sent = await diesInPut(scene, SPEC);
    expect([sent.length, scene.status.leaving, scene.status.window]).to.deep.equal([9, [], undefined]);
  });
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });
  const conditions = (): Record<string, string> =>
    Object.fromEntries(
      (scene.status.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]),
    );
  /** What was just read. */
  const IN_PLACE = { Ready: 'True Converged', Compliant: 'True AllGoverned' };
  const isOpen = (): void => {
    expect(conditions()).to.deep.equal(IN_PLACE);
    expect(scene.status.conditions?.find(({ type }) => type === 'Ready')?.message).to.match(
      /nobody leaves until an earlier write is settled/,
    );
    expect(scene.status).to.have.property('pendingWrite');
  };

  it('takes out who entered meanwhile, where GitHub applies it late: it stays open until that is over, and they enter again', async () => {
    const { organization } = scene;
    say(organization.get('other-001'), 'production');
    await scene.pass(SPEC);
    const right = [...names('member', 8), 'other-001', 'promoted-001'];
    expect(memberNames(organization)).to.deep.equal(right);
    isOpen();
    scene.clock.pass(9 * MINUTE_MS);
    kept(organization).setMembers(sent, { id: 1001, type: 'User' });
    await scene.pass(SPEC);
    expect(memberNames(organization)).to.deep.equal(right);
    isOpen();
    expect(scene.status.ruleset?.undone, 'it is our own write, and nobody contests').to.equal(0);
    scene.clock.pass(12 * MINUTE_MS);
    await scene.pass(SPEC);
    expect(conditions()).to.deep.equal(IN_PLACE);
    expect(scene.status).to.not.have.property('pendingWrite');
  });

  it('lets nobody leave until it is settled, and lets others enter', async () => {
    const { organization } = scene;
    say(organization.get('member-001'), 'deprecated');
    await scene.pass(SPEC);
    expect(memberNames(organization)).to.include.members(['member-001', 'promoted-001']);
    scene.clock.pass(SETTLED_MS);
    await scene.pass(SPEC);
    expect(memberNames(organization)).to.not.include('member-001');
    expect(scene.status.window?.left).to.equal(1);
  });

  it('is not older than a later one that was killed too', async () => {
    scene.clock.pass(9 * MINUTE_MS);
    await diesInPut(scene, SPEC);
    scene.clock.pass(9 * MINUTE_MS);
    await scene.pass(SPEC);
    isOpen();
    scene.clock.pass(12 * MINUTE_MS);
    await scene.pass(SPEC);
    expect(conditions()).to.deep.equal(IN_PLACE);
  });

  it('is settled by a read that shows it, where no other write is open', async () => {
    kept(scene.organization).setMembers(sent, { id: 1001, type: 'User' });
    await scene.pass(SPEC);
    expect(conditions()).to.deep.equal(IN_PLACE);
    expect(scene.status).to.not.have.property('pendingWrite');
  });

  it('is not forgotten by a pass that fails', async () => {
    await scene.pass(SPEC);
    scene.github.faults.when(({ operation }) => operation === 'list', { kind: 'status', status: 502 }, Infinity);
    await scene.pass(SPEC);
    expect(conditions()).to.include({ Ready: 'False GitHubUnavailable' });
    expect(scene.status).to.have.property('pendingWrite');
  });
});
