/** A CustomResourceDefinition around the schema of one of our kinds. */
import { API_VERSION } from '../../../pkg/api/index.js';
import type { OpenApi } from './open-api.js';

const [GROUP = '', VERSION = ''] = API_VERSION.split('/');

export interface Kind {
  kind: string;
  plural: string;
  shortName: string;
  /** `additionalPrinterColumns`. */
  columns: readonly object[];
  /** Of the whole object. */
  schema: OpenApi;
}

/** Namespaced, with a status of its own, and ready to be written as YAML. */
export function definition({ kind, plural, shortName, columns, schema }: Kind): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [shortName],
        categories: ['github-governance'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          subresources: { status: {} },
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}
