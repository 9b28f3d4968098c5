/**
 * An observation ends an exit clock also where the pass that made it breaks off, or its process is killed: otherwise the next
 * contrary answer would let the repository leave at once, long before its grace period.
 */
import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import { memberNames, say, town } from '../builders.js';
import { Scene } from './passes.js';

const HOUR_MS = 3_600_000;

describe('A pass that breaks off', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 12, others: 1 }));
    await scene.pass();
  });
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const repository = () => scene.organization.get('member-001');
  const clocks = (): unknown[] => (scene.status.leaving ?? []).map(({ name, reason }) => [name, reason]);

  /** A pass that has read every file, and meets a limit when it looks up a member that no listing contains. */
  const limitedAtLookUp = async (): Promise<void> => {
    scene.organization.get('member-012').delete();
    const limit = { kind: 'primary', status: 403, resetInS: 300 } as const;
    scene.github.faults.when(({ path }) => /^\/repositories\/\d+/.test(path), limit, 1);
    const { error, seen } = await scene.pass({}, { github: { maxWaitMs: 0 } });
    expect([error?.code, seen]).to.deep.equal(['PLUS1_RATE_LIMITED', undefined]);
    scene.github.faults.clear();
  };

  const stopped = async (): Promise<void> => {
    say(scene.organization.get('member-002'), 'deprecated');
    const stop = new AbortController();
    let questions = 0;
    scene.github.beforeRequest(async ({ operation }) => {
      if (operation === 'files' && (questions += 1) === 2) stop.abort(new Error('SIGTERM'));
    });
    const { error } = await scene.pass({}, { signal: stop.signal });
    expect(error?.code).to.equal('PLUS1_INTERRUPTED');
    scene.github.reset();
  };

  /** The cache was written while the pass ran, the status never. */
  const killed = async (): Promise<void> => {
    const { kept } = scene;
    await scene.pass();
    scene.kept = kept;
  };

  /** A disk is full, or an API server refuses: the pass ends, and its status is lost. */
  const unkept = async (): Promise<void> => {
    const keepStatus = (): Promise<void> => Promise.reject(new Plus1Error('PLUS1_STATE_UNWRITABLE', 'ENOSPC'));
    const { error } = await scene.pass({}, { dependencies: { record: { keepStatus } } });
    expect(error?.code).to.equal('PLUS1_STATE_UNWRITABLE');
  };

  for (const [how, breaksOff] of Object.entries({
    'a limit': limitedAtLookUp,
    'a signal': stopped,
    'a kill': killed,
    'a status that cannot be kept': unkept,
  })) {
    it(`clears the exit clock of one that it saw in production: ${how}`, async () => {
      say(repository(), 'deprecated');
      await scene.pass();
      scene.clock.pass(12 * HOUR_MS);
      say(repository(), 'production');
      await breaksOff();
      scene.clock.pass(12.1 * HOUR_MS);
      say(repository(), 'deprecated');
      await scene.pass();
      expect(memberNames(scene.organization)).to.include('member-001');
      expect(clocks()).to.deep.include(['member-001', 'valid_non_production']);
      scene.clock.pass(23.9 * HOUR_MS);
      await scene.pass();
      expect(memberNames(scene.organization)).to.include('member-001');
      scene.clock.pass(0.2 * HOUR_MS);
      await scene.pass();
      expect(memberNames(scene.organization)).to.not.include('member-001');
    });

    it(`makes the hour of one that is gone begin again where it saw it: ${how}`, async () => {
      const one = repository();
      one.delete();
      await scene.pass();
      expect(clocks()).to.deep.equal([['member-001', 'gone']]);
      scene.clock.pass(50 * 60_000);
      scene.organization.adopt(one);
      await breaksOff();
      scene.clock.pass(11 * 60_000);
      one.delete();
      await scene.pass();
      expect(memberNames(scene.organization)).to.include(`#${one.id}`);
      expect(clocks()).to.deep.include(['member-001', 'gone']);
    });
  }

  it('keeps at once whom it saw in production, however long it goes on after its last reading, and else nothing', async () => {
    say(repository(), 'deprecated');
    await scene.pass();
    scene.clock.pass(12 * HOUR_MS);
    scene.organization.get('member-012').delete();
    const saves: string[] = [];
    const known = {
      load: async (): Promise<unknown> => JSON.parse(scene.known ?? '{}'),
      save: async (value: object): Promise<void> => void saves.push(JSON.stringify(value)),
    };
    const kept = async (lifecycle: string): Promise<string | undefined> => {
      say(repository(), lifecycle);
      const stop = new AbortController();
      saves.length = 0;
      let before: string | undefined;
      // Killed while it looks up one that is gone: all was read by then.
      scene.github.beforeRequest(({ path }) => {
        if (!/^\/repositories\/\d+/.test(path)) return;
        before ??= saves.at(-1) ?? 'nothing';
        stop.abort(new Error('killed'));
      });
      await scene.pass({}, { dependencies: { known }, signal: stop.signal });
      scene.github.reset();
      return before;
    };
    expect(await kept('deprecated'), 'no clock was ended').to.equal('nothing');
    const { repositories } = JSON.parse((await kept('production')) ?? '{}') as {
      repositories: { name: string; status: string }[];
    };
    expect(repositories.find(({ name }) => name === 'member-001')?.status).to.equal('valid_production');
  });

  it('leaves a clock alone that it learned nothing about, or nothing but what started it', async () => {
    say(repository(), 'deprecated');
    await scene.pass();
    const before = scene.status.leaving;
    scene.clock.pass(12 * HOUR_MS);
    await limitedAtLookUp();
    expect(scene.status.leaving).to.deep.equal(before);
    scene.clock.pass(12.1 * HOUR_MS);
    await scene.pass();
    expect(memberNames(scene.organization)).to.not.include('member-001');
  });
});
