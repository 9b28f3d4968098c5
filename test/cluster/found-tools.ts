/**
 * Executables that the machine has already: in KUBEBUILDER_ASSETS, and on PATH for what is missing there.
 * A name on PATH proves nothing (it may be a launcher that downloads, or years old): each is run for its version, and
 * refused, with the reason, where it does not go with the rest.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Tool } from './tools.js';

/** Launchers that want to ask or download hang; an executable that only says its version takes milliseconds. */
const VERSION_TIMEOUT_MS = 15_000;

export interface FoundTool {
  name: string;
  path: string;
  version: Version;
}

export type Version = readonly [major: number, minor: number, patch: number];

export interface FindOptions {
  /** In order; the first usable one wins. */
  folders: readonly string[];
  /** What kube-apiserver will be if none is found: the others must go with it. */
  apiServer: Version;
  say: (line: string) => void;
}

/** The usable ones among `tools`. Says of every one that it passes over why. */
export function findTools(tools: readonly Tool[], options: FindOptions): FoundTool[] {
  const found: FoundTool[] = [];
  // kube-apiserver first: the others are judged by its version.
  const ordered = [...tools].sort((a, b) => Number(b.name === 'kube-apiserver') - Number(a.name === 'kube-apiserver'));
  let apiServer = options.apiServer;
  for (const tool of ordered) {
    const usable = findTool(tool, apiServer, options);
    if (usable === undefined) continue;
    if (tool.name === 'kube-apiserver') apiServer = usable.version;
    found.push(usable);
  }
  return found;
}

/** The folders of PATH. */
export function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** As `v1.35.4`. */
export function showVersion(version: Version): string {
  return `v${version.join('.')}`;
}

/** The first three numbers with dots that a text has, as in `Kubernetes v1.35.4` and `v1.32.4-dispatcher`. */
export function parseVersion(text: string): Version | undefined {
  const match = /v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

function findTool(tool: Tool, apiServer: Version, options: FindOptions): FoundTool | undefined {
  for (const folder of options.folders) {
    const path = join(folder, tool.name);
    if (!isExecutable(path)) continue;
    const version = askVersion(tool, path);
    if (version === undefined) {
      options.say(`${path} is not used: it does not say its version`);
      continue;
    }
    const reason = mismatch(tool.name, version, apiServer);
    if (reason === undefined) return { name: tool.name, path, version };
    options.say(`${path} is not used: ${showVersion(version)} ${reason}`);
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function askVersion(tool: Tool, path: string): Version | undefined {
  const asked = spawnSync(path, tool.version, { encoding: 'utf8', timeout: VERSION_TIMEOUT_MS });
  return asked.status === 0 ? parseVersion(asked.stdout) : undefined;
}

/** Between Kubernetes' own: https://kubernetes.io/releases/version-skew-policy/ */
const RULES: Record<string, { accepts: (version: Version, apiServer: Version) => boolean; else: string }> = {
  etcd: { accepts: ([major, minor]) => major === 3 && minor >= 5, else: 'is not 3.5 or later' },
  // 1.30 is the first with ValidatingAdmissionPolicy, which the tests use.
  'kube-apiserver': { accepts: ([major, minor]) => major === 1 && minor >= 30, else: 'is older than 1.30' },
  'kube-controller-manager': {
    accepts: ([, minor], [, serverMinor]) => minor === serverMinor || minor === serverMinor - 1,
    else: 'does not go with the kube-apiserver',
  },
  kubectl: {
    accepts: ([, minor], [, serverMinor]) => Math.abs(minor - serverMinor) <= 1,
    else: 'does not go with the kube-apiserver',
  },
  // The tests assert on what Helm 4 does: it applies on the server's side, Helm 3 does not.
  helm: { accepts: ([major]) => major === 4, else: 'is not Helm 4' },
};

/** Why a version does not do beside that kube-apiserver; undefined where it does. */
export function mismatch(name: string, version: Version, apiServer: Version): string | undefined {
  const rule = RULES[name];
  return rule === undefined || rule.accepts(version, apiServer) ? undefined : rule.else;
}
