import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { hasCode } from '../../pkg/errors/index.js';
import { ClusterHome } from '../../pkg/kube/index.js';
import type { KubeObject } from '../../pkg/kube/kube-object.js';
import { keyString, type PolicyEvent } from '../../pkg/policies/index.js';
import { silentLog } from '../../pkg/telemetry/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { FakeAPI, refusal, type Asked, type Reply } from './support/fake-api.js';
import { policy } from './support/objects.js';
import { passUntil, settle, until } from './support/until.js';

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';
const KEY = { namespace: 'team-a', name: 'acme' };
const OLD: PolicyStatus = { organizationID: 1, leaving: [] };
const NEW: PolicyStatus = { organizationID: 1, leaving: [], nextPassTime: '2026-11-22T11:00:00.000Z' };
const OTHERS: PolicyStatus = { organizationID: 2 };

/** A home over a server that lists `items`, and answers each PATCH as the test says. */
class Stage {
  readonly clock = new VirtualClock();
  readonly keys: string[] = [];
  readonly events: [object, PolicyEvent][] = [];
  readonly stop = new AbortController();
  readonly #watches: ServerResponse[] = [];
  api!: FakeAPI;
  home!: ClusterHome;
  answer: (patch: Asked, count: number) => Reply | undefined = ({ body }) => this.applied(body, '20');
  #ended: Promise<void> = Promise.resolve();

  static async run(items: KubeObject[], namespaces: string[] = []): Promise<Stage> {
    const stage = new Stage();
    stage.api = await FakeAPI.start((asked, response) => {
      if (asked.method === 'PATCH') return stage.answer(asked, stage.patches.length);
      if (asked.query.get('watch') !== 'true')
        return { body: { metadata: { resourceVersion: '10' }, items: items.filter(within(asked.path)) } };
      response.writeHead(200).flushHeaders();
      stage.#watches.push(response);
      return undefined;
    });
    stage.home = new ClusterHome({
      connection: stage.api.connection(),
      namespaces,
      events: { record: (regarding, event) => stage.events.push([regarding, event]) },
      clock: stage.clock,
      random: () => 0,
      log: silentLog,
    });
    stage.#ended = stage.home.watch((key) => stage.keys.push(keyString(key)), stage.stop.signal);
    await until(() => stage.home.synced && stage.#watches.length >= Math.max(1, namespaces.length), 'the first look');
    return stage;
  }

  get patches(): Asked[] {
    return this.api.asked.filter(({ method }) => method === 'PATCH');
  }

  /** The object as it is after such a patch. */
  applied({ status }: Record<string, unknown>, version: string): Reply {
    return { body: policy({ version, status: status as object }) };
  }

  tell(type: string, object: KubeObject): void {
    this.#watches[0]?.write(`${JSON.stringify({ type, object })}\n`);
  }

  async status(): Promise<PolicyStatus | undefined> {
    return (await this.home.read(KEY, this.stop.signal))?.status;
  }

  /** A pass reads, and writes this. */
  async write(status: PolicyStatus): Promise<void> {
    await this.home.writeStatus(KEY, status, new AbortController().signal);
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.#ended;
    await this.api.close();
  }
}

const within =
  (path: string) =>
  ({ metadata }: KubeObject): boolean =>
    !path.includes('/namespaces/') || path.includes(`/namespaces/${metadata.namespace}/`);

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: { code?: string; message?: string }) => error.code ?? error.message ?? 'no error',
  );
}

