/** What a checklist asks of one repository beside its files and rules: faults of CODEOWNERS, classic protection, parameters of rules. */
import { canReadContents, permissionMessage, readsProtection } from '../server/access.js';
import { codeownersFaults } from '../world/codeowners.js';
import type { Repository } from '../world/repository.js';
import { nodeID } from '../world/node-id.js';
import type { Context } from './context.js';
import { typed } from './context.js';
import type { RefValue, RuleValue } from './objects.js';

export function codeownersOf(repository: Repository, _: unknown, context: Context): Record<string, unknown> | null {
  if (!canReadContents(context.principal, repository)) {
    if (context.world.behaviour.contentsDenied === 'silent') return null;
    throw typed('FORBIDDEN', permissionMessage(context.principal));
  }
  const errors = codeownersFaults(repository);
  return errors === undefined ? null : { typeName: 'RepositoryCodeowners', errors };
}

/** Of the default branch alone. */
export function protectionOf({ repository, name }: RefValue, _: unknown, context: Context): object | null {
  if (!readsProtection(context.principal, repository)) {
    if (context.world.behaviour.protectionDenied === 'silent') return null;
    throw typed('FORBIDDEN', permissionMessage(context.principal));
  }
  const { protection } = repository.security;
  if (protection === undefined || name !== repository.defaultBranch) return null;
  return { typeName: 'BranchProtectionRule', id: nodeID('BPR', String(repository.id)), pattern: name, ...protection };
}

/** Of the types that a checklist looks into; of all others null. */
export function parametersOf({ rule }: RuleValue): object | null {
  const { type, parameters = {} } = rule;
  if (type === 'pull_request')
    return {
      typeName: 'PullRequestParameters',
      requireCodeOwnerReview: parameters['require_code_owner_review'] === true,
    };
  if (type !== 'workflows') return null;
  const workflows = (parameters['workflows'] ?? []) as { path: string; repository_id: number }[];
  return {
    typeName: 'WorkflowsParameters',
    doNotEnforceOnCreate: parameters['do_not_enforce_on_create'] === true,
    workflows: workflows.map(({ path, repository_id: repositoryId }) => ({
      ...{ typeName: 'WorkflowFileReference', path, repositoryId, ref: null, sha: null },
    })),
  };
}
