/**
 * Which executables the tests need, from which Go module, at which version.
 * Versions are read from the go.mod files alone: a second place for them would one day disagree.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Tool {
  name: string;
  /** The main package. Go names the executable after its last element (but for a major version). */
  package: string;
  builtAs: string;
  /** Arguments that make it print its version. */
  version: readonly string[];
}

/** Executables that are built together, from one go.mod. */
export interface ToolModule {
  /** Where go.mod is. */
  folder: string;
  tools: readonly Tool[];
  ldflags: string;
  /** For people, and Kubernetes' first. */
  versions: string;
  /** Names the versions and everything else that the result depends on, so that it can name a cache folder. */
  id: string;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

const CONTROL_PLANE: readonly Tool[] = [
  { name: 'etcd', package: 'go.etcd.io/etcd/server/v3', builtAs: 'server', version: ['--version'] },
  kubernetes('kube-apiserver', ['--version']),
  kubernetes('kube-controller-manager', ['--version']),
  kubernetes('kubectl', ['version', '--client']),
  { name: 'helm', package: 'helm.sh/helm/v4/cmd/helm', builtAs: 'helm', version: ['version', '--short'] },
];

const CHART_TOOLS: readonly Tool[] = [
  goTool('helm-unittest', 'github.com/helm-unittest/helm-unittest/cmd/helm-unittest'),
  goTool('helm-docs', 'github.com/norwoodj/helm-docs/cmd/helm-docs'),
];

const ACTION_TOOLS: readonly Tool[] = [goTool('actionlint', 'github.com/rhysd/actionlint/cmd/actionlint')];

/** etcd, kube-apiserver, kube-controller-manager, kubectl and helm. */
export function controlPlane(folder: string = FOLDER): ToolModule {
  const goMod = readFileSync(join(folder, 'go.mod'), 'utf8');
  const kube = required(goMod, 'k8s.io/kubernetes');
  const helm = required(goMod, 'helm.sh/helm/v4');
  const [major, minor] = kube.slice(1).split('.');
  // Without these kube-apiserver calls itself v0.0.0-master, at which kubectl and helm complain.
  const ldflags = stamped({
    'k8s.io/component-base/version.gitVersion': kube,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'helm.sh/helm/v4/internal/version.version': helm,
  });
  const id = identify(`kubernetes-${kube}-helm-${helm}`, folder, ldflags);
  return { folder, tools: CONTROL_PLANE, ldflags, versions: `Kubernetes ${kube}, Helm ${helm}`, id };
}

/** helm-unittest and helm-docs. */
export function chartTools(folder: string = join(FOLDER, 'charttools')): ToolModule {
  const goMod = readFileSync(join(folder, 'go.mod'), 'utf8');
  const unittest = required(goMod, 'github.com/helm-unittest/helm-unittest');
  const docs = required(goMod, 'github.com/norwoodj/helm-docs');
  const ldflags = stamped({ 'main.version': docs });
  const id = identify(`helm-unittest-${unittest}-helm-docs-${docs}`, folder, ldflags);
  return { folder, tools: CHART_TOOLS, ldflags, versions: `helm-unittest ${unittest}, helm-docs ${docs}`, id };
}

/** actionlint. */
export function actionTools(folder: string = join(FOLDER, 'actiontools')): ToolModule {
  const version = required(readFileSync(join(folder, 'go.mod'), 'utf8'), 'github.com/rhysd/actionlint');
  const ldflags = stamped({});
  const id = identify(`actionlint-${version}`, folder, ldflags);
  return { folder, tools: ACTION_TOOLS, ldflags, versions: `actionlint ${version}`, id };
}

/** The outside verifier of journals. Its sources are ours, so that they are part of what the cache folder is named after. */
export function journalCheck(folder: string = join(FOLDER, '../outside/journal')): ToolModule {
  const version = required(readFileSync(join(folder, 'go.mod'), 'utf8'), 'golang.org/x/mod');
  const ldflags = stamped({});
  const tools = [{ name: 'journal-check', package: '.', builtAs: 'journal-check', version: ['-h'] }];
  const id = identify(`journal-check-${version}`, folder, ldflags, ['main.go', 'chain.go']);
  return { folder, tools, ldflags, versions: `golang.org/x/mod ${version}`, id };
}

/** The OpenTelemetry Collector, with a receiver and an exporter of OTLP. Its main package is ours. */
export function otelCollector(folder: string = join(FOLDER, '../siem/collector')): ToolModule {
  const version = required(readFileSync(join(folder, 'go.mod'), 'utf8'), 'go.opentelemetry.io/collector/otelcol');
  const ldflags = stamped({});
  const tools = [{ name: 'otel-collector', package: '.', builtAs: 'collector', version: ['--version'] }];
  const id = identify(`otel-collector-${version}`, folder, ldflags, ['main.go']);
  return { folder, tools, ldflags, versions: `OpenTelemetry Collector ${version}`, id };
}

function kubernetes(name: string, version: string[]): Tool {
  return { name, package: `k8s.io/kubernetes/cmd/${name}`, builtAs: name, version };
}

function goTool(name: string, mainPackage: string): Tool {
  return { name, package: mainPackage, builtAs: name, version: ['--version'] };
}

function required(goMod: string, module: string): string {
  const line = goMod.split('\n').find((text) => text.trim().startsWith(`${module} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`go.mod does not require ${module}`);
  return version;
}

function stamped(values: Record<string, string | undefined>): string {
  return ['-s -w', ...Object.entries(values).map(([name, value]) => `-X ${name}=${value ?? ''}`)].join(' ');
}

function identify(name: string, folder: string, ldflags: string, sources: readonly string[] = []): string {
  const hash = createHash('sha256').update(ldflags);
  for (const file of ['go.mod', 'go.sum', ...sources]) hash.update(readFileSync(join(folder, file)));
  return `${name}-${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 8)}`;
}
