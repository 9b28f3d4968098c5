/** All sinks of a process. Each goes its own way: one that is down delays no other. */
import { linkSignals, startTimer, type Log, type Timers } from '../base/index.js';
import type { Files } from '../journal/index.js';
import { Chains, type ChainHead } from './chains.js';
import type { SinkClient } from './client.js';
import type { SinkConfig } from './config.js';
import { Cursors } from './cursors.js';
import { deliveryTo } from './deliver.js';
import { Forwarder, type SinkMetrics } from './forwarder.js';
import { keepRejected, rejectedFile } from './rejected.js';

/** What a graceful stop may take, ms. */
const FLUSH_MS = 5_000;

export interface ForwardersOptions {
  sinks: readonly SinkConfig[];
  /** The root of the journal. */
  root: string;
  /** Of cursors and refused records. */
  folder: string;
  files: Files;
  client: () => SinkClient;
  /** To standard output. */
  write: (text: string) => Promise<void>;
  clock: Timers;
  /** In [0, 1). */
  random: () => number;
  log: Log;
  metrics?: (sink: string) => SinkMetrics;
  productVersion: string;
  shortage?: (bytes: number) => Promise<string | undefined>;
}

export interface Forwarders {
  /** Records were written and flushed. Returns at once, and never throws. */
  wrote: (this: void, head: ChainHead) => void;
  /** Until the signal aborts: then what waits is sent for at most FLUSH_MS. Never throws. */
  run(signal: AbortSignal): Promise<void>;
}

export function createForwarders(options: ForwardersOptions): Forwarders {
  const forwarders = options.sinks.map((sink) => forwarderTo(sink, options));
  return {
    wrote: (head) => forwarders.forEach((each) => each.wrote(head)),
    run: async (signal) => {
      const hard = linkSignals();
      const running = Promise.all(forwarders.map((each) => each.run(hard.signal)));
      const drain = (): void => {
        startTimer(
          options.clock,
          () => hard.abort(new Error('the time for the last records is over')),
          FLUSH_MS,
        ).unref();
        for (const each of forwarders) each.drain();
      };
      if (signal.aborted) drain();
      else signal.addEventListener('abort', drain, { once: true });
      await running;
      signal.removeEventListener('abort', drain);
    },
  };
}

function forwarderTo(sink: SinkConfig, options: ForwardersOptions): Forwarder {
  const { folder, files, root, clock, random, log, metrics, productVersion, shortage } = options;
  const cursors = new Cursors(folder, sink.name);
  const rejected = rejectedFile(folder, sink.name);
  return new Forwarder({
    ...{ sink, cursors, clock, random, log, productVersion, shortage },
    chains: new Chains({ files, root, cursors }),
    delivery: deliveryTo(sink, options),
    metrics: metrics?.(sink.name),
    reject: async (event, why) => {
      const low = await shortage?.(event.json.length);
      if (low !== undefined) throw new Error(low);
      await keepRejected(rejected, event, { time: new Date(clock.now()).toISOString(), why });
    },
  });
}
