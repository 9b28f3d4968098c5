/** `docs/reference/workflow-findings.md`, from the rules of the judgement. */
import { WORKFLOW_RULES, type WorkflowRule } from '../../pkg/workflows/index.js';

const HEADER = `<!-- Written by \`make generate\` from pkg/workflows/rules.ts. Change the rules, not this page. -->

# Workflow findings

What Plus1 says about the jobs of workflow files: one status for each, and findings with a code. How to use it:
[the guide](../guides/workflows.md).
Codes are stable: filter by them.

A finding reads \`file:line:column: severity code: found …, expected …; how to fix it\`. Lines and columns begin with 1. Foreign
values are in quotes, cut at 80 characters.

## Statuses

| status | meaning |
| --- | --- |
| \`holds\` | A direct harden-runner step that blocks, with a list that works as it is written. |
| \`audit_only\` | The step records and blocks nothing: the file says so, or the runner is Windows or macOS. |
| \`disarmed\` | The file says block, but the job is not protected. |
| \`delegated\` | Decided elsewhere: a policy store, an expression, a called workflow. |
| \`unprotected\` | The job has steps, and harden-runner is none of them. A step inside a local action does not count. |
| \`not_supported\` | A job container, or a runner that the agent does not support. |
| \`broken\` | The action refuses an input, so that the job fails. |
| \`unknown\` | The file cannot be read, or GitHub would not run it. |

A job in a container and one on a runner without support are \`not_supported\` with or without the step: the step would do nothing there.
Where several harden-runner steps stand in one job, the first counts, since its agent is there when the others come. A composite action
is shown as one job called \`runs\`, which counts for no requirement.

## Codes

`;

/** The page as it must be. */
export function workflowFindingsPage(): string {
  const entries = Object.entries(WORKFLOW_RULES).map(([code, rule]) => entry(code, rule));
  return `${HEADER}${entries.join('\n')}`;
}

const entry = (code: string, { severity, meaning, effect, fix }: WorkflowRule): string => `### ${code}

${meaning} (${severity})

- Effect: ${effect}
- Fix: ${fix}
`;
