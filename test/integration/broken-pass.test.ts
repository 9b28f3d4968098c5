/**
 * An observation ends an exit clock also where the pass that made it breaks off, or its process is killed: otherwise the next
 * contrary answer would let the repository leave at once, long before its grace period.
 */
import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import { kept, memberNames, RETIRED, say, town } from '../builders.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { Scene, type ConnectOptions } from './passes.js';
import { tampering } from './tampering-github.js';

const HOUR_MS = 3_600_000;
const NOT_FOUND = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' };

interface Listed {
  data?: { organization?: { repositories?: { totalCount: number; nodes: { name: string }[] } } };
}

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

  /** A pass that is killed when it asks that; the memory is that of before, and the cache as it was then. */
  const killedAt = async (isThen: (path: string) => boolean, github: ConnectOptions = {}): Promise<void> => {
    const { kept: status } = scene;
    const stop = new AbortController();
    let cache: string | undefined;
    scene.github.beforeRequest(({ path }) => {
      if (stop.signal.aborted || !isThen(path)) return;
      cache = scene.known;
      stop.abort(new Error('killed'));
    });
    await scene.pass({}, { signal: stop.signal, github });
    expect(stop.signal.aborted).to.equal(true);
    scene.github.reset();
    [scene.kept, scene.known] = [status, cache];
  };

  it('keeps at once whom the second answer alone showed in production, however long the look-ups after it take', async () => {
    say(repository(), 'deprecated');
    await scene.pass();
    scene.clock.pass(24.5 * HOUR_MS);
    say(repository(), 'production');
    scene.organization.get('member-012').delete();
    const wrong = { kind: 'wrong-file', repository: 'member-001', content: RETIRED } as const;
    scene.github.faults.when(({ operation }) => operation === 'files', wrong, 1);
    await killedAt((path) => /^\/repositories\/\d+/.test(path));
    scene.clock.pass(0.2 * HOUR_MS);
    say(repository(), 'deprecated');
    await scene.pass();
    expect(memberNames(scene.organization)).to.include('member-001');
    expect(clocks()).to.deep.include(['member-001', 'valid_non_production']);
  });

  for (const how of ['is killed in the next look-up', 'cannot keep its status'])
    it(`makes the hour of one that is gone begin again where a look-up found it, in a pass that ${how}`, async () => {
      const [one, other] = [repository(), scene.organization.get('member-012')];
      let isFound = false;
      // The listing lacks it for the whole time, and the organization counts what the listing has.
      const proxy = await tampering(scene.github, async ({ path, forward }) => {
        const answer = await forward();
        if (path === `/repositories/${one.id}` && !isFound) return { status: 404, body: NOT_FOUND };
        const { data } = (answer.body ?? {}) as Listed;
        const list = data?.organization?.repositories;
        if (list === undefined) return answer;
        list.nodes = list.nodes.filter(({ name }) => name !== one.name);
        list.totalCount -= 1;
        return answer;
      });
      const github = { apiURL: proxy.url };
      const pass = (): Promise<PassOutcome> => scene.pass({}, { github });
      other.delete();
      scene.organization.countOverride = { public_repos: 0, total_private_repos: 11 };
      await pass();
      expect(clocks()).to.deep.include(['member-001', 'gone']);
      scene.clock.pass(40 * 60_000);
      isFound = true;
      const { kept: status } = scene;
      const keepStatus = (): Promise<void> => Promise.reject(new Plus1Error('PLUS1_STATE_UNWRITABLE', 'ENOSPC'));
      if (how === 'cannot keep its status') await scene.pass({}, { github, dependencies: { record: { keepStatus } } });
      else await killedAt((path) => path === `/repositories/${other.id}`, github);
      scene.kept = status;
      isFound = false;
      scene.clock.pass(21 * 60_000);
      await pass();
      await proxy.close();
      expect(kept(scene.organization).members).to.include(one.id);
      expect(clocks()).to.deep.include(['member-001', 'gone']);
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
