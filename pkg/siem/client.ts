/** One POST to a sink, over undici: the operator's proxy, the sink's own certificate, no redirect, an answer that is bounded. */
import { EnvHttpProxyAgent, fetch, type Dispatcher } from 'undici';
import { boundSignal, type Timers } from '../base/index.js';
import type { SinkAnswer, SinkRequest } from './sinks/sink.js';

/** Of one request with its answer. */
const TIMEOUT_MS = 30_000;
/** Of the answer, what is looked at; Splunk and OTLP take a line. */
const MAX_ANSWER_BYTES = 65_536;

export interface ClientOptions {
  clock: Timers;
  /** URL of the proxy, and the hosts that are reached without it. */
  proxy?: { http?: string; https?: string; no?: string } | undefined;
  /** Oldest TLS to speak. */
  tlsMinVersion?: '1.2' | '1.3' | undefined;
}

/** The connection failed, or broke; the message has the host and a code, and nothing of the address besides. */
export class ConnectionFault extends Error {}

export interface SinkClient {
  /** Throws ConnectionFault, and the reason of the signal. `caCert`: PEM. */
  post(request: SinkRequest, caCert: string | undefined, signal: AbortSignal): Promise<SinkAnswer>;
  close(): Promise<void>;
}

export function createClient(options: ClientOptions): SinkClient {
  let agent: { caCert: string | undefined; dispatcher: Dispatcher } | undefined;
  const agentFor = async (caCert: string | undefined): Promise<Dispatcher> => {
    if (agent !== undefined && agent.caCert === caCert) return agent.dispatcher;
    await agent?.dispatcher.destroy();
    agent = { caCert, dispatcher: dispatcherOf(options, caCert) };
    return agent.dispatcher;
  };
  return {
    post: async (request, caCert, signal) => {
      const dispatcher = await agentFor(caCert);
      const bound = boundSignal(options.clock, TIMEOUT_MS, { outer: signal });
      try {
        return await exchange(request, dispatcher, bound.signal);
      } catch (error) {
        signal.throwIfAborted();
        const what = bound.signal.aborted
          ? `gave no answer within ${TIMEOUT_MS / 1_000} s`
          : `failed (${codeOf(error)})`;
        throw new ConnectionFault(`the connection to ${new URL(request.url).host} ${what}`);
      } finally {
        bound.release();
      }
    },
    close: async () => {
      await agent?.dispatcher.destroy();
      agent = undefined;
    },
  };
}

function dispatcherOf({ proxy, tlsMinVersion = '1.2' }: ClientOptions, caCert: string | undefined): Dispatcher {
  const tls = { minVersion: `TLSv${tlsMinVersion}` as const, ...(caCert !== undefined && { ca: caCert }) };
  return new EnvHttpProxyAgent({
    ...{ connect: tls, requestTls: tls },
    // Empty, not unset: undici reads process.env for what is unset.
    ...{ httpProxy: proxy?.http ?? '', httpsProxy: proxy?.https ?? '', noProxy: proxy?.no ?? '' },
  });
}

async function exchange(
  { url, headers, body }: SinkRequest,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<SinkAnswer> {
  const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal, dispatcher });
  return {
    status: answer.status,
    headers: Object.fromEntries([...answer.headers].map(([name, value]) => [name.toLowerCase(), value])),
    text: await beginningOf(answer.body),
  };
}

/** The rest is not waited for: the connection goes with it. */
async function beginningOf(body: AsyncIterable<unknown> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

/** Causes nest in undici; the deepest code says most, and anything else may be foreign text. */
function codeOf(thrown: unknown): string {
  let code = 'no code';
  for (let each = thrown, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1) {
    const own = (each as { code?: unknown }).code;
    if (typeof own === 'string' && /^[A-Z][A-Z0-9_]{2,80}$/.test(own)) code = own;
  }
  return code;
}
