/** What a call was for: the words and the meanings that its failures are mapped with. */
import type { ErrorCode } from '../errors/index.js';

export interface MapContext {
  /** The call in words, after `cannot`: `list the repositories of acme`. */
  what: string;
  kind: 'Token' | 'App';
  fineGrained?: boolean;
  /** What GitHub says that an App's token may do, once it has one. */
  granted?: () => Readonly<Record<string, string>> | undefined;
  signal: AbortSignal;
  /** The permission that a 403 means is missing. */
  needs?: string;
  /** What a 404 means here. */
  notFound?: { code: ErrorCode; message: string; fix?: string };
}
