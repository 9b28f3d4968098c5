/** One file to the status of each of its jobs. Pure, and never throws. */
import type { UnreadableWhy } from '../catalog/index.js';
import { offsetOf, textOf } from './read/nodes.js';
import { readWorkflow, unreadableFile, type ParsedWorkflow, type ReadFault, type ReadWorkflow } from './read/parse.js';
import { Findings } from './job/findings.js';
import { isHardenRunner, judgeStep, readStep } from './job/harden-step.js';
import { nameToResolve } from './job/endpoint.js';
import { actionsOf, usesOf } from './job/actions.js';
import { judgeJob, localPath, tellAction } from './job/judge-job.js';
import type { JudgedFile, JudgedJob, JudgeOptions } from './types.js';

/** The name of the one job of a composite action, and of the one that stands for a file that cannot be read. */
export const COMPOSITE_JOB = 'runs';
const UNREAD_JOB = '*';

/**
 * Passes keep what the judgement said with this number, and read files again that were judged by another: it rises with a change of what is
 * said about the same text. The codes of findings count by themselves.
 */
export const JUDGEMENT_VERSION = 3;

/** Judges the content of a workflow file or of the `action.yml` of a composite action. */
export function judgeWorkflow(content: string | Uint8Array, options: JudgeOptions): JudgedFile {
  return judged(readWorkflow(content), options);
}

/** The same for a file that is there, but was not read as text. */
export function judgeUnreadable(why: UnreadableWhy): JudgedFile {
  const read = unreadableFile(why);
  return { kind: 'broken', jobs: read.kind === 'broken' ? [unreadJob(read.faults, read.positionOf)] : [] };
}

function judged(read: ReadWorkflow, options: JudgeOptions): JudgedFile {
  if (read.kind === 'broken') return { kind: 'broken', jobs: [unreadJob(read.faults, read.positionOf)] };
  if (read.kind === 'composite') return { kind: 'composite', jobs: [judgeComposite(read, options)] };
  const jobs = read.tree.entries(read.tree.get(read.root, 'jobs'));
  return { kind: 'workflow', jobs: jobs.map((job) => judgeJob(job, read, options)) };
}

function unreadJob(faults: readonly ReadFault[], positionOf: ParsedWorkflow['positionOf']): JudgedJob {
  const findings = new Findings(positionOf);
  for (const { code, offset, says } of faults) findings.add(code, offset, says);
  return { ...EMPTY, name: UNREAD_JOB, line: 1, column: 1, status: 'unknown', findings: findings.all() };
}

const EMPTY: Omit<JudgedJob, 'name' | 'line' | 'column' | 'status' | 'findings'> = {
  policy: null,
  endpoints: [],
  agentEndpoints: [],
  implicit: [],
  actions: [],
  position: null,
};

/** A step inside of it protects no job: GitHub runs no `pre` hook where the action is local. */
function judgeComposite(file: ParsedWorkflow, options: JudgeOptions): JudgedJob {
  const { tree, root, positionOf } = file;
  const findings = new Findings(positionOf);
  const runs = tree.entry(root, 'runs');
  const steps = tree.items(tree.get(runs?.value, 'steps'));
  const actions = actionsOf(tree, steps, file);
  for (const action of actions) tellAction(action, findings);
  const at = steps.findIndex((step) => isHardenRunner(textOf(tree.get(step, 'uses'))));
  const step = steps[at];
  const uses = usesOf(tree, step);
  const place = { name: COMPOSITE_JOB, ...positionOf(runs === undefined ? 0 : offsetOf(runs.key)) };
  if (runs === undefined || step === undefined || uses === undefined)
    return { ...EMPTY, ...place, status: 'unprotected', actions, findings: findings.all() };
  const harden = { job: root, step, uses };
  const verdict = judgeStep(harden, readStep(harden, file, options), file, { options, findings });
  findings.add('nested-in-local-action', offsetOf(uses), {
    found: 'harden-runner inside of a composite action',
    expected: 'the step in the job itself',
    fix: 'write the step into each job: GitHub runs no pre hook of a local action',
  });
  return { ...EMPTY, ...verdict, ...place, status: 'unprotected', actions, position: at + 1, findings: findings.all() };
}

/** The names of a file's lists that a resolver can be asked for, in lower case. A name that an expression makes is left out. */
export function namesToResolve({ jobs }: JudgedFile): string[] {
  const tokens = jobs.flatMap(({ agentEndpoints }) => agentEndpoints.filter((token) => !/[\s#]|\$\{\{/.test(token)));
  return [...new Set(tokens.flatMap((token) => nameToResolve(token) ?? []))];
}

/** True for the content of a local action that holds a harden-runner step. */
export function holdsHardenRunner(content: string | Uint8Array): boolean {
  const read = readWorkflow(content);
  if (read.kind !== 'composite') return false;
  const steps = read.tree.items(read.tree.get(read.tree.get(read.root, 'runs'), 'steps'));
  return steps.some((step) => isHardenRunner(textOf(read.tree.get(step, 'uses'))));
}

/** The folders of local actions that the jobs of a file use, such as `./.github/actions/setup`. */
export function localActions({ jobs }: JudgedFile): string[] {
  const paths = jobs.flatMap(({ actions }) => actions.map(({ name }) => localPath(name)));
  return [...new Set(paths.filter((path) => path !== '' && !/\.ya?ml$/.test(path)))];
}
