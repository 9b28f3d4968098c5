/** Writes kubeconfig files for a bearer token. */
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

export interface KubeconfigOptions {
  server: string;
  /** PEM. */
  ca: string;
  token: string;
  /** The context's namespace. Default: none, so `default`. */
  namespace?: string | undefined;
  /** Whom to impersonate, and in which groups. */
  as?: { name: string; groups?: readonly string[] } | undefined;
}

/** Readable by the owner alone, as kubectl and helm warn otherwise. */
export function writeKubeconfig(file: string, { server, ca, token, namespace, as }: KubeconfigOptions): void {
  const context = { cluster: 'test', user: 'test', ...(namespace === undefined ? {} : { namespace }) };
  const impersonation = as && { as: as.name, 'as-groups': as.groups ?? [] };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'test', user: { token, ...impersonation } }],
    contexts: [{ name: 'test', context }],
    'current-context': 'test',
  };
  writeFileSync(file, stringify(kubeconfig), { mode: 0o600 });
}
