/** What the text of a state file says. One that is not what it should be is an error, never an empty memory. */
import { statusFault } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { parseJSON } from '../../text/index.js';
import { keyString, type PolicyKey } from '../key.js';
import type { StoredPolicy } from '../stored-policy.js';

/** Undefined where there is no text. Throws PLUS1_STATE_UNREADABLE. */
export function parsedState(text: string | undefined, key: PolicyKey, path: string): StoredPolicy | undefined {
  if (text === undefined) return undefined;
  const where = `the state of ${keyString(key)} at ${path}`;
  const object = parsed(text, where);
  checkOwner(object, key, where);
  checkStatus(object, where);
  return object;
}

function parsed(text: string, where: string): Record<string, unknown> {
  let object: unknown;
  try {
    object = parseJSON(text);
  } catch (cause) {
    throw new Plus1Error('PLUS1_STATE_UNREADABLE', `${where} is not JSON`, { cause });
  }
  if (!isPolicy(object)) throw new Plus1Error('PLUS1_STATE_UNREADABLE', `${where} is not a policy`);
  return object;
}

/** False of a file of somebody else. */
export function isPolicy(object: unknown): object is Record<string, unknown> {
  return isMapping(object) && isMapping(object['metadata']) && isMapping(object['spec']);
}

/** A file that was copied or renamed is the memory of another policy. */
function checkOwner({ metadata }: Record<string, unknown>, key: PolicyKey, where: string): void {
  const { name, namespace = key.namespace } = metadata as { name?: unknown; namespace?: unknown };
  if (name === key.name && namespace === key.namespace) return;
  const other = typeof name === 'string' && typeof namespace === 'string' ? `${namespace}/${name}` : 'no policy';
  throw new Plus1Error('PLUS1_STATE_UNREADABLE', `${where} says that it is of ${other}`);
}

/** A memory that is not what it should be is no memory to decide by, and must not pass for an empty one. */
function checkStatus(object: Record<string, unknown>, where: string): asserts object is StoredPolicy & typeof object {
  if (object['status'] === undefined) return;
  const fault = statusFault(object['status']);
  if (fault === undefined) return;
  const field = fault === '' ? 'status' : `status.${fault}`;
  throw new Plus1Error('PLUS1_STATE_UNREADABLE', `${where} is damaged at ${field}`);
}
