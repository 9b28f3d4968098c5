/** A person at a terminal: kubectl with our plug-in on the path, and a kubeconfig of their own. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from './cluster.js';
import { runCommand, type Ran } from './command.js';

const MAIN = fileURLToPath(new URL('../../../dist/cmd/kubectl-plus1/main.js', import.meta.url));

export interface PersonOptions {
  name: string;
  groups?: string[];
  /** Of their context. */
  namespace: string;
  /** The folder that they are in. */
  cwd?: string;
}

export class Person {
  readonly #cwd: string | undefined;
  readonly #cluster: Cluster;
  readonly #kubeconfig: string;

  /** Impersonated by the administrator: what the API server sees is that name and those groups. */
  constructor(cluster: Cluster, { name, groups, namespace, cwd }: PersonOptions) {
    this.#cluster = cluster;
    this.#cwd = cwd;
    const as = { name, ...(groups && { groups }) };
    this.#kubeconfig = cluster.kubeconfigFor(cluster.adminToken, { namespace, as });
  }

  /** `kubectl ARGS`; a failure is returned. */
  kubectl(...args: string[]): Promise<Ran> {
    const { folder, tools } = this.#cluster;
    return runCommand(join(tools, 'kubectl'), args, {
      env: {
        ...{ HOME: folder, KUBECONFIG: this.#kubeconfig },
        PATH: [pluginFolder(folder), process.env['PATH']].join(delimiter),
      },
      ...(this.#cwd !== undefined && { cwd: this.#cwd }),
      mayFail: true,
    });
  }
}

/** With the executable by which kubectl finds the plug-in. */
export function pluginFolder(root: string): string {
  const folder = join(root, 'plugins');
  const file = join(folder, 'kubectl-plus1');
  if (existsSync(file)) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}
