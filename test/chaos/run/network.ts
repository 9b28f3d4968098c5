/**
 * Between a process and the simulator: no socket, the time on the way, and what goes wrong there. The function that it gives stands in
 * the place of undici's `fetch`; what the product makes of answers and failures is its own.
 */
import { Headers } from 'undici';
import type { Fetch } from '../../../pkg/github/requester/transport.js';
import { rendered, type Exchanged, type GitHubSimulator } from '../../fakes/github/index.js';
import type { Life } from './life.js';
import type { Timeline } from './timeline.js';

export const GITHUB = 'https://github.example';

/** What becomes of a write on its way. */
export type Fate = 'served' | 'lost' | { lateMs: number };

export interface Sent {
  method: string;
  path: string;
  body: unknown;
}

export interface NetworkOptions {
  github: GitHubSimulator;
  timeline: Timeline;
  life: Life;
  /** Before a request leaves. It may kill. */
  onSend: (sent: Sent) => void;
  /** Once GitHub has served it. It may kill. */
  onServed: (exchanged: Exchanged, isAnswered: boolean) => void;
  /** Once the process has the answer. */
  onAnswered: (exchanged: Exchanged) => void;
  /** A request to another host than GitHub. */
  onStray: (url: string) => void;
  /** The simulator itself failed. */
  onBroken: (error: unknown) => void;
  fateOf: (sent: Sent) => Fate;
  /** Refusals repeat the credential that they were sent. */
  isEchoing: () => boolean;
  /** How long an answer takes, ms. */
  latencyMs: () => number;
}

type Answer = Awaited<ReturnType<Fetch>>;

const SILENT = new Set(['timeout', 'put-applied-timeout']);
const CUT = new Set(['reset', 'put-applied-reset']);

const failed = (message: string, code: string): Error =>
  new TypeError(message, { cause: Object.assign(new Error(code), { code }) });

export function networkOf(options: NetworkOptions): Fetch {
  const { life, timeline, latencyMs, fateOf, onSend, onStray } = options;
  return async (url, init) => {
    await life.halted();
    const target = new URL(url);
    const text = typeof init.body === 'string' ? init.body : '';
    if (target.origin !== GITHUB) {
      onStray(url);
      throw failed('fetch failed', 'ENOTFOUND');
    }
    const sent: Sent = {
      method: init.method ?? 'GET',
      path: `${target.pathname}${target.search}`,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    onSend(sent);
    await life.halted();
    const message = { method: sent.method, url: sent.path, headers: init.headers as Record<string, string> };
    const serve = async (isAnswered: boolean): Promise<Exchanged> => {
      const exchanged = await options.github.exchange(message, text).catch((error: unknown) => {
        options.onBroken(error);
        throw error;
      });
      if (CUT.has(exchanged.fault?.kind ?? '')) exchanged.request.status = 0;
      else exchanged.request.status = exchanged.answer.status;
      options.onServed(exchanged, isAnswered && !SILENT.has(exchanged.fault?.kind ?? ''));
      return exchanged;
    };
    const fate = fateOf(sent);
    const outcome = fate === 'served' ? await serve(true) : undefined;
    if (typeof fate === 'object') timeline.after(fate.lateMs, () => void serve(false));
    await life.halted();
    return answered(outcome, { ...options, latencyMs: latencyMs() }, init.signal ?? undefined);
  };
}

interface Way extends Omit<NetworkOptions, 'latencyMs'> {
  latencyMs: number;
}

/** After its time on the way, or never; the signal ends the wait. */
function answered(
  exchanged: Exchanged | undefined,
  { timeline, life, latencyMs, onAnswered, isEchoing }: Way,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const kind = exchanged?.fault?.kind ?? '';
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      due?.cancel();
      reject((signal?.reason as Error | undefined) ?? new DOMException('aborted', 'AbortError'));
    };
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    const arrive = (): void =>
      life.run(() => {
        signal?.removeEventListener('abort', abort);
        if (exchanged === undefined || CUT.has(kind)) return reject(failed('fetch failed', 'ECONNRESET'));
        onAnswered(exchanged);
        resolve(answerOf(isEchoing() ? echoed(exchanged) : exchanged));
      });
    const due = SILENT.has(kind) ? undefined : timeline.after(latencyMs, arrive);
  });
}

/** What something on the way, or GitHub itself, may say of what it was sent. */
function echoed(exchanged: Exchanged): Exchanged {
  const { answer, request, fault } = exchanged;
  const body = answer.body as { message?: string } | undefined;
  if (answer.status < 400 || typeof body?.message !== 'string') return exchanged;
  // A refusal in words that nobody knows is quoted; what speaks of a limit keeps its words, by which it is known.
  const isQuoted = fault?.kind === 'forbidden';
  const message = `${isQuoted ? 'Refused.' : body.message} You sent ${request.headers.authorization}.`;
  return { ...exchanged, answer: { ...answer, body: { ...body, message } } };
}

function answerOf({ answer, fault }: Exchanged): Answer {
  const whole = rendered(answer);
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  const hasBody = answer.status !== 204 && answer.status !== 304;
  const isMalformed = fault?.kind === 'malformed';
  const body = isMalformed
    ? Buffer.concat([whole.subarray(0, Math.ceil(whole.length / 2)), Buffer.from('…"}')])
    : whole;
  const headers = new Headers(answer.headers);
  if (hasBody) headers.set('content-length', String(body.length));
  if (answer.body !== undefined && !headers.has('content-type'))
    headers.set('content-type', 'application/json; charset=utf-8');
  async function* read(): AsyncGenerator<Uint8Array> {
    if (fault?.kind !== 'truncated') return yield body;
    yield half;
    throw failed('terminated', 'UND_ERR_SOCKET');
  }
  return { status: answer.status, headers, body: (hasBody ? read() : null) as unknown as Answer['body'] };
}
