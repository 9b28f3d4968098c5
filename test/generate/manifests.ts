/**
 * `deploy/*.yaml`: the chart, rendered for those who do not use Helm. Needs Helm, so it is no page of `pages.ts`.
 * Every document can be applied to a cluster that has nothing of ours, and nothing of anybody's operators.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, stringify } from 'yaml';

export interface Manifest {
  /** From the repository's root. */
  path: string;
  text: string;
}

interface Recipe {
  path: string;
  about: string;
  templates?: readonly string[];
  set?: Readonly<Record<string, string>>;
  /** With the namespace, and the labels that its pods keep to. */
  namespace?: boolean;
}

interface KubernetesObject {
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
}

const NAMESPACE = 'plus1-system';
const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));

const RECIPES: readonly Recipe[] = [
  {
    path: 'deploy/install.yaml',
    about: 'The controller for the policies of its own namespace, with the CRDs; Kubernetes 1.30 or newer.',
    namespace: true,
  },
  {
    path: 'deploy/admission-policy.yaml',
    about: `Judges who writes a policy in ${NAMESPACE}. Write your hosts into it; Kubernetes 1.30 or newer.`,
    templates: ['admission-policy'],
    set: { 'admissionPolicy.enabled': 'true' },
  },
  {
    path: 'deploy/network-policy.yaml',
    about: 'What the controller may reach, and who may reach it. After install.yaml.',
    templates: ['networkpolicy'],
    set: { 'networkPolicy.enabled': 'true' },
  },
  {
    path: 'deploy/user-roles.yaml',
    about: "Adds policies to the cluster's roles view, edit and admin.",
    templates: ['rbac-users'],
    set: { 'rbac.aggregate': 'true' },
  },
];

/** Renders all of them with that Helm. */
export function manifests(helm: string): Manifest[] {
  return RECIPES.map((recipe) => ({ path: recipe.path, text: render(helm, recipe) }));
}

function render(helm: string, { about, templates = [], set = {}, namespace = false }: Recipe): string {
  const args = [
    ...['template', 'plus1', CHART, '--namespace', NAMESPACE],
    ...templates.flatMap((name) => ['--show-only', `templates/${name}.yaml`]),
    ...Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
  const rendered = execFileSync(helm, args, { encoding: 'utf8' });
  const objects = parseAllDocuments(rendered, { version: '1.1' })
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
  const all = [...(namespace ? [ownNamespace()] : []), ...objects.map(withoutHelm)];
  const header = `# Written by \`make generate\` from charts/plus1. Change the chart, not this file.\n# ${about}\n`;
  return header + all.map(documentText).join('---\n');
}

/** As kubectl reads it: words that YAML 1.1 takes for something else (`no`, `1:30`) are quoted. */
function documentText(object: unknown): string {
  return stringify(object, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true, version: '1.1' });
}

function ownNamespace(): unknown {
  const labels = {
    'app.kubernetes.io/part-of': 'plus1',
    'pod-security.kubernetes.io/enforce': 'restricted',
  };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
}

/** Labels that say Helm would make a later `helm install` believe that the objects are its own. */
function withoutHelm(object: KubernetesObject): KubernetesObject {
  const { labels = {}, annotations = {}, ...metadata } = object.metadata;
  delete labels['helm.sh/chart'];
  delete labels['app.kubernetes.io/managed-by'];
  delete annotations['helm.sh/resource-policy'];
  const kept = { ...metadata, ...filled({ labels, annotations }) };
  return { ...object, metadata: kept };
}

function filled(maps: Record<string, Record<string, string>>): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0));
}
