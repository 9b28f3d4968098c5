/** Any intake that takes a list of JSON objects by POST: a collector, a gateway, a function of one's own. */
import type { Credentials, SinkKind } from './sink.js';

export const http: SinkKind = {
  maxRecords: 1_000,
  maxBytes: 4_194_304,
  needs: [],
  request: ({ url = '' }, credentials, events) => ({
    url,
    headers: { ...authorization(credentials), 'content-type': 'application/json' },
    body: `[${events.map(({ json }) => json).join(',')}]`,
  }),
  verdict: () => undefined,
};

/** A token as Bearer, else user and password; nothing where there is neither. */
export function authorization({ token, username, password }: Credentials): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
