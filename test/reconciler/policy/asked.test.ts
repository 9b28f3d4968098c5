/** A look asked for by annotation reads what memory says against a repository; one that was answered already does not. */
import { expect } from 'chai';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { silentLog } from '../../../pkg/base/index.js';
import { createGitHub } from '../../../pkg/github/index.js';
import type { PolicyRecord, PolicyHome } from '../../../pkg/policies/index.js';
import { PolicyReconciler } from '../../../pkg/reconciler/index.js';
import { Metrics } from '../../../pkg/telemetry/index.js';
import { memberNames, names, town } from '../../builders.js';
import { Scene } from '../../integration/passes.js';

describe('A look that an annotation asks for', () => {
  it('finds a file that GitHub once did not show, and is answered once', async () => {
    const scene = await Scene.open(town({ members: 3, promoted: 1 }));
    try {
      const { clock, github, organization } = scene;
      const key = { namespace: 'default', name: 'acme' };
      let held: PolicyRecord = {
        ...{ key, policy: scene.policy(), faults: [], generation: 1, createdMs: 1, uid: 'u', status: {} },
      };
      const home: PolicyHome = {
        list: () => [held],
        others: () => [],
        read: async () => held,
        writeStatus: async (_key, status) => {
          held = { ...held, status };
          return true;
        },
        record: () => undefined,
        watch: async () => undefined,
        synced: true,
      };
      let known: unknown;
      const reconciler = new PolicyReconciler({
        ...{ home, log: silentLog, clock: { ...systemClock, now: clock.now }, minIntervalMs: 0 },
        access: { environmentToken: 'ghp_scene', tokenURL: github.apiURL, allowedHosts: [new URL(github.url).host] },
        connect: ({ github: { apiURL }, ruleset: { targeting } }, { credential }) =>
          createGitHub({ apiURL, targeting, credential, clock, sleep: clock.sleep, random: () => 0 }),
        known: () => ({
          load: async () => known,
          save: async (value) => void (known = JSON.parse(JSON.stringify(value))),
        }),
        metrics: new Metrics({ version: 'test', defaultMetrics: false }),
      });
      const look = async (reconcileAt?: string): Promise<number> => {
        if (reconcileAt !== undefined) held = { ...held, reconcileAt };
        const before = github.requests.length;
        await reconciler.reconcile(key, { signal: new AbortController().signal, reconcileID: 'test', retryMs: 750 });
        return github.requests.slice(before).filter(({ operation }) => operation === 'files').length;
      };
      github.faults.next('files', { kind: 'wrong-file', repository: 'promoted-001' });
      expect(await look()).to.equal(1);
      expect([await look(), memberNames(organization)]).to.deep.equal([0, names('member', 3)]);
      expect(await look('2026-11-28T10:00:00Z')).to.equal(1);
      expect(memberNames(organization)).to.deep.equal([...names('member', 3), 'promoted-001']);
      organization.createRepository({ name: 'without' });
      await look();
      expect(await look(), 'that one was answered').to.equal(0);
      expect(
        await look('2026-11-28T11:00:00Z'),
        'another one: the file, and the folder that proves it absent',
      ).to.equal(2);
    } finally {
      await scene.close();
    }
  });
});
