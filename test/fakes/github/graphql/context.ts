/** What resolvers share during one query: who asks, what was damaged on purpose, and what was touched. */
import { GraphQLError } from 'graphql';
import type { Principal } from '../server/principal.js';
import type { RateLimitState } from '../server/rate-limit.js';
import type { World } from '../world/world.js';

/** Damage done inside an otherwise good answer. */
export interface Damage {
  /** Nulls the n-th node or file (0-based) that the query resolves, beside an errors entry with its path. */
  partial?: { target: 'node' | 'file'; index: number; type?: string; message?: string };
  /** Nulls every node or file from the n-th on. */
  limits?: { target: 'node' | 'file'; from: number; withPath: boolean };
  /** A file told wrongly: as absent, or with this content. Of one repository by name, else the first file of the query. */
  wrongFile?: { repository?: string; content?: string };
  /** The list page lacks its last node; the total and hasNextPage stay. */
  shortPage?: boolean;
  /** Refuses every root field but `rateLimit` for want of permission. */
  refuseRoot?: boolean;
}

export interface Context {
  world: World;
  principal: Principal;
  damage: Damage;
  /** Base of web addresses. */
  web: string;
  rateLimit: RateLimitState | undefined;
  cost: number;
  nodeCount: number;
  /** Counted while resolving. */
  repositories: number;
  files: number;
  nodesSeen: number;
}

export const typed = (
  type: string | undefined,
  message: string,
  extensions: Record<string, unknown> = {},
): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions, ...(type === undefined ? {} : { 'github-type': type }) } });

export const SOMETHING_WRONG =
  'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `SIM0:1:2:3` when reporting this issue.';

/** Called for each node or file in the order of resolution; throws where this one is to be damaged. */
export function damageOf(context: Context, target: 'node' | 'file', index: number): GraphQLError | undefined {
  const { partial, limits } = context.damage;
  if (partial?.target === target && partial.index === index)
    return typed(partial.type, partial.message ?? SOMETHING_WRONG);
  if (limits?.target === target && index >= limits.from)
    return typed('RESOURCE_LIMITS_EXCEEDED', 'Resource limits for this query exceeded.');
  return undefined;
}
