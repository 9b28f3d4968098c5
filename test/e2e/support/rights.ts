/** What RBAC grants to an account, and what the audit log says that it did with it: the difference is too much. */
import type { Cluster } from './cluster.js';
import type { AuditEvent } from './audit.js';

interface Rule {
  resources?: string[];
  verbs: string[];
}

interface Role {
  metadata: { name: string; namespace?: string };
  rules: Rule[];
}

interface Binding {
  metadata: { namespace?: string };
  roleRef: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
}

/** `verb resource` of every right that a binding gives to that service account itself, sorted. */
export async function grantedRights(cluster: Cluster, namespace: string, account: string): Promise<string[]> {
  const get = async <T>(kinds: string): Promise<T[]> => {
    const { stdout } = await cluster.kubectl('get', kinds, '--all-namespaces', '-o', 'json');
    return (JSON.parse(stdout) as { items: T[] }).items;
  };
  const [roles, bindings] = await Promise.all([
    get<Role>('roles,clusterroles'),
    get<Binding>('rolebindings,clusterrolebindings'),
  ]);
  const isOurs = ({ subjects = [] }: Binding): boolean =>
    subjects.some((each) => each.kind === 'ServiceAccount' && each.name === account && each.namespace === namespace);
  const ruled = bindings.filter(isOurs).flatMap(({ metadata, roleRef }) => {
    const at = roleRef.kind === 'ClusterRole' ? undefined : metadata.namespace;
    return roles.filter((role) => role.metadata.name === roleRef.name && role.metadata.namespace === at);
  });
  const rights = ruled.flatMap(({ rules }) => rules).flatMap(words);
  return [...new Set(rights)].sort();
}

function words({ resources = [], verbs }: Rule): string[] {
  return resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`));
}

/** What RBAC would not let through; any other answer, such as 404, was reached by a right. */
const REFUSED: readonly number[] = [401, 403];

/** `verb resource` of everything that the account asked for and was let through with, sorted. */
export function usedRights(events: readonly AuditEvent[], account: string): string[] {
  const done = events.filter(({ user, responseStatus, objectRef }) => {
    const code = responseStatus?.code;
    const wasLet = code !== undefined && !REFUSED.includes(code);
    return user.username === account && wasLet && objectRef?.resource !== undefined;
  });
  return [...new Set(done.map(word))].sort();
}

/** What the account was refused: `verb resource/name`, sorted. */
export function refusedRights(events: readonly AuditEvent[], account: string): string[] {
  const refused = events.filter(
    ({ user, responseStatus }) => user.username === account && responseStatus?.code === 403,
  );
  return [...new Set(refused.map((event) => `${word(event)}/${event.objectRef?.name ?? ''}`))].sort();
}

function word({ verb, objectRef }: AuditEvent): string {
  const part = objectRef?.subresource === undefined ? '' : `/${objectRef.subresource}`;
  return `${verb} ${objectRef?.resource}${part}`;
}
