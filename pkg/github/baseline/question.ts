/**
 * The question of the checklist, in parts: a field that the schema of a server lacks would fail all of it.
 * https://docs.github.com/en/graphql/reference/objects#ref, …#branchprotectionrule, …#repositorycodeowners
 */
import type { GraphQLFault } from '../requester/graphql-answer.js';
import type { BaselinePart } from './types.js';

const RULES = `rules(first: 100) {
          pageInfo { hasNextPage }
          nodes {
            type
            repositoryRuleset { name }
            parameters {
              ... on PullRequestParameters { requireCodeOwnerReview }
              ... on WorkflowsParameters { workflows { path } }
            }
          }
        }`;

const CLASSIC = `branchProtectionRule {
          requiresApprovingReviews requiresStatusChecks requiresCommitSignatures requiresLinearHistory requiresDeployments
          allowsDeletions allowsForcePushes blocksCreations lockBranch
        }`;

/** The root folder proves that files can be read at all. */
const FILES = `tree { entries { name } }
            a: file(path: ".github/CODEOWNERS") { ...entry }
            b: file(path: "CODEOWNERS") { ...entry }
            c: file(path: "docs/CODEOWNERS") { ...entry }`;

const ENTRY = `
fragment entry on TreeEntry { mode type object { ... on Blob { byteSize isBinary isTruncated text } } }`;

export function questionOf(parts: ReadonlySet<BaselinePart>): string {
  const of = (part: BaselinePart, text: string): string => (parts.has(part) ? `\n        ${text}` : '');
  return `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      databaseId
      viewerCanAdminister${parts.has('codeownersErrors') ? '\n      codeowners { errors { line path } }' : ''}
      defaultBranchRef {${of('rules', RULES)}${of('classic', CLASSIC)}
        target { ... on Commit { oid ${parts.has('codeowners') ? FILES : ''} } }
      }
    }
  }
}${parts.has('codeowners') ? ENTRY : ''}`;
}

/** By the names of fields and types that the question uses. */
const PART_OF: Readonly<Record<string, BaselinePart>> = {
  ...{ rules: 'rules', repositoryRuleset: 'rules', parameters: 'rules', requireCodeOwnerReview: 'rules' },
  ...{ PullRequestParameters: 'rules', WorkflowsParameters: 'rules' },
  ...{ branchProtectionRule: 'classic', BranchProtectionRule: 'classic' },
  ...{ codeowners: 'codeownersErrors', RepositoryCodeowners: 'codeownersErrors' },
};

const UNDEFINED = /^(?:Field '(\w+)' doesn't exist on type '(\w+)'|No such type (\w+))/;

/** The parts that the schema of the server does not have; empty where the question was carried out. */
export function lackingParts(errors: readonly GraphQLFault[]): BaselinePart[] {
  const parts = errors.flatMap(({ extensions, message = '' }) => {
    const [, field, type, fragment] = UNDEFINED.exec(message) ?? [];
    const names = [extensions?.['fieldName'], extensions?.['typeName'], field, type, fragment];
    return names
      .map((name) => (typeof name === 'string' ? PART_OF[name] : undefined))
      .filter((part) => part !== undefined);
  });
  return [...new Set(parts)];
}