describe('ClusterHome', () => {
  let stage: Stage;
  const start = async (items: KubeObject[], namespaces?: string[]): Promise<Stage> =>
    (stage = await Stage.run(items, namespaces));
  afterEach(() => stage.end());

  describe('policies', () => {
    it('holds each with its defaults, its age and what it claims', async () => {
      await start([policy({ generation: 3, annotations: { 'plus1.dev/reconcile-at': 'now' } })]);
      const [held] = stage.home.list();
      expect(held?.policy?.spec.guards.maxLeaving).to.equal('25%');
      expect(held).to.deep.include({
        key: KEY,
        faults: [],
        generation: 3,
        createdMs: Date.UTC(2026, 10, 22, 9),
        uid: 'uid-team-a-acme',
        reconcileAt: 'now',
        claim: { apiURL: 'https://api.github.com', organization: 'acme', ruleset: 'plus1_enforcement' },
      });
    });

    it('holds one that this version cannot read with its faults and its claim', async () => {
      await start([policy({ spec: { mode: 'Sometimes' } })]);
      const [held] = stage.home.list();
      expect(held?.policy).to.equal(undefined);
      expect(held?.faults.join()).to.match(/spec\.mode: found "Sometimes"/);
      expect(held?.claim?.organization).to.equal('acme');
    });

    it('looks into the namespaces that are named, and into no other', async () => {
      await start([policy(), policy({ namespace: 'team-b' }), policy({ namespace: 'team-c' })], ['team-a', 'team-c']);
      expect(stage.keys.sort()).to.deep.equal(['team-a/acme', 'team-c/acme']);
      expect(stage.api.asked.filter(({ path }) => !path.includes('/namespaces/'))).to.deep.equal([]);
    });

    it('watches many namespaces without a warning of the runtime among the log lines', async () => {
      const warnings: string[] = [];
      const warn = ({ message }: Error): void => void warnings.push(message);
      process.on('warning', warn);
      const namespaces = Array.from({ length: 15 }, (_, index) => `team-${index}`);
      await start([policy({ namespace: 'team-14' })], namespaces);
      await settle();
      process.off('warning', warn);
      expect(stage.keys).to.deep.equal(['team-14/acme']);
      expect(warnings).to.deep.equal([]);
    });

    const news: { reason: string; type?: string; next: KubeObject; told: boolean }[] = [
      { reason: 'a new generation', next: policy({ version: 11, generation: 2 }), told: true },
      {
        reason: 'the annotation that asks for a pass',
        next: policy({ version: 11, annotations: { 'plus1.dev/reconcile-at': 'x' } }),
        told: true,
      },
      { reason: 'a deletion', type: 'DELETED', next: policy({ version: 11 }), told: true },
      {
        reason: 'a deletion that waits for a finalizer',
        next: policy({ version: 11, deletionTimestamp: 'x' }),
        told: true,
      },
      { reason: 'another object of the same name', next: policy({ version: 11, uid: 'other' }), told: true },
      { reason: 'another annotation', next: policy({ version: 11, annotations: { owner: 'x' } }), told: false },
      { reason: 'a status', next: policy({ version: 11, status: NEW }), told: false },
    ];
    for (const { reason, type = 'MODIFIED', next, told } of news) {
      it(`${told ? 'calls for a look' : 'calls for none'}: ${reason}`, async () => {
        await start([policy()]);
        stage.keys.length = 0;
        stage.tell(type, next);
        if (told) await until(() => stage.keys.length > 0, 'the key');
        await settle();
        expect(stage.keys).to.deep.equal(told ? ['team-a/acme'] : []);
      });
    }

    it('records events on the object as it is known', async () => {
      await start([policy()]);
      const event = { type: 'Normal', reason: 'RulesetUpdated', action: 'Write', message: 'entered: a' } as const;
      stage.home.record(KEY, event);
      stage.home.record({ namespace: 'team-a', name: 'gone' }, event);
      expect(stage.events).to.deep.equal([[{ ...KEY, uid: 'uid-team-a-acme' }, event]]);
    });
  });

  describe('status', () => {
    it('applies it whole, by its own manager, with the version it was decided on', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      await stage.write(NEW);
      const [patch] = stage.patches;
      expect(patch?.path).to.equal('/apis/plus1.dev/v1alpha1/namespaces/team-a/plus1policies/acme/status');
      expect(Object.fromEntries(patch!.query)).to.deep.equal({ fieldManager: 'plus1-controller', force: 'true' });
      expect(patch?.headers['content-type']).to.equal('application/apply-patch+yaml');
      expect(patch?.body).to.deep.equal({
        apiVersion: 'plus1.dev/v1alpha1',
        kind: 'Plus1Policy',
        metadata: { name: 'acme', resourceVersion: '10' },
        status: NEW,
      });
    });

    it('asks nothing of the server for a status that is there already', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      await stage.write({ ...OLD });
      expect(stage.patches).to.deep.equal([]);
    });

    it('reads its own write before the watch has told it, and not what the watch tells late', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      await stage.write(NEW);
      expect(await stage.status()).to.deep.equal(NEW);
      stage.tell('MODIFIED', policy({ version: 15, status: OLD }));
      await settle();
      expect(await stage.status()).to.deep.equal(NEW);
      stage.tell('MODIFIED', policy({ version: 21, status: OTHERS }));
      await settle();
      expect(await stage.status()).to.deep.equal(OTHERS);
    });

    it('compares versions as numbers, whatever their length', async () => {
      await start([policy({ version: 99, status: OLD })]);
      stage.answer = ({ body }) => stage.applied(body, '100');
      await stage.status();
      await stage.write(NEW);
      stage.tell('MODIFIED', policy({ version: '99', status: OLD }));
      await settle();
      expect(await stage.status()).to.deep.equal(NEW);
    });

    it('applies it to the newer version where only something else than the status changed', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = ({ body }, count) => {
        if (count > 1) return stage.applied(body, '30');
        stage.tell('MODIFIED', policy({ version: 12, generation: 2, status: OLD }));
        return refusal(409, 'Conflict', 'the object has been modified');
      };
      await stage.write(NEW);
      expect(
        stage.patches.map(({ body }) => (body['metadata'] as { resourceVersion: string }).resourceVersion),
      ).to.deep.equal(['10', '12']);
    });

    it('writes nothing over a status that someone else wrote meanwhile', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = () => {
        stage.tell('MODIFIED', policy({ version: 12, status: OTHERS }));
        return refusal(409, 'Conflict');
      };
      expect(await codeOf(stage.write(NEW))).to.equal('PLUS1_STATUS_CONFLICT');
      expect(stage.patches).to.have.length(1);
      stage.answer = ({ body }) => stage.applied(body, '13');
      expect(await stage.status()).to.deep.equal(OTHERS);
      await stage.write(NEW);
      expect(stage.patches).to.have.length(2);
    });

    it('knows a write of its own whose answer was lost', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = ({ body }, count) => {
        if (count > 1) return refusal(409, 'Conflict');
        stage.tell('MODIFIED', policy({ version: 12, status: body['status'] as object }));
        return { status: 504, body: 'gateway timeout' };
      };
      const written = stage.write(NEW);
      await passUntil(stage.clock, () => stage.patches.length === 2, { what: 'the second attempt' });
      await written;
      expect(await stage.status()).to.deep.equal(NEW);
    });

    it('gives up where the watch does not tell who changed it', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = () => refusal(409, 'Conflict');
      let code = '';
      void codeOf(stage.write(NEW)).then((is) => (code = is));
      const ms = await passUntil(stage.clock, () => code !== '', { what: 'the error' });
      expect(code).to.equal('PLUS1_STATUS_CONFLICT');
      expect(ms).to.be.at.most(6_000);
    });

    it('leaves a policy alone that went, or whose name another took', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = () => refusal(404, 'NotFound');
      await stage.write(NEW);
      stage.tell('DELETED', policy({ version: 12 }));
      stage.tell('ADDED', policy({ version: 13, uid: 'other' }));
      await until(() => stage.home.list()[0]?.uid === 'other', 'the other');
      await stage.write(NEW);
      expect(stage.patches).to.have.length(1);
    });

    it('does not bring a policy back that went while its status was written', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = ({ body }) => {
        stage.tell('DELETED', policy({ version: 12 }));
        return stage.applied(body, '11');
      };
      await stage.write(NEW);
      await until(() => stage.home.list().length === 0, 'the deletion');
      await settle();
      expect(stage.home.list()).to.deep.equal([]);
    });

    it('says of a status that the CRD does not take that it is the CRD, once neither kind of patch is taken', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = () => refusal(422, 'Invalid', 'status.leaving[0].author: Too long');
      expect(await codeOf(stage.write(NEW))).to.equal('PLUS1_CRD_OUTDATED');
      expect(stage.patches.map(({ headers }) => headers['content-type'])).to.deep.equal([APPLY, MERGE]);
    });

    describe('that somebody else wrote to', () => {
      const clock = { id: 1, name: 'a', reason: 'missing_file' as const, since: 'x', dueTime: 'y' };
      const MEDDLED: PolicyStatus = { ...OLD, leaving: [clock], ruleset: { id: 1, members: 2 } as never };
      const WANTED: PolicyStatus = { organizationID: 1, leaving: [], ruleset: { id: 1 } as never };

      it('is rid of what stays because their name stands beside ours', async () => {
        await start([policy({ status: MEDDLED })]);
        await stage.status();
        // Server-side apply keeps a field that another manager owns too, though it is not applied any more.
        stage.answer = (_, count) => ({
          body: count === 1 ? policy({ version: '20', status: MEDDLED }) : policy({ version: '21', status: WANTED }),
        });
        await stage.write(WANTED);
        const [, second] = stage.patches;
        expect(second?.headers['content-type']).to.equal(MERGE);
        expect(second?.body).to.deep.equal({
          metadata: { resourceVersion: '20' },
          status: { leaving: [], ruleset: { members: null } },
        });
        expect(await stage.status()).to.deep.equal(WANTED);
      });

      it('is written although a part of it alone would be left, which no schema takes', async () => {
        await start([policy({ status: MEDDLED })]);
        await stage.status();
        stage.answer = (_, count) =>
          count === 1
            ? refusal(422, 'Invalid', 'status.leaving[0].dueTime: Required value')
            : { body: policy({ version: '20', status: WANTED }) };
        await stage.write(WANTED);
        expect(stage.patches).to.have.length(2);
        expect(stage.patches[1]?.body['metadata']).to.deep.equal({ resourceVersion: '10' });
        expect(await stage.status()).to.deep.equal(WANTED);
      });
    });

    it('calls the silence of a server by its name where a deadline ends the wait', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = () => undefined;
      expect(await codeOf(stage.home.writeStatus(KEY, NEW, AbortSignal.timeout(60)))).to.equal(
        'PLUS1_CLUSTER_UNAVAILABLE',
      );
      stage.answer = () => refusal(409, 'Conflict');
      expect(await codeOf(stage.home.writeStatus(KEY, NEW, AbortSignal.timeout(60)))).to.equal(
        'PLUS1_CLUSTER_UNAVAILABLE',
      );
      const stopped = AbortSignal.abort(new Error('stopped'));
      expect(await codeOf(stage.home.writeStatus(KEY, NEW, stopped))).to.equal('stopped');
    });

    it('says of an old CRD that it is old, and asks once', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = () => ({
        status: 500,
        body: {
          kind: 'Status',
          code: 500,
          message: 'failed to create typed patch object: .status.x: field not declared in schema',
        },
      });
      expect(await codeOf(stage.write(NEW))).to.equal('PLUS1_CRD_OUTDATED');
      expect(stage.patches).to.have.length(1);
    });

    it('believes a refusal after some tries only', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = ({ body }, count) => (count < 3 ? refusal(403, 'Forbidden') : stage.applied(body, '20'));
      const written = stage.write(NEW);
      await passUntil(stage.clock, () => stage.patches.length === 3, { what: 'the third attempt' });
      await written;
      stage.answer = () => refusal(403, 'Forbidden', 'User "x" cannot patch');
      let thrown: unknown;
      stage.write(OTHERS).catch((error: unknown) => (thrown = error));
      const ms = await passUntil(stage.clock, () => thrown !== undefined, { what: 'the error' });
      expect(hasCode(thrown, 'PLUS1_CLUSTER_FORBIDDEN')).to.equal(true);
      expect(ms).to.be.within(4_500, 6_500);
    });

    it('waits for a server that restarts, for as long as a pass can', async () => {
      await start([policy({ status: OLD })]);
      await stage.status();
      stage.answer = () => refusal(503, 'ServiceUnavailable');
      let thrown: unknown;
      stage.write(NEW).catch((error: unknown) => (thrown = error));
      const ms = await passUntil(stage.clock, () => thrown !== undefined, { what: 'the error' });
      expect(hasCode(thrown, 'PLUS1_CLUSTER_UNAVAILABLE')).to.equal(true);
      expect(ms).to.be.within(7_000, 10_500);
    });
  });
});

describe('A home that was not read yet', () => {
  it('names the namespaces, and the code of what is in the way', async () => {
    const api = await FakeAPI.start(({ path, query }) => {
      if (query.get('watch') === 'true' || path.includes('/slow/')) return undefined;
      return path.includes('/closed/') ? refusal(403, 'Forbidden') : { body: { metadata: {}, items: [] } };
    });
    const stop = new AbortController();
    const home = new ClusterHome({
      connection: api.connection(),
      namespaces: ['closed', 'open', 'slow'],
      events: { record: () => undefined },
      clock: new VirtualClock(),
      random: () => 0,
      log: silentLog,
    });
    const ended = home.watch(() => undefined, stop.signal);
    try {
      await until(() => home.unread.length === 2 && home.unread.join().includes('PLUS1'), 'the refusal');
      expect(home.synced).to.equal(false);
      expect(home.unread).to.deep.equal(['closed (PLUS1_CLUSTER_FORBIDDEN)', 'slow']);
    } finally {
      stop.abort();
      await ended;
      await api.close();
    }
  });
});
