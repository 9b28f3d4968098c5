/** Of which policies to report. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import { nameOfFolder, policyFolders, type PolicyFolder } from '../../../pkg/journal/index.js';
import type { CommandIO } from '../io.js';
import { foldersOf, rootsOf, type PlaceOptions } from '../journal/place.js';

export interface ReportedPolicy {
  namespace: string;
  name: string;
  /** In all journals; two of one journal where a policy was deleted and made again. */
  folders: PolicyFolder[];
}

/** The one that is named, else all that have a journal. Throws PLUS1_NOT_KNOWN and PLUS1_USAGE. */
export async function reportedPolicies(
  policy: string | undefined,
  options: PlaceOptions,
  io: CommandIO,
): Promise<ReportedPolicy[]> {
  if (policy !== undefined) {
    const folders = await foldersOf(policy, options, io);
    const [first] = folders;
    return first === undefined ? [] : [{ namespace: first.namespace, name: nameOfFolder(first), folders }];
  }
  const roots = rootsOf(options, io);
  const found = new Map<string, ReportedPolicy>();
  for (const folder of await policyFolders(roots)) {
    const name = nameOfFolder(folder);
    const key = `${folder.namespace}/${name}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { namespace: folder.namespace, name, folders: [folder] });
    else known.folders.push(folder);
  }
  if (found.size === 0) throw new Plus1Error('PLUS1_NOT_KNOWN', `there is no journal in ${roots.join(', ')}`);
  return [...found.values()];
}
