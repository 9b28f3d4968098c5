/** Workflow files for the tests of their judgement. */
import { judgeWorkflow, type JudgedJob, type JudgeOptions } from '../../pkg/workflows/index.js';

export const OPTIONS: JudgeOptions = { floor: 'v2.16.0' };
export const SHA = '9af89fc71515a100421586dfdb3dc9c984fbf411';

/** One step, as its lines. */
export interface StepText {
  uses?: string;
  with?: readonly string[];
  more?: readonly string[];
}

/** A harden-runner step that holds, unless its inputs say something else. */
export function harden({
  uses = `step-security/harden-runner@${SHA} # v2.19.4`,
  with: inputs,
  more = [],
}: StepText = {}): string {
  const lines = inputs ?? ['egress-policy: block', 'allowed-endpoints: github.com:443'];
  const indented = lines.flatMap((line) => line.split('\n')).map((line) => (line === '' ? '' : `          ${line}`));
  return [`      - uses: ${uses}`, ...more.map((line) => `        ${line}`), '        with:', ...indented, ''].join(
    '\n',
  );
}

/** A workflow with one job called `build`; `before` stands above its steps. */
export function workflow(steps: string, { before = ['runs-on: ubuntu-latest'], head = [] as string[] } = {}): string {
  const lines = ['on: push', ...head, 'jobs:', '  build:', ...before.map((line) => `    ${line}`), '    steps:'];
  return `${lines.join('\n')}\n${steps}      - run: ./build.sh\n`;
}

/** The one job of a file. */
export function jobOf(text: string, options: Partial<JudgeOptions> = {}): JudgedJob {
  const { jobs } = judgeWorkflow(text, { ...OPTIONS, ...options });
  const [job] = jobs;
  if (job === undefined || jobs.length !== 1) throw new Error(`${jobs.length} jobs`);
  return job;
}

/** A job with this list in block mode, as `with` has it. */
export const withList = (list: string, options: Partial<JudgeOptions> = {}): JudgedJob =>
  jobOf(workflow(harden({ with: ['egress-policy: block', `allowed-endpoints: ${list}`] })), options);

export const codesOf = ({ findings }: JudgedJob): string[] => findings.map(({ code }) => code);

/** `code line:column` of each finding. */
export const placesOf = ({ findings }: JudgedJob): string[] =>
  findings.map(({ code, line, column }) => `${code} ${line}:${column}`);
