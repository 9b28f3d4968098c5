/** What each publisher does with a policy that gets no pass, and with the end of a pass. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../../pkg/api/index.js';
import { silentLog, type Log } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import type { PolicyEvent } from '../../../pkg/policies/index.js';
import type { IdleCause } from '../../../pkg/reconciler/status/idle-status.js';
import { eventPublisher } from '../../../pkg/reconciler/publishers/events.js';
import { logPublisher } from '../../../pkg/reconciler/publishers/log.js';
import { metricsPublisher } from '../../../pkg/reconciler/publishers/metrics.js';
import type { IdlePublication, Publisher } from '../../../pkg/reconciler/publishers/publisher.js';
import { statusPublisher } from '../../../pkg/reconciler/publishers/status.js';
import { Metrics } from '../../../pkg/telemetry/index.js';
import { names, town } from '../../builders.js';
import { Scene } from '../../integration/passes.js';
import { VirtualClock } from '../../fakes/clock.js';

const NOW = Date.UTC(2026, 10, 22, 10);
const never = new AbortController().signal;
const error = new Plus1Error('PLUS1_RULESET_NOT_FOUND', 'acme has no ruleset named r');

const readyBecause = (reason: 'RulesetNotFound' | 'Suspended'): PolicyStatus => ({
  conditions: [
    ...[{ type: 'Ready' as const, status: 'False' as const, reason, message: 'so' }].map((condition) => ({
      ...condition,
      observedGeneration: 1,
      lastTransitionTime: '2026-11-22T10:00:00Z',
    })),
  ],
});

const idle = (
  cause: IdleCause,
  statuses: { previous?: PolicyStatus; status?: PolicyStatus } = {},
): IdlePublication => ({
  ...{ kind: 'idle', cause, key: { namespace: 'default', name: 'acme' }, organization: 'acme', reconcileID: 'test' },
  ...{ previous: {}, status: {}, ...statuses },
});

const CAUSES: readonly IdleCause[] = [
  { kind: 'suspended' },
  { kind: 'stopped', error },
  { kind: 'beginning' },
  { kind: 'waiting' },
  { kind: 'unreadable', error },
];

describe('Publishers of a policy that gets no pass', () => {
  for (const cause of CAUSES) {
    const isKept = !['unreadable'].includes(cause.kind);
    it(`${isKept ? 'keep' : 'do not overwrite'} its status where it is ${cause.kind}`, async () => {
      const kept: PolicyStatus[] = [];
      const publisher = statusPublisher({
        record: { keepStatus: async (status) => void kept.push(status) },
        log: silentLog,
      });
      const status = readyBecause('Suspended');
      await publisher.publish(idle(cause, { status }), never);
      expect(kept).to.deep.equal(isKept ? [status] : []);
    });
  }

  it('do not keep a status that is as it was', async () => {
    const status = readyBecause('Suspended');
    const publisher = statusPublisher({
      record: { keepStatus: () => Promise.reject(new Error('kept')) },
      log: silentLog,
    });
    await publisher.publish(idle({ kind: 'suspended' }, { status, previous: structuredClone(status) }), never);
  });

  it('record an event where it stops, and none at the next look', async () => {
    const events: PolicyEvent[] = [];
    const publisher = eventPublisher({ record: (_key, event) => void events.push(event) });
    for (const cause of CAUSES) await publisher.publish(idle(cause), never);
    await publisher.publish(idle({ kind: 'stopped', error }, { previous: readyBecause('RulesetNotFound') }), never);
    expect(events).to.deep.equal([
      {
        ...{ type: 'Warning', reason: 'RulesetNotFound', action: 'Reconcile', reconcileID: 'test' },
        message: 'PLUS1_RULESET_NOT_FOUND: acme has no ruleset named r',
      },
    ]);
  });

  it('count an error where there is one, and set the gauges at every look', async () => {
    const metrics = new Metrics({ version: 'test', defaultMetrics: false });
    const publisher = metricsPublisher({ metrics, clock: () => NOW });
    for (const cause of CAUSES) await publisher.publish(idle(cause), never);
    const text = await metrics.registry.metrics();
    expect(text).to.match(/plus1_errors_total\{[^}]*PLUS1_RULESET_NOT_FOUND[^}]*\} 2\n/);
    expect(text).to.match(/plus1_condition\{[^}]*type="Ready",status="Unknown"[^}]*\} 1\n/);
  });

  it('log a suspension once', async () => {
    const lines: string[] = [];
    const log: Log = { ...silentLog, info: (msg) => void lines.push(msg) };
    const publisher = logPublisher(log);
    for (const cause of CAUSES) await publisher.publish(idle(cause), never);
    await publisher.publish(idle({ kind: 'suspended' }, { previous: readyBecause('Suspended') }), never);
    expect(lines).to.deep.equal(['Policy suspended']);
  });
});

describe('A pass with publishers', () => {
  const pass = async (publishers: (scene: Scene) => Publisher[], timers = new VirtualClock()): Promise<Scene> => {
    const scene = await Scene.open(town({ members: 2, promoted: 1 }));
    try {
      await scene.pass({}, { dependencies: { publishers: publishers(scene), timers } });
      return scene;
    } finally {
      await scene.close();
    }
  };

  it('keeps its status first, and counts and records what it did', async () => {
    const metrics = new Metrics({ version: 'test', defaultMetrics: false });
    const events: PolicyEvent[] = [];
    const saves: number[] = [];
    await pass((scene) => [
      eventPublisher({
        record: (_key, event) => {
          saves.push(scene.saves);
          events.push(event);
        },
      }),
      metricsPublisher({ metrics, clock: () => NOW }),
      statusPublisher({ record: { keepStatus: async (status) => void (await scene.keep(status)) }, log: silentLog }),
    ]);
    expect(events.map(({ reason, message }) => [reason, message])).to.deep.equal([
      ['RulesetUpdated', `entered: ${names('promoted', 1).join()}`],
    ]);
    expect(saves, 'the intent and the status were kept before').to.deep.equal([2]);
    const text = await metrics.registry.metrics();
    expect(text).to.match(/plus1_passes_total\{[^}]*result="succeeded"[^}]*\} 1\n/);
    expect(text).to.match(/plus1_ruleset_changes_total\{[^}]*change="entered"[^}]*\} 1\n/);
  });

  it('has failed for all others where its status cannot be kept', async () => {
    const metrics = new Metrics({ version: 'test', defaultMetrics: false });
    await pass(() => [
      statusPublisher({
        record: { keepStatus: () => Promise.reject(new Plus1Error('PLUS1_STATE_UNWRITABLE', 'the disk is full')) },
        log: silentLog,
      }),
      metricsPublisher({ metrics, clock: () => NOW }),
    ]);
    const text = await metrics.registry.metrics();
    expect(text).to.match(/plus1_passes_total\{[^}]*result="failed"[^}]*\} 1\n/);
    expect(text).to.match(/plus1_errors_total\{[^}]*PLUS1_STATE_UNWRITABLE[^}]*\} 1\n/);
  });
});
