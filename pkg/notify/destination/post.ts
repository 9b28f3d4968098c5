/** One POST to a channel. No redirect is followed, and the beginning of the answer alone is read. */
import type { LookupFunction } from 'node:net';
import { EnvHttpProxyAgent, fetch, type Dispatcher, type Response } from 'undici';
import type { Clock } from '../../base/index.js';
import type { ChannelAnswer, ChannelRequest } from './exchange.js';
import { destinationOf, type DestinationGuard } from './guard.js';

/** What a channel says about a message fits into it. */
const MAX_ANSWER_BYTES = 4_096;
/** The longest wait that a channel may ask for, ms: after a day the message is given up. */
const LONGEST_RETRY_MS = 86_400_000;

export interface PostOptions {
  guard: DestinationGuard;
  /** As the environment names them. A proxy looks names up itself, and judges where it goes. */
  proxy?: { https?: string; no?: string } | undefined;
  clock: Pick<Clock, 'now'>;
}

/** `caCert`: PEM. Given, it alone is trusted, in place of the public roots. */
export type Post = (
  request: ChannelRequest,
  options: { caCert?: string | undefined },
  signal: AbortSignal,
) => Promise<ChannelAnswer>;

/** Sends one request. Throws a `DestinationFault`, perhaps as a cause, or what the network says. */
export function poster({ guard, proxy, clock }: PostOptions): Post {
  return async ({ url: text, headers, body }, { caCert }, signal) => {
    const url = guard.requireURL(text);
    const dispatcher = dispatcherFor(url, { guard, proxy, caCert });
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'plus1', ...headers },
        body,
        redirect: 'manual',
        signal,
        dispatcher,
      });
      return await answerOf(response, clock.now());
    } finally {
      await dispatcher.destroy();
    }
  };
}

interface Way extends Pick<PostOptions, 'guard'> {
  proxy: PostOptions['proxy'];
  caCert: string | undefined;
}

/** Connections of its own, for one request: messages are few. */
function dispatcherFor(url: URL, { guard, proxy, caCert }: Way): Dispatcher {
  const tls = { minVersion: 'TLSv1.2' as const, ...(caCert === undefined ? {} : { ca: caCert }) };
  const lookup: LookupFunction = (_hostname, options, callback) => {
    guard.addresses(destinationOf(url)).then(
      (addresses) => {
        const entries = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
        const [first] = entries;
        if (first === undefined) return callback(new Error('no address'), '');
        if (options.all === true) return callback(null, entries);
        callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
  return new EnvHttpProxyAgent({
    connect: { ...tls, lookup },
    requestTls: tls,
    // Empty, not unset: undici reads process.env for what is unset.
    httpProxy: '',
    httpsProxy: proxy?.https ?? '',
    noProxy: proxy?.no ?? '',
  });
}

async function answerOf(response: Response, nowMs: number): Promise<ChannelAnswer> {
  const retryAfterMs = retryAfter(response.headers.get('retry-after'), nowMs);
  return {
    status: response.status,
    text: await beginning(response),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array;
    chunks.push(part);
    bytes += part.byteLength;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_RETRY_MS);
}
