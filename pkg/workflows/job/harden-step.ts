/** The judgement of a job by its harden-runner step. */
import type { Scalar } from 'yaml';
import type { JobStatus } from '../../api/index.js';
import { quote } from '../../text/index.js';
import { offsetOf, type Node } from '../read/nodes.js';
import type { ParsedWorkflow } from '../read/parse.js';
import { environmentOf, type Environment } from '../read/template.js';
import type { JudgedJob, JudgeOptions } from '../types.js';
import { isExpression, parseUses } from './actions.js';
import type { Findings } from './findings.js';
import { implicitEndpoints } from './implicit-endpoints.js';
import { Inputs } from './inputs.js';
import { NO_LIST, readList, type EndpointList } from './list.js';
import { compareVersions, FULL_COMMIT, versionOf, type KnownVersion } from './version.js';

const NAME = 'step-security/harden-runner';

/** True for a step that runs harden-runner itself. What GitHub refuses, such as an expression or a second `@`, runs nothing. */
export function isHardenRunner(uses: string | undefined): boolean {
  const text = uses?.trim() ?? '';
  const [name = '', ref = '', ...rest] = text.split('@');
  return name.toLowerCase() === NAME && ref !== '' && rest.length === 0 && !/\s/.test(text) && !isExpression(text);
}

export interface HardenStep {
  job: Node;
  step: Node;
  uses: Scalar.Parsed;
}

export type StepVerdict = Pick<JudgedJob, 'status' | 'policy' | 'endpoints' | 'agentEndpoints' | 'implicit'>;

export interface StepReading {
  inputs: Inputs;
  list: EndpointList;
  isStore: boolean;
}

/** Reads the inputs of the step. */
export function readStep({ job, step }: HardenStep, file: ParsedWorkflow, options: JudgeOptions): StepReading {
  const environment: Environment = environmentOf(file.tree, job, step);
  const inputs = new Inputs(file.tree, step, environment);
  const node = inputs.scalar('allowed-endpoints');
  const list = node === undefined ? NO_LIST : readList(node, environment, { file, names: options.names });
  const store = [inputs.value('use-policy-store', 'false'), inputs.value('policy', '')];
  const isStore = store[0] === undefined || inputs.isTrue('use-policy-store') || store[1] !== '';
  return { inputs, list, isStore };
}

/** What the step is worth on a runner where the agent can block. Adds what there is to say. */
export function judgeStep(
  harden: HardenStep,
  { inputs, list, isStore }: StepReading,
  file: ParsedWorkflow,
  { options, findings }: { options: JudgeOptions; findings: Findings },
): StepVerdict {
  const disarmed = [judgeVersion(harden, file, options, findings), judgeRepository(harden, options, findings)];
  const policy = inputs.written();
  const implicit = policy === 'audit' ? [] : implicitEndpoints(!inputs.isTrue('disable-telemetry'));
  const { endpoints, agentEndpoints } = list;
  const verdict = { policy, endpoints, agentEndpoints, implicit };
  const status = (): JobStatus => {
    if (inputs.faults.length > 0) return tellFaults(inputs, findings);
    if (isStore) return tellStore(harden, inputs, findings);
    const byPolicy = judgePolicy(harden, inputs, findings);
    if (byPolicy === 'audit_only' || byPolicy === 'broken') return byPolicy;
    const byList = judgeList(harden, inputs, list, findings);
    if (byPolicy === 'delegated') return byPolicy;
    return disarmed.includes(true) ? 'disarmed' : byList;
  };
  return { ...verdict, status: status() };
}

/** True where the version is under the floor. */
function judgeVersion({ uses }: HardenStep, file: ParsedWorkflow, options: JudgeOptions, findings: Findings): boolean {
  const { ref } = parseUses(String(uses.value).trim());
  const known = versionOf(ref, uses, file.text, options.tags);
  if (known === undefined) {
    findings.add('version-unknown', offsetOf(uses), {
      found: `${quote(ref)}${unknownBecause(ref, options)}`,
      expected: `a full commit with its version as a comment, at least ${options.floor}`,
      fix:
        options.tags === undefined
          ? 'pin the commit and write "# vX.Y.Z" behind it, or run with --resolve'
          : 'pin the commit of a release',
    });
    return false;
  }
  if (compareVersions(known.text, options.floor) >= 0) return false;
  findings.add('version-floor', offsetOf(uses), {
    found: `${quote(known.text)}, ${SOURCE[known.from]}`,
    expected: `${options.floor} or newer`,
    fix: 'update harden-runner: ways around the block are known for older versions',
  });
  return true;
}

