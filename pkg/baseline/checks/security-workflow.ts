/** The security workflow is applied: a workflow calls it, has its path, or a rule asks for it. */
import type { Answer, BaselineSettings, CheckResult, RulesSeen, Sight, WorkflowsSeen } from '../types.js';
import { fail, isSeen, open, pass, type Asked } from './result.js';

type Settings = BaselineSettings['securityWorkflow'];

export function securityWorkflow(sight: Sight, settings: Settings): CheckResult {
  const { workflows, rules } = sight;
  const asked: Asked = { name: 'securityWorkflow', expected: expectedOf(settings) };
  const file = isSeen(workflows) ? byFile(workflows.seen, settings) : undefined;
  const found = file ?? (settings.rule && isSeen(rules) ? byRule(rules.seen, settings) : undefined);
  if (found !== undefined) return pass(asked, found);
  const missing = missingOf(sight, settings);
  return missing.length > 0
    ? open(asked, missing)
    : fail(asked, 'neither a workflow nor a rule of it', fixOf(settings));
}

/** Answers without which nobody knows that there is none. */
function missingOf({ workflows, rules }: Sight, { uses, path, rule }: Settings): Answer<unknown>[] {
  const needed = [...(uses !== undefined || path !== undefined ? [workflows] : []), ...(rule ? [rules] : [])];
  const unseen = needed.filter((answer) => !isSeen(answer));
  if (unseen.length > 0) return unseen;
  const [unreadable] = isSeen(workflows) && uses !== undefined ? workflows.seen.unreadable : [];
  if (unreadable !== undefined) return [{ unknown: `${unreadable} cannot be read`, fix: `correct ${unreadable}` }];
  return rule && isSeen(rules) ? hiddenOf(rules.seen) : [];
}

/** What of the rules is not shown, and might be the wanted one. */
function hiddenOf({ rules, isWhole }: RulesSeen): Answer<unknown>[] {
  if (!isWhole) return [{ unknown: 'GitHub did not show all rules' }];
  const isHidden = rules.some(({ type, workflows }) => type === 'workflows' && workflows === undefined);
  return isHidden ? [{ unknown: 'GitHub did not show which workflows a rule asks for' }] : [];
}

function byFile({ files }: WorkflowsSeen, { uses, path }: Settings): string | undefined {
  const [wanted = '', ref] = (uses ?? '').split('@');
  const calls = ({ name, ref: used }: { name: string; ref: string }): boolean =>
    name.toLowerCase() === wanted.toLowerCase() && (ref === undefined || used === ref);
  for (const file of files) {
    const call = wanted === '' ? undefined : file.uses.find(calls);
    if (call !== undefined) return `${file.path} calls ${call.name}@${call.ref}`;
  }
  return files.some((file) => file.path === path) ? `${path} is there` : undefined;
}

/** Where a workflow is named, the rule must ask for that one. */
function byRule({ rules }: RulesSeen, { uses, path }: Settings): string | undefined {
  const named = [uses?.replace(/@.*$/, '').replace(/^[^/]+\/[^/]+\//, ''), path].filter((each) => each !== undefined);
  for (const { type, ruleset, workflows = [] } of rules) {
    const of = workflows.find((each) => named.length === 0 || named.includes(each));
    if (type === 'workflows' && of !== undefined)
      return `a rule${ruleset === undefined ? '' : ` of ${ruleset}`} asks for ${of}`;
  }
  return undefined;
}

function expectedOf({ uses, path, rule }: Settings): string {
  const ways = [
    ...(uses === undefined ? [] : [`a workflow that calls ${uses}`]),
    ...(path === undefined ? [] : [`the workflow ${path}`]),
    ...(rule ? ['a workflows rule in force on the default branch'] : []),
  ];
  return ways.join(', or ');
}

function fixOf({ uses, path }: Settings): string {
  if (uses !== undefined)
    return `add a workflow with a job that has uses: ${uses.includes('@') ? uses : `${uses}@REF`}`;
  if (path !== undefined) return `add the file ${path}`;
  return 'add the rule "Require workflows to pass before merging" to a ruleset that targets the repository';
}
