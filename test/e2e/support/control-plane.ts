/** Files and flags of the three processes. Each flag beyond the necessary ones says what goes wrong without it. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who did what, and how each write left a policy: what was deleted can be looked at too. `Metadata` keeps Secrets out of the log.
 */
export const METADATA_AUDIT = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: RequestResponse
  verbs: [create, update, patch]
  resources:
  - group: plus1.dev
    resources: [plus1policies, plus1policies/status, plus1approvals, plus1approvals/status, plus1egressrules, plus1egressrules/status, plus1rollouts, plus1rollouts/status, plus1incidents, plus1incidents/status]
- level: Metadata
`;

/** Where everything of one cluster lies. */
export interface Layout {
  root: string;
  etcd: string;
  certificates: string;
  /** The server's own: also the authority that clients trust. */
  certificate: string;
  certificateKey: string;
  serviceAccountKey: string;
  serviceAccountPublicKey: string;
  tokens: string;
  auditPolicy: string;
  /** What is worth keeping when a test fails. */
  logs: string;
  auditLog: string;
  kubeconfigs: string;
  /** HOME of kubectl and helm: their caches go with the cluster. */
  home: string;
}

export interface LayoutOptions {
  adminToken: string;
  auditPolicy: string;
}

/** Makes the folders and files below an empty folder. */
export function layOut(root: string, { adminToken, auditPolicy }: LayoutOptions): Layout {
  const at = (...names: string[]): string => join(root, ...names);
  const layout: Layout = {
    root,
    etcd: at('etcd'),
    certificates: at('certificates'),
    certificate: at('certificates', 'apiserver.crt'),
    certificateKey: at('certificates', 'apiserver.key'),
    serviceAccountKey: at('service-account.key'),
    serviceAccountPublicKey: at('service-account.pub'),
    tokens: at('tokens.csv'),
    auditPolicy: at('audit-policy.yaml'),
    logs: at('logs'),
    auditLog: at('logs', 'audit.log'),
    kubeconfigs: at('kubeconfigs'),
    home: at('home'),
  };
  // etcd warns about a data folder that others may read.
  for (const folder of [layout.etcd, layout.certificates, layout.logs, layout.kubeconfigs, layout.home]) {
    mkdirSync(folder, { mode: 0o700 });
  }
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const secret = { mode: 0o600 };
  writeFileSync(layout.serviceAccountKey, keys.privateKey, secret);
  writeFileSync(layout.serviceAccountPublicKey, keys.publicKey);
  writeFileSync(layout.tokens, `${adminToken},admin,admin,"system:masters"\n`, secret);
  writeFileSync(layout.auditPolicy, auditPolicy);
  return layout;
}

export interface EtcdOptions {
  name: string;
  clientPort: number;
  peerPort: number;
}

export function etcdFlags(layout: Layout, { name, clientPort, peerPort }: EtcdOptions): string[] {
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    `--name=${name}`,
    `--data-dir=${layout.etcd}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    // Both: the default advertises port 2380, and refuses to start where the two differ.
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=${name}=${peer}`,
    // The data goes with the test, and waiting for disks is most of what etcd does.
    '--unsafe-no-fsync',
  ];
}

export interface ApiServerOptions {
  port: number;
  etcdPort: number;
  extra: readonly string[];
}

export function apiServerFlags(layout: Layout, { port, etcdPort, extra }: ApiServerOptions): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    // Else it looks for an interface with a route, and a machine without a network has none.
    '--advertise-address=127.0.0.1',
    // Endpoints refuse a loopback address: it would log that every few seconds.
    '--endpoint-reconciler-type=none',
    `--cert-dir=${layout.certificates}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${layout.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${layout.serviceAccountKey}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${layout.tokens}`,
    `--audit-log-path=${layout.auditLog}`,
    `--audit-policy-file=${layout.auditPolicy}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    ...extra,
  ];
}

export function controllerManagerFlags(layout: Layout, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${layout.serviceAccountKey}`,
    '--use-service-account-credentials',
    '--leader-elect=false',
    `--root-ca-file=${layout.certificate}`,
    '--secure-port=0',
  ];
}
