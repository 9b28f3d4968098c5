/** Puts an answer on the wire, whole or damaged. Resolves to the bytes of the body that were sent. */
import type { ServerResponse } from 'node:http';
import type { Fault } from '../faults.js';
import type { Answer } from './answer.js';

export function rendered({ body }: Answer): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

/** Undefined: nothing goes out (a reset, or silence until the client leaves). */
export function transmit(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  isHead: boolean,
): number | undefined {
  switch (fault?.kind) {
    case 'timeout':
    case 'put-applied-timeout':
      return undefined;
    case 'reset':
    case 'put-applied-reset':
      response.socket?.resetAndDestroy();
      return undefined;
    default:
  }
  const body = rendered(answer);
  const headers: Record<string, string> = { ...answer.headers };
  if (answer.body !== undefined) headers['content-type'] ??= 'application/json; charset=utf-8';
  if (fault?.kind === 'truncated') return truncated(response, { status: answer.status, headers, body });
  const sent =
    fault?.kind === 'malformed'
      ? Buffer.concat([body.subarray(0, Math.ceil(body.length / 2)), Buffer.from('…"}')])
      : body;
  if (answer.status !== 204 && answer.status !== 304) headers['content-length'] = String(sent.length);
  response.writeHead(answer.status, headers);
  response.end(isHead ? undefined : sent);
  return isHead ? 0 : sent.length;
}

/** Promises more than it sends, then goes away. */
function truncated(
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: Buffer },
): number {
  const half = body.subarray(0, Math.floor(body.length / 2));
  response.writeHead(status, { ...headers, 'content-length': String(body.length) });
  response.write(half, () => response.socket?.destroy());
  return half.length;
}
