/** One GraphQL request: prepared, priced, executed, and its errors put into GitHub's form. */
import type { ExecutionResult, GraphQLError } from 'graphql';
import { execute } from 'graphql';
import type { Answer } from '../server/answer.js';
import { json, ok } from '../server/answer.js';
import { budgetOwner } from '../server/principal.js';
import type { Principal } from '../server/principal.js';
import type { RateLimit } from '../server/rate-limit.js';
import type { World } from '../world/world.js';
import type { Contract } from '../contract.js';
import type { Context, Damage } from './context.js';
import type { PlainError, Price } from './cost.js';
import { price } from './cost.js';
import type { Prepared } from './prepare.js';
import { prepare } from './prepare.js';
import { unknownArguments, unknownFields } from './older-schema.js';
import { resolveField, resolveType } from './resolvers.js';
import { publishedSchema } from './schema.js';

export interface GraphQLRequest {
  body: unknown;
  principal: Principal;
  world: World;
  rateLimit: RateLimit;
  contract: Contract;
  damage: Damage;
}

interface Body {
  query?: unknown;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

export function runGraphQL(request: GraphQLRequest): Answer {
  const { query, variables, operationName } = (request.body ?? {}) as Body;
  if (typeof query !== 'string')
    return ok({ errors: [{ message: 'A query attribute must be specified and must be a string.' }] });
  const prepared = prepare(query);
  if (prepared.errors.length > 0) return ok({ errors: prepared.errors.map(plain) });
  const unknown = unknownParts(prepared, request.world.behaviour);
  if (unknown.length > 0) return ok({ errors: unknown });
  if (prepared.isMutation)
    return json(200, { errors: [{ message: 'the simulator does not model mutations over GraphQL' }] });
  const priced = price(prepared, variables ?? {});
  if (priced.error) return ok({ data: null, errors: [priced.error] });
  const owner = budgetOwner(request.principal);
  if (request.rateLimit.isExhausted(owner, 'graphql')) return rateLimited();
  request.rateLimit.consume(owner, 'graphql', priced.cost);
  return answer(request, { prepared, priced, variables: variables ?? {}, operationName: operationName ?? undefined });
}

/** What this version of GitHub's schema does not have. */
function unknownParts(
  prepared: Prepared,
  { hasRefRules, lacksFields, listFilters }: GraphQLRequest['world']['behaviour'],
): object[] {
  const lacking = hasRefRules ? lacksFields : [...lacksFields, 'Ref.rules'];
  return [...unknownFields(prepared, lacking), ...unknownArguments(prepared, listFilters)];
}

/** Primary limit: HTTP 200 with an error, and remaining 0 in the headers. */
export const rateLimited = (): Answer =>
  ok({
    errors: [
      {
        type: 'RATE_LIMITED',
        code: 'graphql_rate_limit',
        message: 'API rate limit already exceeded for user ID 1001.',
      },
    ],
  });

interface Run {
  prepared: Prepared;
  priced: Price;
  variables: Record<string, unknown>;
  operationName: string | undefined;
}

function answer(request: GraphQLRequest, { prepared, priced, variables, operationName }: Run): Answer {
  const context: Context = {
    world: request.world,
    principal: request.principal,
    damage: request.damage,
    web: 'https://github.com',
    rateLimit: request.rateLimit.state(budgetOwner(request.principal), 'graphql'),
    ...{ cost: priced.cost, nodeCount: priced.nodeCount, repositories: 0, files: 0, nodesSeen: 0 },
  };
  const result = execute({
    schema: publishedSchema(),
    document: prepared.document,
    variableValues: variables,
    operationName: operationName ?? null,
    contextValue: context,
    fieldResolver: resolveField,
    typeResolver: resolveType,
  }) as ExecutionResult;
  for (const error of result.errors ?? [])
    if (error.extensions['unmodelled']) request.contract.violation(error.message);
  const { repositories, files } = context;
  return { ...ok(body(result, request.damage)), repositories, files, points: priced.cost };
}

function body(result: ExecutionResult, damage: Damage): unknown {
  if (!result.errors) return { data: result.data };
  const errors = result.errors.map(plain);
  if (damage.limits?.withPath === false)
    return { data: result.data, errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: errors[0]?.message }] };
  // A whole query is refused for want of scopes: GitHub then answers no data at all.
  if (errors.some((error) => error.type === 'INSUFFICIENT_SCOPES')) return { errors };
  return result.data === undefined ? { errors } : { data: result.data, errors };
}

/** GitHub puts `type` beside `message`, not into `extensions`. */
function plain(error: GraphQLError): PlainError {
  const { 'github-type': type, ...extensions } = error.extensions;
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path ? { path: [...error.path] } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  };
}
