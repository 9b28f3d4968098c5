/**
 * A webhook of anybody: CloudEvents 1.0 as structured JSON, signed by Standard Webhooks.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import { cut } from '../../text/index.js';
import { namesThatFit } from '../lines.js';
import type { Message } from '../message.js';
import { required, SecretFault, type ChannelSecret, type HTTPChannel } from './channel.js';

/** Standard Webhooks advises less than 20 kB. */
export const MAX_BODY_BYTES = 20_000;
const MAX_TEXT = 2_000;

export const webhook: HTTPChannel = {
  request: (message, secret, nowMs) => {
    const url = required(secret, 'url');
    const body = webhookBody(message);
    const seconds = String(Math.floor(nowMs / 1_000));
    return {
      url,
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'webhook-id': message.id,
        'webhook-timestamp': seconds,
        'webhook-signature': signatures(`${message.id}.${seconds}.${body}`, secret),
      },
      body,
    };
  },
  judge: () => undefined,
};

/** While a key is replaced, both sign: several keys are separated by blanks. */
function signatures(content: string, secret: ChannelSecret): string {
  return required(secret, 'signingKey')
    .split(/\s+/)
    .map((key) => `v1,${createHmac('sha256', keyBytes(key)).update(content).digest('base64')}`)
    .join(' ');
}

function keyBytes(key: string): Buffer {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(key) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (base64 === undefined || bytes.length < 24 || bytes.length > 64)
    throw new SecretFault('signingKey is not whsec_ and the base64 of 24 to 64 bytes');
  return bytes;
}

/** What is posted: the same text at each try, or the signature of a repeated one would not fit its id. */
export function webhookBody(message: Message): string {
  for (
    let room = 12_000, items = message.items?.length ?? 0;
    ;
    room = Math.floor(room / 2), items = Math.floor(items / 2)
  ) {
    const body = JSON.stringify(event(message, room, items));
    if (Buffer.byteLength(body) < MAX_BODY_BYTES || room === 0) return body;
  }
}

function event(message: Message, room: number, shown: number): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: message.id,
    source: `plus1/${message.organization}`,
    type: `dev.plus1.${message.event}`,
    subject: message.policy,
    time: new Date(message.atMs).toISOString(),
    datacontenttype: 'application/json',
    data: { ...data(message, room, shown), ...failure(message) },
  };
}

/** With the fields that the specification has for every run. */
function data(message: Message, room: number, shown: number): Record<string, unknown> {
  const { event: name, state, severity, policy, organization, since, fix, url, run, isTest, items } = message;
  const { names, left } = namesThatFit(message, { max: room });
  return {
    ...{ event: name, name, state, severity, policy, organization },
    message: cut(message.message, MAX_TEXT),
    ...{ since, fix: cut(fix, MAX_TEXT), repositories: names, omitted: left },
    ...(url !== undefined && { url }),
    ...(isTest === true && { test: true }),
    ...(items !== undefined && { events: items.slice(0, shown).map(digestItem), events_omitted: items.length - shown }),
    workflow: 'plus1-enforcement',
    status: run?.status ?? null,
    duration: run?.seconds ?? null,
    repositories_processed: run?.repositories ?? null,
  };
}

const digestItem = (item: NonNullable<Message['items']>[number]): Record<string, unknown> => ({
  ...{ event: item.event, state: item.state, severity: item.severity, since: item.since },
  message: cut(item.message, 300),
  repositories: item.repositories.length + item.omitted,
});

/**
 * The specification's alert, for what is High and not over: receivers that were made for it look at `event`. Ours is in `name`, and in
 * the type.
 */
function failure({ severity, state, atMs, message }: Message): Record<string, unknown> {
  if (severity !== 'High' || state === 'resolved') return {};
  const timestamp = new Date(atMs).toISOString();
  return { event: 'plus1_enforcement_failure', timestamp, details: cut(message, MAX_TEXT) };
}
