/** Entries by a write that GitHub did not apply: they must not keep production out in the name of `guards.maxEntering`. */
import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

const MINUTE = 60_000;

describe('A write without an answer, with a limit on what enters', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 10, promoted: 2, others: 1 }));
  });
  afterEach(() => scene.close());
  const LIMIT: SpecInput = { guards: { maxEntering: 2 } };
  const fail = (times: number): unknown =>
    scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'status', status: 502 }, times);
  const entered = (): string[] => memberNames(scene.organization).filter((name) => !name.startsWith('member'));

  for (const times of [1, 2, 3, 4]) {
    it(`${times} times, and not applied: who was to enter enters, and is counted once`, async () => {
      fail(times);
      for (let pass = 0; pass < (times > 2 ? 2 : 1); pass += 1) {
        await scene.pass(LIMIT);
        scene.clock.pass(15 * MINUTE);
      }
      expect(entered()).to.deep.equal(names('promoted', 2));
      expect(scene.status.entryWindow?.entered).to.equal(2);
    });
  }

  it('nobody enters in the place of those who may still enter by it, until it is settled', async () => {
    fail(3);
    await scene.pass(LIMIT);
    for (const name of names('promoted', 2)) say(scene.organization.get(name), 'deprecated');
    say(scene.organization.get('other-001'), 'production');
    scene.clock.pass(15 * MINUTE);
    const open = await scene.pass(LIMIT);
    expect([open.acted?.decision.hold?.reason, entered()]).to.deep.equal(['TooManyEntering', []]);
    scene.clock.pass(10 * MINUTE);
    await scene.pass(LIMIT);
    expect(entered()).to.deep.equal(['other-001']);
    expect(scene.status.entryWindow?.entered).to.equal(1);
  });

  for (const isEnded of [true, false])
    it(`takes nobody back from a window that began since its intent, and lets nobody enter uncounted in it${isEnded ? '' : '; they are counted'}`, async () => {
      for (const name of names('promoted', 2)) say(scene.organization.get(name), 'deprecated');
      const late = [1, 2, 3, 4].map((index) =>
        scene.organization.createRepository({ name: `late-${index}`, files: {} }),
      );
      say(scene.organization.get('other-001'), 'production');
      const spec: SpecInput = { guards: { maxEntering: 3 } };
      await scene.pass(spec);
      scene.clock.pass((24 * 60 - 5) * MINUTE);
      for (const name of names('promoted', 2)) say(scene.organization.get(name), 'production');
      fail(3);
      await scene.pass(spec);
      expect(scene.status.entryWindow?.entered).to.equal(3);
      scene.clock.pass(6 * MINUTE);
      if (isEnded) for (const name of names('promoted', 2)) say(scene.organization.get(name), 'deprecated');
      for (const each of late) say(each, 'production');
      await scene.pass(spec);
      const first = entered().length;
      scene.clock.pass(16 * MINUTE);
      await scene.pass(spec);
      expect([first, entered().length, scene.status.entryWindow?.entered], 'and other-001').to.deep.equal([4, 4, 3]);
    });

  it('a process that is killed behind it leaves a memory in which nobody is counted who did not enter', async () => {
    fail(1);
    const record = { keepStatus: async (): Promise<void> => Promise.reject(new Error('killed')) };
    const stop = new AbortController();
    scene.github.beforeRequest(({ isWrite }) => {
      if (isWrite) stop.abort();
    });
    await scene.pass(LIMIT, { dependencies: { record }, signal: stop.signal });
    expect(scene.status.entryWindow?.entered).to.equal(2);
    scene.clock.pass(30 * MINUTE);
    for (const name of names('promoted', 2)) say(scene.organization.get(name), 'deprecated');
    await scene.pass(LIMIT);
    expect([scene.status.entryWindow, scene.status.pendingWrite]).to.deep.equal([undefined, undefined]);
  });
});
