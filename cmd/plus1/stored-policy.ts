/** One policy of a state folder, by the name that was typed. */
import { errorLine, Plus1Error } from '../../pkg/errors/index.js';
import { keyString, type PolicyKey, type StateFolder, type StoredPolicy } from '../../pkg/policies/index.js';
import type { CommandIO } from './io.js';

export function isNamed(key: PolicyKey, name: string | undefined): boolean {
  return name === undefined || keyString(key) === name || (!name.includes('/') && key.name === name);
}

/** The state folder of a pod has a journal and caches, and no policy: those are in the cluster. */
const NO_POLICIES =
  'check that --state is the folder in which sync or the controller keeps its memory; of policies of a cluster use kubectl get plus1 and kubectl plus1';

/** Throws PLUS1_NOT_KNOWN where there is none, PLUS1_USAGE where several namespaces have one. */
export async function onePolicy(
  folder: StateFolder,
  name: string,
  { signal, stderr }: Pick<CommandIO, 'signal' | 'stderr'>,
): Promise<StoredPolicy> {
  const all = await folder.list(signal);
  const found = all.policies.filter(({ metadata }) => isNamed(metadata, name));
  const faults = all.faults.filter(({ key }) => isNamed(key, name));
  for (const { error } of faults) stderr.write(`${errorLine(error)}\n`);
  const [policy] = found;
  if (policy === undefined)
    throw new Plus1Error(
      'PLUS1_NOT_KNOWN',
      `there is no policy ${JSON.stringify(name)} in the state folder`,
      all.policies.length === 0 && faults.length === 0 ? { fix: NO_POLICIES } : {},
    );
  if (found.length > 1)
    throw new Plus1Error(
      'PLUS1_USAGE',
      `several policies have the name ${name}: ${found.map(({ metadata }) => keyString(metadata)).join(', ')}`,
      { fix: 'name the namespace too' },
    );
  return policy;
}
