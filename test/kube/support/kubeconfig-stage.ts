/** A kubeconfig in the folder of a small HTTPS API server, and connections by it. */
import { expect } from 'chai';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { Connection } from '../../../pkg/kube/index.js';
import { certificate } from '../../github/support/certificate.js';
import { FakeAPI, type Handler } from './fake-api.js';

export const never = new AbortController().signal;
export const GET = { method: 'GET', path: '/version' } as const;
export const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** What trusts the server where it was started without a name. */
export const CA = { 'certificate-authority-data': base64(certificate().cert) };

export interface Parts {
  cluster?: object;
  user?: object;
  context?: object;
  top?: object;
}

export class KubeconfigStage {
  readonly api: FakeAPI;
  readonly #connections: Connection[] = [];

  private constructor(api: FakeAPI) {
    this.api = api;
  }

  /** `name`: of the server's certificate. */
  static async start(handler: Handler = () => ({}), name = 'localhost'): Promise<KubeconfigStage> {
    const tls = { ...certificate(name), requestCert: true, rejectUnauthorized: false };
    return new KubeconfigStage(await FakeAPI.start(handler, tls));
  }

  async end(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.api.close();
  }

  get authorizations(): unknown[] {
    return this.api.asked.map(({ headers }) => headers.authorization);
  }

  path(name: string): string {
    return join(this.api.folder, name);
  }

  write(name: string, value: unknown): string {
    writeFileSync(this.path(name), typeof value === 'string' ? value : JSON.stringify(value));
    return this.path(name);
  }

  config({ cluster = CA, user = { token: 'abc' }, context = {}, top = {} }: Parts = {}): object {
    return {
      clusters: [{ name: 'c', cluster: { server: this.api.url, ...cluster } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', ...context } }],
      'current-context': 'x',
      ...top,
    };
  }

  connection(kubeconfig: string, now?: () => number): Connection {
    const source = { kubeconfig, inCluster: false, env: { PATH: process.env.PATH, OUTER: 'outer' } };
    const made = new Connection({ source: { ...source, ...(now && { now }) }, userAgent: 'test', clock: systemClock });
    this.#connections.push(made);
    return made;
  }

  async ask(parts: Parts = {}): Promise<void> {
    await this.connection(this.write('config', this.config(parts))).call(GET, never);
  }

  /** What it says of a kubeconfig that it refuses. */
  async fault(kubeconfig: string): Promise<string> {
    const thrown = await this.connection(kubeconfig)
      .call(GET, never)
      .then(
        () => undefined,
        (error: unknown) => error as Error & { code?: string },
      );
    expect(thrown, 'refused').to.have.property('code', 'PLUS1_CLUSTER_CONFIG');
    return thrown?.message ?? '';
  }

  /** A user with a plug-in that is that script. */
  plugin(script: string, more: object = {}): object {
    mkdirSync(this.path('bin'), { recursive: true });
    chmodSync(this.write('bin/login', `#!/bin/sh\n${script}\n`), 0o755);
    const apiVersion = 'client.authentication.k8s.io/v1';
    return { exec: { apiVersion, command: './bin/login', interactiveMode: 'Never', ...more } };
  }
}

/** A line of a script that prints an ExecCredential. */
export function printing(status: object, version = 'v1'): string {
  const apiVersion = `client.authentication.k8s.io/${version}`;
  return `printf %s '${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}'`;
}
