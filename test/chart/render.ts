/** Renders the chart for the tests, with Helm where the machine has one. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { findHelm } from '../generate/find-helm.js';

export const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));

/** A rendered object, as loosely typed as the tests look at it. */
export interface Rendered {
  kind: string;
  apiVersion: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any Kubernetes object; the assertions are the types
  [field: string]: any;
}

export interface RenderOptions {
  /** Files relative to the chart. */
  values?: readonly string[];
  set?: Readonly<Record<string, string>>;
  namespace?: string;
  release?: string;
  kubeVersion?: string;
  /** The notes too, as `helm install` prints them. */
  notes?: boolean;
}

export interface HelmRan {
  ok: boolean;
  stdout: string;
  stderr: string;
}

const helm = findHelm(process.env);
let told = false;

/** Helm's path; says once that there is none. */
export function helmOrSkip(context: Mocha.Context): string {
  if (helm !== undefined) return helm;
  if (!told) console.error('The tests of the chart are skipped: there is no Helm 4 (`make envtest` builds it).');
  told = true;
  return context.skip();
}

/** Runs Helm; a failure is returned. */
export function runHelm(args: readonly string[]): HelmRan {
  if (helm === undefined) throw new Error('no Helm');
  // It ends before it would run out of memory: a quarter of its processor time went to collecting garbage.
  const env = { GOGC: '800', ...process.env };
  const { status, stdout, stderr } = spawnSync(helm, args, { encoding: 'utf8', env });
  return { ok: status === 0, stdout, stderr };
}

/** The objects. Throws what Helm says where it refuses. */
export function render(options: RenderOptions = {}): Rendered[] {
  const ran = template(options);
  if (!ran.ok) throw new Error(ran.stderr);
  // As Kubernetes reads it: YAML 1.1.
  return parseAllDocuments(ran.stdout, { version: '1.1' })
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null);
}

/** `helm template`, also where it is refused. */
export function template({ values = [], set = {}, ...where }: RenderOptions): HelmRan {
  // `helm template` has no notes; a dry run on the client's side asks no cluster either.
  const command = where.notes === true ? ['install', '--dry-run=client'] : ['template'];
  return runHelm([
    ...[...command, where.release ?? 'plus1', CHART, '--namespace', where.namespace ?? 'plus1-system'],
    ...(where.kubeVersion === undefined ? [] : ['--kube-version', where.kubeVersion]),
    ...values.flatMap((file) => ['--values', `${CHART}/${file}`]),
    ...Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]);
}

/** The one object of a kind. Throws where there is none, or more. */
export function only(objects: readonly Rendered[], kind: string): Rendered {
  const found = objects.filter((object) => object.kind === kind);
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return found[0];
}

/** The one container of the StatefulSet. */
export function container(objects: readonly Rendered[]): Rendered {
  return only(objects, 'StatefulSet')['spec'].template.spec.containers[0] as Rendered;
}
