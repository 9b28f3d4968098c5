/** Organizations, rulesets and the root of all queries. */
import type { GraphQLError } from 'graphql';
import { administers, canSee, hasScope, organizationRefusal, permissionMessage } from '../server/access.js';
import type { Organization } from '../world/organization.js';
import { nodeID, parseNodeID } from '../world/node-id.js';
import type { Commit, Repository } from '../world/repository.js';
import type { BypassActor, Conditions, Rule, Ruleset } from '../world/ruleset.js';
import type { PageArguments } from './connection.js';
import { simplePage } from './connection.js';
import type { Context } from './context.js';
import { damageOf, typed } from './context.js';
import { listRepositories } from './resolvers-repository.js';
import type { Fields } from './resolvers.js';

function refuse(organization: Organization, context: Context): GraphQLError | undefined {
  const refusal = organizationRefusal(context.principal, organization);
  return refusal && typed('FORBIDDEN', refusal.message, refusal.saml ? { saml_failure: true } : {});
}

function organization(_: unknown, { login }: { login: string }, context: Context): Organization {
  const found = context.world.organization(login);
  if (!found) throw typed('NOT_FOUND', `Could not resolve to an Organization with the login of '${login}'.`);
  const refusal = refuse(found, context);
  if (refusal) throw refusal;
  return found;
}

function repositoryIn(
  owner: Organization,
  { name, followRenames }: { name: string; followRenames?: boolean | null },
  context: Context,
): Repository {
  const moved = followRenames === false ? undefined : owner.movedID(name);
  const found = owner.repository(name) ?? (moved === undefined ? undefined : context.world.repositoryByID(moved));
  if (!found || !canSee(context.principal, found))
    throw typed('NOT_FOUND', `Could not resolve to a Repository with the name '${owner.login}/${name}'.`);
  return found;
}

function repository(
  _: unknown,
  args: { owner: string; name: string; followRenames?: boolean | null },
  context: Context,
): Repository {
  const owner = context.world.organization(args.owner) ?? context.world.organizationOnce(args.owner);
  if (!owner) throw typed('NOT_FOUND', `Could not resolve to a Repository with the name '${args.owner}/${args.name}'.`);
  const refusal = refuse(owner, context);
  if (refusal) throw refusal;
  return repositoryIn(owner, args, context);
}

