/** The actions that a job uses, and those of them that are known to have been malicious. */
import { isText, offsetOf, textOf, type Node, type Tree } from '../read/nodes.js';
import type { ParsedWorkflow } from '../read/parse.js';
import type { UsedAction } from '../types.js';
import { FULL_COMMIT } from './version.js';

const DIGEST = /@sha256:[0-9a-f]{64}$/i;

/** GitHub resolves no expression in `uses`, and refuses the file. */
export const isExpression = (uses: string): boolean => uses.includes('${{');

/** One `uses`; undefined for text that is no reference. */
export function usedAction(uses: Node | undefined, { positionOf }: ParsedWorkflow): UsedAction | undefined {
  const text = textOf(uses)?.trim();
  if (uses === undefined || text === undefined || text === '' || /\s/.test(text) || isExpression(text))
    return undefined;
  return { ...parseUses(text), ...positionOf(offsetOf(uses)) };
}

/** The parts of the value of `uses`: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses */
export function parseUses(text: string): Pick<UsedAction, 'name' | 'ref' | 'pinned'> {
  if (text.startsWith('./')) return { name: text, ref: '', pinned: true };
  if (/^docker:\/\//i.test(text)) {
    const at = text.indexOf('@');
    return at === -1
      ? { name: text, ref: '', pinned: false }
      : { name: text.slice(0, at), ref: text.slice(at + 1), pinned: DIGEST.test(text) };
  }
  const at = text.indexOf('@');
  if (at === -1) return { name: nameOf(text), ref: '', pinned: false };
  const ref = text.slice(at + 1);
  return { name: nameOf(text.slice(0, at)), ref, pinned: FULL_COMMIT.test(ref) };
}

/** The runner splits it at slashes of both kinds, and leaves out what is empty: https://github.com/actions/runner */
const nameOf = (text: string): string =>
  text
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .join('/');

/** All that a list of steps uses, in order. */
export function actionsOf(tree: Tree, steps: readonly Node[], file: ParsedWorkflow): UsedAction[] {
  return steps.flatMap((step) => usedAction(tree.get(step, 'uses'), file) ?? []);
}

/** A version of an action that others put malicious code into. */
export interface CompromisedAction {
  name: string;
  /** Commits that hold the code; what names one of them is compromised whatever else is true. */
  commits: readonly string[];
  /** Tags that pointed to one of them for a time. */
  tags: (ref: string) => boolean;
  /** When. */
  window: string;
  advisory: string;
}

const majorAtMost =
  (limit: number) =>
  (ref: string): boolean => {
    const major = /^v?(\d{1,6})(?:\.\d+){0,2}$/.exec(ref)?.[1];
    return major !== undefined && Number(major) <= limit;
  };

const COMPROMISED: readonly CompromisedAction[] = [
  {
    name: 'tj-actions/changed-files',
    commits: ['0e58ed8671d6b60d0890c21b07f8835ace038e67'],
    tags: majorAtMost(45),
    window: '14 to 15 March 2025',
    advisory: 'CVE-2025-30066',
  },
  {
    name: 'reviewdog/action-setup',
    commits: ['f0d342d24037bb11d26b9bd8496e0808ba32e9ec'],
    tags: (ref) => ref === 'v1',
    window: '11 March 2025',
    advisory: 'CVE-2025-30154',
  },
];

/** Undefined where nothing is known against it. */
export function compromised({ name, ref }: Pick<UsedAction, 'name' | 'ref'>): CompromisedAction | undefined {
  const owner = name.toLowerCase().split('/', 2).join('/');
  return COMPROMISED.find((one) => one.name === owner && (one.commits.includes(ref.toLowerCase()) || one.tags(ref)));
}

/** The node of `uses` of a step, where it is a scalar. */
export const usesOf = (tree: Tree, step: Node | undefined): ReturnType<typeof scalar> => scalar(tree.get(step, 'uses'));

const scalar = (node: Node | undefined) => (isText(node) ? node : undefined);
