/**
 * What runs a job, as far as the file tells: `runs-on` as a label, a list, a group, an element of a literal matrix, or one of two
 * literals. Where harden-runner works: https://github.com/step-security/harden-runner (README, src/setup.ts, src/install-agent.ts)
 */
import { isList, isMapping, isText, offsetOf, textOf, type Node, type Tree } from '../read/nodes.js';

/** `audit`: the agent cannot block there. `unknown`: the file does not say. */
export type RunnerKind = 'linux' | 'unknown' | 'audit' | 'unsupported';

export interface Runner {
  kind: RunnerKind;
  /** The label that decides. */
  label: string;
  offset: number;
  /** A Linux runner, or one that may be one, is among those of a matrix. */
  mayBlock: boolean;
}

/** One runner of the job. */
interface Leg {
  labels: string[];
  offset: number;
}

const WORST: Readonly<Record<RunnerKind, number>> = { linux: 0, unknown: 1, audit: 2, unsupported: 3 };
const MATRIX = /^\$\{\{\s*matrix((?:\s*\.\s*[A-Za-z_][\w-]*)+)\s*\}\}$/;
const EITHER = /^\$\{\{(?:(?!\|\|).)*&&\s*'([^']+)'\s*\|\|\s*'([^']+)'\s*\}\}$/s;

/** The worst runner of a job. `deploys`: the step installs the agent on self-hosted machines itself. */
export function runnerOf(tree: Tree, job: Node, deploys: boolean): Runner {
  const runsOn = tree.get(job, 'runs-on');
  const legs = runsOn === undefined ? [] : legsOf(tree, job, runsOn);
  const all = legs.length === 0 ? [{ labels: [], offset: offsetOf(runsOn ?? job) }] : legs;
  const judged = all.map((leg) => ({ leg, kind: kindOf(leg.labels, deploys) }));
  const worst = judged.reduce((a, b) => (WORST[b.kind] > WORST[a.kind] ? b : a));
  return {
    kind: worst.kind,
    label: worst.leg.labels.join(', '),
    offset: worst.leg.offset,
    mayBlock: judged.some(({ kind }) => WORST[kind] <= WORST.unknown),
  };
}

function legsOf(tree: Tree, job: Node, runsOn: Node): Leg[] {
  if (isList(runsOn)) return [{ labels: texts(tree.items(runsOn)), offset: offsetOf(runsOn) }];
  if (isMapping(runsOn)) {
    const labels = tree.get(runsOn, 'labels');
    return labels === undefined || isMapping(labels) ? [] : legsOf(tree, job, labels);
  }
  const text = textOf(runsOn)?.trim() ?? '';
  const either = EITHER.exec(text);
  if (either !== null) return either.slice(1).map((label) => ({ labels: [label], offset: offsetOf(runsOn) }));
  const path = MATRIX.exec(text)?.[1];
  if (path === undefined) return [{ labels: [text], offset: offsetOf(runsOn) }];
  const keys = path
    .split('.')
    .slice(1)
    .map((key) => key.trim());
  return matrixLegs(tree, job, keys) ?? [{ labels: [text], offset: offsetOf(runsOn) }];
}

/** Undefined where the matrix is not literal. */
function matrixLegs(tree: Tree, job: Node, [first = '', ...rest]: string[]): Leg[] | undefined {
  const matrix = tree.get(tree.get(job, 'strategy'), 'matrix');
  const axis = tree.get(matrix, first);
  const include = tree.get(matrix, 'include');
  if (!isMapping(matrix) || isText(axis) || isText(include)) return undefined;
  const values = [...tree.items(axis), ...tree.items(include).flatMap((item) => tree.get(item, first) ?? [])];
  const legs = values.flatMap((value): Leg[] => {
    const node = rest.reduce<Node | undefined>((at, key) => tree.get(at, key), value);
    if (node === undefined) return [];
    return [{ labels: isList(node) ? texts(tree.items(node)) : texts([node]), offset: offsetOf(node) }];
  });
  return legs.length === 0 ? undefined : legs;
}

const texts = (nodes: readonly Node[]): string[] => nodes.flatMap((node) => textOf(node)?.trim() ?? []);

function kindOf(labels: readonly string[], deploys: boolean): RunnerKind {
  const lower = labels.map((label) => label.toLowerCase());
  const has = (pattern: RegExp): boolean => lower.some((label) => pattern.test(label));
  const isOther = has(/^(?:windows|macos)(?:-|$)/);
  if (lower.includes('self-hosted')) return deploys && !isOther ? 'linux' : 'unsupported';
  if (lower.includes('ubuntu-slim') || has(/^(?:ubuntu|windows)-.*-arm(?:64)?$/)) return 'unsupported';
  if (isOther) return 'audit';
  return has(/^ubuntu-/) ? 'linux' : 'unknown';
}
