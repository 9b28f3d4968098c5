/** How a batch is handed to a sink: by HTTP, or as lines of standard output. */
import type { Clock } from '../base/index.js';
import type { SinkConfig, SinkType } from './config.js';
import { ConnectionFault, type SinkClient } from './client.js';
import { CredentialFault, readCredentials } from './credentials.js';
import type { SiemEvent } from './event.js';
import { withoutSecrets } from './redact.js';
import { verdictOf } from './sinks/answer.js';
import { datadog } from './sinks/datadog.js';
import { http } from './sinks/http.js';
import { otlp } from './sinks/otlp.js';
import type { SinkKind, Verdict } from './sinks/sink.js';
import { splunkHEC } from './sinks/splunk-hec.js';

/** The sinks that are reached by HTTP, by type. */
const KINDS: Readonly<Record<Exclude<SinkType, 'Stdout'>, SinkKind>> = {
  SplunkHEC: splunkHEC,
  Datadog: datadog,
  OTLP: otlp,
  HTTP: http,
};

export interface Delivery {
  /** Of one batch, by the sink's own limits. */
  maxRecords: number;
  maxBytes: number;
  /** Throws the reason of the signal alone. */
  deliver(events: readonly SiemEvent[], signal: AbortSignal): Promise<Verdict>;
  close(): Promise<void>;
}

export interface DeliveryOptions {
  clock: Clock;
  /** A client of its own for each sink. */
  client: () => SinkClient;
  /** Resolves once the text was handed on. */
  write: (text: string) => Promise<void>;
}

export function deliveryTo(sink: SinkConfig, options: DeliveryOptions): Delivery {
  return sink.type === 'Stdout' ? toLines(options) : toHTTP(sink, KINDS[sink.type], options);
}

function toLines({ write }: DeliveryOptions): Delivery {
  return {
    ...{ maxRecords: 1_000, maxBytes: 1_048_576 },
    deliver: async (events, signal) => {
      signal.throwIfAborted();
      await write(events.map(({ json }) => `${json}\n`).join(''));
      return { kind: 'taken' };
    },
    close: async () => undefined,
  };
}

function toHTTP(sink: SinkConfig, kind: SinkKind, { clock, client: connect }: DeliveryOptions): Delivery {
  const client = connect();
  return {
    ...{ maxRecords: kind.maxRecords, maxBytes: kind.maxBytes },
    deliver: async (events, signal) => {
      try {
        const credentials = await readCredentials(sink.credentials, kind.needs);
        const request = kind.request(sink, credentials, events);
        const answer = withoutSecrets(await client.post(request, credentials.caCert, signal), credentials);
        return kind.verdict(answer) ?? verdictOf(answer, clock.now());
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof CredentialFault)
          return { kind: 'stopped', why: error.message, fix: 'check the files in the credentials folder of the sink' };
        if (error instanceof ConnectionFault) return { kind: 'later', why: error.message };
        throw error;
      }
    },
    close: () => client.close(),
  };
}