/** Null where nothing has that id, or nobody may see it: GitHub answers alike. */
function lookUp(id: string, context: Context): Organization | Repository | Commit | GraphQLError {
  const parsed = parseNodeID(id);
  const unknown = (): GraphQLError => typed('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  if (!parsed) return unknown();
  if (parsed.prefix === 'O') return context.world.organizationByID(Number(parsed.key)) ?? unknown();
  if (parsed.prefix !== 'R' && parsed.prefix !== 'C') return unknown();
  const [repositoryID, oid] = parsed.key.split(':');
  const found = context.world.repositoryByID(Number(repositoryID));
  if (!found) return unknown();
  const refusal = found.visibility === 'public' ? undefined : refuse(found.organization, context);
  if (refusal) return refusal;
  if (!canSee(context.principal, found)) return unknown();
  return oid === undefined ? found : (found.commits.get(oid) ?? unknown());
}

function node(context: Context, id: string): Organization | Repository | Commit | GraphQLError {
  const damaged = damageOf(context, 'node', context.nodesSeen++);
  context.repositories += 1;
  return damaged ?? lookUp(id, context);
}

/** Rulesets take `admin:org`, and GraphQL names the scope. */
function rulesetsOf(owner: Organization, context: Context): readonly Ruleset[] {
  const { principal } = context;
  if (administers(principal, owner)) return owner.rulesets;
  if (principal.kind !== 'classic') throw typed('FORBIDDEN', permissionMessage(principal));
  const scopes = principal.scopes.map((scope) => `'${scope}'`).join(', ');
  if (hasScope(principal.scopes, 'admin:org')) return [];
  throw typed(
    'INSUFFICIENT_SCOPES',
    `Your token has not been granted the required scopes to execute this query. The 'rulesets' field requires one of the following scopes: ['admin:org'], but your token has only been granted the: [${scopes}] scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
  );
}

function conditionsJSON(
  { ref_name, repository_id, repository_name }: Readonly<Conditions>,
  { world }: Context,
): Record<string, unknown> {
  const ids = repository_id?.repository_ids.flatMap((id) => world.repositoryByID(id)?.nodeID ?? []);
  return {
    refName: ref_name ? { include: ref_name.include ?? [], exclude: ref_name.exclude ?? [] } : null,
    repositoryId: ids ? { repositoryIds: ids } : null,
    repositoryName: repository_name ? { protected: false, ...repository_name } : null,
    repositoryProperty: null,
  };
}

export const organizationFields: Record<string, Fields> = {
  Query: {
    organization,
    repositoryOwner: organization,
    repository,
    node: (_: unknown, { id }: { id: string }, context: Context) => node(context, id),
    nodes: (_: unknown, { ids }: { ids: string[] }, context: Context) => ids.map((id) => node(context, id)),
    rateLimit: (_: unknown, __: unknown, { rateLimit, cost, nodeCount }: Context) =>
      rateLimit
        ? {
            ...rateLimit,
            cost,
            nodeCount,
            resetAt: new Date(rateLimit.reset * 1000).toISOString().replace('.000Z', 'Z'),
          }
        : null,
    viewer: (_: unknown, __: unknown, { principal }: Context) => ({
      typeName: 'User',
      login:
        principal.kind === 'installation'
          ? `${principal.installation.app.slug}[bot]`
          : ('login' in principal && principal.login) || 'plus1-bot',
    }),
  },
  Organization: {
    id: (value: Organization) => value.nodeID,
    databaseId: (value: Organization) => value.id,
    login: (value: Organization) => value.login,
    name: (value: Organization) => value.displayName,
    url: (value: Organization) => `https://github.com/${value.login}`,
    createdAt: (value: Organization) => new Date(value.createdAt).toISOString(),
    viewerCanAdminister: (value: Organization, _: unknown, { principal }: Context) => administers(principal, value),
    viewerIsAMember: (value: Organization, _: unknown, { principal }: Context) =>
      principal.kind === 'classic' && administers(principal, value),
    repositories: listRepositories,
    repository: repositoryIn,
    ruleset: (value: Organization, { databaseId }: { databaseId: number }, context: Context) =>
      rulesetsOf(value, context).find((ruleset) => ruleset.id === databaseId) ?? null,
    rulesets: (value: Organization, args: PageArguments, context: Context) =>
      simplePage(rulesetsOf(value, context), args, context),
  },
  RepositoryRuleset: {
    id: (ruleset: Ruleset) => ruleset.nodeID,
    databaseId: (ruleset: Ruleset) => ruleset.id,
    name: (ruleset: Ruleset) => ruleset.name,
    target: (ruleset: Ruleset) => ruleset.target.toUpperCase(),
    enforcement: (ruleset: Ruleset) => ruleset.enforcement.toUpperCase(),
    createdAt: (ruleset: Ruleset) => ruleset.createdAt,
    updatedAt: (ruleset: Ruleset) => ruleset.updatedAt,
    source: (ruleset: Ruleset, _: unknown, { world }: Context) =>
      world.organizations.find((owner) => owner.rulesets.includes(ruleset)),
    conditions: (ruleset: Ruleset, _: unknown, context: Context) => conditionsJSON(ruleset.conditions, context),
    rules: (ruleset: Ruleset, args: PageArguments, context: Context) => simplePage(ruleset.rules, args, context),
    bypassActors: (ruleset: Ruleset, args: PageArguments, context: Context) =>
      simplePage(ruleset.bypassActors, args, context),
  },
  RepositoryRule: {
    id: (rule: Rule) => nodeID('RR', rule.type),
    type: (rule: Rule) => rule.type.toUpperCase(),
  },
  RepositoryRulesetBypassActor: {
    id: (actor: BypassActor) => nodeID('RBA', `${actor.actor_type}${actor.actor_id ?? ''}`),
    bypassMode: (actor: BypassActor) => (actor.bypass_mode ?? 'always').toUpperCase(),
    organizationAdmin: (actor: BypassActor) => actor.actor_type === 'OrganizationAdmin',
    deployKey: (actor: BypassActor) => actor.actor_type === 'DeployKey',
    repositoryRoleDatabaseId: (actor: BypassActor) => (actor.actor_type === 'RepositoryRole' ? actor.actor_id : null),
  },
};
