/** What was asked and answered, for assertions. Holds headers with tokens in them: never print it whole. */
import type { IncomingHttpHeaders } from 'node:http';

export interface LoggedRequest {
  /** 1, 2, 3…; 0 for the minting of App tokens, which nobody counts. */
  n: number;
  method: string;
  /** With the query string. */
  path: string;
  kind: 'rest' | 'graphql';
  /** OpenAPI operation id, or for GraphQL `list`, `list-with-files`, `files`, `nodes`, `organization`, `rate-limit`, … */
  operation: string;
  /** Anything but GET, HEAD, GraphQL queries and the minting of tokens. */
  isWrite: boolean;
  headers: IncomingHttpHeaders;
  body: unknown;
  /** 0 until answered, and for ever where a fault cut the answer off. */
  status: number;
  points: number;
  bytesOut: number;
  /** Kind of the fault that hit it. */
  fault?: string;
  /** Milliseconds since 1970, by the simulator's clock. */
  at: number;
  /** The port of the client's end, where it came by a socket. */
  remotePort?: number | undefined;
}

export interface Counts {
  requests: number;
  rest: number;
  graphql: number;
  writes: number;
  /** GraphQL points. */
  points: number;
  bytes: number;
  notModified: number;
  mints: number;
  /** Most requests in flight at once. */
  concurrent: number;
}

export function countRequests(requests: readonly LoggedRequest[], concurrent: number): Counts {
  const counts: Counts = {
    requests: 0,
    rest: 0,
    graphql: 0,
    writes: 0,
    points: 0,
    bytes: 0,
    notModified: 0,
    mints: 0,
    concurrent,
  };
  for (const request of requests) {
    counts.bytes += request.bytesOut;
    if (request.n === 0) {
      counts.mints += 1;
      continue;
    }
    counts.requests += 1;
    counts[request.kind] += 1;
    counts.points += request.kind === 'graphql' ? request.points : 0;
    counts.writes += request.isWrite ? 1 : 0;
    counts.notModified += request.status === 304 ? 1 : 0;
  }
  return counts;
}
