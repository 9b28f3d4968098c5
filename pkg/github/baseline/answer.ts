/** The answers to the question of the checklist. Foreign text: what has not the promised shape says nothing, and never that something is not there. */
import * as v from 'valibot';
import type { Answer, CodeownersSeen, RuleSeen, RulesSeen } from '../../baseline/index.js';
import type { GraphQLAnswer, GraphQLFault } from '../requester/graphql-answer.js';
import { notAnswered, OF_PART, refused, type Unknown } from './missing.js';
import type { BaselinePart, BranchSight } from './types.js';

/** What an answer shows before it is known whether a classic protection could be hidden. */
export interface NodeSight extends Omit<BranchSight, 'classic'> {
  /** `hidden`: none is shown, and the viewer is no administrator. */
  classic: BranchSight['classic'] | 'hidden';
}

const nodesSchema = v.looseObject({ nodes: v.array(v.unknown()) });
const targetSchema = v.looseObject({ oid: v.fallback(v.optional(v.string()), undefined) });
const nodeSchema = v.looseObject({
  databaseId: v.number(),
  viewerCanAdminister: v.fallback(v.optional(v.boolean(), false), false),
  defaultBranchRef: v.nullable(v.looseObject({ target: v.fallback(v.nullish(targetSchema), null) })),
});
type Node = v.InferOutput<typeof nodeSchema>;

const rulesSchema = v.looseObject({
  pageInfo: v.looseObject({ hasNextPage: v.boolean() }),
  nodes: v.array(
    v.nullable(
      v.looseObject({
        type: v.string(),
        repositoryRuleset: v.nullable(v.looseObject({ name: v.string() })),
        parameters: v.nullish(
          v.looseObject({
            requireCodeOwnerReview: v.optional(v.boolean()),
            workflows: v.optional(v.array(v.looseObject({ path: v.string() }))),
          }),
        ),
      }),
    ),
  ),
});
const flag = v.boolean();
const classicSchema = v.looseObject({
  ...{ requiresApprovingReviews: flag, requiresStatusChecks: flag, requiresCommitSignatures: flag },
  ...{ requiresLinearHistory: flag, requiresDeployments: flag, allowsDeletions: flag, allowsForcePushes: flag },
  ...{ blocksCreations: flag, lockBranch: flag },
});
const errorsSchema = v.looseObject({ errors: v.array(v.looseObject({ line: v.number(), path: v.string() })) });
const treeSchema = v.looseObject({ entries: v.array(v.unknown()) });
const entrySchema = v.looseObject({ mode: v.number(), type: v.string(), object: v.unknown() });
const blobSchema = v.looseObject({
  byteSize: v.number(),
  isBinary: v.nullable(v.boolean()),
  isTruncated: v.boolean(),
  text: v.nullable(v.string()),
});

/** One sight for each id, in their order. */
export function nodeSights(
  answer: GraphQLAnswer,
  ids: readonly number[],
  asked: ReadonlySet<BaselinePart>,
): NodeSight[] {
  const data = v.safeParse(nodesSchema, answer.data);
  if (!data.success || data.output.nodes.length !== ids.length) return ids.map(() => unansweredSight());
  const isAstray = answer.errors.some(({ path }) => path?.[0] !== 'nodes' || typeof path[1] !== 'number');
  return ids.map((id, index) => {
    const parsed = v.safeParse(nodeSchema, data.output.nodes[index]);
    const faults = answer.errors.filter((fault) => fault.path?.[1] === index && !isOfOneRule(fault));
    if (isAstray || !parsed.success || parsed.output.databaseId !== id || faults.some(isWhole))
      return unansweredSight();
    return sightOf(parsed.output, faults, asked);
  });
}

/** Nothing is known of it. */
export const unansweredSight = (): BranchSight => ({
  rules: notAnswered(OF_PART.rules.what),
  classic: notAnswered(OF_PART.classic.what),
  codeowners: notAnswered(OF_PART.codeowners.what),
  codeownersErrors: notAnswered(OF_PART.codeownersErrors.what),
});

/** About one rule, which is null then: the others are told all the same. */
const isOfOneRule = ({ path = [] }: GraphQLFault): boolean =>
  path[3] === 'rules' && path[4] === 'nodes' && path.length > 5;

const isWhole = ({ path = [] }: GraphQLFault): boolean => path.length <= 2 || path[2] === 'databaseId';

/** The part of the question that a fault is about; undefined: all that stands below the default branch. */
function partOf({ path = [] }: GraphQLFault): BaselinePart | undefined {
  if (path[2] === 'codeowners') return 'codeownersErrors';
  if (path[3] === 'rules') return 'rules';
  if (path[3] === 'branchProtectionRule' || path[2] === 'viewerCanAdminister') return 'classic';
  return path[3] === 'target' ? 'codeowners' : undefined;
}

function sightOf(node: Node, faults: readonly GraphQLFault[], asked: ReadonlySet<BaselinePart>): NodeSight {
  const faultOf = (part: BaselinePart): Unknown | undefined => {
    const fault = faults.find(
      (each) => (partOf(each) ?? part) === part && (part !== 'codeownersErrors' || partOf(each) === part),
    );
    if (fault === undefined) return undefined;
    const { what, permission } = OF_PART[part];
    return fault.type === 'FORBIDDEN' ? refused(permission, what) : notAnswered(what);
  };
  const read = <T>(part: BaselinePart, seen: () => T): T | Unknown =>
    asked.has(part) ? (faultOf(part) ?? seen()) : notAnswered(OF_PART[part].what);
  const { defaultBranchRef: ref } = node;
  if (ref === null && faults.length === 0) return withoutBranch();
  const head = ref?.target?.oid;
  const codeowners = read('codeowners', () => codeownersOf(ref?.target));
  return {
    ...(head !== undefined && { head }),
    rules: read('rules', () => rulesOf(ref?.['rules'])),
    classic: read('classic', () => classicOf(ref?.['branchProtectionRule'], node.viewerCanAdminister)),
    codeowners,
    codeownersErrors: read('codeownersErrors', () => errorsOf(node['codeowners'], codeowners)),
  };
}

