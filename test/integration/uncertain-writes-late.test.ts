/** A PUT that was on its way when its process died: no read shows it, and GitHub may apply it minutes later. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { kept, memberNames, names, say, town } from '../builders.js';
import { productionThatLeft } from './history.js';
import { Scene, type SpecInput } from './passes.js';

const MINUTE_MS = 60_000;
/** From then on a write that no read shows is not applied any more. */
const SETTLED_MS = 10 * MINUTE_MS;
const RIGHT = [...names('member', 20), 'promoted-001'];
const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';

/** The list of ids that a PUT sends. */
const idsOf = ({ body }: LoggedRequest): number[] => [
  ...(body as { conditions: { repository_id: { repository_ids: number[] } } }).conditions.repository_id.repository_ids,
];

describe('A write that was on its way when its process was killed', () => {
  const SPEC: SpecInput = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 2 } };
  const DEMOTED = names('demoted', 2);
  let scene: Scene;
  let sent: number[];
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 20, demoted: 2, promoted: 1, others: 3 }));
    sent = await diesInPut();
    expect(scene.status.window?.left).to.equal(2);
  });
  /** A pass whose process dies in its PUT, which hangs; the ids that it sent. */
  async function diesInPut(): Promise<number[]> {
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
    await scene.pass(SPEC, { signal: death.signal, dependencies: { keep } });
    scene.github.reset();
    if (ids === undefined) throw new Error('no PUT was sent');
    return ids;
  }
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

  for (const minutes of [0, 5, 9]) {
    it(`${minutes} minutes later nobody leaves, who enters enters, and the count stays; then GitHub applies it, and the guard holds the next`, async () => {
      const { organization } = scene;
      scene.clock.pass(minutes * MINUTE_MS);
      say(organization.get('member-001'), 'deprecated');
      const outcome = await scene.pass(SPEC);
      expect([outcome.result, outcome.acted?.written]).to.deep.equal(['Succeeded', true]);
      expect(memberNames(organization)).to.include.members(['promoted-001', 'member-001']);
      isKept();
      expect(ready()).to.match(/; nobody leaves until 2026-11-22T10:10:\d\dZ: an earlier write has no known outcome/);
      expect(ready()).to.match(/3 until an earlier write is settled/);
      // Another look finds nothing to write, and settles it no more than the first.
      await scene.pass(SPEC);
      isKept();
      kept(organization).setMembers(sent, { id: 1001, type: 'User' });
      for (const [result, later] of [
        ['Held', 0],
        ['Held', 20 * MINUTE_MS],
      ] as const) {
        scene.clock.pass(later);
        expect((await scene.pass(SPEC)).result).to.equal(result);
        expect(memberNames(organization)).to.include('member-001').and.not.include('demoted-001');
        expect(scene.status.window?.left).to.equal(2);
        expect(scene.status).to.not.have.property('pendingWrite');
      }
    });
  }

  it('says whose memory it is, though no pass has ended', () => {
    const { organizationID, ruleset } = scene.status;
    const { id, members } = kept(scene.organization);
    expect([organizationID, ruleset?.id, ruleset?.members]).to.deep.equal([scene.organization.id, id, members.length]);
  });

  it('after ten minutes it is taken back where no read shows it, and who was to leave leaves and is counted once', async () => {
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
    scene.clock.pass(5 * MINUTE_MS);
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

  it('a write by which only others enter keeps its mark through a second death', async () => {
    await diesInPut();
    isKept();
    await scene.pass(SPEC);
    isKept();
  });
});
