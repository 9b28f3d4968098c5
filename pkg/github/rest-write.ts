/** One request of REST that writes: it takes the chain of writes, so that it is sent once, and its answer or failure is told. */
import { failedWrite } from './membership/failed-write.js';
import type { WriteChain } from './requester/chains.js';
import type { Requester, RESTAnswer, Route } from './requester/requester.js';
import type { FailedWrite, WriteOptions } from './write-outcome.js';
import type { WriteSender, WriteSubject } from './write-sender.js';

export interface RestWrite {
  route: Route<WriteChain>;
  parameters: Record<string, unknown>;
  subject: WriteSubject;
}

export class RestWrites {
  readonly #requester: Requester<WriteChain>;
  readonly #sender: WriteSender;

  constructor(requester: Requester<WriteChain>, sender: WriteSender) {
    this.#requester = requester;
    this.#sender = sender;
  }

  /** `told`: what an answer without an error status proves. Throws what `WriteSender.send` throws. */
  send<T>(
    { route, parameters, subject }: RestWrite,
    told: (answer: RESTAnswer) => T | FailedWrite,
    signal: AbortSignal,
    options: WriteOptions,
  ): Promise<T | FailedWrite> {
    const chain = options.essential === true ? 'essentialWrite' : 'write';
    return this.#sender.send<T>(subject, signal, options, async (words) => {
      try {
        return told(await this.#requester.rest(route, parameters, { chain, signal }));
      } catch (error) {
        return failedWrite(error, words);
      }
    });
  }
}
