/** What a sink is: how events become a request, and what an answer means. Pure: the client sends. */
import type { SinkConfig } from '../config.js';
import type { SiemEvent } from '../event.js';

export interface Credentials {
  token?: string;
  username?: string;
  password?: string;
  /** PEM. Given, it alone is trusted, in place of the public roots. */
  caCert?: string;
}

export interface SinkRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface SinkAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The beginning of the body. */
  text: string;
}

/**
 * `taken`: all records arrived. `later`: none may have; the same again, after `afterMs` where the sink names a time. `stopped`: the
 * credential or the address is refused, and no record is at fault. `refused`: a record of the request is at fault, and the sink does
 * not say which.
 */
export type Verdict =
  | { kind: 'taken' }
  | { kind: 'later'; why: string; afterMs?: number }
  | { kind: 'stopped'; why: string; fix: string }
  | { kind: 'refused'; why: string };

export interface SinkKind {
  /** Of one request, by the sink's own limits. */
  maxRecords: number;
  maxBytes: number;
  /** What must be in the folder of credentials; empty where it may do without. */
  needs: readonly (keyof Credentials)[];
  request(sink: SinkConfig, credentials: Credentials, events: readonly SiemEvent[]): SinkRequest;
  /** Undefined where the status says all there is. */
  verdict(answer: SinkAnswer): Verdict | undefined;
}