/** Of an empty repository, or one whose HEAD points nowhere. */
const NO_BRANCH: Unknown = { unknown: 'there is no default branch yet', fix: 'push a first commit' };

const withoutBranch = (): NodeSight => ({
  ...{ rules: NO_BRANCH, classic: NO_BRANCH, codeowners: NO_BRANCH, codeownersErrors: NO_BRANCH },
});

function rulesOf(value: unknown): Answer<RulesSeen> {
  const parsed = v.safeParse(rulesSchema, value);
  if (!parsed.success) return notAnswered(OF_PART.rules.what);
  const { nodes, pageInfo } = parsed.output;
  const rules = nodes.flatMap((node): RuleSeen[] => {
    if (node === null) return [];
    const { type, repositoryRuleset: ruleset, parameters } = node;
    const workflows = parameters?.workflows?.map(({ path }) => path);
    return [
      {
        type: type.toLowerCase(),
        ...(ruleset !== null && { ruleset: ruleset.name }),
        ...(workflows !== undefined && { workflows }),
        ...(parameters?.requireCodeOwnerReview === true && { asksCodeOwners: true }),
      },
    ];
  });
  return { seen: { rules, isWhole: !pageInfo.hasNextPage && rules.length === nodes.length } };
}

/** What a classic protection does, in the names of rule types. */
function classicOf(value: unknown, isAdministrator: boolean): NodeSight['classic'] {
  if (value === null) return isAdministrator ? { seen: null } : 'hidden';
  const parsed = v.safeParse(classicSchema, value);
  if (!parsed.success) return notAnswered(OF_PART.classic.what);
  const rule = parsed.output;
  const types: [isOn: boolean, type: string][] = [
    [rule.requiresApprovingReviews, 'pull_request'],
    [rule.requiresStatusChecks, 'required_status_checks'],
    [rule.requiresCommitSignatures, 'required_signatures'],
    [rule.requiresLinearHistory, 'required_linear_history'],
    [rule.requiresDeployments, 'required_deployments'],
    [!rule.allowsDeletions, 'deletion'],
    [!rule.allowsForcePushes, 'non_fast_forward'],
    [rule.blocksCreations, 'creation'],
    [rule.lockBranch, 'update'],
  ];
  return { seen: types.flatMap(([isOn, type]) => (isOn ? [type] : [])) };
}

const PLACES = [
  ['a', '.github/CODEOWNERS'],
  ['b', 'CODEOWNERS'],
  ['c', 'docs/CODEOWNERS'],
] as const;

/** The first that is there counts alone. That none is there counts only where the root folder was shown. */
function codeownersOf(target: Record<string, unknown> | null | undefined): Answer<CodeownersSeen | null> {
  const unseen = notAnswered(OF_PART.codeowners.what);
  if (target === null || target === undefined) return unseen;
  for (const [alias, path] of PLACES) {
    const entry = target[alias];
    if (entry === undefined) return unseen;
    if (entry !== null) return fileOf(entry, path);
  }
  if (v.safeParse(treeSchema, target['tree']).success) return { seen: null };
  return refused('contents', OF_PART.codeowners.what);
}

/** What GitHub reads at most of it: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-file-size */
const MAX_BYTES = 3 * 1024 * 1024;
const SYMLINK = 0o120000;

function fileOf(value: unknown, path: string): Answer<CodeownersSeen | null> {
  const entry = v.safeParse(entrySchema, value);
  if (!entry.success) return notAnswered(path);
  if (entry.output.type !== 'blob' || entry.output.mode === SYMLINK)
    return { unknown: `${path} is no plain file`, fix: `make ${path} a plain file` };
  const blob = v.safeParse(blobSchema, entry.output.object);
  if (!blob.success) return notAnswered(path);
  const { byteSize, isBinary, isTruncated, text } = blob.output;
  if (byteSize >= MAX_BYTES) return { seen: { path, text: null } };
  if (isBinary === true) return { unknown: `${path} is no text`, fix: `make ${path} a text` };
  return isTruncated || text === null ? { unknown: `GitHub did not show all of ${path}` } : { seen: { path, text } };
}

/**
 * Numbers of lines. Null beside a file that is there says nothing. Where there is none, or none that GitHub reads, there are no faults, and
 * nothing that another pass would have to ask for.
 */
function errorsOf(value: unknown, file: Answer<CodeownersSeen | null>): Answer<readonly number[]> {
  if (value === null) {
    if (!('seen' in file)) return file;
    if (file.seen === null || file.seen.text === null) return { seen: [] };
  }
  const parsed = v.safeParse(errorsSchema, value);
  if (!parsed.success) return notAnswered(OF_PART.codeownersErrors.what);
  const path = 'seen' in file ? file.seen?.path : undefined;
  return {
    seen: parsed.output.errors.filter((each) => path === undefined || each.path === path).map(({ line }) => line),
  };
}
