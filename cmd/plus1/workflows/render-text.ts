/**
 * The judgement as text for people: a line a job, below it a line a finding, each with `file:line:column:`, which editors and CI
 * systems jump to. Many findings of one kind in one job are one line that says how many more there are.
 */
import { styleText } from 'node:util';
import { JOB_STATUSES, type JobStatus } from '../../../pkg/api/index.js';
import { printable } from '../../../pkg/text/index.js';
import type { JudgedJob, UsedAction, WorkflowFinding } from '../../../pkg/workflows/index.js';
import { counts, meets, type JudgedPath, type Requirement } from './requirement.js';

export interface TextOptions extends Requirement {
  quiet: boolean;
  colour: boolean;
}

/** Of one code in one job. */
const SHOWN: Readonly<Record<WorkflowFinding['severity'], number>> = { error: 3, warning: 1 };

export function renderText(results: readonly JudgedPath[], options: TextOptions): string {
  const lines = results.flatMap((result) => linesOf(result, options));
  return [...lines, ...(options.quiet ? [] : summary(results, options))].map((line) => `${line}\n`).join('');
}

function linesOf(result: JudgedPath, options: TextOptions): string[] {
  const file = printable(result.file);
  return result.jobs.flatMap((job) => {
    const isMet = !counts(result, job) || meets(job.status, options);
    if (options.quiet && isMet) return [];
    const shown = job.findings.filter(({ severity }) => !options.quiet || severity === 'error');
    const status = paint(isMet ? 'green' : 'red', job.status, options);
    const head = `${file}:${job.line}:${job.column}: ${nameOf(result, job)}: ${status}, ${MEANS[job.status](job)}`;
    return [head, ...groups(shown).map((group) => findingLine(file, group, options))];
  });
}

function nameOf({ kind }: JudgedPath, { name }: JudgedJob): string {
  if (kind === 'workflow') return `job ${printable(name)}`;
  return kind === 'composite' ? 'composite action' : 'the file';
}

const MEANS: Readonly<Record<JobStatus, (job: JudgedJob) => string>> = {
  holds: ({ agentEndpoints: { length } }) =>
    `lets out ${length === 0 ? 'nothing' : endpoints(length)}, blocks the rest`,
  audit_only: () => 'traffic is recorded, and nothing is blocked',
  disarmed: () => 'the file says block, but the job is not protected',
  delegated: ({ actions, policy }) => `decided ${policy === null ? `by the workflow ${called(actions)}` : 'elsewhere'}`,
  unprotected: ({ policy }) =>
    policy === null ? 'no step limits what it sends out' : 'the step does nothing in here for the job that uses it',
  not_supported: () => 'the agent does not run there',
  broken: () => 'the action refuses its input, so that the job fails',
  unknown: () => 'it cannot be judged',
};

const endpoints = (count: number): string => `${count} ${count === 1 ? 'endpoint' : 'endpoints'}`;

const called = ([action]: readonly UsedAction[]): string =>
  action === undefined ? '' : printable(`${action.name}${action.ref === '' ? '' : `@${action.ref}`}`);

interface Group {
  finding: WorkflowFinding;
  /** More of the same code, the last of them in this line. */
  more: number;
  last: number;
}

function groups(findings: readonly WorkflowFinding[]): Group[] {
  const shown: Group[] = [];
  const ofCode = new Map<string, Group[]>();
  for (const finding of findings) {
    const group = { finding, more: 0, last: finding.line };
    const before = ofCode.get(finding.code) ?? [];
    const end = before.at(-1);
    if (before.length >= SHOWN[finding.severity] && end !== undefined) {
      end.more += 1;
      end.last = finding.line;
      continue;
    }
    ofCode.set(finding.code, [...before, group]);
    shown.push(group);
  }
  return shown;
}

function findingLine(file: string, { finding, more, last }: Group, options: TextOptions): string {
  const { line, column, code, found, expected, fix } = finding;
  const severity = paint(finding.severity === 'error' ? 'red' : 'yellow', finding.severity, options);
  const rest = more === 0 ? '' : ` (and ${more} more, to line ${last})`;
  return `${file}:${line}:${column}: ${severity} ${code}: found ${found}, expected ${expected}; ${fix}${rest}`;
}

function summary(results: readonly JudgedPath[], requirement: Requirement): string[] {
  const jobs = results.flatMap((result) => result.jobs.filter((job) => counts(result, job)));
  if (jobs.length === 0) return [`${results.length} files, and no job in them`];
  const by = JOB_STATUSES.flatMap((status) => {
    const count = jobs.filter((job) => job.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const met = jobs.filter(({ status }) => meets(status, requirement)).length;
  const asked = `--require ${requirement.require}${requirement.allowDelegated ? ' --allow-delegated' : ''}`;
  return [`${met} of ${jobs.length} jobs meet ${asked}: ${by.join(', ')}`];
}

const paint = (colour: 'green' | 'red' | 'yellow', text: string, options: Pick<TextOptions, 'colour'>): string =>
  options.colour ? styleText(colour, text, { validateStream: false }) : text;
