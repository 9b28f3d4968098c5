/** Kind: time that passes between the read before a write and the write. What somebody does in that time must not be lost by it. */
import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import { CredentialSession } from '../../pkg/github/index.js';
import type { Intent, PassRecord, WriteEnd } from '../../pkg/reconciler/index.js';
import { kept, memberNames, PATH, town } from '../builders.js';
import { Scene } from './passes.js';
import { tampering } from './tampering-github.js';

describe('A write that has to wait', () => {
  let scene: Scene;
  let added: number;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 1 }));
    added = scene.organization.createRepository({ name: 'added', files: { [PATH]: 'kind: [' } }).id;
  });
  afterEach(() => scene.close());

  const addIt = (): void => void kept(scene.organization).setMembers([...kept(scene.organization).members, added]);

  /** Runs `delay` at the last moment before a PUT leaves, at each of them; what is asked before an intent is kept comes first. */
  function delaying(delay: (puts: number) => void): { record: Partial<PassRecord>; ends: string[] } {
    let [isIntended, puts] = [false, 0];
    const ends: string[] = [];
    const superseded = async (): Promise<void> => void ends.push('superseded');
    const ended = async (_intent: Intent, { state }: WriteEnd): Promise<void> => void ends.push(state);
    const assertMayWrite = (): void => {
      if (!isIntended) return;
      isIntended = false;
      delay((puts += 1));
    };
    const keepIntent = async ({ status }: Intent): Promise<boolean> => {
      isIntended = true;
      return scene.keep(status);
    };
    return { record: { assertMayWrite, keepIntent, superseded, ended }, ends };
  }

  it('is not sent more than five seconds after the read: what an administrator did meanwhile stays', async () => {
    const { record, ends } = delaying((puts) => {
      if (puts > 1) return;
      scene.clock.pass(5_001);
      addIt();
    });
    const outcome = await scene.pass({}, { dependencies: { record } });
    expect([outcome.result, scene.github.counts().writes]).to.deep.equal(['Succeeded', 1]);
    expect(memberNames(scene.organization)).to.include.members(['added', 'promoted-001']);
    expect(ends, 'of the first intent, and of the second').to.deep.equal([
      'refused',
      'superseded',
      'superseded',
      'proved',
    ]);
  });

  it('is sent five seconds after the read', async () => {
    const { record } = delaying((puts) => (puts > 1 ? undefined : scene.clock.pass(5_000)));
    await scene.pass({}, { dependencies: { record } });
    expect(scene.github.requests.filter(({ operation }) => operation === 'repos/get-org-ruleset')).to.have.length(2);
  });

  for (const [delayMs, reads] of [
    [4_000, 2],
    [12_000, 4],
  ] as const)
    it(`counts the age of the read from its question: its answer is ${delayMs} ms on its way`, async () => {
      let [asked, isPut] = [0, false];
      const proxy = await tampering(scene.github, async ({ method, path, forward }) => {
        if (method === 'PUT') isPut = true;
        if (method !== 'GET' || isPut || !/rulesets\/\d+$/.test(path)) return undefined;
        const answer = await forward();
        if ((asked += 1) !== 2) return answer;
        scene.clock.pass(delayMs);
        if (delayMs > 5_000) addIt();
        return answer;
      });
      const outcome = await scene.pass({}, { github: { apiURL: proxy.url } });
      await proxy.close();
      expect([outcome.result, asked, scene.github.counts().writes]).to.deep.equal(['Succeeded', reads, 1]);
      expect(memberNames(scene.organization)).to.include.members([
        'promoted-001',
        ...(delayMs > 5_000 ? ['added'] : []),
      ]);
    });

  it('goes out where each answer with the whole list is slow: that nothing changed since is answered at once', async () => {
    let asked = 0;
    const proxy = await tampering(scene.github, async ({ method, path, headers, forward }) => {
      if (method !== 'GET' || !/rulesets\/\d+$/.test(path)) return undefined;
      const answer = await forward();
      asked += 1;
      if (headers['if-none-match'] === undefined) scene.clock.pass(9_000);
      return answer;
    });
    const outcome = await scene.pass({}, { github: { apiURL: proxy.url } });
    await proxy.close();
    expect([outcome.result, outcome.error?.code, asked]).to.deep.equal(['Succeeded', undefined, 3]);
    expect(memberNames(scene.organization)).to.include('promoted-001');
  });

  it('is given up after three times, says that nothing was sent, and leaves no write open', async () => {
    const { record } = delaying(() => scene.clock.pass(6_000));
    const { result, error, status } = await scene.pass({}, { dependencies: { record } });
    expect([result, error?.code, error?.class]).to.deep.equal(['Failed', 'PLUS1_TIMEOUT', 'transient']);
    expect(error?.message).to.match(
      /^the write to the ruleset plus1_enforcement of acme was not sent, 3 times: too long/,
    );
    expect([scene.github.counts().writes, status.pendingWrite]).to.deep.equal([0, undefined]);
    expect((await scene.pass()).result).to.equal('Succeeded');
  });

  /** Others of the same credential take every place and every turn as soon as this pass has seen all; `meanwhile`, and they end. */
  async function behindOthers(meanwhile: () => void, record: Partial<PassRecord> = {}) {
    const session = new CredentialSession({ concurrency: 2 });
    const never = new AbortController().signal;
    let isBusy = false;
    const observed = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      let free = (): void => undefined;
      const busy = new Promise<void>((resolve) => (free = resolve));
      for (const line of [session.writers, session.slots, session.slots]) void line.run(() => busy, never);
      setImmediate(() => {
        scene.clock.pass(45_000);
        meanwhile();
        free();
      });
    };
    return scene.pass({}, { github: { session }, dependencies: { record: { observed, ...record } } });
  }

  it('reads when it is its turn, and not before others had theirs', async () => {
    const outcome = await behindOthers(addIt);
    expect([outcome.result, memberNames(scene.organization)]).to.deep.equal([
      'Succeeded',
      ['added', 'member-001', 'member-002', 'member-003', 'member-004', 'promoted-001'],
    ]);
  });

  it('is not sent for a policy that was suspended while it waited', async () => {
    let isSuspended = false;
    const assertMayWrite = (): void => {
      if (isSuspended) throw new Plus1Error('PLUS1_INTERRUPTED', 'the policy changed');
    };
    const outcome = await behindOthers(() => (isSuspended = true), { assertMayWrite });
    expect([outcome.error?.code, scene.github.counts().writes]).to.deep.equal(['PLUS1_INTERRUPTED', 0]);
  });

  it('is not sent for a policy that was suspended after its read', async () => {
    const { record } = delaying(() => {
      throw new Plus1Error('PLUS1_INTERRUPTED', 'the policy changed');
    });
    const outcome = await scene.pass({}, { dependencies: { record } });
    expect([outcome.error?.code, scene.github.counts().writes]).to.deep.equal(['PLUS1_INTERRUPTED', 0]);
    expect(outcome.status.pendingWrite).to.equal(undefined);
  });
});
