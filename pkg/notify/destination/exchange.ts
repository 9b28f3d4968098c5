/** What is sent to a channel over HTTP, and what comes back. */

/** One POST. */
export interface ChannelRequest {
  url: string;
  headers?: Readonly<Record<string, string>>;
  body: string;
}

/** What came back. */
export interface ChannelAnswer {
  status: number;
  /** The beginning of the body. */
  text: string;
  /** What `Retry-After` says, ms. */
  retryAfterMs?: number;
}
