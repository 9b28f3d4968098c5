/** Asks a real API server what it thinks of a policy, without leaving one behind. */
import { Agent, request } from 'undici';
import type { Cluster } from '../support/cluster.js';

export interface Verdict {
  accepted: boolean;
  /** Of an accepted policy: its spec with the defaults filled in. */
  spec: unknown;
  /** Of a refused one: what `kubectl` would print. */
  message: string;
}

/** One connection to the API server, with the strictness of kubectl. */
export class DryRun {
  readonly #cluster: Cluster;
  readonly #agent: Agent;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#agent = new Agent({ connect: { ca: cluster.ca } });
  }

  /** Throws where the answer is neither a yes nor a no. */
  async create(document: unknown): Promise<Verdict> {
    const path = '/apis/plus1.dev/v1alpha1/namespaces/default/plus1policies?dryRun=All&fieldValidation=Strict';
    const { statusCode, body } = await request(`${this.#cluster.url}${path}`, {
      dispatcher: this.#agent,
      method: 'POST',
      headers: { authorization: `Bearer ${this.#cluster.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(document),
    });
    const answer = (await body.json()) as { spec?: unknown; message?: string };
    if (![201, 400, 422].includes(statusCode)) throw new Error(`${statusCode}: ${JSON.stringify(answer)}`);
    return { accepted: statusCode === 201, spec: answer.spec, message: answer.message ?? '' };
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }
}
