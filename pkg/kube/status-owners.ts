/**
 * Who owns the status beside us, by `managedFields`. Server-side apply removes only what it alone owns, so a second owner
 * (a tool that restored a saved status, a hand at `kubectl`, a merge patch of an older version of ours) keeps fields alive
 * that are no longer applied. https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 *
 * Rewriting `managedFields`, as kubectl does when it hands fields over to server-side apply, takes the right to patch the
 * object itself: through `/status` the server ignores them. A controller needs no such right, and shall not have it. What
 * remains is to remove what is shared, for all of its owners, and to apply it again.
 */
import { isMapping } from '../base/index.js';
import type { KubeObject, ManagedFields } from './kube-object.js';
import type { StatusSettings } from './status-settings.js';

/** The other owners of parts of the status, such as `kubectl-patch (Update)`. */
export function otherOwners(
  { metadata }: KubeObject,
  { fieldManager }: Pick<StatusSettings, 'fieldManager'>,
): string[] {
  const shares = sharesOf(metadata.managedFields, fieldManager);
  return shares.map(({ manager, operation }) => `${manager ?? ''} (${operation ?? ''})`);
}

/** The status without what is shared with other owners and may be removed for a moment. */
export function withoutShared(status: object, { metadata }: KubeObject, settings: StatusSettings): object {
  let rest: Record<string, unknown> = { ...status };
  for (const { fieldsV1 } of sharesOf(metadata.managedFields, settings.fieldManager))
    rest = withoutFields(rest, fieldsOfStatus(fieldsV1), settings);
  return rest;
}

function sharesOf(managedFields: readonly ManagedFields[] | undefined, ours: string): ManagedFields[] {
  return (managedFields ?? []).filter((entry) => !isOurs(entry, ours) && fieldsOfStatus(entry.fieldsV1) !== undefined);
}

function isOurs({ manager, operation, subresource }: ManagedFields, ours: string): boolean {
  return manager === ours && operation === 'Apply' && subresource === 'status';
}

function fieldsOfStatus(fieldsV1: unknown): Record<string, unknown> | undefined {
  const fields = isMapping(fieldsV1) ? fieldsV1['f:status'] : undefined;
  return isMapping(fields) ? fields : undefined;
}

function withoutFields(
  status: Record<string, unknown>,
  owned: Record<string, unknown> = {},
  { neverRemoved, lists }: StatusSettings,
): Record<string, unknown> {
  const rest = { ...status };
  for (const [path, inner] of Object.entries(owned)) {
    const field = path.replace(/^f:/, '');
    if (neverRemoved.has(field) || rest[field] === undefined) continue;
    const left = entriesLeft(rest[field], lists.keys[field], isMapping(inner) ? inner : {});
    if (left === undefined) delete rest[field];
    else rest[field] = left;
  }
  return rest;
}

/** The entries of a list that nobody else owns a part of; undefined where the field has to go as a whole. */
function entriesLeft(value: unknown, key: string | undefined, owned: Record<string, unknown>): unknown[] | undefined {
  const names = Object.keys(owned);
  // `.` is the list itself; an owner of that keeps it even when its last entry goes.
  if (key === undefined || !Array.isArray(value) || names.length === 0 || names.includes('.')) return undefined;
  const theirs = new Set(names.map((name) => keyIn(name, key)));
  const left = value.filter((entry) => !isMapping(entry) || !theirs.has(entry[key]));
  return left.length === 0 ? undefined : left;
}

/** The key of an entry in the words of `managedFields`: `k:{"id":1}`. */
function keyIn(name: string, key: string): unknown {
  try {
    const parsed: unknown = JSON.parse(name.replace(/^k:/, ''));
    return isMapping(parsed) ? parsed[key] : undefined;
  } catch {
    return undefined;
  }
}
