/** What a server says of arguments that its schema does not have yet, in the words of GitHub's library (graphql-ruby). */
import { Kind, visit } from 'graphql';
import type { Behaviour } from '../world/behaviour.js';
import type { PlainError } from './cost.js';
import type { Prepared } from './prepare.js';

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
