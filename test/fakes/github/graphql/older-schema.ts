/** What a server says of fields and arguments that its schema does not have yet, in the words of GitHub's library (graphql-ruby). */
import { getNamedType, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Behaviour } from '../world/behaviour.js';
import type { PlainError } from './cost.js';
import type { Prepared } from './prepare.js';
import { publishedSchema } from './schema.js';

const LACKING: Record<Behaviour['listFilters'], readonly string[]> = {
  visibility: [],
  privacy: ['visibility'],
  none: ['visibility', 'privacy', 'isArchived'],
};

export function unknownArguments({ document }: Prepared, filters: Behaviour['listFilters']): PlainError[] {
  const lacking = LACKING[filters];
  const errors: PlainError[] = [];
  if (lacking.length === 0) return errors;
  visit(document, {
    Field(field, _key, _parent, _path, ancestors) {
      if (field.name.value !== 'repositories') return;
      const above = ancestors.flatMap((each) => ('kind' in each && each.kind === Kind.FIELD ? [each] : []));
      const path = ['query', ...[...above, field].map(({ alias, name }) => alias?.value ?? name.value)];
      for (const { name } of field.arguments ?? []) {
        if (!lacking.includes(name.value)) continue;
        errors.push({
          path: [...path, name.value],
          extensions: {
            code: 'argumentNotAccepted',
            name: 'repositories',
            typeName: 'Field',
            argumentName: name.value,
          },
          message: `Field 'repositories' doesn't accept argument '${name.value}'`,
        });
      }
    },
  });
  return errors;
}

/** Of fields that the version of the schema does not have, as `Type.field`: then nothing of the question is carried out. */
export function unknownFields({ document }: Prepared, lacking: readonly string[]): PlainError[] {
  const errors: PlainError[] = [];
  if (lacking.length === 0) return errors;
  const types = new TypeInfo(publishedSchema());
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(field, _key, _parent, _path, ancestors) {
        const typeName = getNamedType(types.getParentType())?.name ?? '';
        const fieldName = field.name.value;
        if (!lacking.includes(`${typeName}.${fieldName}`)) return;
        const above = ancestors.flatMap((each) => {
          if (!('kind' in each)) return [];
          if (each.kind === Kind.FIELD) return [each.alias?.value ?? each.name.value];
          return each.kind === Kind.INLINE_FRAGMENT ? [`... on ${each.typeCondition?.name.value ?? ''}`] : [];
        });
        errors.push({
          path: ['query', ...above, fieldName],
          extensions: { code: 'undefinedField', typeName, fieldName },
          locations: [{ line: 1, column: 1 }],
          message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
        });
      },
    }),
  );
  return errors;
}