function unknownBecause(ref: string, { tags }: JudgeOptions): string {
  if (!FULL_COMMIT.test(ref)) return ', which can move';
  return tags === undefined ? ' without a comment that names its version' : ', a commit that no release has';
}

const SOURCE: Readonly<Record<KnownVersion['from'], string>> = {
  tag: 'by its tag',
  comment: 'by its comment alone, which is a claim (--resolve asks for the tags)',
  tags: 'by the tags of its repository',
};

/** True where a switch outside of the file turns the action off. */
function judgeRepository({ uses }: HardenStep, { repository }: JudgeOptions, findings: Findings): boolean {
  if (repository?.private === true)
    findings.add('private-repository', offsetOf(uses), {
      found: 'a private repository',
      expected: 'a public one, or a subscription of the vendor',
      fix: 'make sure that the organization has a subscription: without one the agent only audits',
    });
  if (repository?.skipProperty !== true) return false;
  findings.add('skip-property', offsetOf(uses), {
    found: 'the custom property skip-harden-runner with the value "true"',
    expected: 'no such property',
    fix: 'remove the property from the repository',
  });
  return true;
}

function tellFaults({ faults }: Inputs, findings: Findings): 'broken' {
  for (const { offset, ...says } of faults) findings.add('policy-invalid', offset, says);
  return 'broken';
}

function tellStore({ uses }: HardenStep, inputs: Inputs, findings: Findings): 'delegated' {
  const name = inputs.value('use-policy-store', 'false') === 'false' ? 'policy' : 'use-policy-store';
  const hasKey = inputs.value('api-key', '') !== '';
  findings.add('policy-store', inputs.offset(name, uses), {
    found: name === 'policy' ? 'a policy by name' : `a policy store${hasKey ? '' : ' without api-key'}`,
    expected: 'the policy in the file, which is what can be judged here',
    fix: 'look into the store, or write egress-policy and allowed-endpoints; --allow-delegated accepts it',
  });
  return 'delegated';
}

function judgePolicy({ uses }: HardenStep, inputs: Inputs, findings: Findings): JobStatus {
  const value = inputs.value('egress-policy', 'block');
  const offset = inputs.offset('egress-policy', uses);
  if (value === 'block') return 'holds';
  if (value === 'audit') {
    findings.add('audit-mode', offset, {
      found: 'egress-policy: audit',
      expected: 'egress-policy: block',
      fix: 'list what the job needs under allowed-endpoints, and write block',
    });
    return 'audit_only';
  }
  if (value === undefined) {
    findings.add('policy-expression', offset, {
      found: quote(String(inputs.scalar('egress-policy')?.value)),
      expected: 'block or audit, or an env of the workflow or the job that is a literal',
      fix: 'write the value; --allow-delegated accepts it as it is',
    });
    return 'delegated';
  }
  findings.add('policy-invalid', offset, {
    found: quote(value),
    expected: 'block or audit, in lower case',
    fix: 'write egress-policy: block',
  });
  return 'broken';
}

function judgeList({ uses }: HardenStep, inputs: Inputs, list: EndpointList, findings: Findings): JobStatus {
  const { problems, unknown, stepOutput, isEmpty } = list;
  for (const { code, offset, found, expected, fix } of problems) findings.add(code, offset, { found, expected, fix });
  if (stepOutput !== undefined)
    findings.add('list-from-step-output', stepOutput.offset, {
      found: quote(stepOutput.expression),
      expected: 'a value that is known before the first step',
      fix: 'write the endpoints into the file: the agent starts before the steps, when this is empty',
    });
  else if (isEmpty)
    findings.add('default-block-empty', inputs.offset('allowed-endpoints', uses), {
      found: 'block without allowed-endpoints',
      expected: 'the endpoints that the job needs',
      fix: 'add allowed-endpoints, or leave it so where the job needs no network',
    });
  if (problems.some(({ disarms }) => disarms)) return 'disarmed';
  if (unknown === undefined) return 'holds';
  findings.add('policy-expression', unknown.offset, {
    found: quote(unknown.expression),
    expected: 'endpoints, or an env of the workflow or the job that is a literal',
    fix: 'write the endpoints; --allow-delegated accepts it as it is',
  });
  return 'delegated';
}
