/** Policy documents for the tests of the schema. */
import { parsePolicy, type PolicySpec } from '../../pkg/api/index.js';

type Mapping = Record<string, unknown>;

/** The smallest whole document, with the given fields of `spec` on top. */
export function documentOf(spec: Mapping = {}, rest: Mapping = {}): Mapping {
  return {
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: { name: 'acme' },
    spec: { organization: 'acme', github: {}, ...spec },
    ...rest,
  };
}

/** A spec with one value at a path such as `guards.maxLeaving`. */
export function specWith(path: string, value: unknown): Mapping {
  const keys = path.split('.');
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Mapping;
}

/** The spec as it was read; fails the test where it was refused. */
export function read(document: unknown): PolicySpec {
  const parsed = parsePolicy(document);
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return parsed.policy.spec;
}

/** The fault lines of a document; empty where it is accepted. */
export function faultsOf(document: unknown): string[] {
  const parsed = parsePolicy(document);
  return parsed.ok ? [] : parsed.faults;
}

export const valueAt = (value: object, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as Mapping | undefined)?.[key], value);
