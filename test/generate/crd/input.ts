/** The CustomResourceDefinition of a kind that is an input of passes, from all that `pkg/api/kinds` says of it. */
import { API_VERSION, type InputColumn, type InputKind } from '../../../pkg/api/index.js';
import { definition } from './definition.js';
import { nodeOf } from './node.js';
import type { OpenApi } from './open-api.js';

/** The schema of the whole object. */
export function inputSchema({ kind, about, spec, status }: InputKind): OpenApi {
  return {
    description: about,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: `Always ${API_VERSION}.`, type: 'string' },
      kind: { description: `Always ${kind}.`, type: 'string' },
      metadata: { type: 'object' },
      spec: { description: 'What is wanted.', ...nodeOf(spec, 'spec') },
      status: {
        description: 'What the controller saw and did last. Written by the controller alone.',
        ...nodeOf(status, 'status'),
      },
    },
  };
}

/** The whole definition, ready to be written as YAML. */
export function inputDefinition(input: InputKind): object {
  const { kind, plural, shortName, columns } = input;
  return definition({ kind, plural, shortName, columns: columns.map(columnOf), schema: inputSchema(input) });
}

function columnOf(column: InputColumn): object {
  const { name, type } = column;
  const jsonPath =
    'path' in column
      ? `.${column.path.join('.')}`
      : `.status.conditions[?(@.type=="${column.condition}")].${column.field}`;
  return { name, type, jsonPath };
}
