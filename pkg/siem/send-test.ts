/** One marked record to each sink, so that a person sees what each answers before anything depends on it. */
import type { Clock } from '../base/index.js';
import { canonical, type JournalRecord } from '../journal/index.js';
import type { SinkConfig } from './config.js';
import { deliveryTo, type DeliveryOptions } from './deliver.js';
import { eventOf } from './event.js';

export interface TestResult {
  sink: string;
  isTaken: boolean;
  /** What the sink answered, and what to do where it did not take the record. */
  message: string;
}

export interface TestOptions extends DeliveryOptions {
  clock: Clock;
  productVersion: string;
}

/** In the order of the sinks. Throws the reason of the signal alone. */
export async function sendTest(
  sinks: readonly SinkConfig[],
  options: TestOptions,
  signal: AbortSignal,
): Promise<TestResult[]> {
  const record = testRecord(options.clock.now());
  const bytes = Buffer.from(canonical(record));
  const results: TestResult[] = [];
  for (const sink of sinks) {
    const delivery = deliveryTo(sink, options);
    try {
      const { format } = sink;
      const event = eventOf({ record, bytes }, { format, productVersion: options.productVersion });
      const verdict = await delivery.deliver([event], signal);
      const isTaken = verdict.kind === 'taken';
      const why = isTaken ? 'took the test record' : verdict.why;
      const fix = verdict.kind === 'stopped' ? `. Fix: ${verdict.fix}` : '';
      results.push({ sink: sink.name, isTaken, message: `${why}${fix}` });
    } finally {
      await delivery.close();
    }
  }
  return results;
}

/** Of a chain that no journal has, so that nobody takes it for evidence. */
function testRecord(nowMs: number): JournalRecord {
  return {
    v: 1,
    chain: 'plus1/siem-test',
    seq: 1,
    prev: `sha256:${'0'.repeat(64)}`,
    time: new Date(nowMs).toISOString(),
    kind: 'SiemTest',
    actor: 'plus1-siem-test',
    pass: null,
    policy: { namespace: 'plus1', name: 'siem-test', uid: '', organization: 'none', ruleset: 'none' },
    data: { message: 'This is a test record of plus1 siem test. It says nothing about any organization' },
  };
}
