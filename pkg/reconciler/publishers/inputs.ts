/** Publishes to the objects that are inputs of passes what became of each. */
import { Plus1Error } from '../../errors/index.js';
import type { Metrics } from '../../telemetry/index.js';
import type { PassRecord } from '../pass-record.js';
import type { Publisher } from './publisher.js';

/** One that takes longer hangs. As for the status of a policy: an API server restarts within some seconds. */
const TIMEOUT_MS = 30_000;

/** A status that cannot be kept is made again by the next pass. What happened is told after it, and of a status that was not kept nothing is. */
export function inputPublisher({
  inputs,
  metrics,
}: Pick<PassRecord, 'inputs'> & { metrics: Pick<Metrics, 'policy'> }): Publisher {
  return {
    name: 'objects',
    failed: 'Objects not published',
    isRequired: false,
    timeoutMs: TIMEOUT_MS,
    late: (seconds) => new Plus1Error('PLUS1_TIMEOUT', `the statuses of objects were not kept within ${seconds} s`),
    async publish(publication, signal) {
      if (publication.kind !== 'pass' || inputs === undefined) return;
      const { statuses, events, measures } = publication.outcome.inputs ?? { statuses: [], events: [], measures: [] };
      const policy = metrics.policy(publication.key, publication.organization);
      for (const measure of measures) measure(policy);
      const unkept = new Set<string>();
      const faults: unknown[] = [];
      for (const { of, status } of statuses)
        await inputs.setStatus(of, status, signal).catch((thrown: unknown) => {
          unkept.add(of.uid);
          faults.push(thrown);
        });
      for (const { of, event } of events) if (!unkept.has(of.uid)) inputs.record(of, event);
      if (faults.length > 0) throw faults[0];
    },
  };
}
