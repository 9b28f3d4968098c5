/** One question to an API server, without kubectl: a process for each look of a test that waits takes a tenth of a core. */
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 30_000;

export interface ApiAnswer {
  status: number;
  /** Parsed. */
  body: unknown;
}

export interface ApiServer {
  url: string;
  ca: string;
  token: string;
}

/**
 * Asks for a path. A connection of its own each time: one that is kept would break with a server that is started again. Throws where there
 * is no answer.
 */
export async function apiRead({ url, ca, token }: ApiServer, path: string): Promise<ApiAnswer> {
  return await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const asked = request(`${url}${path}`, { ca, headers, agent: false, timeout: TIMEOUT_MS }, (response) => {
      text(response)
        .then((body) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(body) as unknown }))
        .catch(reject);
    });
    asked.on('timeout', () => asked.destroy(new Error(`${url} does not answer`)));
    asked.on('error', reject).end();
  });
}

/** The object at a path as `kubectl get -o json` shows it: without its managed fields. Throws where there is none. */
export async function apiObject(server: ApiServer, path: string): Promise<unknown> {
  const { status, body } = await apiRead(server, path);
  if (status !== 200) throw new Error(`${path} is answered with ${status}: ${JSON.stringify(body)}`);
  const { metadata, ...rest } = body as { metadata: Record<string, unknown> };
  const { managedFields: _, ...shown } = metadata;
  return { ...rest, metadata: shown };
}
