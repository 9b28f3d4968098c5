import { expect } from 'chai';
import { INPUT_KINDS } from '../../../pkg/api/index.js';
import { silentLog } from '../../../pkg/base/index.js';
import { ClusterHome } from '../../../pkg/policies/cluster/index.js';
import type { KubeObject } from '../../../pkg/kube/kube-object.js';
import { VirtualClock } from '../../fakes/clock.js';
import { FakeAPI, refusal } from '../../kube/support/fake-api.js';
import { HomeStage, KEY } from './support/home-stage.js';
import { policy } from './support/objects.js';
import { settle, until } from '../../kube/support/until.js';

const OBJECT = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy' };

describe('ClusterHome', () => {
  let stage: HomeStage;
  const start = async (items: KubeObject[], namespaces?: string[]): Promise<HomeStage> =>
    (stage = await HomeStage.run(items, namespaces));
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
      { reason: 'a status', next: policy({ version: 11, status: { organizationID: 1 } }), told: false },
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

    for (const { how, tell } of [
      { how: 'is deleted', tell: () => stage.tell('DELETED', policy({ version: 11 })) },
      {
        how: 'waits for a finalizer, and then goes',
        tell: () => {
          stage.tell('MODIFIED', policy({ version: 11, deletionTimestamp: 'x' }));
          stage.tell('DELETED', policy({ version: 12, deletionTimestamp: 'x' }));
        },
      },
      {
        how: 'was replaced by another of its name',
        tell: () => stage.tell('MODIFIED', policy({ version: 11, uid: 'other' })),
      },
    ]) {
      it(`tells once of a policy that ${how}, with what stays on GitHub`, async () => {
        const ruleset = {
          id: 7,
          enforcement: 'Active',
          members: 12,
          membersHash: `sha256:${'0'.repeat(64)}`,
          undone: 0,
        };
        await start([policy({ status: { ruleset } })]);
        tell();
        await until(() => stage.deleted.length > 0, 'the deletion');
        await settle();
        expect(stage.deleted).to.deep.equal([
          {
            policy: 'team-a/acme',
            organization: 'acme',
            ruleset: 'plus1_enforcement',
            members: 12,
            remains: 'the ruleset stays on GitHub and keeps its members; this policy adds and removes none any more',
          },
        ]);
      });
    }

    it('writes their status as a Plus1Policy, by its own manager', async () => {
      await start([policy({ status: { organizationID: 1 } })]);
      expect(await stage.status()).to.deep.equal({ organizationID: 1 });
      const status = { organizationID: 1, nextPassTime: '2026-11-22T11:00:00.000Z' };
      await stage.write(status);
      const [patch] = stage.patches;
      expect(patch?.path).to.equal('/apis/plus1.dev/v1alpha1/namespaces/team-a/plus1policies/acme/status');
      expect(Object.fromEntries(patch!.query)).to.deep.equal({ fieldManager: 'plus1-controller', force: 'true' });
      expect(patch?.body).to.deep.equal({ ...OBJECT, metadata: { name: 'acme', resourceVersion: '10' }, status });
      expect(await stage.status(), 'before the watch tells it').to.deep.equal(status);
    });

    it('writes no status of one that another took the name of, also where the other was read since', async () => {
      await start([policy()]);
      const { signal } = stage.stop;
      const record = await stage.home.read(KEY, signal);
      stage.tell('MODIFIED', policy({ version: 11, uid: 'other' }));
      await until(() => stage.home.list()[0]?.uid === 'other', 'the other');
      expect(record && stage.home.holds(record)).to.equal(false);
      await stage.status();
      expect(record && (await stage.home.writeStatus(record, { organizationID: 1 }, signal))).to.equal(false);
      expect(stage.patches).to.deep.equal([]);
    });

    it('records events on the object as it is known', async () => {
      await start([policy()]);
      const event = { type: 'Normal', reason: 'RulesetUpdated', action: 'Write', message: 'entered: a' } as const;
      stage.home.record(KEY, event);
      stage.home.record({ namespace: 'team-a', name: 'gone' }, event);
      expect(stage.events).to.deep.equal([[{ ...OBJECT, ...KEY, uid: 'uid-team-a-acme' }, event]]);
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
      // Approvals that may not be read are none, and keep no policy from its passes.
      const inputs = INPUT_KINDS.map(({ words }) => `${words.many} of slow`);
      const wanted = ['closed (PLUS1_CLUSTER_FORBIDDEN)', 'slow', 'approvals of slow', ...inputs];
      await until(() => home.unread.join() === wanted.join(), 'the refusals');
      expect(home.synced).to.equal(false);
    } finally {
      stop.abort();
      await ended;
      await api.close();
    }
  });
});
