/** The kind of object that this room is told to work on, and where objects of it are at the API server. */
import type { ObjectKey } from './kube-object.js';

/** A namespaced kind. */
export interface Resource {
  group: string;
  version: string;
  kind: string;
  /** In paths, and in the name of the CRD. */
  plural: string;
  /** What messages and fields of log lines call it. */
  words: { one: string; many: string };
}

export function apiVersionOf({ group, version }: Resource): string {
  return `${group}/${version}`;
}

/** Of the collection, in one namespace or all. */
export function collectionPath(resource: Resource, namespace: string | undefined): string {
  const root = `/apis/${apiVersionOf(resource)}`;
  return namespace === undefined
    ? `${root}/${resource.plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}`;
}

export function objectPath(resource: Resource, { namespace, name }: ObjectKey): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

export function statusPath(resource: Resource, key: ObjectKey): string {
  return `${objectPath(resource, key)}/status`;
}
