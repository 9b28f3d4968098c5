/** One job of a workflow to its status. */
import type { Scalar } from 'yaml';
import { quote } from '../../text/index.js';
import { isList, isMapping, offsetOf, textOf, type Entry, type Node } from '../read/nodes.js';
import type { ParsedWorkflow } from '../read/parse.js';
import type { JobStatus } from '../../api/index.js';
import type { JudgedJob, JudgeOptions, UsedAction } from '../types.js';
import { actionsOf, compromised, usedAction, usesOf } from './actions.js';
import { Findings } from './findings.js';
import { isHardenRunner, judgeStep, readStep, type HardenStep, type StepVerdict } from './harden-step.js';
import { runnerOf, type Runner } from './runner.js';

interface Work {
  file: ParsedWorkflow;
  options: JudgeOptions;
  findings: Findings;
}

type Judged = StepVerdict & Pick<JudgedJob, 'actions' | 'position'>;

const NOTHING: Omit<Judged, 'status'> = {
  policy: null,
  endpoints: [],
  agentEndpoints: [],
  implicit: [],
  actions: [],
  position: null,
};

/** Judges the job under a key of `jobs`. */
export function judgeJob({ name, key, value }: Entry, file: ParsedWorkflow, options: JudgeOptions): JudgedJob {
  const findings = new Findings(file.positionOf);
  const work = { file, options, findings };
  const judged = value === undefined || !isMapping(value) ? noJob(key, work) : judgeMapping(key, value, work);
  for (const action of judged.actions) tellAction(action, findings);
  return { name, ...file.positionOf(offsetOf(key)), ...judged, findings: findings.all() };
}

function judgeMapping(key: Node, job: Node, work: Work): Judged {
  const { tree } = work.file;
  const called = usedAction(tree.get(job, 'uses'), work.file);
  if (called !== undefined) return { ...NOTHING, status: 'delegated', actions: [called] };
  const call = usesOf(tree, job);
  if (call !== undefined) return noCall(call, work);
  const steps = tree.get(job, 'steps');
  return isList(steps) ? judgeSteps(key, job, tree.items(steps), work) : noJob(key, work);
}

function noCall(uses: Scalar.Parsed, { findings }: Work): Judged {
  findings.add('workflow-shape', offsetOf(uses), {
    found: `a call of ${quote(String(uses.value))}`,
    expected: 'the path of a workflow, without an expression',
    fix: 'name the workflow: GitHub resolves no expression there, and refuses the whole file',
  });
  return { ...NOTHING, status: 'unknown' };
}

function noJob(key: Node, { findings }: Work): Judged {
  findings.add('workflow-shape', offsetOf(key), {
    found: 'a job with neither steps nor uses',
    expected: 'steps, or uses with a workflow to call',
    fix: 'add one of the two: GitHub refuses the whole file',
  });
  return { ...NOTHING, status: 'unknown' };
}

function judgeSteps(key: Node, job: Node, steps: readonly Node[], work: Work): Judged {
  const { file, options, findings } = work;
  const { tree } = file;
  const actions = actionsOf(tree, steps, file);
  const at = steps.findIndex((step) => isHardenRunner(textOf(tree.get(step, 'uses'))));
  const step = steps[at];
  const uses = usesOf(tree, step);
  const container = inContainer(job, work);
  if (step === undefined || uses === undefined) {
    const runner = runnerOf(tree, job, false);
    if (container) return { ...NOTHING, status: 'not_supported', actions };
    if (runner.kind === 'unsupported') tellRunner(runner, findings);
    else tellUnprotected(key, steps, work);
    return { ...NOTHING, status: runner.kind === 'unsupported' ? 'not_supported' : 'unprotected', actions };
  }
  if (at > 0)
    findings.add('not-first', offsetOf(uses), {
      found: `harden-runner as step ${at + 1}`,
      expected: 'harden-runner as the first step',
      fix: 'move it to the top of steps: hooks of the actions before it run before the agent',
    });
  const harden: HardenStep = { job, step, uses };
  const reading = readStep(harden, file, options);
  const runner = runnerOf(tree, job, reading.inputs.isTrue('deploy-on-self-hosted-vm'));
  const verdict = judgeStep(harden, reading, file, { options, findings });
  if (runner.kind !== 'linux') tellRunner(runner, findings);
  const status = container ? 'not_supported' : onRunner(verdict.status, runner);
  return { ...verdict, status, actions, position: at + 1 };
}

