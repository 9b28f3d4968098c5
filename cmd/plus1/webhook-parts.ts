/** Webhooks of a controller process: who judges deliveries, and the server that receives them. */
import type { Log, Timers } from '../../pkg/base/index.js';
import type { Runnable } from '../../pkg/controller/index.js';
import {
  DELIVERY_RESULTS,
  EVENT_LABELS,
  eventLabel,
  Forgeries,
  WebhookDeliveries,
  WebhookSecrets,
} from '../../pkg/reconciler/index.js';
import { createWebhookServer, type WebhookReceiver } from '../../pkg/server/index.js';
import type { Metrics } from '../../pkg/telemetry/index.js';
import type { Assembly, PolicySource } from './assemble.js';
import { systemClock } from './clock.js';
import type { ControllerOptions } from './controller-options.js';

/** Off, as an address. */
const OFF = '0';

/** Whether deliveries are to be received: then hints call for quick passes. */
export const areWebhooksOn = ({ webhookAddress }: Pick<ControllerOptions, 'webhookAddress'>): boolean =>
  webhookAddress !== OFF;

export interface ReceiverSetup {
  source: Pick<PolicySource, 'home' | 'access' | 'journal'>;
  assembly: Pick<Assembly, 'hint'>;
  /** Whether this process works on policies. */
  leads: () => boolean;
  metrics: Metrics;
  clock: Timers;
  log: Log;
}

/** Judges deliveries by the policies of that source. */
export function webhookReceiver({ source, assembly, leads, metrics, clock, log }: ReceiverSetup): WebhookReceiver {
  const { home, access, journal } = source;
  const isLeading = (): boolean => home.synced && leads();
  const counts = metrics.webhooks({ events: EVENT_LABELS, results: DELIVERY_RESULTS });
  const secrets = new WebhookSecrets({ home, reader: access.secrets, clock, log });
  const deliveries = new WebhookDeliveries({ home, hint: assembly.hint, clock });
  const forgeries = new Forgeries({ home, journal, isLeading, clock, log });
  return {
    isLeading,
    // Before the policies are read, nothing says by what deliveries are signed.
    secrets: async () => (home.synced ? secrets.known() : { values: [], isPartial: true }),
    deliver(delivery) {
      const result = deliveries.take(delivery);
      counts.delivery({ event: eventLabel(delivery.event), result });
    },
    refused(result, { event, source: address }) {
      counts.delivery({ event: eventLabel(event), result });
      if (result === 'rejected' || result === 'limited') forgeries.add(address);
    },
  };
}

/** The other servers and, where it is not off, that of webhooks, opened at once as all are. Where it throws, none is open. */
export async function withWebhooks(
  others: Runnable,
  { webhookAddress }: Pick<ControllerOptions, 'webhookAddress'>,
  setup: Omit<ReceiverSetup, 'clock'>,
): Promise<Runnable[]> {
  if (!areWebhooksOn({ webhookAddress })) return [others];
  const receiver = webhookReceiver({ ...setup, clock: systemClock });
  try {
    const server = await createWebhookServer({ address: webhookAddress, receiver, log: setup.log, clock: systemClock });
    return [others, { name: 'webhooks', start: async () => undefined, stop: async () => server?.close() }];
  } catch (error) {
    await others.stop();
    throw error;
  }
}
