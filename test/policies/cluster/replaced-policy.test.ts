/** What becomes of a pass whose policy changes under its hands: GitHub must not hear of what nobody asks for any more. */
import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import { assemble, type Assembly } from '../../../cmd/plus1/assemble.js';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { silentLog } from '../../../pkg/base/index.js';
import { ClusterHome } from '../../../pkg/policies/cluster/index.js';
import type { KubeObject } from '../../../pkg/kube/kube-object.js';
import { Metrics } from '../../../pkg/telemetry/index.js';
import { town } from '../../builders.js';
import { VirtualClock } from '../../fakes/clock.js';
import { startGitHub, type GitHubSimulator } from '../../fakes/github/index.js';
import { FakeAPI, refusal, type Asked, type Reply } from '../../kube/support/fake-api.js';
import { policy, type Sketch } from './support/objects.js';
import { until } from '../../kube/support/until.js';

const KEY = { namespace: 'team-a', name: 'acme' };

describe('A pass in a cluster', () => {
  let github: GitHubSimulator;
  let api: FakeAPI;
  let home: ClusterHome;
  let assembly: Assembly;
  let stop: AbortController;
  let ended: Promise<void>;
  let watch: ServerResponse | undefined;
  /** Called with each status that holds the mark of a write. */
  let onMark: (asked: Asked) => Reply | undefined;
  let version: number;
  let generation: number;

  const object = (sketch: Sketch = {}): KubeObject =>
    policy({ spec: { organization: 'acme', github: { apiURL: github.apiURL }, ...sketch.spec }, ...without(sketch) });
  const without = ({ spec: _spec, ...rest }: Sketch): Sketch => rest;
  const tell = (type: string, told: KubeObject): void =>
    void watch?.write(`${JSON.stringify({ type, object: told })}\n`);
  /** Deleted, and made again under the same name by someone who wants nothing written. */
  const replace = (): void => {
    tell('DELETED', object({ version: '50' }));
    tell('ADDED', object({ version: '51', uid: 'another', spec: { suspend: true } }));
  };
  const isReplaced = (): boolean => home.list()[0]?.uid === 'another';
  const applied = ({ body }: Asked): Reply => {
    version += 1;
    return { body: object({ version, generation, status: body['status'] as object }) };
  };

  beforeEach(async () => {
    github = await startGitHub({ organizations: [town({ members: 3, promoted: 1 })] });
    [stop, version, generation, watch, onMark] = [new AbortController(), 20, 1, undefined, () => undefined];
    api = await FakeAPI.start((asked, response) => {
      const isMark = 'pendingWrite' in ((asked.body['status'] as object | undefined) ?? {});
      if (asked.method === 'PATCH') return (isMark ? onMark(asked) : undefined) ?? applied(asked);
      const isPolicies = asked.path.endsWith('/plus1policies');
      if (asked.query.get('watch') !== 'true')
        return { body: { metadata: { resourceVersion: '10' }, items: isPolicies ? [object()] : [] } };
      response.writeHead(200).flushHeaders();
      if (isPolicies) watch = response;
      return undefined;
    });
    const clock = new VirtualClock();
    const random = (): number => 0;
    home = new ClusterHome({
      ...{ connection: api.connection(), namespaces: [], clock, random, log: silentLog },
      events: { record: () => undefined },
    });
    assembly = assemble(
      {
        home,
        known: () => ({ load: async () => undefined }),
        access: {
          ...{ environmentToken: 'ghp_environment', tokenURL: github.apiURL, plainHTTPMustBeAllowed: true },
          allowedHosts: [new URL(github.url).host],
        },
      },
      {
        ...{ options: { concurrent: 1, minInterval: 0 }, log: silentLog, clock, random },
        environment: { retryDelayMs: 1, proxy: {}, stateHome: '' },
        metrics: new Metrics({ version: 'test', defaultMetrics: false }),
        github: { clock: { ...systemClock, now: () => clock.now() } },
      },
    );
    ended = home.watch(() => undefined, stop.signal);
    await until(() => home.synced && watch !== undefined, 'the first look');
  });
  afterEach(async () => {
    stop.abort();
    await ended;
    await Promise.all([api.close(), github.close()]);
  });

  const pass = (): Promise<unknown> =>
    assembly.reconciler
      .reconcile(KEY, { signal: stop.signal, reconcileID: 'test', retryMs: 750 })
      .catch((error: unknown) => error);

  it('writes the mark, and then to GitHub', async () => {
    const marks: number[] = [];
    onMark = () => void marks.push(github.counts().writes);
    await pass();
    expect([marks, github.counts().writes]).to.deep.equal([[0], 1]);
  });

  it('writes nothing for a policy that was replaced while it looked', async () => {
    github.beforeRequest(async ({ operation }) => {
      if (operation !== 'files' || isReplaced()) return;
      replace();
      await until(isReplaced, 'the other');
    });
    await pass();
    expect(github.counts().writes).to.equal(0);
    expect(home.list()[0]?.status, 'the status of the other is its own').to.deep.equal({});
  });

  const gone: { reason: string; answer: () => Reply }[] = [
    { reason: 'its status has nowhere to go', answer: () => refusal(404, 'NotFound') },
    { reason: 'another has its name', answer: () => (replace(), refusal(409, 'Conflict')) },
  ];
  for (const { reason, answer } of gone) {
    it(`writes nothing to GitHub where the mark is not kept: ${reason}`, async () => {
      onMark = () => answer();
      await pass();
      expect(github.counts().writes).to.equal(0);
    });
  }

  it('writes nothing where the policy was changed while the mark was written', async () => {
    let isFirst = true;
    onMark = (asked) => {
      if (!isFirst) return applied(asked);
      isFirst = false;
      const { status } = home.list()[0] ?? {};
      tell('MODIFIED', object({ version: '60', generation: 2, spec: { suspend: true }, status: status ?? {} }));
      [version, generation] = [60, 2];
      return refusal(409, 'Conflict');
    };
    await pass();
    expect(isFirst).to.equal(false);
    expect(github.counts().writes).to.equal(0);
    expect(home.list()[0]?.status, 'no mark of a write that was never sent').to.not.have.property('pendingWrite');
  });
});