/** What the step is worth on the worst runner of the job. */
function onRunner(status: JobStatus, { kind, mayBlock }: Runner): JobStatus {
  if (kind === 'unsupported') return 'not_supported';
  if (kind !== 'audit' || status === 'broken') return status;
  return mayBlock && status === 'disarmed' ? status : 'audit_only';
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontainer: an image alone, or a mapping with it. */
function inContainer(job: Node, { file: { tree }, findings }: Work): boolean {
  const entry = tree.entry(job, 'container');
  const image = isMapping(entry?.value) ? tree.get(entry.value, 'image') : entry?.value;
  const text = textOf(image)?.trim() ?? '';
  if (entry === undefined || text === '') return false;
  findings.add('container-job', offsetOf(entry.key), {
    found: `a job in the container ${quote(text)}`,
    expected: 'a job that runs on the runner itself',
    fix: 'run the steps without container:, or install the agent in the image of the runner',
  });
  return true;
}

function tellRunner({ kind, label, offset }: Runner, findings: Findings): void {
  const says = {
    unsupported: { expected: 'a runner of GitHub with Linux on x64', fix: FIX_UNSUPPORTED },
    audit: { expected: 'Linux: elsewhere the agent records, and blocks nothing', fix: 'run the job on ubuntu-latest' },
    unknown: { expected: 'a label that the file names', fix: 'make sure that a Linux runner on x64 takes the job' },
    linux: { expected: '', fix: '' },
  }[kind];
  findings.add('runner-unsupported', offset, {
    found: label === '' ? 'a runner that the file does not name' : `the runner ${quote(label)}`,
    ...says,
    ...(kind === 'unknown' && { severity: 'warning' }),
  });
}

const FIX_UNSUPPORTED =
  'run the job there; on self-hosted machines install the agent in the image, or set deploy-on-self-hosted-vm';

function tellUnprotected(key: Node, steps: readonly Node[], { file: { tree }, options, findings }: Work): void {
  const nested = steps
    .map((step) => tree.get(step, 'uses'))
    .find((uses) => options.localHardened?.has(localPath(textOf(uses))) === true);
  const code = nested === undefined ? 'job-unprotected' : 'nested-in-local-action';
  findings.add(code, offsetOf(nested ?? key), {
    found: nested === undefined ? 'no harden-runner step' : `harden-runner inside of ${quote(textOf(nested) ?? '')}`,
    expected: 'step-security/harden-runner as the first step of the job itself',
    fix:
      nested === undefined
        ? 'add the step, with egress-policy: block and the endpoints that the job needs'
        : 'write the step into the job: GitHub runs no pre hook of a local action',
  });
}

/** The same folder for every spelling; empty for what is not local. */
export function localPath(uses: string | undefined): string {
  const text = uses?.trim() ?? '';
  if (!text.startsWith('./')) return '';
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  return ['.', ...parts].join('/');
}

/** What there is to say about the action itself, whatever it does in this job. */
export function tellAction(action: UsedAction, findings: Findings): void {
  const { name, ref, pinned } = action;
  const known = compromised(action);
  if (known !== undefined) {
    const isCommit = known.commits.includes(ref.toLowerCase());
    findings.addAt('action-compromised', action, {
      found: `${quote(`${name}@${ref}`)}, which ${isCommit ? 'is malicious' : 'was malicious for a time'} (${known.advisory})`,
      expected: 'a version that never was',
      fix: `update it, look for runs of ${known.window}, and change the secrets that they could see`,
      ...(!isCommit && { severity: 'warning' as const }),
    });
  }
  if (pinned) return;
  findings.addAt('action-unpinned', action, {
    found: quote(ref === '' ? name : `${name}@${ref}`),
    expected: /^docker:/i.test(name) ? 'an image with its digest' : 'a full commit behind the @',
    fix: 'pin it, and keep the version as a comment behind it',
  });
}
