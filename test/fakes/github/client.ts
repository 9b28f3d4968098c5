/** A bare client for tests of the simulator: it shows status, headers and body, and hides nothing. */
import type { GitHubSimulator } from './server/server.js';

export interface Reply {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into whatever GitHub answers.
  body: any;
}

export interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export class Client {
  readonly #github: GitHubSimulator;
  readonly #token: string | undefined;

  constructor(github: GitHubSimulator, token: string | undefined = 'ghp_test') {
    this.#github = github;
    this.#token = token;
  }
  get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.call('GET', path, { headers });
  }
  put(path: string, body: unknown): Promise<Reply> {
    return this.call('PUT', path, { body });
  }
  async call(method: string, path: string, { body, headers = {} }: CallOptions = {}): Promise<Reply> {
    const address = path.startsWith('http') ? path : `${this.#github.apiURL}${path}`;
    return this.#send(address, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }
  async graphql(query: string, variables: Record<string, unknown> = {}): Promise<Reply> {
    return this.#send(this.#github.graphqlURL, {
      method: 'POST',
      headers: {},
      body: JSON.stringify({ query, variables }),
    });
  }
  async #send(address: string, init: RequestInit & { headers: Record<string, string> }): Promise<Reply> {
    const authorization: Record<string, string> =
      this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    const response = await fetch(address, {
      redirect: 'manual',
      ...init,
      headers: { 'user-agent': 'test', ...authorization, ...init.headers },
    });
    const text = await response.text();
    const isJSON = (response.headers.get('content-type') ?? '').includes('application/json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJSON && text !== '' ? (JSON.parse(text) as unknown) : text,
    };
  }
}
