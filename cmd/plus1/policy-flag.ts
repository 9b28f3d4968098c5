/** `--policy [namespace/]policy`, as commands take it that write a document. */
import { Plus1Error } from '../../pkg/errors/index.js';

/** Throws PLUS1_USAGE. Whether they are names is said by the schema of the document. */
export function policyFlag(value: string): { name: string; namespace?: string } {
  const [first = '', second, more] = value.split('/');
  if (more !== undefined || first === '' || second === '')
    throw new Plus1Error('PLUS1_USAGE', `--policy: found ${JSON.stringify(value)}, allowed: NAME or NAMESPACE/NAME`);
  return second === undefined ? { name: first } : { namespace: first, name: second };
}
