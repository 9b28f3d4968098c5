/** The server of webhooks of a loop: real connections, and the loop's own clock for what becomes of deliveries. */
import { systemClock } from '../../cmd/plus1/clock.js';
import { webhookReceiver, type ReceiverSetup } from '../../cmd/plus1/webhook-parts.js';
import { createWebhookServer, WEBHOOK_PATH, type OpenServer } from '../../pkg/server/index.js';

export class Receiving {
  /** Deliveries that were accepted and are done with. */
  taken = 0;
  readonly #server: OpenServer;

  private constructor(server: OpenServer) {
    this.#server = server;
  }

  static async open(setup: Omit<ReceiverSetup, 'leads'>): Promise<Receiving> {
    const receiver = webhookReceiver({ ...setup, leads: () => true });
    let receiving: Receiving | undefined;
    const deliver: typeof receiver.deliver = (delivery) => {
      receiver.deliver(delivery);
      if (receiving !== undefined) receiving.taken += 1;
    };
    const server = await createWebhookServer({
      ...{ address: '127.0.0.1:0', log: setup.log, clock: systemClock },
      receiver: { ...receiver, deliver },
    });
    if (server === undefined) throw new Error('it is off');
    return (receiving = new Receiving(server));
  }

  /** Where GitHub sends deliveries to. */
  get url(): string {
    return `http://${this.#server.address}${WEBHOOK_PATH}`;
  }

  close(): Promise<void> {
    return this.#server.close(AbortSignal.abort());
  }
}
