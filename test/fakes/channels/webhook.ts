/**
 * A receiver of Standard Webhooks that wants CloudEvents 1.0 in them.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ChannelServer, must, taking } from './channel-server.js';

export const SIGNING_KEY = `whsec_${Buffer.from('a key of thirty-two bytes, exactly').toString('base64')}`;

/** `nowMs`: what its clock shows; a signature that is older than five minutes may have been recorded. */
export function webhookServer(nowMs: () => number = () => Date.now(), key = SIGNING_KEY): ChannelServer {
  return new ChannelServer(
    taking(
      ({ headers, body }) => {
        requireSignature(headers, body, key);
        const age = nowMs() / 1_000 - Number(headers['webhook-timestamp']);
        must(Math.abs(age) <= 300, 'the timestamp is too old');
        must(headers['content-type'] === 'application/cloudevents+json; charset=utf-8', 'no structured CloudEvent');
        requireCloudEvent(JSON.parse(body) as Record<string, unknown>, headers);
        return { status: 204 };
      },
      (text) => ({ status: 400, text }),
    ),
  );
}

function requireSignature(headers: Record<string, string>, body: string, key: string): void {
  const id = headers['webhook-id'] ?? '';
  must(/^[A-Za-z0-9_-]+$/.test(id), 'webhook-id is missing, or has a dot');
  must(Buffer.byteLength(body) < 20_480, 'the body is too large');
  const mac = createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'));
  const expected = mac.update(`${id}.${headers['webhook-timestamp']}.${body}`).digest();
  const given = (headers['webhook-signature'] ?? '').split(' ').map((each) => each.split(','));
  const isGood = given.some(([version, value = '']) => {
    const bytes = Buffer.from(value, 'base64');
    return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
  must(isGood, 'no signature fits');
}

function requireCloudEvent(event: Record<string, unknown>, headers: Record<string, string>): void {
  must(event['specversion'] === '1.0', 'specversion');
  for (const name of ['id', 'source', 'type']) must(typeof event[name] === 'string' && event[name] !== '', name);
  must(event['id'] === headers['webhook-id'], 'the id is another one than webhook-id');
  must(!Number.isNaN(Date.parse(event['time'] as string)), 'time');
  for (const name of Object.keys(event)) must(/^[a-z0-9]{1,20}$/.test(name), `the attribute ${name}`);
}
