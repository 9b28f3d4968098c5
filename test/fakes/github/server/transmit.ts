/** Puts an answer on the wire, whole or damaged. Resolves to the bytes of the body that were sent. */
import type { ServerResponse } from 'node:http';
import type { Fault } from '../faults.js';
import type { Answer } from './answer.js';

export function rendered({ body }: Answer): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

/** Silence until the client leaves, or a connection cut before the headers. */
const SILENT = new Set<string | undefined>(['timeout', 'put-applied-timeout']);
const CUT = new Set<string | undefined>(['reset', 'put-applied-reset']);

/** Undefined: nothing goes out. */
export function transmit(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  isHead: boolean,
): number | undefined {
  if (SILENT.has(fault?.kind)) return undefined;
  if (CUT.has(fault?.kind)) {
    response.socket?.resetAndDestroy();
    return undefined;
  }
  const body = rendered(answer);
  const headers: Record<string, string> = { ...answer.headers };
  if (answer.body !== undefined) headers['content-type'] ??= 'application/json; charset=utf-8';
  if (fault?.kind === 'truncated') return truncated(response, { status: answer.status, headers, body });
  const sent =
    fault?.kind === 'malformed'
      ? Buffer.concat([body.subarray(0, Math.ceil(body.length / 2)), Buffer.from('…"}')])
      : body;
  return whole(response, { status: answer.status, headers, body: sent }, isHead);
}

interface Rendered {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

function whole(response: ServerResponse, { status, headers, body }: Rendered, isHead: boolean): number {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, hasBody ? { ...headers, 'content-length': String(body.length) } : headers);
  response.end(isHead || !hasBody ? undefined : body);
  return isHead || !hasBody ? 0 : body.length;
}

/** Promises more than it sends, then goes away. */
function truncated(response: ServerResponse, { status, headers, body }: Rendered): number {
  const half = body.subarray(0, Math.floor(body.length / 2));
  response.writeHead(status, { ...headers, 'content-length': String(body.length) });
  response.write(half, () => response.socket?.destroy());
  return half.length;
}
