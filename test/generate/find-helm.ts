/** Helm, where there is one already: nothing is built or downloaded for it. */
import { findTools, parseVersion, pathFolders } from '../cluster/found-tools.js';
import { binFolder } from '../cluster/go-build.js';
import { CACHE_FOLDER } from '../cluster/provide-tools.js';
import { controlPlane } from '../cluster/tools.js';

/** The executable: that of the test cluster, else of KUBEBUILDER_ASSETS, else of PATH. Undefined where there is none. */
export function findHelm(env: NodeJS.ProcessEnv, say: (line: string) => void = () => undefined): string | undefined {
  const module = controlPlane();
  const apiServer = parseVersion(module.versions);
  if (apiServer === undefined) throw new Error(`no version in ${module.versions}`);
  const assets = env['KUBEBUILDER_ASSETS'] ?? '';
  const folders = [binFolder(module, CACHE_FOLDER), ...(assets === '' ? [] : [assets]), ...pathFolders(env)];
  const tools = module.tools.filter(({ name }) => name === 'helm');
  return findTools(tools, { folders, apiServer, say })[0]?.path;
}
