/**
 * The signature of a delivery, as GitHub makes it: `sha256=` and the HMAC of the raw body in hexadecimal.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const SHAPE = /^sha256=(?<hex>[0-9a-f]{64})$/i;
/** Hashing that many bytes takes some milliseconds; others get their turn after that. */
const BYTES_A_TURN = 4 * 1_024 * 1_024;

/** The digest that the header names; undefined where it is none. */
export function signatureOf(header: string | string[] | undefined): Buffer | undefined {
  const hex = typeof header === 'string' ? SHAPE.exec(header)?.groups?.['hex'] : undefined;
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}

/** Whether one of the secrets makes that signature. Each is tried, so that the time does not show which one it was. */
export async function isSigned(body: Buffer, signature: Buffer, secrets: readonly string[]): Promise<boolean> {
  let fits = false;
  let hashed = 0;
  for (const secret of secrets) {
    const digest = createHmac('sha256', secret).update(body).digest();
    if (timingSafeEqual(digest, signature)) fits = true;
    hashed += body.length;
    if (hashed < BYTES_A_TURN) continue;
    hashed = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return fits;
}
