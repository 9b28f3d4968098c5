/**
 * What a node of the CRD's schema may say. A list of what is allowed, because an API server drops a keyword that it does
 * not know without a word (`const`, `definitions`), and the rule that it stood for with it.
 */
import type { CelRule } from '../../../pkg/api/rule.js';

export interface OpenApi {
  description?: string;
  type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  format?: 'int64' | 'date-time';
  'x-kubernetes-int-or-string'?: true;
  'x-kubernetes-preserve-unknown-fields'?: true;
  default?: unknown;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  'x-kubernetes-list-type'?: 'set' | 'map' | 'atomic';
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-validations'?: readonly CelRule[];
  required?: readonly string[];
  items?: OpenApi;
  properties?: Readonly<Record<string, OpenApi>>;
}

/** In the order in which a node is written. */
export const KEYWORDS = [
  'description',
  'type',
  'format',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
  'default',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
  'required',
  'items',
  'properties',
] as const satisfies readonly (keyof OpenApi)[];

const KNOWN: ReadonlySet<string> = new Set(KEYWORDS);

/** The node with its keywords in order; throws on one that the list does not have. */
export function ordered(node: OpenApi, path: string): OpenApi {
  const foreign = Object.keys(node).find((keyword) => !KNOWN.has(keyword));
  if (foreign !== undefined) throw new Error(`${path}: the keyword ${foreign} is not one of ours`);
  return Object.fromEntries(
    KEYWORDS.filter((keyword) => node[keyword] !== undefined).map((keyword) => [keyword, node[keyword]]),
  );
}
