/**
 * Reads the body of a delivery, raw, within bounds: of one body, and of all that are held at the same time. Hazard: what is not read to
 * its end goes on arriving; Node throws it away once the answer is sent.
 */
import type { IncomingMessage } from 'node:http';

/** GitHub sends no payload beyond 25 MB: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
export const MAX_BODY_BYTES = 25 * 1_024 * 1_024;
/** Of all bodies together, so that a few senders of large ones do not take the memory of the passes. */
const MAX_HELD_BYTES = 64 * 1_024 * 1_024;
/** An ordinary payload is some ten kilobytes; one of this size always has room. */
const SMALL_BYTES = 256 * 1_024;

export type BodyRead =
  | { kind: 'read'; body: Buffer }
  /** It was not to be kept. */
  | { kind: 'passed' }
  | { kind: 'too-large' }
  | { kind: 'no-room' }
  /** The sender went. */
  | { kind: 'gone' };

export class BodyReader {
  #heldBytes = 0;

  /** True where the sender says itself that it is too large. */
  isTooLarge({ headers }: IncomingMessage): boolean {
    return Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES;
  }

  /** Not to be kept: its length alone matters. What was read is held until `release`. */
  read(request: IncomingMessage, { isKept }: { isKept: boolean }): Promise<BodyRead> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    return new Promise((resolve) => {
      const end = (read: BodyRead): void => {
        request.off('data', take).off('end', whole).off('close', gone).off('error', gone);
        if (read.kind !== 'read') this.#release(isKept ? bytes : 0);
        request.resume();
        resolve(read);
      };
      const take = (chunk: Buffer): void => {
        bytes += chunk.length;
        if (isKept) this.#heldBytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) return end({ kind: 'too-large' });
        if (!isKept) return;
        if (bytes > SMALL_BYTES && this.#heldBytes > MAX_HELD_BYTES) return end({ kind: 'no-room' });
        chunks.push(chunk);
      };
      const whole = (): void => end(isKept ? { kind: 'read', body: Buffer.concat(chunks, bytes) } : { kind: 'passed' });
      const gone = (): void => end({ kind: 'gone' });
      request.on('data', take).once('end', whole).once('close', gone).once('error', gone);
    });
  }

  /** Nothing is done with that body any more. */
  release({ length }: Buffer): void {
    this.#release(length);
  }

  #release(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
