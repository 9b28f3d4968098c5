/**
 * `POST /webhooks/github`: judges a delivery in this order: path 404, method 405, size 413, type 415, signature 401, then the rest. It is
 * answered before anything is done with it, since GitHub waits for ten seconds and sends nothing twice by itself.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock, Log } from '../base/index.js';
import { pathOf, plain } from './app.js';
import { ForgeryRate } from './forgery-rate.js';
import { BodyReader, type BodyRead } from './webhook-body.js';
import { isSigned, signatureOf } from './webhook-signature.js';

/** Where GitHub sends deliveries. */
export const WEBHOOK_PATH = '/webhooks/github';

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** A delivery whose signature is right. */
export interface SignedDelivery {
  /** `X-GitHub-Event`. */
  event: string | undefined;
  /** `X-GitHub-Delivery`. */
  id: string | undefined;
  body: Buffer;
}

/** Why a delivery came to nothing here. */
export type Refusal = 'rejected' | 'limited' | 'refused' | 'unavailable';

/** Who judges deliveries and takes them. */
export interface WebhookReceiver {
  /** False: this process works on no policy, or does not know them yet. */
  isLeading(): boolean;
  /** What deliveries may be signed by. `isPartial`: something of that could not be read just now. */
  secrets(): Promise<{ values: readonly string[]; isPartial: boolean }>;
  /** Called after the answer. */
  deliver(delivery: SignedDelivery): void;
  /** Called for each that is not delivered. */
  refused(refusal: Refusal, about: { event: string | undefined; source: string }): void;
}

interface Answer {
  status: number;
  text: string;
  refusal?: Refusal;
  headers?: Record<string, string>;
  delivery?: SignedDelivery;
}

const NOT_FOUND: Answer = { status: 404, text: 'not found' };
const NOT_ALLOWED: Answer = { status: 405, text: 'method not allowed', headers: { allow: 'POST' } };
const TOO_LARGE: Answer = { status: 413, text: 'larger than 25 MiB', refusal: 'refused' };
const WRONG_TYPE: Answer = { status: 415, text: 'content type must be application/json', refusal: 'refused' };
const WRONG_SIGNATURE: Answer = { status: 401, text: 'no signature that fits', refusal: 'rejected' };
const TOO_MANY: Answer = {
  ...{ status: 429, text: 'too many deliveries with a wrong signature', refusal: 'limited' },
  headers: { 'retry-after': '1' },
};
const unavailable = (text: string): Answer => ({ status: 503, text, refusal: 'unavailable' });

/** Takes every request of the app. */
export function webhookRoute(
  app: FastifyInstance,
  receiver: WebhookReceiver,
  { clock, log }: { clock: Clock; log: Log },
): void {
  const judge = new Judge(receiver, clock);
  // Before Fastify looks for a route, or at a body: the order of the checks is ours.
  app.addHook('onRequest', async (request, reply) => {
    const answer = await judge.answer(request);
    const { event } = deliveryHeaders(request);
    if (answer.refusal !== undefined) receiver.refused(answer.refusal, { event, source: request.ip });
    reply.headers(answer.headers ?? {});
    const sent = plain(reply, answer.status, `${answer.text}\n`);
    if (answer.delivery !== undefined) afterAnswer(reply, () => judge.deliver(answer.delivery as SignedDelivery), log);
    return sent;
  });
}

class Judge {
  readonly #receiver: WebhookReceiver;
  readonly #rate: ForgeryRate;
  readonly #bodies = new BodyReader();

  constructor(receiver: WebhookReceiver, clock: Clock) {
    this.#receiver = receiver;
    this.#rate = new ForgeryRate(clock);
  }

  async answer(request: FastifyRequest): Promise<Answer> {
    if (pathOf(request.url) !== WEBHOOK_PATH) return NOT_FOUND;
    if (request.method !== 'POST') return NOT_ALLOWED;
    if (this.#bodies.isTooLarge(request.raw)) return TOO_LARGE;
    const signature = signatureOf(request.headers['x-hub-signature-256']);
    const isJSON = JSON_TYPE.test(request.headers['content-type'] ?? '');
    const read = await this.#bodies.read(request.raw, { isKept: isJSON && signature !== undefined });
    if (read.kind === 'read' && signature !== undefined) return this.#judgeBody(request, read.body, signature);
    return this.#unread(read.kind, request, isJSON);
  }

  #unread(kind: BodyRead['kind'], request: FastifyRequest, isJSON: boolean): Answer {
    switch (kind) {
      case 'too-large':
        return TOO_LARGE;
      case 'gone':
        return { status: 400, text: 'the body ended early', refusal: 'refused' };
      case 'no-room':
        return unavailable('too many large deliveries at once');
      case 'passed':
      case 'read':
        return isJSON ? this.#wrong(request) : WRONG_TYPE;
    }
  }

  deliver(delivery: SignedDelivery): void {
    try {
      this.#receiver.deliver(delivery);
    } finally {
      this.#bodies.release(delivery.body);
    }
  }

  async #judgeBody(request: FastifyRequest, body: Buffer, signature: Buffer): Promise<Answer> {
    const answer = await this.#judge(request, body, signature);
    if (answer.delivery === undefined) this.#bodies.release(body);
    return answer;
  }

  async #judge(request: FastifyRequest, body: Buffer, signature: Buffer): Promise<Answer> {
    const { values, isPartial } = await this.#receiver.secrets();
    if (!(await isSigned(body, signature, values)))
      return isPartial ? unavailable('a webhook secret cannot be read now') : this.#wrong(request);
    if (!this.#receiver.isLeading()) return unavailable('this replica does not lead');
    return { status: 202, text: 'accepted', delivery: { ...deliveryHeaders(request), body } };
  }

  #wrong({ ip }: FastifyRequest): Answer {
    return this.#rate.isOver(ip) ? TOO_MANY : WRONG_SIGNATURE;
  }
}

function deliveryHeaders({ headers }: FastifyRequest): Omit<SignedDelivery, 'body'> {
  const text = (value: string | string[] | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined;
  return { event: text(headers['x-github-event']), id: text(headers['x-github-delivery']) };
}

/** In a turn of its own, whether or not the sender is still there to hear the answer. */
function afterAnswer(reply: FastifyReply, work: () => void, log: Log): void {
  reply.raw.once('close', () => {
    try {
      work();
    } catch (error) {
      log.error('Delivery not taken', { error: error instanceof Error ? error.message : String(error) });
    }
  });
}
