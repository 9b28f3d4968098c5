/**
 * One folder with etcd, kube-apiserver, kube-controller-manager, kubectl and helm, wherever each comes from.
 * Order: KUBEBUILDER_ASSETS, then PATH for what is missing there, then built from go.mod. Without KUBEBUILDER_ASSETS,
 * PATH is looked at only where nothing can be built: else every machine would test with other versions.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  findTools,
  mismatch,
  parseVersion,
  pathFolders,
  showVersion,
  type FoundTool,
  type Version,
} from './found-tools.js';
import { binFolder, canBuild, goBuild, unbuilt } from './go-build.js';
import { controlPlane, type Tool, type ToolModule } from './tools.js';

/** Ignored by git. The executables of one set of versions take 350 MB. */
export const CACHE_FOLDER = fileURLToPath(new URL('../../.cache/envtest', import.meta.url));

export interface ProvideOptions {
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal?: AbortSignal;
  cache?: string;
  module?: ToolModule;
}

/** What cannot be had, and why: the tests that need it are then skipped. */
export interface Unavailable {
  reason: string;
}

/** The folder, or why there is none. Throws where a build fails. */
export async function provideTools(options: ProvideOptions): Promise<string | Unavailable> {
  const module = options.module ?? controlPlane();
  const cache = options.cache ?? CACHE_FOLDER;
  const found = machineTools(module, cache, options);
  const missing = without(module.tools, found);
  const toBuild = unbuilt(module, missing, cache);
  if (toBuild.length > 0 && !canBuild(module, options.env)) return unavailable(toBuild, options.env);
  if (missing.length > 0) await goBuild(module, missing, { ...options, cache });
  const bin = binFolder(module, cache);
  for (const line of describe(found)) options.say(line);
  const built = found.length === 0 ? module.versions : missing.map(({ name }) => name).join(', ');
  if (missing.length > 0) options.say(`${built}, built from go.mod: ${bin}`);
  return oneFolder([...found, ...missing.map(({ name }) => ({ name, path: join(bin, name) }))], cache);
}

/** What the machine has and we may use. */
function machineTools(module: ToolModule, cache: string, { env, say }: ProvideOptions): FoundTool[] {
  const assets = assetsFolder(env);
  const mustLook = assets !== '' || (unbuilt(module, module.tools, cache).length > 0 && !canBuild(module, env));
  if (!mustLook) return [];
  const folders = [...(assets === '' ? [] : [assets]), ...pathFolders(env)];
  const built = pinnedApiServer(module);
  const found = findTools(module.tools, { folders, apiServer: built, say });
  const server = found.find(({ name }) => name === 'kube-apiserver');
  const odd = without(module.tools, found).find(
    ({ name }) =>
      name.startsWith('kube') && server !== undefined && mismatch(name, built, server.version) !== undefined,
  );
  if (server === undefined || odd === undefined) return found;
  say(`${server.path} is not used: ${odd.name} must be built, and ${showVersion(built)} is too new for it`);
  return found.filter(({ name }) => !name.startsWith('kube'));
}

/** Empty where there is none. */
function assetsFolder(env: NodeJS.ProcessEnv): string {
  const assets = env['KUBEBUILDER_ASSETS'] ?? '';
  return assets === '' ? '' : resolve(assets);
}

/** A line for each folder. */
function describe(found: readonly FoundTool[]): string[] {
  const folders = new Set(found.map(({ path }) => dirname(path)));
  return [...folders].map((folder) => {
    const there = found.filter(({ path }) => dirname(path) === folder);
    return `${there.map(({ name, version }) => `${name} ${showVersion(version)}`).join(', ')}: ${folder}`;
  });
}

function without(tools: readonly Tool[], found: readonly FoundTool[]): Tool[] {
  return tools.filter(({ name }) => !found.some((tool) => tool.name === name));
}

function pinnedApiServer(module: ToolModule): Version {
  const version = parseVersion(module.versions);
  if (version === undefined) throw new Error(`no version in ${module.versions}`);
  return version;
}

function unavailable(missing: readonly Tool[], env: NodeJS.ProcessEnv): Unavailable {
  const names = missing.map(({ name }) => name).join(', ');
  const assets = assetsFolder(env);
  const where = assets === '' ? 'KUBEBUILDER_ASSETS is not set' : `KUBEBUILDER_ASSETS is ${assets}`;
  return { reason: `no usable ${names} (${where}), and no Go to build it with` };
}

/** Where all lie in one folder, that; else a folder of links, named by where they point, put in place whole. */
function oneFolder(tools: readonly { name: string; path: string }[], cache: string): string {
  const [first, ...others] = new Set(tools.map(({ path }) => dirname(path)));
  if (first !== undefined && others.length === 0) return first;
  const sources = tools.map(({ name, path }) => `${name}=${path}`).sort();
  const folder = join(cache, `links-${createHash('sha256').update(sources.join('\n')).digest('hex').slice(0, 8)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, 'links-partial-'));
  for (const { name, path } of tools) symlinkSync(path, join(partial, name));
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Someone else made the same folder meanwhile.
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
