/**
 * One resolver for every field: a table by type and field for objects, plain properties for plain values.
 * Hazard: a field that GitHub has and the table lacks is an error, never null: a null would look like GitHub's answer.
 */
import type { GraphQLFieldResolver, GraphQLTypeResolver } from 'graphql';
import { GraphQLError } from 'graphql';
import { permissionMessage } from '../server/access.js';
import type { Context } from './context.js';
import { typed } from './context.js';
import { gitFields } from './resolvers-git.js';
import { organizationFields } from './resolvers-organization.js';
import { repositoryFields } from './resolvers-repository.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- sources and arguments differ by field; the schema has checked them.
export type Fields = Record<string, (source: any, args: any, context: Context) => unknown>;

let table: Map<string, Fields> | undefined;

export const resolveField: GraphQLFieldResolver<unknown, Context> = (source, args, context, info) => {
  table ??= new Map(Object.entries({ ...organizationFields, ...repositoryFields, ...gitFields }));
  if (context.damage.refuseRoot && info.parentType.name === 'Query' && info.fieldName !== 'rateLimit')
    return refuseRoot(args, context);
  const resolver = table.get(info.parentType.name)?.[info.fieldName];
  if (resolver) return resolver(source, args, context);
  if (typeof source === 'object' && source !== null && info.fieldName in source)
    return (source as Record<string, unknown>)[info.fieldName];
  throw new GraphQLError(`the simulator does not model ${info.parentType.name}.${info.fieldName}`, {
    extensions: { unmodelled: true },
  });
};

/** A list is refused element by element, as GitHub does for `nodes(ids:)`. */
function refuseRoot(args: { ids?: unknown[] }, { principal }: Context): GraphQLError[] {
  const error = typed('FORBIDDEN', permissionMessage(principal));
  if (args.ids) return args.ids.map(() => error);
  throw error;
}

export const resolveType: GraphQLTypeResolver<unknown, Context> = (value) => (value as { typeName?: string }).typeName;
