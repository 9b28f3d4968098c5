/** The answers to the question which rules are in force on default branches. Foreign text: what is not certain is unknown, never "not in force". */
import * as v from 'valibot';
import type { GraphQLAnswer, GraphQLFault } from '../requester/graphql-answer.js';
import type { RulesSight } from '../types.js';

const databaseId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const ruleSchema = v.looseObject({ repositoryRuleset: v.looseObject({ databaseId }) });

const nodeSchema = v.looseObject({
  databaseId,
  defaultBranchRef: v.looseObject({
    rules: v.looseObject({ nodes: v.array(v.unknown()), pageInfo: v.looseObject({ hasNextPage: v.boolean() }) }),
  }),
});

const nodesSchema = v.looseObject({ nodes: v.array(v.unknown()) });

const branchRulesSchema = v.array(v.looseObject({ ruleset_id: databaseId }));

/** One sight for each id, in their order. */
export function sightsOf(answer: GraphQLAnswer, ids: readonly number[], rulesetID: number): RulesSight[] {
  const data = v.safeParse(nodesSchema, answer.data);
  if (!data.success || data.output.nodes.length !== ids.length) return ids.map(() => 'unknown');
  const doubtful = new Set(answer.errors.map(({ path }) => (path?.[0] === 'nodes' ? path[1] : undefined)));
  return ids.map((id, index) =>
    doubtful.has(undefined) || doubtful.has(index) ? 'unknown' : sightOf(data.output.nodes[index], id, rulesetID),
  );
}

/** Without a default branch, with more rules than one page, or with one whose ruleset is not shown, nobody knows. */
function sightOf(node: unknown, id: number, rulesetID: number): RulesSight {
  const parsed = v.safeParse(nodeSchema, node);
  if (!parsed.success || parsed.output.databaseId !== id) return 'unknown';
  const { nodes, pageInfo } = parsed.output.defaultBranchRef.rules;
  const rules = nodes.map((rule) => v.safeParse(ruleSchema, rule));
  if (rules.some(({ success, output }) => success && output.repositoryRuleset.databaseId === rulesetID))
    return 'inForce';
  return pageInfo.hasNextPage || rules.some(({ success }) => !success) ? 'unknown' : 'notInForce';
}

/** The same of one page of `GET /repos/{owner}/{repo}/rules/branches/{branch}`. */
export function sightOfBranch(data: unknown, hasMore: boolean, rulesetID: number): RulesSight {
  const rules = v.safeParse(branchRulesSchema, data);
  if (!rules.success) return 'unknown';
  if (rules.output.some(({ ruleset_id: id }) => id === rulesetID)) return 'inForce';
  return hasMore ? 'unknown' : 'notInForce';
}

/** True where the server's schema has no `Ref.rules`: then nothing of the question was carried out. */
export const lacksRules = ({ errors }: { errors: readonly GraphQLFault[] }): boolean =>
  errors.some(
    ({ extensions, message = '' }) =>
      (extensions?.['code'] === 'undefinedField' && extensions['fieldName'] === 'rules') ||
      /^Field 'rules' doesn't exist on type 'Ref'/.test(message),
  );
